/** The members of a header or payload, each with what it means. */
import { ofHeader } from './claims/header.js';
import { byKind, ofPayload } from './claims/payload.js';
import { objectOf, own } from './json.js';
import { isTime } from './spans.js';

/**
 * @typedef {import('./report.js').Member} Member
 * @typedef {import('./report.js').World} World
 * @typedef {import('./claims/meaning.js').Meaning} Meaning
 */

const times = new Set(['exp', 'nbf', 'iat', 'auth_time', 'updated_at']);
/** Objects whose members mean something themselves. */
const containers = new Set([
  'cnf',
  'jwk',
  'epk',
  'events',
  'token_introspection',
  'verified_claims',
  'verification',
  'claims',
  'address',
]);

/**
 * @param {Record<string, unknown>} header
 * @param {World} world
 * @returns {Member[]}
 */
export function explainHeader(header, world) {
  return membersOf(header, (name) => own(ofHeader, name), world);
}

/**
 * @param {Record<string, unknown>} payload
 * @param {string} kind
 * @param {World} world
 * @returns {Member[]}
 */
export function explainPayload(payload, kind, world) {
  return membersOf(
    payload,
    (name) => own(own(byKind, kind), name) ?? own(ofPayload, name) ?? ofPerson(name, world),
    world,
  );
}

/**
 * @param {Record<string, unknown>} object
 * @param {(name: string) => Meaning | undefined} meaningOf
 * @param {World} world
 * @returns {Member[]}
 */
function membersOf(object, meaningOf, world) {
  return Object.entries(object).map(([name, value]) => {
    const meaning = meaningOf(name);
    const inner = containers.has(name) ? objectOf(value) : undefined;
    return {
      name,
      value,
      ...(meaning && { meaning: { vi: meaning.vi, en: meaning.en }, rule: meaning.rule }),
      ...(times.has(name) && isTime(value) && timeOf(value, world)),
      ...(inner && { members: membersOf(inner, name === 'jwk' ? keyMember : meaningOf, world) }),
    };
  });
}

/** @param {string} name */
function keyMember(name) {
  return own(ofHeader, name);
}

/**
 * @param {number} seconds since 1970
 * @param {World} world
 */
function timeOf(seconds, { now }) {
  return { time: new Date(seconds * 1000).toISOString(), seconds: Math.round(seconds - now / 1000) };
}

/**
 * @param {string} name
 * @param {World} world
 * @returns {Meaning | undefined}
 */
function ofPerson(name, { claims }) {
  const label = own(claims, name);
  return label && { rule: 'OIDC Core §5.1', ...label };
}
