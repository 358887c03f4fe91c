/** OIDC Core §3.1.3.7. */
import { check } from '../checks/check.js';
import { leftHalf } from '../hashes.js';
import { own } from '../json.js';

/** @typedef {import('./subject.js').Subject} Subject */
/** @typedef {import('../report.js').Check} Check */

/**
 * @param {Subject} subject
 * @returns {Promise<Check[]>}
 */
export async function idTokenRules(subject) {
  return [...checkSub(subject), ...azpOf(subject), ...acrOf(subject), ...(await hashesOf(subject))];
}

/**
 * @param {Subject} subject
 * @returns {Check[]}
 */
export function checkSub({ payload }) {
  const sub = own(payload, 'sub');
  if (sub === undefined) return [];
  const good = typeof sub === 'string' && /^[\x20-\x7e]{1,255}$/.test(sub);
  return [good ? check('sub', 'good', { length: sub.length }) : check('sub', 'strange')];
}

/** @param {Subject} subject */
function azpOf({ payload, input }) {
  const azp = own(payload, 'azp');
  const aud = own(payload, 'aud');
  if (azp === undefined) return Array.isArray(aud) && aud.length > 1 ? [check('azp', 'missing')] : [];
  const facts = { azp, expected: input.audience };
  return [check('azp', input.audience && azp !== input.audience ? 'wrong' : 'good', facts)];
}

/** @param {Subject} subject */
function acrOf({ payload }) {
  const acr = own(payload, 'acr');
  if (acr === undefined) return [];
  const level = typeof acr === 'string' ? /^urn:vneid:loa:([1-4])$/.exec(acr)?.[1] : undefined;
  return [level ? check('acr', 'good', { level }) : check('acr', 'strange', { acr })];
}

/** @param {Subject} subject */
async function hashesOf({ header, payload, input }) {
  const pairs = /** @type {const} */ ([
    ['at_hash', input.accessToken],
    ['c_hash', input.code],
  ]);
  /** @type {Check[]} */
  const found = [];
  for (const [name, of] of pairs) {
    const hash = own(payload, name);
    if (hash === undefined) continue;
    const expected = of && (await leftHalf(of, header.alg));
    if (!of) found.push(check(name, 'unasked'));
    else if (expected === undefined) found.push(check(name, 'unsupported', { alg: header.alg }));
    else found.push(check(name, hash === expected ? 'good' : 'wrong'));
  }
  return found;
}
