import { foldName } from '../names.ts';
import type { Random } from './random.ts';
import { fourWordShare, givenNames, middles, otherSurnames, plainMiddleShare, surnames } from './words.ts';

/** A name, in parts and whole. */
export interface MadeName {
  family: string;
  middle: string;
  given: string;
  full: string;
}

/** A surname as it is spread among the people with this ethnic code. */
export function makeSurname(random: Random, ethnicity: string): string {
  return random.draw(otherSurnames[ethnicity] ?? surnames);
}

/** A name of someone of this surname, sex and birth year. */
export function makeName(random: Random, family: string, sex: 'male' | 'female', birthYear: number): MadeName {
  const given = random.draw(givenNames(sex, birthYear));
  const middle = makeMiddle(random, given, sex, birthYear);
  const full = middle === '' ? `${family} ${given}` : `${family} ${middle} ${given}`;
  return { family, middle, given, full };
}

function makeMiddle(random: Random, given: string, sex: 'male' | 'female', birthYear: number): string {
  if (random.chance(sex === 'male' ? 0.0093 : 0.002)) return '';
  const ornate = () => {
    const word = random.draw(middles[sex]);
    return word === given ? (sex === 'male' ? 'Đình' : 'Diệu') : word;
  };
  const plain = random.chance(plainMiddleShare(sex, birthYear));
  const first = plain ? (sex === 'male' ? 'Văn' : 'Thị') : sex === 'female' && random.chance(0.2) ? 'Ngọc' : ornate();
  if (first === given) return sex === 'male' ? 'Đình' : 'Diệu';
  if (!random.chance(fourWordShare(sex, birthYear))) return first;
  const second = ornate();
  return second === first ? first : `${first} ${second}`;
}

/** What a made name looks like to search, as `foldName` has it: its parts are few and come again and again. */
export function searchName({ family, middle, given }: MadeName): string {
  return middle === '' ? `${folded(family)} ${folded(given)}` : `${folded(family)} ${folded(middle)} ${folded(given)}`;
}

const foldedParts = new Map<string, string>();

function folded(part: string): string {
  let plain = foldedParts.get(part);
  if (plain === undefined) {
    plain = foldName(part);
    foldedParts.set(part, plain);
  }
  return plain;
}
