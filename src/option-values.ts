import { resolve } from 'node:path';
import type { InBoth } from './errors.ts';

/** That an option is not what it has to be, which is told in both languages. */
export class Misfit extends Error {
  readonly expected: InBoth;
  constructor(expected: InBoth, options?: ErrorOptions) {
    super(expected.en, options);
    this.expected = expected;
  }
}

/** What the value of an option is made of, from the text of an environment variable or from a caller: each throws a `Misfit`. */

export function text(value: unknown): string {
  return String(value);
}

export function oneOf<const T extends string>(...allowed: T[]): (value: unknown) => T {
  return (value) => {
    if (!allowed.includes(value as T))
      throw new Misfit({ vi: `một trong ${allowed.join(', ')}`, en: `one of ${allowed.join(', ')}` });
    return value as T;
  };
}

function integer(value: unknown, least: number, most: number): number {
  const number = typeof value === 'number' ? value : /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || number < least || number > most)
    throw new Misfit({ vi: `số nguyên từ ${least} đến ${most}`, en: `a whole number from ${least} to ${most}` });
  return number;
}

export function port(value: unknown): number {
  return integer(value, 0, 65_535);
}

export function count(value: unknown): number {
  return integer(value, 0, 100_000_000);
}

export function positive(value: unknown): number {
  return integer(value, 1, 10_000);
}

export function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new Misfit({ vi: 'true hoặc false', en: 'true or false' });
}

export function list(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return String(value)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function folder(value: unknown): string {
  if (String(value).trim() === '') throw new Misfit({ vi: 'một thư mục, hoặc :memory:', en: 'a folder, or :memory:' });
  return String(value);
}

export function optionalFile(value: unknown): string {
  return String(value) === '' ? '' : resolve(String(value));
}

/** Seconds that a timer can wait: a day at the longest. */
export function seconds(value: unknown): number {
  return integer(value, 0, 86_400);
}

/** The whole address of something on the web. */
export function address(value: unknown): string {
  if (value === '') return '';
  if (!isPlain(String(value)))
    throw new Misfit({
      vi: 'địa chỉ http:// hoặc https://, không có khoảng trắng, query, fragment và dấu / ở cuối',
      en: 'an http:// or https:// address without white space, query, fragment or final slash',
    });
  return String(value);
}

/** Where a server is reached. Pages lead from the root of their host on, so that none can stand below a path. */
export function origin(value: unknown): string {
  if (value === '') return '';
  const url = URL.parse(String(value));
  if (!isPlain(String(value)) || url?.pathname !== '/')
    throw new Misfit({
      vi: 'địa chỉ http:// hoặc https:// chỉ có host và cổng, không có khoảng trắng hay dấu / ở cuối',
      en: 'an http:// or https:// address of host and port alone, without white space or final slash',
    });
  return String(value);
}

/** What a parser would overlook, such as the carriage return that a file of variables was saved with, would be in every token. */
function isPlain(text: string): boolean {
  const url = URL.parse(text);
  if (!url || /\s/.test(text) || text.endsWith('/')) return false;
  return /^https?:$/.test(url.protocol) && !(url.search || url.hash || url.username || url.password);
}

/** Whether a database is there is seen when it is opened. */
export function databaseAddress(value: unknown): string {
  if (value === '') return '';
  const url = URL.parse(String(value));
  if (!url || /\s/.test(String(value)) || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2)
    throw new Misfit({
      vi: 'postgres://user:password@host:port/name, hoặc bỏ trống để dùng tệp SQLite trong VNEID_DATA',
      en: 'postgres://user:password@host:port/name, or none for a SQLite file in VNEID_DATA',
    });
  return String(value);
}

/** Nodes of Redis; all by the same protocol and as the same user. */
export function redisAddresses(value: unknown): string {
  if (value === '') return '';
  const urls = list(value).map((one) => URL.parse(one));
  const sameAsFirst = (url: URL | null) =>
    url && urls[0] && (['protocol', 'username', 'password'] as const).every((part) => url[part] === urls[0]?.[part]);
  const right = (url: URL | null) =>
    url && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && /^(\/\d*)?$/.test(url.pathname);
  if (urls.length === 0 || !urls.every((url) => right(url) && sameAsFirst(url)))
    throw new Misfit({
      vi: 'redis:// hoặc rediss://user:password@host:port/db; nhiều nút cách nhau bằng dấu phẩy, chỉ khác nhau ở host',
      en: 'redis:// or rediss://user:password@host:port/db; several nodes comma separated, alike but for the host',
    });
  return list(value).join(',');
}

/** Who puts a key where its file belongs, or a password into an address, must not find it in a log. */
export function shownValue(given: string, secret = false): string {
  if (given !== '' && (secret || given.includes('PRIVATE KEY'))) return '(hidden)';
  // up to the last @ before another address: what was not encoded as it should be is a password all the same
  const hidden = given.replaceAll(/(\/\/[^\s/:@]*):(?:(?![a-z]+:\/\/).)*@/gis, '$1:***@');
  return hidden.replaceAll(/(password=)[^\s&,]*/g, '$1***');
}
