import { cardExpiry } from '../card.ts';
import { censusDay, censusYear } from './plan.ts';
import { type Random, weighted } from './random.ts';

/** The parts of a person that follow from age alone, drawn one by one. */
const cardYears = weighted([
  [2021, 38],
  [2022, 24],
  [2023, 9],
  [2024, 11],
  [2025, 10],
  [2026, 8],
] as const);
const bloodTypes = weighted([
  ['O', 43],
  ['B', 30],
  ['A', 21],
  ['AB', 6],
] as const);

/** Before this day nobody had a card who was not 14 (Law 26/2023/QH15 Art 19; Law 59/2014/QH13 Art 19). */
const childrenSince = '2024-07-01';

/** The first digits of the nine-digit CMND by province of birth registration; 01 is Hà Nội. Estimates. */
const oldPrefixes: Record<string, string> = {
  '036': '16',
  '034': '15',
  '035': '168',
  '030': '14',
  '033': '145',
  '027': '125',
  '024': '12',
  '026': '135',
  '025': '13',
  '038': '17',
  '040': '18',
  '037': '164',
  '017': '113',
  '031': '03',
};

export interface MadeCard {
  kind: 'can-cuoc' | 'cccd';
  issuedOn: string;
  expiresOn: string | null;
  state: 'valid' | 'revoked' | 'held';
}

/** A day of a year that is not after the census, nor before `notBefore`, which must be of that year or earlier. */
export function makeDay(random: Random, year: number, notBefore = ''): string {
  const month = random.between(1, year === censusYear ? 10 : 12);
  const day = random.between(1, month === 2 ? 28 : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
  const text = `${year}-${two(month)}-${two(day)}`;
  return text < notBefore ? notBefore : text;
}

/**
 * A card, or null: nearly everyone of 14 has one (Law 26/2023 Art 19), some children do. Chip cards are issued since 2021;
 * most people whose card ran out have changed it, the rest carry one that has expired.
 */
export function makeCard(random: Random, birthDate: string): MadeCard | null {
  const birthYear = Number(birthDate.slice(0, 4));
  const age = censusYear - birthYear;
  if (!random.chance(age >= 15 ? 0.975 : age >= 6 ? 0.25 : 0.03)) return null;
  const of14 = `${birthYear + 14}${birthDate.slice(4)}`;
  const first = age >= 15 ? of14 : birthDate > childrenSince ? birthDate : childrenSince;
  const year = Math.max(random.draw(cardYears), Number(first.slice(0, 4)));
  let issuedOn = makeDay(random, year, first.startsWith(String(year)) ? first : '');
  if (issuedOn > censusDay) issuedOn = censusDay;
  let expiresOn = cardExpiry(birthDate, issuedOn);
  if (expiresOn !== null && expiresOn < censusDay && random.chance(0.93)) {
    issuedOn = expiresOn;
    expiresOn = cardExpiry(birthDate, issuedOn);
  }
  const state = random.chance(0.004) ? (random.chance(0.5) ? 'revoked' : 'held') : 'valid';
  return { kind: issuedOn < '2024-07-01' ? 'cccd' : 'can-cuoc', issuedOn, expiresOn, state };
}

/** The nine digits of a CMND, for those old enough to have had one before 2016. */
export function makeOldNumber(random: Random, prefix: string, birthYear: number): string | null {
  if (birthYear > 2001 || !random.chance(0.9)) return null;
  const start = oldPrefixes[prefix] ?? '01';
  return start + String(random.between(0, 999_999_999)).padStart(9, '0').slice(start.length);
}

/** Known for one person in three. */
export function makeBloodGroup(random: Random): 'A' | 'B' | 'AB' | 'O' | null {
  return random.chance(0.34) ? random.draw(bloodTypes) : null;
}

/** The level of the account of someone alive, or null for none: level 2 for most, fewer among the old and the young. */
export function makeAccountLevel(random: Random, birthDate: string, card: MadeCard | null): 1 | 2 | null {
  if (card === null) return null;
  const age = censusYear - Number(birthDate.slice(0, 4));
  const share = age < 6 ? 0 : age < 15 ? 0.3 : age < 18 ? 0.6 : age < 60 ? 0.92 : age < 75 ? 0.66 : 0.35;
  if (!random.chance(share)) return null;
  return random.chance(age < 15 ? 0.7 : 0.07) ? 1 : 2;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
