import type { Card, Citizen } from './citizen.ts';
import { machineName } from './names.ts';

/**
 * The machine-readable zone of a card: TD1 of ICAO Doc 9303 part 5, three lines of 30. The document number has nine
 * characters, so line 1 holds the last nine digits of the personal number and then all twelve.
 */
export function machineReadableZone(
  citizen: Pick<Citizen, 'number' | 'birthDate' | 'sex' | 'nationality' | 'name'>,
  card: Pick<Card, 'expiresOn'>,
): [string, string, string] {
  const short = citizen.number.slice(-9);
  const optional = `${citizen.number}<<`;
  const line1 = `IDVNM${short}${checkDigit(short)}${optional}${checkDigit(optional)}`;
  const born = birthField(citizen.birthDate);
  // ICAO has no sign for "never"; Vietnamese cards without a last day carry 31/12/1999
  const expires = card.expiresOn === null ? '991231' : card.expiresOn.slice(2).replaceAll('-', '');
  const dates = `${born}${checkDigit(born)}${citizen.sex === 'male' ? 'M' : 'F'}${expires}${checkDigit(expires)}`;
  const line2 = `${dates}${citizen.nationality}${'<'.repeat(11)}`;
  const composite = checkDigit(line1.slice(5) + line2.slice(0, 7) + line2.slice(8, 15) + line2.slice(18));
  return [line1, `${line2}${composite}`, nameLine(citizen.name)];
}

/**
 * The check digit of ICAO Doc 9303 part 3: weights 7, 3, 1; A is 10 and Z is 35; `<` is nothing.
 * @param text digits, capital letters and `<`
 */
export function checkDigit(text: string): string {
  const weights = [7, 3, 1];
  const sum = [...text].reduce((total, letter, index) => {
    const value = letter === '<' ? 0 : Number.parseInt(letter, 36);
    return total + value * (weights[index % 3] ?? 0);
  }, 0);
  return String(sum % 10);
}

/** `YYMMDD`; parts that are not known are `<` (Doc 9303 part 3 §4.8). */
function birthField(birthDate: string): string {
  return birthDate.slice(2).replaceAll('-', '').padEnd(6, '<');
}

/**
 * `NGUYEN<<VAN<AN`, padded to 30; someone of one name has no second part. A longer one is cut so that something of both
 * parts is left and a letter comes last, by which a reader sees that there is more (Doc 9303 part 5, truncation of names).
 */
function nameLine({ family, middle, given }: Citizen['name']): string {
  const later = machineName(`${middle} ${given}`);
  const first = machineName(family);
  const whole = first === '' ? later : `${first.slice(0, 27).replace(/<+$/, '')}<<${later}`;
  const cut = whole.slice(0, 30);
  return cut.replace(/(?<=[A-Z])[A-Z]<$/, `<${whole[30] ?? ''}`).padEnd(30, '<');
}
