import type { Citizen } from '../citizen.ts';
import type { Label } from '../codes.ts';
import { birthdayAt } from '../dates.ts';
import { makeDay } from '../generator/person.ts';
import { type Random, weighted } from '../generator/random.ts';
import type { LicencePaper } from './licence.ts';
import type { PaperOf } from './paper.ts';

export type VehiclePaper = PaperOf<'vehicle', Vehicle>;

/** What is particular to the registration of a vehicle. Makes are invented; chassis and engine say MAU, "sample". */
export interface Vehicle {
  type: keyof typeof vehicleTypes;
  make: string;
  colour: keyof typeof vehicleColours;
  /** 17 characters. */
  chassis: string;
  engine: string;
}

export const vehicleTypes = {
  car: { vi: 'Xe ô tô', en: 'Car' },
  motorbike: { vi: 'Xe mô tô', en: 'Motorbike' },
} as const satisfies Record<string, Label>;

export const vehicleColours = {
  white: { vi: 'Trắng', en: 'White' },
  black: { vi: 'Đen', en: 'Black' },
  silver: { vi: 'Bạc', en: 'Silver' },
  red: { vi: 'Đỏ', en: 'Red' },
  blue: { vi: 'Xanh', en: 'Blue' },
  brown: { vi: 'Nâu', en: 'Brown' },
} as const satisfies Record<string, Label>;

const makes = {
  car: ['Sao La S2', 'Bạch Dương 7', 'Hải Đăng E', 'Trầm Hương 1.5'],
  motorbike: ['Én Xanh 110', 'Gió Nam 125', 'Chuồn Chuồn E', 'Cánh Buồm 150'],
} as const;
const colours = weighted([
  ['white', 30],
  ['black', 28],
  ['silver', 12],
  ['red', 16],
  ['blue', 10],
  ['brown', 4],
] as const);

/** Hà Nội's codes, Circular 24/2023/TT-BCA: 29 and 30 are the most common. */
const plateCodes = weighted([
  ['29', 34],
  ['30', 44],
  ['31', 4],
  ['32', 2],
  ['33', 12],
  ['40', 4],
] as const);
/** Series of private cars and of motorbikes. */
const [carSeries, motorbikeSeries] = ['AEFGHKLM', 'BCDEFGHKLMNPSTVXY'];

/** The vehicles of someone as of a day. Only those who may drive one own one here. */
export function drawVehicles(
  random: Random,
  holder: Pick<Citizen, 'birthDate'>,
  licences: readonly LicencePaper[],
  asOf: string,
): VehiclePaper[] {
  const rides = licences.some(({ facts }) => facts.class.startsWith('A'));
  const drives = licences.some(({ facts }) => !facts.class.startsWith('A'));
  const owned: Vehicle['type'][] = [];
  if (drives && random.chance(0.55)) owned.push('car');
  if (rides && random.chance(0.75)) owned.push('motorbike');
  return owned.map((type) => registered(random, type, holder.birthDate, asOf));
}

function registered(random: Random, type: Vehicle['type'], birthDate: string, asOf: string): VehiclePaper {
  const of18 = birthdayAt(birthDate, 18);
  const last = Number(asOf.slice(0, 4));
  const issuedOn = makeDay(
    random,
    random.between(Math.min(last, Math.max(2012, Number(of18.slice(0, 4)))), last),
    of18,
  );
  const digits = (count: number) => String(random.between(0, 10 ** count - 1)).padStart(count, '0');
  return {
    kind: 'vehicle',
    issuedOn: issuedOn < asOf ? issuedOn : asOf,
    expiresOn: null,
    state: random.chance(0.005) ? 'revoked' : 'valid',
    facts: {
      type,
      make: random.pick(makes[type]),
      colour: random.draw(colours),
      chassis: `XMAU${digits(6)}${digits(7)}`,
      engine: `MAU${digits(7)}`,
    },
  };
}

/** "30K-123.45" of a car, "29-B1 123.45" of a motorbike. */
export function drawPlate(random: Random, { facts }: VehiclePaper): string {
  const code = random.draw(plateCodes);
  const serial = String(random.between(0, 99_999)).padStart(5, '0');
  const number = `${serial.slice(0, 3)}.${serial.slice(3)}`;
  return facts.type === 'car'
    ? `${code}${random.pick([...carSeries])}-${number}`
    : `${code}-${random.pick([...motorbikeSeries])}${random.between(1, 9)} ${number}`;
}
