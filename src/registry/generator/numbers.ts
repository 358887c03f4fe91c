import { castNumbers } from '../cast.ts';
import { type Member, planHousehold } from './plan.ts';
import { mix, type Random, random, weighted } from './random.ts';

/** A planned household whose members have numbers, and the stream that goes on drawing the rest of it. */
export interface NumberedPlan {
  members: Member[];
  /** Prefix of birth registration, by member. */
  prefixes: string[];
  /** Personal numbers, by member. */
  numbers: string[];
  random: Random;
}

/** Serials of one place, sex and year: as many households go by before serials come again. */
const span = 1_000_000;

/** Where the people of Hà Nội were registered at birth: mostly there, else in the provinces that sent most people. */
const prefixes = weighted([
  ['001', 640],
  ['036', 52],
  ['034', 46],
  ['035', 30],
  ['038', 38],
  ['040', 30],
  ['033', 26],
  ['030', 22],
  ['025', 20],
  ['026', 18],
  ['027', 14],
  ['024', 14],
  ['037', 12],
  ['031', 10],
  ['017', 8],
  ['019', 6],
  ['015', 4],
  ['042', 6],
  ['020', 4],
  ['014', 3],
] as const);

/**
 * The plan of the household at an index, with numbers that nobody else of the same seed has.
 *
 * Serials are a permutation of the household's index, shifted by place, sex and year: two households of one span of a
 * million never share a number, whoever lives in them, and no two of one sex and year live in one household. Where a plan
 * would repeat a number of a household a span before, or one of the cast, it is drawn again. So the whole depends on seed
 * and index alone, and nothing is remembered.
 */
export function numberedPlan(seed: number, index: number): NumberedPlan {
  const taken: string[] = [];
  for (let at = index % span; ; at += span) {
    const plan = firstFree(seed, at, taken);
    if (at === index) return plan;
    taken.push(...plan.numbers);
  }
}

function firstFree(seed: number, index: number, taken: string[]): NumberedPlan {
  for (let attempt = 0; ; attempt++) {
    const stream = random(seed, index, attempt);
    const members = planHousehold(stream);
    const from = members.map((one, at) => {
      const prefix = stream.draw(prefixes);
      return one.relation === 'child' && at > 0 && stream.chance(0.85) ? '001' : prefix;
    });
    const numbers = members.map((one, at) => numberOf(seed, index, from[at] ?? '001', one));
    const repeats = numbers.some((number) => taken.includes(number) || castNumbers.has(number));
    if (!repeats) return { members, prefixes: from, numbers, random: stream };
  }
}

/** Built by hand, because a million are: `buildNumber` of `../number.ts` says the same, and a test holds them together. */
function numberOf(seed: number, index: number, prefix: string, { sex, birthYear }: Member): string {
  const digit = (birthYear >= 2000 ? 2 : 0) + (sex === 'female' ? 1 : 0);
  const cell = Number(prefix) * 1000 + digit * 100 + (birthYear % 100);
  const serial = ((index % span) * stride(seed) + (mix([seed, cell], 7) >>> 0)) % span;
  const year = birthYear % 100;
  return `${prefix}${digit}${year < 10 ? '0' : ''}${year}${String(serial).padStart(6, '0')}`;
}

/** A step that visits every serial before it returns: coprime to a million. */
function stride(seed: number): number {
  return ((mix([seed], 11) >>> 0) % 50_000) * 20 + 387_421;
}
