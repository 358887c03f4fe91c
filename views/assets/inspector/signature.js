/** Whether a signature is right, by the keys of the instance, of the token itself, or by what was pasted. */
import { check } from './checks/check.js';
import { brief, objectOf, own } from './json.js';
import { fits, keyOfPem, nameOf, publicOf, readKeys } from './keys.js';

/**
 * @typedef {import('./report.js').Check} Check
 * @typedef {import('./report.js').Input} Input
 * @typedef {import('./report.js').Jwk} Jwk
 * @typedef {import('./report.js').World} World
 * @typedef {import('./token.js').Jws} Jws
 * @typedef {import('./kinds.js').Kind} Kind
 *
 * @typedef {object} Question
 * @property {Jws} jws
 * @property {Record<string, unknown>} payload
 * @property {Kind} kind
 * @property {Pick<Input, 'key'>} input
 * @property {World} world
 * @property {Jwk} [holder] the key that an SD-JWT names for its holder
 *
 * @typedef {{ vi: string, en: string }} Source
 */

/** @type {Record<'own' | 'pasted' | 'header' | 'holder', Source>} */
const sources = {
  own: { vi: '/jwks của VNeID này', en: '/jwks of this VNeID' },
  pasted: { vi: 'khóa đã dán', en: 'the keys that were pasted' },
  header: { vi: 'jwk trong phần đầu', en: 'jwk of the header' },
  holder: { vi: 'cnf của SD-JWT', en: 'cnf of the SD-JWT' },
};

/**
 * @param {Question} question
 * @returns {Promise<Check>}
 */
export async function checkSignature(question) {
  const { jws, kind, input, world, holder } = question;
  const { alg } = jws.header;
  if (typeof alg !== 'string' || alg === 'none' || jws.signature.text === '') return check('signature', 'none');
  if (kind.signer === 'itself') {
    const jwk = objectOf(jws.header.jwk);
    return tryKeys(question, alg, jwk ? [/** @type {Jwk} */ (jwk)] : [], sources.header);
  }
  if (kind.signer === 'holder')
    return holder ? tryKeys(question, alg, [holder], sources.holder) : check('signature', 'holder');
  const held = readKeys(input.key);
  if (held && 'why' in held) return check('signature', 'unread', held);
  if (alg.startsWith('HS')) return checkShared(question, held);
  if (held) {
    const found = await tryPasted(question, alg, held);
    if (found.outcome === 'passed' || kind.signer === 'client') return found;
    // what was pasted may be there to decrypt, or for the other token
    const byOwn = await tryOwn(question, alg, world);
    return byOwn.outcome === 'passed' || byOwn.reason === 'wrong' ? byOwn : found;
  }
  if (kind.signer === 'client') return check('signature', 'client', { iss: own(question.payload, 'iss') ?? '?' });
  return tryOwn(question, alg, world);
}

/**
 * @param {Question} question
 * @param {string} alg
 * @param {import('./keys.js').Held} held
 */
async function tryPasted(question, alg, { jwks, pem }) {
  if (pem) return tryPem(question, alg, pem);
  if (jwks.length > 0) return tryKeys(question, alg, jwks, sources.pasted);
  return check('signature', 'unread', { why: 'JWK, JWKS, PEM' });
}

/**
 * @param {Question} question
 * @param {string} alg
 * @param {World} world
 */
async function tryOwn(question, alg, { keys, issuer }) {
  if (!keys) return check('signature', 'unreachable');
  const { kid } = question.jws.header;
  const iss = own(question.payload, 'iss');
  const ours = keys.some((key) => key.kid === kid) || iss === issuer || iss === undefined;
  return ours ? tryKeys(question, alg, keys, sources.own) : check('signature', 'issuer', { iss });
}

/**
 * @param {Question} question
 * @param {string} alg
 * @param {Jwk[]} keys
 * @param {Source} from
 * @returns {Promise<Check>}
 */
async function tryKeys({ jws, world }, alg, keys, from) {
  const { kid } = jws.header;
  // a key that was handed over alone is meant, whatever it is called
  const alone = from !== sources.own && keys.length === 1;
  const named = kid === undefined || alone ? keys : keys.filter((key) => key.kid === kid);
  const fitting = named.filter((key) => fits(key, alg));
  if (fitting.length === 0)
    return named.length > 0
      ? check('signature', 'unfit', { kid: nameOf(named[0]), from, alg, why: kindsOf(named) })
      : check('signature', 'unknown', { kid: kid ?? '?', alg, from });
  /** @type {Check | undefined} */
  let refused;
  for (const key of fitting) {
    const outcome = await attempt(jws, alg, publicOf(key), world);
    if (outcome === 'good')
      return kid !== undefined && fitting.length > 1
        ? check('signature', 'among', { kid, count: fitting.length, from })
        : check('signature', 'good', { kid: nameOf(key), from });
    refused = refusal(outcome, { kid: nameOf(key), from, alg });
  }
  return refused ?? check('signature', 'none');
}

