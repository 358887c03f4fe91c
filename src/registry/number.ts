import { type InBoth, problem } from '../errors.ts';

/**
 * The registry: citizens, households, organisations, their numbers, cards and addresses. It owns who a person is; it does
 * not know accounts' credentials, logins or tokens.
 *
 * This file is the personal number (số định danh cá nhân), 12 digits: `PPP` place of birth registration, `C` century and
 * sex, `YY` birth year, `NNNNNN` serial. Decree 137/2015/NĐ-CP Art 13, Circular 07/2016/TT-BCA, Law 26/2023/QH15 Art 12.
 * It has no public check digit, and it never changes because provinces merge.
 */
export interface PersonalNumber {
  /** Three digits: the place of birth registration. */
  prefix: string;
  sex: 'male' | 'female';
  /** 1900–2399. */
  birthYear: number;
  /** Six digits. */
  serial: string;
  /** True when the birth was registered abroad; see {@link isAbroad}. */
  abroad: boolean;
}

/** What is wrong with a number, most basic first. */
export type NumberFault = 'not-digits' | 'length' | 'prefix' | 'sex' | 'birth-year';

export type NumberVerdict = { ok: true; parsed: PersonalNumber } | { ok: false; fault: NumberFault; found: InBoth };

/** The 63 prefixes of Circular 07/2016/TT-BCA Appendix 1, each "0" and the two digits of the statistics office. */
const provincePrefixes = new Set(
  (
    '001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 ' +
    '044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 ' +
    '089 091 092 093 094 095 096'
  ).split(' '),
);

/** The prefix this emulator gives to its own people who were registered abroad. */
export const abroadPrefix = '999';

/** True for one of the 63 province prefixes. */
export function isProvince(prefix: string): boolean {
  return provincePrefixes.has(prefix);
}

/**
 * True for a prefix that stands for a country. Circular 07/2016 Appendix 2 lists the codes, and that list was not
 * obtained: the emulator takes every prefix from 100 to 999 for some country and does not say which.
 */
export function isAbroad(prefix: string): boolean {
  return /^[1-9]\d\d$/.test(prefix);
}

/**
 * Puts a number together.
 * @param serial 0 to 999999
 * @throws VneidError `registry.numberInvalid` when a part is out of range
 */
export function buildNumber(prefix: string, sex: 'male' | 'female', birthYear: number, serial: number): string {
  const century = Math.floor(birthYear / 100) - 19;
  const number =
    Number.isInteger(serial) && serial >= 0 && serial <= 999_999 && century >= 0 && century <= 4
      ? `${prefix}${century * 2 + (sex === 'female' ? 1 : 0)}${pad(birthYear % 100, 2)}${pad(serial, 6)}`
      : `${prefix}/${birthYear}/${serial}`;
  parseNumber(number);
  return number;
}

/**
 * Takes a number apart.
 * @throws VneidError `registry.numberInvalid` saying what is wrong
 */
export function parseNumber(number: string): PersonalNumber {
  const verdict = checkNumber(number);
  if (!verdict.ok) {
    throw problem('registry.numberInvalid', { number, found: verdict.found });
  }
  return verdict.parsed;
}

/**
 * Judges a number by itself and, when given, against the person who is to hold it.
 * @param person sex, birth date (`YYYY-MM-DD` or `YYYY`) and place of birth registration that the number must agree with
 */
export function checkNumber(
  number: string,
  person: { sex?: 'male' | 'female'; birthDate?: string; birthRegistration?: string } = {},
): NumberVerdict {
  if (!/^\d*$/.test(number)) {
    const stranger = [...number].find((letter) => !/\d/.test(letter)) ?? '';
    return wrong(
      'not-digits',
      `chỉ được có chữ số, nhưng có ký tự "${stranger}"`,
      `only digits are allowed, but it has the character "${stranger}"`,
    );
  }
  if (number.length !== 12) {
    return wrong('length', `có ${number.length} chữ số thay vì 12`, `it has ${number.length} digits instead of 12`);
  }
  const prefix = number.slice(0, 3);
  const abroad = isAbroad(prefix);
  if (!abroad && !isProvince(prefix)) {
    return wrong(
      'prefix',
      `mã nơi đăng ký khai sinh ${prefix} không tồn tại`,
      `no province or country of birth registration has the code ${prefix}`,
    );
  }
  if (person.birthRegistration !== undefined && person.birthRegistration !== prefix) {
    return wrong(
      'prefix',
      `ba chữ số đầu là ${prefix}, không phải nơi đăng ký khai sinh ${person.birthRegistration}`,
      `the first three digits are ${prefix}, not the place of birth registration ${person.birthRegistration}`,
    );
  }
  const digit = Number(number[3]);
  const sex = digit % 2 === 0 ? 'male' : 'female';
  const birthYear = 1900 + Math.floor(digit / 2) * 100 + Number(number.slice(4, 6));
  if (person.sex !== undefined && person.sex !== sex) {
    return wrong(
      'sex',
      `chữ số thứ tư là ${digit} (${sex === 'male' ? 'nam' : 'nữ'}), khác giới tính đã khai`,
      `the fourth digit ${digit} means ${sex}, not ${person.sex}`,
    );
  }
  const declared = person.birthDate?.slice(0, 4);
  if (declared !== undefined && declared !== String(birthYear)) {
    return wrong(
      'birth-year',
      `các chữ số từ thứ tư đến thứ sáu (${number.slice(3, 6)}) là của người sinh năm ${birthYear}, không phải ${declared}`,
      `the fourth to sixth digits (${number.slice(3, 6)}) are of someone born in ${birthYear}, not ${declared}`,
    );
  }
  return { ok: true, parsed: { prefix, sex, birthYear, serial: number.slice(6), abroad } };
}

function wrong(fault: NumberFault, vi: string, en: string): NumberVerdict {
  return { ok: false, fault, found: { vi, en } };
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
