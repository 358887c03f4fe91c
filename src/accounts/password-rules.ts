import { problem } from '../errors.ts';
import type { CitizenRow } from '../store/schema.ts';
import { lengthOf, longestPassword } from './passwords.ts';

/** ASVS 6.2.1. NIST SP 800-63B-4 asks for 15 where the password is alone; here a code goes with it from level 2 on. */
const shortestPassword = 8;

/** ASVS 6.1.2, 6.2.11: words of this place, which are guessed first whatever is hung on them. */
const contextWords = new Set([
  'vneid',
  'dinhdanh',
  'dinhdanhdientu',
  'cancuoc',
  'cancuoccongdan',
  'cccd',
  'congdan',
  'congan',
  'bocongan',
  'dancuquocgia',
  'dichvucong',
  'ihanoi',
  'matkhau',
  'password',
  'passw0rd',
]);

/** ASVS 6.2.4: what heads every list of leaked passwords, eight characters and longer, folded. */
const commonPasswords = new Set([
  'qwertyuiop',
  'qwerty123',
  'qwerty12345',
  '1q2w3e4r',
  '1q2w3e4r5t',
  '1qaz2wsx',
  'q1w2e3r4',
  'qazwsxedc',
  'asdfghjkl',
  'zxcvbnm123',
  'abc12345',
  'abcd1234',
  'abcdefgh',
  'a1b2c3d4',
  'aa123456',
  'a12345678',
  'iloveyou',
  'iloveyou1',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'superman',
  'starwars',
  'welcome1',
  'letmein1',
  'trustno1',
  'admin123',
  'administrator',
  'changeme',
  'computer',
  'internet',
  'whatever',
  'dragon123',
  'monkey123',
  'anhyeuem',
  'anhyeuem1',
  'emyeuanh',
  'yeuemnhieu',
  'khongbiet',
  'khongcomatkhau',
  'vietnam1',
  'vietnam123',
  'saigon123',
  'nguyenvana',
  'giadinh1',
  'conyeume',
  'bimatquansu',
  '147258369',
  '123123123',
  '123321123',
  '987654321',
  '11223344',
  '12341234',
  '12121212',
  '31415926',
]);

/**
 * Whether a citizen may take this password: 8 to 256 characters, nothing asked of their kind (NIST SP 800-63B-4 §3.1.1),
 * and not one that is guessed first.
 * @throws VneidError `password.short`, `password.long`, `password.common`
 */
export function checkNewPassword(
  password: string,
  citizen: Pick<CitizenRow, 'number' | 'full_name' | 'birth_date' | 'phone'>,
): void {
  const length = lengthOf(password);
  if (length < shortestPassword) throw problem('password.short', { least: shortestPassword, length });
  if (length > longestPassword) throw problem('password.long', { most: longestPassword });
  if (isCommon(password) || isAbout(password, citizen)) throw problem('password.common');
}

/** Also as written by those who were once told to put a sign into it: "P@$$w0rd". */
function isCommon(password: string): boolean {
  return [password, password.replaceAll('@', 'a').replaceAll('$', 's')].map(fold).some((folded) => {
    const word = folded.replaceAll(/^[0-9]+|[0-9]+$/g, '');
    return commonPasswords.has(folded) || contextWords.has(word) || isRun(folded);
  });
}

/** Made of what a neighbour knows: the number, the phone, the birthday, the name. */
function isAbout(
  password: string,
  citizen: Pick<CitizenRow, 'number' | 'full_name' | 'birth_date' | 'phone'>,
): boolean {
  const folded = fold(password);
  const [year = '', month = '', day = ''] = citizen.birth_date.split('-');
  const known = [citizen.number, citizen.phone ?? citizen.number, day + month + year, year + month + day];
  const name = fold(citizen.full_name);
  return known.includes(folded) || folded.replaceAll(/[0-9]/g, '') === name;
}

/** "aaaaaaaa", "12345678", "hgfedcba": every step from one character to the next is the same, and small. */
function isRun(folded: string): boolean {
  const codes = Array.from(folded, (character) => character.charCodeAt(0));
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}

/** Lower case, without diacritics and punctuation: "Mật khẩu-2024" is guessed as soon as "matkhau2024". */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replaceAll(/[^a-z0-9]/g, '');
}
