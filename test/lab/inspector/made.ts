import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import * as jose from 'jose';
import { inspect } from '../../../views/assets/inspector/inspect.js';
import type { Check, Input, Inspection, Jwk, Report, World } from '../../../views/assets/inspector/report.js';
import { encode, forge } from '../../support/forge.ts';

/** Tokens of every kind as they should be, but for what a test changes; and a world to hold them against. */
export const issuer = 'https://vneid.example';
/** Milliseconds. */
export const now = Date.parse('2026-11-25T08:00:00Z');
export const seconds = now / 1000;

export interface Pair {
  privateKey: KeyObject;
  jwk: Jwk & { kid: string };
}

export function pair(kid: string, alg = 'ES256'): Pair {
  const { privateKey, publicKey } = alg.startsWith('E')
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, jwk: { ...(publicKey.export({ format: 'jwk' }) as Jwk), kid, alg, use: 'sig' } };
}

export const own = pair('own');
export const ownRsa = pair('own-rsa', 'RS256');
export const client = pair('client');
export const holder = pair('holder');
export const stranger = pair('stranger');

export const world: World = {
  jose,
  now,
  issuer,
  keys: [own.jwk, ownRsa.jwk],
  claims: { name: { vi: 'Họ, chữ đệm và tên', en: 'Full name' } },
};

type Members = Record<string, unknown>;
export interface Change {
  header?: Members;
  claims?: Members;
  key?: KeyObject | string | Uint8Array | undefined;
  /** How it is signed, where the header lies. */
  alg?: string;
}

const bare = ({ kty, crv, x, y }: Jwk): Members => ({ kty, crv, x, y });
const times = { iat: seconds - 10, exp: seconds + 60 };
const fromProvider = { header: { alg: 'ES256', kid: 'own' }, by: own };

/** What is right of each kind. */
const right: Record<string, { header: Members; by: Pair; claims: Members }> = {
  'id-token': {
    ...fromProvider,
    claims: { iss: issuer, sub: 'someone', aud: 'app', nonce: 'n', acr: 'urn:vneid:loa:2', ...times },
  },
  'access-token': {
    header: { ...fromProvider.header, typ: 'at+jwt' },
    by: own,
    claims: { iss: issuer, sub: 'someone', aud: 'https://api.example', client_id: 'app', jti: 'j', ...times },
  },
  'dpop-proof': {
    header: { alg: 'ES256', typ: 'dpop+jwt', jwk: bare(holder.jwk) },
    by: holder,
    claims: { jti: 'j', htm: 'POST', htu: `${issuer}/token`, iat: seconds - 10 },
  },
  'logout-token': {
    header: { ...fromProvider.header, typ: 'logout+jwt' },
    by: own,
    claims: {
      iss: issuer,
      sub: 'someone',
      aud: 'app',
      jti: 'j',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...times,
    },
  },
  introspection: {
    header: { ...fromProvider.header, typ: 'token-introspection+jwt' },
    by: own,
    claims: { iss: issuer, aud: 'app', iat: seconds, token_introspection: { active: true, scope: 'openid' } },
  },
  'request-object': {
    header: { alg: 'ES256', kid: 'client', typ: 'oauth-authz-req+jwt' },
    by: client,
    claims: { iss: 'app', client_id: 'app', aud: issuer, response_type: 'code', nbf: seconds - 10, ...times },
  },
  'client-assertion': {
    header: { alg: 'ES256', kid: 'client' },
    by: client,
    claims: { iss: 'app', sub: 'app', aud: issuer, jti: 'j', ...times },
  },
  'authorization-response': {
    ...fromProvider,
    claims: { iss: issuer, aud: 'app', code: 'c', state: 's', exp: seconds + 60 },
  },
  'key-binding': {
    header: { alg: 'ES256', typ: 'kb+jwt' },
    by: holder,
    claims: { iat: seconds - 10, aud: 'https://verifier.example', nonce: 'n', sd_hash: 'h' },
  },
  userinfo: { ...fromProvider, claims: { iss: issuer, sub: 'someone', aud: 'app', name: 'Nguyễn Văn An' } },
  jwt: { ...fromProvider, claims: { iss: issuer, hello: 'world' } },
};

/** A claim that is undefined is left out. */
export function made(kind: string, { header = {}, claims = {}, alg, ...given }: Change = {}): string {
  const good = right[kind];
  if (!good) throw new Error(`no such kind: ${kind}`);
  const all = { ...good.header, ...header };
  return forge({
    header: JSON.stringify(all),
    payload: JSON.stringify({ ...good.claims, ...claims }),
    key: 'key' in given ? given.key : good.by.privateKey,
    alg: alg ?? String(all.alg),
  });
}

/** A disclosure, of a member or of an element of a list (RFC 9901 §4.2), and its digest. */
export function disclosure(...parts: unknown[]): { text: string; digest: string } {
  const text = encode(JSON.stringify([randomBytes(16).toString('base64url'), ...parts]));
  return { text, digest: sha256(text) };
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

export interface Selective extends Change {
  payload?: Members;
  disclosed?: string[];
  /** Of the key binding; none for nothing, and `false` for a credential of nobody in particular. */
  binding?: Change | 'absent' | false;
}

/** An SD-JWT with what is disclosed, and the holder's proof (RFC 9901 §4). */
export function selective({ payload = {}, disclosed = [], binding = {}, header = {}, ...by }: Selective = {}): string {
  const cnf = binding === false ? {} : { cnf: { jwk: bare(holder.jwk) } };
  const issued = forge({
    header: { alg: 'ES256', kid: 'own', typ: 'dc+sd-jwt', ...header },
    payload: JSON.stringify({ iss: issuer, exp: seconds + 60, ...cnf, ...payload }),
    key: own.privateKey,
    ...by,
  });
  const presented = [issued, ...disclosed, ''].join('~');
  if (binding === false || binding === 'absent') return presented;
  const claims = { sd_hash: sha256(presented), ...binding.claims };
  return presented + made('key-binding', { ...binding, claims });
}

/** Something encrypted to a key, which need not be a token. */
export async function sealed(content: string, to: Jwk, header: Members = {}): Promise<string> {
  const alg = String(header.alg ?? 'ECDH-ES');
  return new jose.CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ alg, enc: 'A128GCM', ...header })
    .encrypt(await jose.importJWK(bare(to), alg));
}

export async function look(
  token: string,
  input: Partial<Input> = {},
  change: Partial<World> = {},
): Promise<Inspection> {
  return inspect({ token, ...input }, { ...world, ...change });
}

/** Every check of a report and of what is inside it. */
export function checksOf(report: Report): Check[] {
  return [...report.checks, ...(report.inside ?? []).flatMap(checksOf)];
}

/** `alg:none` of every check that ended so. */
export function ended(report: Report, outcome?: Check['outcome']): string[] {
  return checksOf(report)
    .filter((one) => outcome === undefined || one.outcome === outcome)
    .map(({ check, reason }) => `${check}:${reason}`);
}
