import type { RelationToHead } from '../codes.ts';
import { type Random, weighted } from './random.ts';

/** The year of the generated census; nobody is born, issued a card or dead after {@link censusDay}. */
export const censusYear = 2026;
export const censusDay = '2026-11-01';

/** Someone of a planned household: age, sex and place in it. Relations are indices into the household. */
export interface Member {
  relation: RelationToHead;
  sex: 'male' | 'female';
  birthYear: number;
  marital: 'single' | 'married' | 'divorced' | 'widowed';
  father: number | null;
  mother: number | null;
  spouse: number | null;
  /** Year of death; the dead stay in the registry and leave the household. */
  diedIn: number | null;
}

const kinds = weighted([
  ['couple', 59],
  ['three generations', 19],
  ['old couple', 6],
  ['alone', 8],
  ['one parent', 8],
] as const);
const wishes = weighted([
  [0, 4],
  [1, 24],
  [2, 52],
  [3, 16],
  [4, 4],
] as const);

/**
 * Plans who lives together, so that ages fit: husbands are about three years older, mothers 19 to 42 at each birth,
 * fathers at least 21, children two years or more apart, grown children mostly gone. The head comes first.
 */
export function planHousehold(random: Random): Member[] {
  const kind = random.draw(kinds);
  if (kind === 'alone') return [alone(random)];
  if (kind === 'one parent') return oneParent(random);
  const members = kind === 'old couple' ? couple(random, 58, 86) : couple(random, 24, kind === 'couple' ? 58 : 50);
  if (kind !== 'old couple') addChildren(random, members, 0, 1);
  if (kind === 'three generations') addGrandparents(random, members);
  // every ninth family names the wife as its head
  if (kind !== 'three generations' && random.chance(0.11)) swapHead(members);
  return members;
}

function alone(random: Random): Member {
  const sex = random.chance(0.5) ? 'male' : 'female';
  const age = random.chance(0.5) ? random.between(20, 34) : random.between(35, 90);
  // as young as that nobody of ours has married, so nobody is divorced
  const marital =
    age < 24 || random.chance(age < 35 ? 0.95 : 0.3)
      ? 'single'
      : random.chance(age > 60 ? 0.85 : 0.2)
        ? 'widowed'
        : 'divorced';
  return member('head', sex, censusYear - age, marital);
}

function oneParent(random: Random): Member[] {
  const sex = random.chance(0.8) ? 'female' : 'male';
  const age = random.between(24, 56);
  const marital = random.chance(0.6) ? 'divorced' : sex === 'female' && random.chance(0.4) ? 'single' : 'widowed';
  const members = [member('head', sex, censusYear - age, marital)];
  addChildren(random, members, sex === 'male' ? 0 : null, sex === 'female' ? 0 : null);
  return members;
}

function couple(random: Random, youngest: number, oldest: number): Member[] {
  const age = random.between(youngest, oldest);
  const older = Math.round(3 + (random.next() + random.next() + random.next() - 1.5) * 5);
  const wifeYear = Math.min(censusYear - age + older, censusYear - 20);
  const husband = { ...member('head', 'male', censusYear - age, 'married'), spouse: 1 };
  return [husband, { ...member('wife', 'female', wifeYear, 'married'), spouse: 0 }];
}

function addChildren(random: Random, members: Member[], father: number | null, mother: number | null): void {
  const fatherYear = father === null ? undefined : members[father]?.birthYear;
  const motherYear = (mother === null ? undefined : members[mother]?.birthYear) ?? (fatherYear ?? 0) + 2;
  let year = Math.max(motherYear + random.between(20, 30), (fatherYear ?? 0) + 21);
  for (let left = random.draw(wishes); left > 0 && year <= censusYear && year <= motherYear + 42; left--) {
    const age = censusYear - year;
    // the young move out: two in five are home at 23, one in ten at 35
    if (age < 23 || random.chance(age < 35 ? 0.4 : 0.1)) {
      members.push({ ...member('child', random.chance(0.53) ? 'male' : 'female', year, 'single'), father, mother });
    }
    year += random.between(2, 5);
  }
}

function addGrandparents(random: Random, members: Member[]): void {
  const ofHusband = random.chance(0.85);
  const child = members[ofHusband ? 0 : 1];
  if (!child) return;
  const motherYear = child.birthYear - random.between(19, 34);
  const fatherYear = Math.min(motherYear - random.between(-1, 7), child.birthYear - 21);
  const [father, mother] = [members.length, members.length + 1];
  child.father = father;
  child.mother = mother;
  const diedIn = (year: number) => {
    const age = censusYear - year;
    return random.chance((age - 52) / 70) ? censusYear - random.between(1, Math.min(10, age - 46)) : null;
  };
  const fatherDied = diedIn(fatherYear);
  const motherDied = fatherDied === null ? diedIn(motherYear) : null;
  members.push({
    ...member(ofHusband ? 'father' : 'wifes-father', 'male', fatherYear, motherDied === null ? 'married' : 'widowed'),
    spouse: mother,
    diedIn: fatherDied,
  });
  members.push({
    ...member(ofHusband ? 'mother' : 'wifes-mother', 'female', motherYear, fatherDied === null ? 'married' : 'widowed'),
    spouse: father,
    diedIn: motherDied,
  });
}

/** Makes the wife the head: she comes first, and indices follow. */
function swapHead(members: Member[]): void {
  const [husband, wife] = members;
  if (!husband || !wife) return;
  const moved = (index: number | null) => (index === 0 ? 1 : index === 1 ? 0 : index);
  members[0] = { ...wife, relation: 'head', spouse: 1 };
  members[1] = { ...husband, relation: 'husband', spouse: 0 };
  for (const one of members.slice(2)) {
    one.father = moved(one.father);
    one.mother = moved(one.mother);
  }
}

function member(
  relation: RelationToHead,
  sex: 'male' | 'female',
  birthYear: number,
  marital: Member['marital'],
): Member {
  return { relation, sex, birthYear, marital, father: null, mother: null, spouse: null, diedIn: null };
}
