/** The rules that one kind has and no other, in one table. */
import { check } from '../checks/check.js';
import { sha256 } from '../hashes.js';
import { objectOf, own } from '../json.js';
import { dpopProofRules } from './dpop-proof.js';
import { checkSub, idTokenRules } from './id-token.js';

/** @typedef {import('./subject.js').Subject} Subject */
/** @typedef {import('./subject.js').Rule} Rule */

/** @type {Partial<Record<import('../kinds.js').KindName, Rule[]>>} */
export const byKind = {
  'id-token': [idTokenRules],
  'access-token': [bound],
  'dpop-proof': [dpopProofRules],
  'logout-token': [logoutEvent, whom, noNonce],
  introspection: [told],
  'request-object': [ofOneClient, notNested],
  'client-assertion': [forItself],
  'authorization-response': [answer],
  'key-binding': [boundToPresentation],
  userinfo: [checkSub],
};

/** @param {Subject} subject */
function bound({ payload }) {
  const cnf = objectOf(own(payload, 'cnf'));
  const [jkt, x5t] = [own(cnf, 'jkt'), own(cnf, 'x5t#S256')];
  if (jkt !== undefined) return [check('bound', 'dpop', { jkt })];
  return [x5t === undefined ? check('bound', 'bearer') : check('bound', 'tls', { x5t })];
}

/** @param {Subject} subject */
function logoutEvent({ payload }) {
  const event = own(objectOf(own(payload, 'events')), 'http://schemas.openid.net/event/backchannel-logout');
  return own(payload, 'events') === undefined ? [] : [check('events', objectOf(event) ? 'good' : 'wrong')];
}

/** @param {Subject} subject */
function whom({ payload }) {
  const names = ['sub', 'sid'].filter((name) => typeof own(payload, name) === 'string');
  return [names.length > 0 ? check('whom', 'good', { names: names.join(', ') }) : check('whom', 'none')];
}

/** @param {Subject} subject */
function noNonce({ payload }) {
  return [check('no-nonce', Object.hasOwn(payload, 'nonce') ? 'present' : 'good')];
}

/** @param {Subject} subject */
function told({ payload }) {
  const active = own(objectOf(own(payload, 'token_introspection')), 'active');
  if (typeof active !== 'boolean') return [check('told', 'strange')];
  return [check('told', active ? 'active' : 'inactive')];
}

/** @param {Subject} subject */
function ofOneClient({ payload }) {
  const [iss, client, sub] = ['iss', 'client_id', 'sub'].map((name) => own(payload, name));
  const party = client === undefined ? 'absent' : client === iss ? 'good' : 'differ';
  const itself = sub !== undefined && (sub === client || sub === iss) ? [check('sub', 'client')] : [];
  return [check('client', party, { iss: iss ?? '', client }), ...itself];
}

/** @param {Subject} subject */
function notNested({ payload }) {
  const names = ['request', 'request_uri'].filter((name) => Object.hasOwn(payload, name));
  return [names.length > 0 ? check('nested', 'present', { names: names.join(', ') }) : check('nested', 'good')];
}

/** @param {Subject} subject */
function forItself({ payload }) {
  const [iss, sub] = [own(payload, 'iss'), own(payload, 'sub')];
  if (iss === undefined || sub === undefined) return [];
  return [check('self', iss === sub ? 'good' : 'differ', { iss, sub })];
}

/** @param {Subject} subject */
function answer({ payload }) {
  const error = own(payload, 'error');
  if (typeof error === 'string') return [check('answer', 'error', { error })];
  return [check('answer', typeof own(payload, 'code') === 'string' ? 'code' : 'none')];
}

/** @param {Subject} subject */
async function boundToPresentation({ payload, presented }) {
  const hash = own(payload, 'sd_hash');
  if (presented === undefined) return [check('sd-hash', 'alone')];
  if (hash === undefined) return [];
  return [check('sd-hash', hash === (await sha256(presented)) ? 'good' : 'wrong')];
}
