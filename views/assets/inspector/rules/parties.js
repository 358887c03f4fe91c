/** Who issued it, for whom, and whether it says all that it has to. */
import { check } from '../checks/check.js';
import { own } from '../json.js';

/** @typedef {import('./subject.js').Subject} Subject */
/** @typedef {import('../report.js').Check} Check */

/**
 * @param {Subject} subject
 * @returns {Check[]}
 */
export function partyRules(subject) {
  return [...completeOf(subject), ...issOf(subject), ...audOf(subject), ...nonceOf(subject), ...onceOf(subject)];
}

/** @param {Subject} subject */
function completeOf({ payload, kind: { needed, rule } }) {
  if (needed.length === 0) return [];
  const missing = needed.filter((name) => own(payload, name) === undefined);
  return [
    missing.length > 0
      ? check('complete', 'missing', { names: missing.join(', ') }, rule)
      : check('complete', 'good', { names: needed.join(', ') }, rule),
  ];
}

/** @param {Subject} subject */
function issOf({ payload, kind, world: { issuer } }) {
  const iss = own(payload, 'iss');
  // an app signs for itself, and another's credential is another's
  if (iss === undefined || (kind.signer !== 'provider' && iss !== issuer)) return [];
  return [check('iss', iss === issuer ? 'good' : 'other', { iss, issuer })];
}

/** @param {Subject} subject */
function audOf({ payload, name, kind, input, world: { issuer } }) {
  const aud = own(payload, 'aud');
  if (aud === undefined) return [];
  const all = Array.isArray(aud) ? aud : [aud];
  if (all.length === 0 || all.some((one) => typeof one !== 'string')) return [check('aud', 'strange')];
  const facts = { aud: all.join(', '), expected: kind.signer === 'client' ? issuer : (input.audience ?? ''), issuer };
  if (kind.signer === 'client') {
    if (all.includes(issuer)) return [check('aud', 'good', facts)];
    // RFC 7523 §3 leaves room for the token endpoint; of a request object RFC 9101 §4 does not
    const endpoint = `${issuer.replace(/\/$/, '')}/`;
    const here = name === 'client-assertion' && all.some((one) => String(one).startsWith(endpoint));
    return [check('aud', here ? 'endpoint' : 'wrong', facts)];
  }
  if (facts.expected === '') return [check('aud', 'unasked', facts)];
  return [check('aud', all.includes(facts.expected) ? 'good' : 'wrong', facts)];
}

/** @param {Subject} subject */
function nonceOf({ payload, name, input }) {
  if (name !== 'id-token' && name !== 'key-binding') return [];
  const nonce = own(payload, 'nonce');
  const rule = name === 'key-binding' ? 'RFC 9901 §7.3' : undefined;
  if (input.nonce) {
    if (nonce === undefined) return [check('nonce', 'missing', {}, rule)];
    return [check('nonce', nonce === input.nonce ? 'good' : 'wrong', {}, rule)];
  }
  return nonce === undefined ? [] : [check('nonce', 'unasked', {}, rule)];
}

/** @type {Record<string, string>} kinds that are good for one use, and where that is written */
const single = {
  'dpop-proof': 'RFC 9449 §11.1',
  'client-assertion': 'RFC 7523 §3',
  'logout-token': 'OIDC Back-Channel Logout §2.6',
};

/** @param {Subject} subject */
function onceOf({ payload, name }) {
  const jti = own(payload, 'jti');
  const rule = own(single, name);
  return jti === undefined || rule === undefined ? [] : [check('once', 'server', { jti }, rule)];
}
