/** What the header of a signed token has to say, and what it may not. */
import { check } from '../checks/check.js';
import { typOf } from '../kinds.js';

/** @typedef {import('./subject.js').Subject} Subject */
/** @typedef {import('../report.js').Check} Check */

/** What this provider signs with, and takes. */
const strong = ['ES256', 'PS256', 'EdDSA'];
const older = ['RS256'];
const pointers = ['jku', 'jwk', 'x5u', 'x5c'];

/**
 * @param {Subject} subject
 * @returns {Check[]}
 */
export function headerRules(subject) {
  const { header } = subject;
  return [algOf(subject), checkTyp(subject), ...extensionsOf(header), ...(sourceOf(subject) ?? [])];
}

/** @param {Subject} subject */
function algOf({ header: { alg }, name, kind }) {
  if (typeof alg !== 'string' || alg === '') return check('alg', 'missing');
  if (alg.toLowerCase() === 'none') return check('alg', 'none');
  if (strong.includes(alg)) return check('alg', 'good', { alg });
  if (alg.startsWith('HS'))
    return check('alg', alg === 'HS256' && name === 'client-assertion' ? 'shared' : 'symmetric', { alg });
  // RFC 9449 §4.3 leaves the choice to the server; this one takes no RS256
  if (older.includes(alg) && kind.signer !== 'itself') return check('alg', 'older', { alg });
  return check('alg', kind.signer === 'anyone' && /^(ES|PS|RS)(384|512)$|^Ed25519$/.test(alg) ? 'good' : 'foreign', {
    alg,
  });
}

/** @param {Subject} subject */
function checkTyp({ header, name, kind }) {
  const { typ: known, typed = false } = kind;
  const [expected = ''] = known;
  const typ = typOf(header);
  if (typ === undefined) {
    if (typed) return check('typ', 'missing', { expected });
    return recommended.has(name) ? check('typ', 'recommended', { expected }) : check('typ', 'absent');
  }
  const own = known.some((one) => one.toLowerCase() === typ) || (name === 'sd-jwt' && typ.endsWith('+sd-jwt'));
  if (!own && known.length > 0) return check('typ', 'wrong', { typ: header.typ, expected });
  return recommended.has(name) && typ === 'jwt'
    ? check('typ', 'recommended', { expected })
    : check('typ', 'good', { typ: header.typ });
}

/** Kinds that have a name of their own, without which they are valid still. */
const recommended = new Set(['logout-token', 'request-object', 'sd-jwt']);

/**
 * @param {Record<string, unknown>} header
 * @returns {Check[]}
 */
function extensionsOf(header) {
  /** @type {Check[]} */
  const found = [];
  if ('crit' in header) {
    const names = Array.isArray(header.crit) ? header.crit : [];
    const listed = names.length > 0 && names.every((one) => typeof one === 'string' && Object.hasOwn(header, one));
    found.push(listed ? check('crit', 'unknown', { names: names.join(', ') }) : check('crit', 'malformed'));
  }
  if ('b64' in header) found.push(check('b64', 'present'));
  if ('zip' in header) found.push(check('zip', 'present', { zip: header.zip }));
  return found;
}

/** @param {Subject} subject */
function sourceOf({ header, kind }) {
  const named = pointers.filter((one) => one in header && !(one === 'jwk' && kind.signer === 'itself'));
  return named.length > 0 ? [check('source', 'named', { names: named.join(', ') })] : undefined;
}
