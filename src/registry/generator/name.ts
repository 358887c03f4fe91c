import { foldName } from '../names.ts';
import type { Random } from './random.ts';
import { fourWordShare, givenNames, middles, otherSurnames, plainMiddleShare, surnames } from './words.ts';

/** A name with the spellings that a row of the registry needs. */
export interface MadeName {
  family: string;
  middle: string;
  given: string;
  full: string;
  search: string;
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
  return { family, middle, given, full, search: fold(full) };
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

const folded = new Map<string, string>();

/** `foldName` of a text whose words are few and come again and again. */
function fold(text: string): string {
  return text
    .split(' ')
    .map((word) => {
      let plain = folded.get(word);
      if (plain === undefined) {
        plain = foldName(word);
        folded.set(word, plain);
      }
      return plain;
    })
    .join(' ');
}
