import type { Citizen } from '../citizen.ts';
import type { Label } from '../codes.ts';
import { ageOn, birthdayAt } from '../dates.ts';
import { makeDay } from '../generator/person.ts';
import { censusYear } from '../generator/plan.ts';
import { type Random, weighted } from '../generator/random.ts';
import type { PaperOf } from './paper.ts';

export type InsurancePaper = PaperOf<'health-insurance', Insurance>;

/** What is particular to a health-insurance card. */
export interface Insurance {
  group: InsuranceGroup;
  benefit: keyof typeof benefits;
  /** Where its holder registered for first treatment: name, and the five characters of a facility's code. */
  place: string;
  placeCode: string;
}

/** Groups of the insured by the two letters of a card's old number (Decision 1351/QĐ-BHXH of 2015), and their benefit. */
export const insuranceGroups = {
  TE: { benefit: 1, vi: 'Trẻ em dưới 6 tuổi', en: 'Child under 6' },
  HS: { benefit: 4, vi: 'Học sinh', en: 'Pupil' },
  SV: { benefit: 4, vi: 'Sinh viên', en: 'Student' },
  DN: { benefit: 4, vi: 'Người lao động trong doanh nghiệp', en: 'Employee of an enterprise' },
  HC: { benefit: 4, vi: 'Cán bộ, công chức, viên chức', en: 'Public employee' },
  GD: { benefit: 4, vi: 'Hộ gia đình', en: 'Household' },
  HT: { benefit: 3, vi: 'Người hưởng lương hưu', en: 'Pensioner' },
  BT: { benefit: 2, vi: 'Bảo trợ xã hội', en: 'Social protection' },
} as const satisfies Record<string, Label & { benefit: keyof typeof benefits }>;

export type InsuranceGroup = keyof typeof insuranceGroups;

/** What the fund pays of a treatment within its list, by the digit of the card. */
export const benefits = {
  1: { vi: '100 %, không giới hạn dịch vụ kỹ thuật', en: '100 %, without limits on services' },
  2: { vi: '100 %', en: '100 %' },
  3: { vi: '95 %', en: '95 %' },
  4: { vi: '80 %', en: '80 %' },
  5: { vi: '100 %, kể cả ngoài phạm vi hưởng', en: '100 %, also beyond the list' },
} as const satisfies Record<number, Label>;

/** The personal number is the number of a card since this day. */
const personalNumberSince = '2025-08-01';

/** Sample facilities: no such place exists. */
export const facilities = [
  ['Bệnh viện Đa khoa Mẫu Hà Nội', '01M01'],
  ['Bệnh viện Mẫu Thăng Long', '01M02'],
  ['Trung tâm Y tế Mẫu Sông Hồng', '01M03'],
  ['Trạm Y tế phường Mẫu', '01M04'],
] as const;

const workers = weighted([
  ['DN', 68],
  ['HC', 12],
  ['GD', 20],
] as const);
const elders = weighted([
  ['HT', 62],
  ['BT', 14],
  ['GD', 24],
] as const);

/**
 * The card of someone as of a day, or none: nearly everyone is insured, children under 6 by law. A child's lasts to its
 * sixth birthday, or to 30/9 of that year, when schools have begun, if that is later; a pupil's and a student's for
 * twelve months from 1/10, a household's for twelve months; a worker's and a pensioner's has no end.
 */
export function drawInsurance(
  random: Random,
  holder: Pick<Citizen, 'birthDate' | 'diedOn'>,
  asOf: string,
): InsurancePaper[] {
  const age = ageOn(holder.birthDate, asOf);
  if (!random.chance(age < 6 ? 0.99 : 0.94)) return [];
  const group = groupAt(random, age);
  const [place, placeCode] = random.pick(facilities);
  const issuedOn = issueDay(random, group, holder.birthDate, asOf);
  return [
    {
      kind: 'health-insurance',
      issuedOn,
      expiresOn: holder.diedOn ?? insuranceEnd(group, holder.birthDate, issuedOn),
      state: 'valid',
      facts: { group, benefit: insuranceGroups[group].benefit, place, placeCode },
    },
  ];
}

function groupAt(random: Random, age: number): InsuranceGroup {
  if (age < 6) return 'TE';
  if (age < 18) return 'HS';
  if (age < 23 && random.chance(0.55)) return 'SV';
  return random.draw(age < 60 ? workers : elders);
}

function issueDay(random: Random, group: InsuranceGroup, birthDate: string, asOf: string): string {
  const year = Number(asOf.slice(0, 4));
  if (group === 'TE') return birthDate.length === 4 ? `${birthDate}-01-01` : birthDate;
  if (group === 'HS' || group === 'SV') return `${asOf.slice(5) < '10-01' ? year - 1 : year}-10-01`;
  const least = `${Number(birthDate.slice(0, 4)) + 18}-12-31`;
  const first = Math.min(year, Math.max(group === 'GD' ? year : 2017, Number(least.slice(0, 4))));
  const day = makeDay(random, Math.min(censusYear, random.between(first, year)));
  return day < asOf ? day : asOf;
}

/** Last day of a card of this group that is issued on a day. */
export function insuranceEnd(group: InsuranceGroup, birthDate: string, issuedOn: string): string | null {
  if (group === 'TE') {
    const sixth = birthdayAt(birthDate, 6);
    const september = `${sixth.slice(0, 4)}-09-30`;
    return sixth > september ? sixth : september;
  }
  if (group === 'HS' || group === 'SV') return `${Number(issuedOn.slice(0, 4)) + 1}-09-30`;
  return group === 'GD' ? birthdayAt(issuedOn, 1) : null;
}

/** The personal number; until 31/7/2025 fifteen characters: group, benefit, Hà Nội (01) and ten digits of insurance. */
export function drawInsuranceNumber(
  random: Random,
  { number }: Pick<Citizen, 'number'>,
  { issuedOn, facts }: InsurancePaper,
): string {
  if (issuedOn >= personalNumberSince) return number;
  return `${facts.group}${facts.benefit}0101${String(random.between(0, 99_999_999)).padStart(8, '0')}`;
}
