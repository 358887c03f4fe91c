/** RFC 9449 §4.3. */
import { check } from '../checks/check.js';
import { sha256 } from '../hashes.js';
import { objectOf, own } from '../json.js';
import { privateIn } from '../keys.js';
import { messageOf } from '../signature.js';
import { takeApart } from '../token.js';

/** @typedef {import('./subject.js').Subject} Subject */
/** @typedef {import('../report.js').Check} Check */

/**
 * @param {Subject} subject
 * @returns {Promise<Check[]>}
 */
export async function dpopProofRules(subject) {
  const { thumbprint, found } = await keyOf(subject);
  return [found, ...requestOf(subject), ...(await accessTokenOf(subject, thumbprint))];
}

/**
 * @param {Subject} subject
 * @returns {Promise<{ thumbprint?: string, found: Check }>}
 */
async function keyOf({ header, world: { jose } }) {
  const jwk = objectOf(header.jwk);
  if (!jwk) return { found: check('jwk', 'missing') };
  const leaked = privateIn(jwk);
  if (leaked.length > 0) return { found: check('jwk', 'private', { names: leaked.join(', ') }) };
  try {
    const thumbprint = await jose.calculateJwkThumbprint(/** @type {import('../report.js').Jwk} */ (jwk));
    return { thumbprint, found: check('jwk', 'good', { thumbprint }) };
  } catch (error) {
    return { found: check('jwk', 'unread', { why: messageOf(error) }) };
  }
}

/** @param {Subject} subject */
function requestOf({ payload, input }) {
  const [method, address] = (input.request ?? '').trim().split(/\s+/);
  const expected = address === undefined ? undefined : plain(address);
  return [...htmOf(own(payload, 'htm'), expected && method), ...htuOf(own(payload, 'htu'), expected)];
}

/**
 * @param {unknown} htm
 * @param {string | undefined} expected
 */
function htmOf(htm, expected) {
  if (htm === undefined) return [];
  if (typeof htm !== 'string' || !/^[A-Z]+$/.test(htm)) return [check('htm', 'strange')];
  if (!expected) return [check('htm', 'unasked', { htm })];
  return [check('htm', htm === expected ? 'good' : 'wrong', { htm, expected })];
}

/**
 * @param {unknown} htu
 * @param {string | undefined} expected
 */
function htuOf(htu, expected) {
  if (htu === undefined) return [];
  const address = typeof htu === 'string' ? plain(htu) : undefined;
  if (address === undefined) return [check('htu', 'strange')];
  if (/[?#]/.test(String(htu))) return [check('htu', 'query', { htu })];
  if (expected === undefined) return [check('htu', 'unasked', { htu })];
  return [check('htu', address === expected ? 'good' : 'wrong', { htu, expected })];
}

/**
 * An address as it is compared: normalised, without query and fragment.
 * @param {string} address
 */
function plain(address) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  url.search = '';
  url.hash = '';
  return url.href;
}

/**
 * @param {Subject} subject
 * @param {string | undefined} thumbprint
 * @returns {Promise<Check[]>}
 */
async function accessTokenOf({ payload, input: { accessToken } }, thumbprint) {
  const ath = own(payload, 'ath');
  if (!accessToken) return ath === undefined ? [] : [check('ath', 'unasked')];
  const hashed = ath === undefined ? 'missing' : ath === (await sha256(accessToken)) ? 'good' : 'wrong';
  return [check('ath', hashed), boundTo(accessToken, thumbprint)];
}

/**
 * @param {string} accessToken
 * @param {string | undefined} thumbprint
 */
function boundTo(accessToken, thumbprint) {
  const token = takeApart(accessToken);
  if (token.form !== 'jws') return check('jkt', 'opaque');
  const jkt = own(objectOf(token.parts[1]?.object?.cnf), 'jkt');
  if (jkt === undefined) return check('jkt', 'unbound');
  return check('jkt', jkt === thumbprint ? 'good' : 'wrong', { jkt });
}
