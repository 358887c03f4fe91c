import { consumedAt, type Kept, type Links, type Payload } from '../artifacts.ts';
import { pack, packTexts, unpack, unpackTexts } from './packed.ts';

/**
 * How an artifact is written under its key, in one of two forms, both with when it was used in a place of its own:
 *
 *     text     ten digits, a space, its end, its links, a line break, its JSON
 *     packed   1, when it was used and when it ends as four bytes each, its links as one, its payload (packed.ts)
 *
 * Millions of sessions, grants and refresh tokens are what fills a Redis, and they are packed. What is gone within the hour
 * is text, as that costs less to write and read; so is what a script counts, and whatever has no whole second as its end.
 */

const links = ['grantId', 'uid', 'userCode'] as const;
/** First byte of the packed form; the text form begins with a digit. */
const isPacked = 1;
const [markAt, endAt, linksAt, payloadAt] = [1, 5, 9, 10];
const never = 2 ** 32;

export interface Form {
  /** Seconds since 1970, now. */
  at: number;
  /** Whether it may be packed. */
  packs: boolean;
}

export function encode({ kind, id, payload, expiresAt, links: told }: Kept, { at, packs }: Form): string | Buffer {
  const used = consumedAt(payload, at);
  const end = expiresAt ?? Number.POSITIVE_INFINITY;
  const own = links.some((link) => told[link] !== undefined && told[link] !== payload[link]);
  if (!packs || own || 'count' in payload || !Number.isInteger(end) || end <= 0 || end >= never)
    return mark(used) + rest(end === Number.POSITIVE_INFINITY ? '' : String(end), payload, told);
  const head = Buffer.alloc(payloadAt, isPacked);
  head.writeUInt32BE(Math.min(Math.floor(used ?? 0), never - 1), markAt);
  head.writeUInt32BE(end, endAt);
  head[linksAt] = links.reduce((bits, link, index) => bits | (told[link] === undefined ? 0 : 1 << index), 0);
  return Buffer.concat([head, pack(payload, { kind, id, end })]);
}

/** The first of a counter, without its mark, as the script wants it. */
export function counter(expiresAt: number): string {
  return rest(String(expiresAt), { count: 1 }, {});
}

/** When something was used, in seconds; ten digits whatever it is, so that the mark is set in place. */
function mark(used = 0): string {
  return String(Math.min(used, 9_999_999_999)).padStart(10, '0');
}

/** What follows the mark: the end, the links, the JSON. A link that the payload tells as well is not written twice. */
function rest(end: string, payload: Payload, told: Links): string {
  const written = links.map((link) => {
    const value = told[link];
    if (value === undefined) return '';
    return value === payload[link] ? '=' : `!${encodeURIComponent(value)}`;
  });
  return ` ${end} ${written.join(' ')}\n${JSON.stringify(payload)}`;
}

/** @param name kind and id, as in the key */
export function decode(name: string, value: Buffer | null): Kept | undefined {
  if (value === null) return undefined;
  const colon = name.indexOf(':');
  const [kind, id] = [decodeURIComponent(name.slice(0, colon)), name.slice(colon + 1)];
  const { used, payload, ...others } = value[0] === isPacked ? fromPacked(kind, id, value) : fromText(value.toString());
  if (used > 0) payload.consumed = used;
  return { kind, id, payload, ...others };
}

type Read = Pick<Kept, 'payload' | 'expiresAt' | 'links'> & { used: number };

function fromPacked(kind: string, id: string, value: Buffer): Read {
  const expiresAt = value.readUInt32BE(endAt);
  const payload = unpack(value, payloadAt, { kind, id, end: expiresAt });
  const bits = value[linksAt] ?? 0;
  const found = links.flatMap((link, index) => (bits & (1 << index) ? [[link, payload[link] as string]] : []));
  return { used: value.readUInt32BE(markAt), payload, expiresAt, links: Object.fromEntries(found) };
}

function fromText(value: string): Read {
  const line = value.indexOf('\n');
  const [used, end, ...told] = value.slice(0, line).split(' ') as [string, string, ...string[]];
  const payload = JSON.parse(value.slice(line + 1)) as Payload;
  const found = links.flatMap((link, index) => {
    const text = told[index] ?? '';
    if (text === '') return [];
    return [[link, text === '=' ? (payload[link] as string) : decodeURIComponent(text.slice(1))]];
  });
  const expiresAt = end === '' ? undefined : Number(end);
  return { used: Number(used), payload, expiresAt, links: Object.fromEntries(found) };
}

/** An artifact as a member of its grant. */
export function memberOf(kind: string, id: string): Buffer {
  return packTexts(kind, id);
}

/** Kind and id of a member; the version before wrote them as in the key, which begins with a letter. */
export function ofMember(member: Buffer): [kind: string, id: string] {
  const first = String.fromCharCode(member[0] ?? 0);
  if (!/[A-Za-z]/.test(first)) return unpackTexts(member) as [string, string];
  const name = member.toString();
  const colon = name.indexOf(':');
  return [decodeURIComponent(name.slice(0, colon)), name.slice(colon + 1)];
}
