/** The keys that somebody pasted: a JWK, a JWK Set, PEM, or a shared secret as it is. */
import { brief, objectOf, own, readJson } from './json.js';

/**
 * @typedef {import('./report.js').Jwk} Jwk
 * @typedef {import('./report.js').Jose} Jose
 *
 * @typedef {object} Held
 * @property {Jwk[]} jwks
 * @property {string} [pem]
 * @property {Uint8Array} [secret]
 */

/** More than anybody uses at once; each is tried. */
const mostKeys = 20;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * @param {string | undefined} pasted
 * @returns {Held | { why: string } | undefined} nothing where nothing was pasted
 */
export function readKeys(pasted) {
  const text = pasted?.trim() ?? '';
  if (text === '') return undefined;
  if (text.startsWith('-----BEGIN')) return { jwks: [], pem: `${text}\n` };
  if (!/^[{[]/.test(text)) return { jwks: [], secret: new TextEncoder().encode(text) };
  const read = readJson(text);
  if (!read || read === 'deep') return { why: 'JSON' };
  const set = objectOf(read.value);
  const keys = own(set, 'keys') ?? (Array.isArray(read.value) ? read.value : [set]);
  if (!Array.isArray(keys)) return { why: 'keys' };
  const jwks = keys.filter((key) => typeof own(objectOf(key), 'kty') === 'string');
  if (jwks.length === 0) return { why: 'kty' };
  if (jwks.length > mostKeys) return { why: `> ${mostKeys}` };
  return { jwks };
}

/**
 * What may be shown and what verifies: the key without its private part.
 * @param {Jwk} jwk
 * @returns {Jwk}
 */
export function publicOf(jwk) {
  const { key_ops: _ops, ext: _ext, ...rest } = jwk;
  return Object.fromEntries(
    Object.entries(rest).filter(([name]) => jwk.kty === 'oct' || !privateMembers.includes(name)),
  );
}

/** @param {Record<string, unknown>} jwk */
export function privateIn(jwk) {
  return privateMembers.filter((name) => Object.hasOwn(jwk, name));
}

/** @param {Jwk | undefined} jwk */
export function nameOf(jwk) {
  const kid = own(objectOf(jwk), 'kid');
  return typeof kid === 'string' && kid !== ''
    ? brief(kid)
    : `${brief(jwk?.kty ?? '')} ${brief(jwk?.crv ?? '')}`.trim();
}

/**
 * Whether a key could have made, or could open, what `alg` says.
 * @param {Jwk} jwk
 * @param {string} alg
 */
export function fits(jwk, alg) {
  if (jwk.alg !== undefined && jwk.alg !== alg) return false;
  return (
    families.find(([names]) => names.test(alg))?.[1].some((kind) => kind === `${jwk.kty} ${jwk.crv ?? ''}`.trim()) ??
    true
  );
}

/** @type {[RegExp, string[]][]} */
const families = [
  [/^(RS|PS|RSA)/, ['RSA']],
  [/^ES256$/, ['EC P-256']],
  [/^ES384$/, ['EC P-384']],
  [/^ES512$/, ['EC P-521']],
  [/^Ed/, ['OKP Ed25519']],
  [/^ECDH/, ['EC P-256', 'EC P-384', 'EC P-521', 'OKP X25519']],
  [/^(HS|A\d|dir)/, ['oct']],
];

/**
 * @param {string} pem
 * @param {string} alg
 * @param {Jose} jose
 */
export async function keyOfPem(pem, alg, jose) {
  if (pem.includes('BEGIN CERTIFICATE')) return jose.importX509(pem, alg);
  if (pem.includes('BEGIN PRIVATE KEY')) return jose.importPKCS8(pem, alg);
  return jose.importSPKI(pem, alg);
}
