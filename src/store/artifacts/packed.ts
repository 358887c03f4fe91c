import type { Payload } from '../artifacts.ts';

/**
 * A payload in about a third of the bytes that its JSON has. What most payloads have in common is a byte from the table of
 * words, random ids of 43 letters and UUIDs are the bytes that they stand for, times are four, and what stands beside the
 * payload anyhow (kind, id, end) is only pointed to. Anything else is written so that it comes back as JSON would bring it.
 */

/** What is known of an artifact without its payload. */
export interface Beside {
  kind: string;
  id: string;
  /** When it ends, seconds since 1970. */
  end: number;
}

/** First byte of a value. Below `smallest` it says what follows. */
const tags = {
  null: 1,
  false: 2,
  true: 3,
  kind: 4,
  id: 5,
  end: 6,
  /** The same time as the last one in this payload. */
  again: 7,
  /** Four bytes. */
  number: 8,
  /** 33 bytes: 43 letters of six bits. */
  random: 9,
  /** 16 bytes. */
  uuid: 10,
  /** A byte with the length, UTF-8. */
  text: 11,
  /** A byte with the count, then texts that have a space between them, as scopes do. */
  spaced: 15,
  /** A byte with the count, values; in an object each after its name. */
  array: 12,
  object: 13,
  /** Four bytes with the length, JSON. */
  json: 14,
};
/** Numbers from 0 to 63 are one byte from here on, words from there on. */
const [smallest, firstWord] = [64, 128];

/** Up to 128. What is here was written somewhere: append, and never change or remove. */
export const words: readonly string[] = `
  iat exp kind jti uid accountId clientId grantId sessionUid scope acr amr authTime loginTs authorizations sid
  persistsLogout expiresWithSession gty nonce rotations iiat openid resources rejected claims resource rar aud extra
  format x5t#S256 jkt transient state consumed redirectUri codeChallenge codeChallengeMethod userinfo id_token
  essential value values verified_claims ts remember Session Grant RefreshToken AccessToken AuthorizationCode
  DeviceCode BackchannelAuthenticationRequest PreAuthorizedCode RegistrationAccessToken InitialAccessToken
  authorization_code refresh_token opaque S256 urn:vneid:loa:1 urn:vneid:loa:2 urn:vneid:loa:3 urn:vneid:loa:4 pwd otp
  mfa hwk swk mca user pin face profile phone email address identity residence family background offline_access
`
  .trim()
  .split(/\s+/);
const codes = new Map(words.map((word, index) => [word, firstWord + index]));

export function pack(payload: Payload, beside: Beside): Buffer {
  let last: number | undefined;
  const write = (value: unknown): string => {
    if (value === null) return byte(tags.null);
    if (typeof value === 'boolean') return byte(value ? tags.true : tags.false);
    if (typeof value === 'string') {
      if (value === beside.kind) return byte(tags.kind);
      if (value === beside.id) return byte(tags.id);
      return text(value);
    }
    if (typeof value === 'number') {
      if (value === beside.end) return byte(tags.end);
      if (value === last) return byte(tags.again);
      if (isWhole(value, firstWord - smallest)) return byte(smallest + value);
      if (!isWhole(value, 2 ** 32)) return json(value);
      last = value;
      return byte(tags.number) + fourBytes(value);
    }
    if (Array.isArray(value)) {
      if (value.length > 255) return json(value);
      return byte(tags.array) + byte(value.length) + value.map((one) => write(one ?? null)).join('');
    }
    const members = Object.entries(value as object).filter(([, one]) => one !== undefined);
    if (members.length > 255 || members.some(([name]) => name === '__proto__')) return json(value);
    let written = byte(tags.object) + byte(members.length);
    for (const [name, one] of members) written += text(name) + write(one);
    return written;
  };
  return Buffer.from(write(payload), 'latin1');
}

/** @param from where in the bytes it begins */
export function unpack(bytes: Buffer, from: number, beside: Beside): Payload {
  return reader(bytes, from, beside)() as Payload;
}

/** A few texts, one after the other: what is short is written short. */
export function packTexts(...texts: string[]): Buffer {
  return Buffer.from(texts.map(text).join(''), 'latin1');
}

export function unpackTexts(bytes: Buffer): string[] {
  const [texts, read] = [[] as string[], reader(bytes, 0, { kind: '', id: '', end: 0 })];
  while (!read.done()) texts.push(read() as string);
  return texts;
}

function reader(bytes: Buffer, from: number, { kind, id, end }: Beside) {
  let at = from;
  let last = 0;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const read = (): unknown => {
    const tag = bytes[at++] ?? 0;
    if (tag >= firstWord) return words[tag - firstWord];
    if (tag >= smallest) return tag - smallest;
    switch (tag) {
      case tags.null:
        return null;
      case tags.false:
        return false;
      case tags.true:
        return true;
      case tags.kind:
        return kind;
      case tags.id:
        return id;
      case tags.end:
        return end;
      case tags.again:
        return last;
      case tags.number:
        return (last = take(4).readUInt32BE());
      case tags.random:
        return take(33).toString('base64url').slice(0, 43);
      case tags.uuid:
        return take(16)
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      case tags.text:
        return take(bytes[at++] ?? 0).toString();
      case tags.spaced:
        return Array.from({ length: bytes[at++] ?? 0 }, read).join(' ');
      case tags.array:
        return Array.from({ length: bytes[at++] ?? 0 }, read);
      case tags.object: {
        const members: Payload = {};
        for (let left = bytes[at++] ?? 0; left > 0; left -= 1) {
          const name = read() as string;
          members[name] = read();
        }
        return members;
      }
      case tags.json:
        return JSON.parse(take(take(4).readUInt32BE()).toString());
      default:
        throw new Error(`a packed value begins with ${tag}, which nothing does`);
    }
  };
  return Object.assign(read, { done: () => at >= bytes.length });
}

function text(value: string): string {
  const code = codes.get(value);
  if (code !== undefined) return byte(code);
  if (/^[\w-]{43}$/.test(value)) return byte(tags.random) + Buffer.from(`${value}A`, 'base64url').toString('latin1');
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(value))
    return byte(tags.uuid) + Buffer.from(value.replaceAll('-', ''), 'hex').toString('latin1');
  const parts = value.split(' ');
  if (parts.length > 1 && parts.every((part) => codes.has(part)) && parts.length < 256)
    return byte(tags.spaced) + byte(parts.length) + parts.map(text).join('');
  const bytes = Buffer.from(value);
  // a lone surrogate has no UTF-8
  if (bytes.length > 255 || !value.isWellFormed()) return json(value);
  return byte(tags.text) + byte(bytes.length) + bytes.toString('latin1');
}

function json(value: unknown): string {
  const bytes = Buffer.from(JSON.stringify(value));
  return byte(tags.json) + fourBytes(bytes.length) + bytes.toString('latin1');
}

function isWhole(value: number, below: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < below && !Object.is(value, -0);
}

function byte(value: number): string {
  return String.fromCharCode(value);
}

function fourBytes(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
