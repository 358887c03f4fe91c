/** Whether it is good now, and for how long. */
import { check } from '../checks/check.js';
import { isTime, span } from '../spans.js';

/** @typedef {import('./subject.js').Subject} Subject */
/** @typedef {import('../report.js').Check} Check */

/** Seconds that clocks may differ (FAPI 2.0 Security Profile §5.3.2.1 has up to 60 ahead). */
const skew = 60;
/** Seconds by which a proof may be off: the instance takes them for five minutes, both ways. */
const fresh = 300;

/** @type {Record<string, { most: number, from: 'iat' | 'nbf' | 'now', rule: string }>} the longest life, in seconds */
const lives = {
  'authorization-response': { most: 600, from: 'now', rule: 'JARM §2.1' },
  'client-assertion': { most: 86_400, from: 'now', rule: 'RFC 7523 §3' },
  'logout-token': { most: 120, from: 'iat', rule: 'OIDC Back-Channel Logout §2.4' },
  'request-object': { most: 3600, from: 'nbf', rule: 'FAPI 2.0 Message Signing §5.3.1' },
};

/**
 * @param {Subject} subject
 * @returns {Check[]}
 */
export function timeRules(subject) {
  return [...expOf(subject), ...nbfOf(subject), ...iatOf(subject), ...lifetimeOf(subject)];
}

/** @param {Subject} subject */
function expOf({ payload: { exp }, world }) {
  if (exp === undefined) return [];
  if (!isTime(exp)) return [check('exp', 'strange', { value: exp })];
  const left = exp - world.now / 1000;
  return [check('exp', left > 0 ? 'good' : 'over', { span: span(left) })];
}

/** @param {Subject} subject */
function nbfOf({ payload: { nbf }, world }) {
  if (nbf === undefined) return [];
  if (!isTime(nbf)) return [check('nbf', 'strange', { value: nbf })];
  const ago = world.now / 1000 - nbf;
  return [check('nbf', ago > -1 ? 'good' : 'early', { span: span(ago) })];
}

/** @param {Subject} subject */
function iatOf({ payload: { iat, nonce }, name, world }) {
  if (iat === undefined) return [];
  if (!isTime(iat)) return [check('iat', 'strange', { value: iat })];
  const ago = world.now / 1000 - iat;
  if (ago < (name === 'dpop-proof' ? -fresh : -skew)) return [check('iat', 'future', { span: span(ago) })];
  // a nonce of the server tells the time better than the other side's clock (RFC 9449 §8)
  const atOnce = (name === 'dpop-proof' && nonce === undefined) || name === 'key-binding';
  const rule = name === 'key-binding' ? 'RFC 9901 §7.3' : 'RFC 9449 §11.1';
  if (atOnce && ago > fresh) return [check('iat', 'old', { span: span(ago), most: span(fresh) }, rule)];
  return [check('iat', 'good', { span: span(Math.max(0, ago)) })];
}

/** @param {Subject} subject */
function lifetimeOf({ payload, name, world }) {
  const life = Object.hasOwn(lives, name) ? lives[name] : undefined;
  if (!life) return [];
  const begin = life.from === 'now' ? Math.min(world.now / 1000, Number(payload.iat ?? Infinity)) : payload[life.from];
  const { exp } = payload;
  if (!isTime(exp) || !isTime(begin) || exp < begin) return [];
  const facts = { span: span(exp - begin), most: span(life.most) };
  return [check('lifetime', exp - begin <= life.most + skew ? 'good' : 'long', facts, life.rule)];
}
