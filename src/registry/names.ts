import { codePointOf } from '../readable.ts';
import type { Label } from './codes.ts';

/**
 * Names as the registry keeps, matches and prints them. Law 26/2023 Art 9 calls them "họ, chữ đệm và tên khai sinh".
 * Everything is NFC; two spellings of one name (Hòa and Hoà, Thúy and Thuý) stay as they were written and match in search.
 */
export interface NameParts {
  /** "Nguyễn"; empty for a person of one name. */
  family: string;
  /** "Thị Ngọc"; empty when there is none. */
  middle: string;
  /** "Anh". */
  given: string;
}

/** Where the tone mark goes in an open syllable: `old` writes Hòa, Thúy, khỏe; `new` writes Hoà, Thuý, khoẻ. */
export type ToneStyle = 'old' | 'new';

/** NFC, the plain apostrophe, one space between words, none around. */
export function tidyName(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Takes a full name apart: first word family, last word given, the rest between. A single word is a given name. Names of
 * the Ê-đê and their neighbours, known by the leading "H'" or "Y", put the family last: H'Mai Niê is of the family Niê.
 */
export function splitName(fullName: string): NameParts {
  const words = tidyName(fullName).split(' ');
  const first = words[0] ?? '';
  if (words.length === 1) return { family: '', middle: '', given: first };
  if (isFamilyLast(words)) {
    const start = first === 'Y' && words.length > 2 ? 2 : 1;
    return { family: words.slice(start).join(' '), middle: '', given: words.slice(0, start).join(' ') };
  }
  return { family: first, middle: words.slice(1, -1).join(' '), given: words.at(-1) ?? '' };
}

/** Puts the parts together in the order in which the name is said; the counterpart of {@link splitName}. */
export function fullName({ family, middle, given }: NameParts): string {
  const order = isFamilyLast(given.split(' ')) && family !== '' ? [given, middle, family] : [family, middle, given];
  return tidyName(order.join(' '));
}

function isFamilyLast(words: string[]): boolean {
  return /^(H'|Y$|Y-)/.test(words[0] ?? '');
}

/** Characters of a name: the longest that anybody bears has half as many. */
export const longestName = 100;

/**
 * What a name may not be: it has to have letters that a machine-readable zone can be made of (ICAO Doc 9303 part 3 §4), with
 * whatever marks. Undefined when nothing is wrong.
 * @param name tidied
 */
export function flawOfName(name: string): Label | undefined {
  const length = Array.from(name).length;
  if (length > longestName) return { vi: `có ${length} ký tự`, en: `it has ${length} characters` };
  if (machineName(name) === '') return { vi: 'không có chữ cái Latinh nào', en: 'it has no Latin letter' };
  const strange = Array.from(name).find((one) => !/[\p{Script=Latin}\p{M}' .-]/u.test(one));
  if (strange !== undefined) {
    const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(strange)
      ? `"${strange}" (${codePointOf(strange)})`
      : codePointOf(strange);
    return { vi: `có ký tự ${shown}`, en: `it has the character ${shown}` };
  }
  const heaped = /\p{M}{3,}/u.exec(name)?.[0];
  return heaped === undefined
    ? undefined
    : { vi: 'có chữ mang quá nhiều dấu', en: 'one of its letters has too many marks' };
}

const marks = /\p{M}+/gu;
/** Letters that are no other letter with a mark. */
const others: Record<string, string> = {
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  ħ: 'h',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ß: 'ss',
  ı: 'i',
};
const anyOther = new RegExp(`[${Object.keys(others).join('')}]`, 'g');

/**
 * What a name looks like to search: no diacritics, lower case, one space, đ as d, no apostrophe, a space for a hyphen.
 * "Nguyễn  Thị HOÀ", "nguyen thi hoa" and "Nguyễn Thị Hòa" are alike.
 */
export function foldName(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(marks, '')
    .toLowerCase()
    .replaceAll(anyOther, (letter) => others[letter] ?? '')
    .replaceAll(/['\u2018\u2019\u02bc\u0060\u00b4]/g, '')
    .replaceAll(/[-\u2010-\u2014\s]+/g, ' ')
    .trim();
}

/**
 * A name in the letters of a machine-readable zone: A–Z and `<` between words; "H'Mai" becomes HMAI, "Y-Sơn" Y<SON, and
 * "Søren" SOEREN (Doc 9303 part 3 §6).
 */
export function machineName(text: string): string {
  return foldName(text.replaceAll(/[øØ]/g, 'oe'))
    .toUpperCase()
    .replaceAll(/[^A-Z ]/g, '')
    .trim()
    .replaceAll(/ +/g, '<');
}

const tone = '[\u0300\u0301\u0303\u0309\u0323]';
const openOld = new RegExp(`(?<!q)(?:(o)(${tone})([ae])|(u)(${tone})(y))(?![\\p{L}\\p{M}])`, 'giu');
const openNew = new RegExp(`(?<!q)(?:(o)([ae])(${tone})|(u)(y)(${tone}))(?![\\p{L}\\p{M}])`, 'giu');

/**
 * Rewrites a text in one style of tone marks. Only open syllables on oa, oe and uy differ between the styles: Hoàn and
 * Quý are written one way only.
 */
export function withTones(text: string, style: ToneStyle): string {
  const found = style === 'new' ? openOld : openNew;
  return text
    .normalize('NFD')
    .replaceAll(found, (_all, ...groups: (string | undefined)[]) => {
      const [first, second, third] = groups.slice(0, 6).filter((group) => group !== undefined);
      return `${first}${third}${second}`;
    })
    .normalize('NFC');
}

/** The same text in the style it is not written in; unchanged when nothing in it differs between the styles. */
export function otherTones(text: string): string {
  const composed = text.normalize('NFC');
  const renewed = withTones(composed, 'new');
  return renewed === composed ? withTones(composed, 'old') : renewed;
}
