/** Hashes that tie one token to another. */
import { encode } from './base64url.js';

/** @typedef {import('./report.js').Both} Both */

/**
 * @param {string} text ASCII
 * @param {'SHA-256' | 'SHA-384' | 'SHA-512'} [hash]
 */
export async function digest(text, hash = 'SHA-256') {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await globalThis.crypto.subtle.digest(hash, bytes));
}

/**
 * SHA-256 in base64url: `ath`, digests of disclosures, `sd_hash`.
 * @param {string} text
 */
export async function sha256(text) {
  return encode(await digest(text));
}

/**
 * The left half of the hash that goes with an algorithm (OIDC Core §3.1.3.6).
 * @param {string} text
 * @param {unknown} alg
 * @returns {Promise<string | undefined>} nothing for an algorithm whose hash is not known
 */
export async function leftHalf(text, alg) {
  const bits =
    /^(?:ES|RS|PS|HS)(256|384|512)$/.exec(String(alg))?.[1] ??
    (/^Ed(DSA|25519)$/.test(String(alg)) ? '512' : undefined);
  if (!bits) return undefined;
  const whole = await digest(text, /** @type {'SHA-256'} */ (`SHA-${bits}`));
  return encode(whole.subarray(0, whole.length / 2));
}