/** @param {Jwk[]} keys */
function kindsOf(keys) {
  return keys.map(({ kty, crv, alg }) => [kty, crv, alg].filter(Boolean).map(brief).join(' ')).join(', ');
}

/**
 * @param {Question} question
 * @param {string} alg
 * @param {string} pem
 */
async function tryPem({ jws, world }, alg, pem) {
  try {
    const key = await keyOfPem(pem, alg, world.jose);
    const facts = { kid: 'PEM', from: sources.pasted, alg };
    const outcome = await attempt(jws, alg, key, world);
    return outcome === 'good' ? check('signature', 'good', facts) : refusal(outcome, facts);
  } catch (error) {
    return check('signature', 'unread', { why: messageOf(error) });
  }
}

/**
 * @param {Jws} jws
 * @param {string} alg
 * @param {Jwk | CryptoKey | Uint8Array} key
 * @param {World} world
 * @returns {Promise<'good' | 'wrong' | 'unsupported' | { why: string }>}
 */
async function attempt({ text, header }, alg, key, { jose }) {
  const { crit } = header;
  // what an unknown extension asks for is refused by a check of its own; the signature is looked at all the same
  const known = Array.isArray(crit) ? Object.fromEntries(crit.map((name) => [String(name), true])) : undefined;
  try {
    await jose.compactVerify(text, key, { algorithms: [alg], ...(known && { crit: known }) });
    return 'good';
  } catch (error) {
    if (error instanceof jose.errors.JWSSignatureVerificationFailed) return 'wrong';
    if (error instanceof jose.errors.JOSENotSupported) return 'unsupported';
    return { why: messageOf(error) };
  }
}

/**
 * @param {'wrong' | 'unsupported' | { why: string }} outcome
 * @param {{ kid: string, from: Source, alg: string }} facts
 */
function refusal(outcome, facts) {
  if (typeof outcome === 'object') return check('signature', 'unfit', { ...facts, ...outcome });
  return check('signature', outcome, facts);
}

/**
 * HMAC: by the secret that was pasted; and whether somebody took a public key for one, which is an old forgery.
 * @param {Question} question
 * @param {import('./keys.js').Held | undefined} held
 * @returns {Promise<Check>}
 */
async function checkShared({ jws, world }, held) {
  const alg = String(jws.header.alg);
  const jwk = held?.jwks.find((key) => key.kty === 'oct');
  const secret = held?.secret ?? (jwk && publicOf(jwk));
  const outcome = secret && (await attempt(jws, alg, secret, world));
  if (outcome === 'good') return check('signature', 'secret');
  const pem = held?.pem ?? '';
  for (const guess of [pem.trim(), pem].filter(Boolean).map(bytesOf))
    if ((await attempt(jws, alg, guess, world)) === 'good') return check('signature', 'public', { kid: 'PEM' });
  const keys = [...(world.keys ?? []), ...(held?.jwks ?? [])].filter(({ kty }) => kty !== 'oct');
  for (const key of keys)
    for (const guess of await asSecrets(publicOf(key), world))
      if ((await attempt(jws, alg, guess, world)) === 'good') return check('signature', 'public', { kid: nameOf(key) });
  if (outcome === undefined) return check('signature', 'share');
  const facts = { kid: nameOf(jwk) || 'HMAC', from: sources.pasted, alg };
  return refusal(outcome, facts);
}

/**
 * The texts of a public key that a careless verifier keys its HMAC with.
 * @param {Jwk} jwk
 * @param {World} world
 * @returns {Promise<Uint8Array[]>}
 */
async function asSecrets(jwk, { jose }) {
  try {
    const key = /** @type {CryptoKey} */ (await jose.importJWK(jwk, jwk.alg ?? usualFor(jwk)));
    const pem = (await jose.exportSPKI(key)).trim();
    const der = Uint8Array.from(atob(pem.replaceAll(/-----[^-]+-----|\s/g, '')), (letter) => letter.charCodeAt(0));
    return [...[pem, `${pem}\n`, JSON.stringify(jwk), String(jwk.n ?? jwk.x)].map(bytesOf), der];
  } catch {
    return [];
  }
}

/** @param {string} text */
function bytesOf(text) {
  return new TextEncoder().encode(text);
}

/** @param {Jwk} jwk */
function usualFor({ kty, crv }) {
  if (kty === 'RSA') return 'RS256';
  return kty === 'OKP' ? 'EdDSA' : { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[String(crv)];
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
