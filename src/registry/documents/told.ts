import type { Citizen } from '../citizen.ts';
import { ageOn, birthdayAt, dayBefore } from '../dates.ts';
import { dayTold } from '../told/dates.ts';
import { textTold } from '../told/person.ts';
import { unfit } from '../unfit.ts';
import type { Paper } from './draw.ts';
import { facilities, type Insurance, insuranceEnd, insuranceGroups } from './insurance.ts';
import { type Licence, licenceClasses, licenceEnd } from './licence.ts';
import type { Vehicle } from './vehicle.ts';

/** What somebody says of a paper; what is not told is what such a paper usually says. */
export interface ToldPaper {
  issuedOn?: string | undefined;
  /** Null for one without an end. */
  expiresOn?: string | null | undefined;
  /** `expired` is said of the last day: it was yesterday. */
  state?: Paper['state'] | 'expired' | undefined;
  facts?: Partial<Licence & Vehicle & Insurance> | undefined;
}

/** A new paper of a kind. @throws VneidError `registry.unfit` */
export function paperTold(kind: Paper['kind'], told: ToldPaper, holder: Citizen, today: string): Paper {
  return changedPaper(blank(kind, told, holder, today), told, holder, today);
}

/** A paper as it is when what was told is true. @throws VneidError `registry.unfit` */
export function changedPaper<P extends Paper>(paper: P, told: ToldPaper, holder: Citizen, today: string): P {
  if (told.state === 'expired') {
    const expiresOn = dayBefore(today);
    const issuedOn = told.issuedOn ?? (paper.issuedOn < expiresOn ? paper.issuedOn : expiresOn);
    return changedPaper(paper, { ...told, state: 'valid', issuedOn, expiresOn }, holder, today);
  }
  const issuedOn = dayTold('issuedOn', told.issuedOn ?? paper.issuedOn, { from: holder.birthDate, today });
  const expiresOn = told.expiresOn === undefined ? paper.expiresOn : told.expiresOn;
  if (expiresOn !== null) dayTold('expiresOn', expiresOn, { from: issuedOn });
  const facts = Object.fromEntries(
    Object.entries(told.facts ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? textTold(`facts.${name}`, value) : value]],
    ),
  );
  const changed = {
    ...paper,
    issuedOn,
    expiresOn,
    state: told.state ?? paper.state,
    facts: { ...paper.facts, ...facts },
  };
  if (told.state === 'valid' && told.expiresOn === undefined && expiresOn !== null && expiresOn < today)
    throw unfit(
      'state',
      { vi: `giấy tờ đã hết hạn ngày ${expiresOn}`, en: `it ended on ${expiresOn}` },
      {
        vi: 'Nêu thêm "expiresOn": một ngày, hoặc null nếu không thời hạn',
        en: 'Give "expiresOn" too: a day, or null for no end',
      },
    );
  if (changed.kind === 'driving-licence') refuseTooYoung(changed.facts.class, issuedOn, holder);
  return changed;
}

/** With the day of issue, on which its end depends. */
function blank(kind: Paper['kind'], told: ToldPaper, holder: Citizen, today: string): Paper {
  const { issuedOn = today, facts = {} } = told;
  const begun = { issuedOn, expiresOn: null, state: 'valid' } as const;
  switch (kind) {
    case 'driving-licence': {
      const name = facts.class ?? 'A1';
      return {
        ...begun,
        kind,
        expiresOn: licenceEnd(issuedOn, licenceClasses[name].term),
        facts: { class: name, points: 12 },
      };
    }
    case 'vehicle': {
      const type = facts.type ?? 'motorbike';
      const make = type === 'car' ? 'Sao La S2' : 'Én Xanh 110';
      return {
        ...begun,
        kind,
        facts: { type, make, colour: 'white', chassis: 'XMAU0000000000000', engine: 'MAU0000000' },
      };
    }
    case 'health-insurance': {
      const group = facts.group ?? (ageOn(holder.birthDate, issuedOn) < 6 ? 'TE' : 'GD');
      const [place, placeCode] = facilities[0];
      const { benefit } = insuranceGroups[group];
      return {
        ...begun,
        kind,
        expiresOn: insuranceEnd(group, holder.birthDate, issuedOn),
        facts: { group, benefit, place, placeCode },
      };
    }
  }
}

function refuseTooYoung(name: Licence['class'], issuedOn: string, { birthDate }: Citizen): void {
  const { least } = licenceClasses[name];
  const from = birthdayAt(birthDate, least);
  if (issuedOn >= from) return;
  throw unfit(
    'issuedOn',
    {
      vi: `hạng ${name} cấp ngày ${issuedOn}, trước ${least} tuổi`,
      en: `class ${name} issued on ${issuedOn}, before the age of ${least}`,
    },
    { vi: `Từ ${from} trở đi (Luật 36/2024/QH15 Điều 59)`, en: `${from} or later (Law 36/2024/QH15 Art 59)` },
  );
}
