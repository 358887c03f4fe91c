/** Opens a JWE with a key that somebody holds (RFC 7516 §5.2). */
import { check } from './checks/check.js';
import { fits, keyOfPem, nameOf, readKeys } from './keys.js';
import { messageOf } from './signature.js';
import { textOf } from './token.js';

/**
 * @typedef {import('./report.js').Check} Check
 * @typedef {import('./report.js').World} World
 * @typedef {import('./token.js').Jwe} Jwe
 *
 * @typedef {{ checks: Check[], content?: string }} Opened
 */

/** What this provider encrypts with. */
const algorithms = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'RSA-OAEP', 'RSA-OAEP-256'];
const encryptions = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'];
/** Bytes of what is inside, where it was compressed. */
const most = 65_536;

/**
 * @param {Jwe} jwe
 * @param {string | undefined} pasted
 * @param {World} world
 * @returns {Promise<Opened>}
 */
export async function open(jwe, pasted, world) {
  const { header } = jwe;
  const { checks, content } = await decrypt(jwe, pasted, world);
  const zip = 'zip' in header ? [check('zip', 'present', { zip: header.zip })] : [];
  return { checks: [...algorithmsOf(header), ...zip, ...checks], ...(content !== undefined && { content }) };
}

/** @param {Record<string, unknown>} header */
function algorithmsOf({ alg, enc }) {
  const weak = /^(RSA1_5|PBES2|dir$)/.test(String(alg));
  return [
    check('key-alg', algorithms.includes(String(alg)) ? 'good' : weak ? 'weak' : 'foreign', { alg }),
    check('enc', encryptions.includes(String(enc)) ? 'good' : 'foreign', { enc }),
  ];
}

/**
 * @param {Jwe} jwe
 * @param {string | undefined} pasted
 * @param {World} world
 * @returns {Promise<Opened>}
 */
async function decrypt(jwe, pasted, world) {
  const { alg, enc, kid } = jwe.header;
  const held = readKeys(pasted);
  if (!held) return { checks: [check('decryption', 'unasked')] };
  if ('why' in held) return { checks: [check('decryption', 'unread', held)] };
  const managed = alg === 'dir' ? String(enc) : String(alg);
  const fitting = held.jwks.filter((key) => fits(key, managed) && (key.d !== undefined || key.k !== undefined));
  const named = fitting.filter((key) => kid === undefined || key.kid === kid);
  const keys = named.length > 0 ? named : fitting;
  if (held.pem) return withPem(jwe, held.pem, managed, world);
  if (held.secret) return attempt(jwe, held.secret, 'HMAC', world);
  if (keys.length === 0) return { checks: [check('decryption', 'unread', { why: `private JWK, ${managed}` })] };
  /** @type {Opened} */
  let last = { checks: [] };
  for (const key of keys) {
    last = await attempt(jwe, { ...key }, nameOf(key), world);
    if (last.content !== undefined) return last;
  }
  return last;
}

/**
 * @param {Jwe} jwe
 * @param {string} pem
 * @param {string} alg
 * @param {World} world
 * @returns {Promise<Opened>}
 */
async function withPem(jwe, pem, alg, world) {
  try {
    return await attempt(jwe, await keyOfPem(pem, alg, world.jose), 'PEM', world);
  } catch (error) {
    return { checks: [check('decryption', 'unread', { why: messageOf(error) })] };
  }
}

/**
 * @param {Jwe} jwe
 * @param {import('./report.js').Jwk | CryptoKey | Uint8Array} key
 * @param {string} kid
 * @param {World} world
 * @returns {Promise<Opened>}
 */
async function attempt(jwe, key, kid, { jose }) {
  try {
    const { plaintext } = await jose.compactDecrypt(jwe.text, key, { maxDecompressedLength: most });
    return { checks: [check('decryption', 'good', { kid })], content: textOf(plaintext) ?? '' };
  } catch (error) {
    if (error instanceof jose.errors.JWEDecryptionFailed) return { checks: [check('decryption', 'wrong', { kid })] };
    return { checks: [check('decryption', 'refused', { why: messageOf(error) })] };
  }
}
