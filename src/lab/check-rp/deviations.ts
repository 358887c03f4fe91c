import type { Bilingual, Deviation } from './deviation.ts';
import { answerDeviations } from './deviations/answers.ts';
import { idTokenDeviations } from './deviations/id-token.ts';
import { keyDeviations } from './deviations/keys.ts';
import { logoutDeviations } from './deviations/logouts.ts';
import { peopleDeviations } from './deviations/people.ts';
import { troubleDeviations } from './deviations/troubles.ts';

/**
 * Every deviation, in the order in which they are tried: first what disturbs nothing, then what an app may remember
 * (keys), last what ends sessions.
 */
export const deviations: readonly Deviation[] = [
  ...idTokenDeviations,
  ...answerDeviations,
  ...troubleDeviations,
  ...peopleDeviations,
  ...keyDeviations,
  ...logoutDeviations,
];

const betweenCitizenAndVneid: Bilingual = {
  vi: 'Chỉ xảy ra giữa người dân và VNeID; ứng dụng không thấy gì.',
  en: 'Happens between the citizen and VNeID only; an app sees nothing of it.',
};

/** Faults that say nothing about an app, and why. */
export const leftOut: Readonly<Record<string, Bilingual>> = {
  'otp.late': betweenCitizenAndVneid,
  'otp.lost': betweenCitizenAndVneid,
  'otp.old-phone': betweenCitizenAndVneid,
};

/**
 * Those meant by names, each a family (`jwks`), a fault (`id-token.missing-claim`) or a deviation; and what they say
 * nothing without: an app that hears no proper logout token cannot be deceived by another.
 */
export function named(names: readonly string[]): Deviation[] {
  const meant = deviations.filter(({ name }) =>
    names.some((one) => name === one || name.startsWith(`${one}.`) || name.startsWith(`${one}/`)),
  );
  const logout = meant.some(({ expects }) => expects === 'kept');
  return deviations.filter((one) => meant.includes(one) || (logout && one.expects === 'ended'));
}
