import type { Citizen } from '../citizen.ts';
import type { Label } from '../codes.ts';
import { ageOn, birthdayAt } from '../dates.ts';
import { makeDay } from '../generator/person.ts';
import { type Random, weighted } from '../generator/random.ts';
import type { PaperOf } from './paper.ts';

export type LicencePaper = PaperOf<'driving-licence', Licence>;

/** What is particular to a driving licence. */
export interface Licence {
  class: LicenceClass;
  /** Of the twelve that every licence has since 1/1/2025 (Law 36/2024/QH15 Art 58). */
  points: number;
}

interface Rule extends Label {
  /** Years a holder must have lived. */
  least: number;
  /** Years it is good for; null for ever. */
  term: 5 | 10 | null;
}

/**
 * The common classes. A2, B2 and D are those of the law until 31/12/2024, which stay good for their term; A, B, C1 and D2
 * those of Law 36/2024/QH15 (Art 57 classes and terms, Art 59 ages); A1 and C have the same name in both.
 */
export const licenceClasses = {
  A1: { least: 18, term: null, vi: 'Xe mô tô hai bánh', en: 'Motorcycle' },
  A2: { least: 18, term: null, vi: 'Xe mô tô phân khối lớn', en: 'Large motorcycle' },
  A: { least: 18, term: null, vi: 'Xe mô tô phân khối lớn', en: 'Large motorcycle' },
  B2: { least: 18, term: 10, vi: 'Ô tô đến 9 chỗ, xe tải dưới 3,5 tấn', en: 'Car, lorry under 3.5 t' },
  B: { least: 18, term: 10, vi: 'Ô tô đến 8 chỗ, xe tải đến 3,5 tấn', en: 'Car, lorry up to 3.5 t' },
  C1: { least: 18, term: 10, vi: 'Xe tải đến 7,5 tấn', en: 'Lorry up to 7.5 t' },
  C: { least: 21, term: 5, vi: 'Xe tải', en: 'Lorry' },
  D: { least: 24, term: 5, vi: 'Xe khách 10 đến 30 chỗ', en: 'Bus of 10 to 30 seats' },
  D2: { least: 24, term: 5, vi: 'Xe khách đến 29 chỗ', en: 'Bus of up to 29 seats' },
} as const satisfies Record<string, Rule>;

export type LicenceClass = keyof typeof licenceClasses;

/** What an old class is called when it is issued or renewed under the new law. */
const renamed = { A1: 'A1', A2: 'A', B2: 'B', C: 'C', D: 'D2' } as const satisfies Record<string, LicenceClass>;
const newLawSince = '2025-01-01';
/** Plastic licences, the only ones that can be integrated, began to be issued in this year. */
const plasticSince = 2013;

const points = weighted([
  [12, 86],
  [10, 7],
  [8, 4],
  [6, 2],
  [2, 1],
] as const);

/** The licences of someone as of a day: none under 18; nearly everyone rides, fewer drive, a few for a living. */
export function drawLicences(random: Random, holder: Pick<Citizen, 'birthDate' | 'sex'>, asOf: string): LicencePaper[] {
  const age = ageOn(holder.birthDate, asOf);
  if (age < 18) return [];
  const male = holder.sex === 'male';
  const rides = random.chance(age > 75 ? 0.2 : male ? 0.92 : 0.8);
  const drives = random.chance(age < 21 ? 0.08 : age > 70 ? 0.05 : male ? 0.42 : 0.2);
  const forLiving = male && age >= 30 && age < 58 && random.chance(0.12);
  return [
    ...(rides ? [issued(random, random.chance(0.04) ? 'A2' : 'A1', holder.birthDate, asOf)] : []),
    ...(drives ? [issued(random, forLiving ? random.pick(['C', 'D']) : 'B2', holder.birthDate, asOf)] : []),
  ];
}

/** Issued within twelve years of the earliest day; renewed at each end of its term, but for one in fourteen. */
function issued(random: Random, old: keyof typeof renamed, birthDate: string, asOf: string): LicencePaper {
  const { least, term } = licenceClasses[old];
  const earliest = birthdayAt(birthDate, least);
  const from = Math.max(plasticSince, Number(earliest.slice(0, 4)));
  const year = random.between(from, Math.max(from, Math.min(from + 12, Number(asOf.slice(0, 4)))));
  let issuedOn = earlier(makeDay(random, year, earliest), asOf);
  let expiresOn = licenceEnd(issuedOn, term);
  while (expiresOn !== null && expiresOn < asOf && random.chance(0.93)) {
    issuedOn = expiresOn;
    expiresOn = licenceEnd(issuedOn, term);
  }
  return {
    kind: 'driving-licence',
    issuedOn,
    expiresOn,
    state: random.chance(0.006) ? 'revoked' : 'valid',
    facts: { class: issuedOn < newLawSince ? old : renamed[old], points: random.draw(points) },
  };
}

/** Last day of a licence that is good for so many years. */
export function licenceEnd(issuedOn: string, term: number | null): string | null {
  return term === null ? null : birthdayAt(issuedOn, term);
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

/** Twelve digits: Hà Nội (01), sex, the two digits of the year, seven of a serial. */
export function drawLicenceNumber(random: Random, { sex }: Pick<Citizen, 'sex'>, { issuedOn }: LicencePaper): string {
  const serial = String(random.between(0, 9_999_999)).padStart(7, '0');
  return `01${sex === 'male' ? 0 : 1}${issuedOn.slice(2, 4)}${serial}`;
}
