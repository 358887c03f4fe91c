/** What a pasted token is, what it says, and which checks it passes and fails. */
import { check } from './checks/check.js';
import { compare } from './compare.js';
import { explainHeader, explainPayload } from './explain.js';
import { objectOf, own, visible } from './json.js';
import { open } from './jwe.js';
import { isKind, kindOf, others, recognise, troubles } from './kinds.js';
import { byKind } from './rules/by-kind.js';
import { headerRules } from './rules/header.js';
import { partyRules } from './rules/parties.js';
import { timeRules } from './rules/times.js';
import { disclose } from './sd-jwt.js';
import { checkSignature } from './signature.js';
import { takeApart } from './token.js';

/**
 * @typedef {import('./report.js').Check} Check
 * @typedef {import('./report.js').Input} Input
 * @typedef {import('./report.js').Inspection} Inspection
 * @typedef {import('./report.js').Jwk} Jwk
 * @typedef {import('./report.js').Report} Report
 * @typedef {import('./report.js').World} World
 * @typedef {import('./rules/subject.js').Subject} Subject
 * @typedef {import('./token.js').Jws} Jws
 */

/** Layers of encryption that are opened; no kind has more than one. */
const deepest = 2;

/**
 * Never throws, whatever was pasted.
 * @param {Input} input
 * @param {World} world
 * @returns {Promise<Inspection>}
 */
export async function inspect(input, world) {
  const token = await reportOn(input.token, input, world);
  if (!input.other?.trim()) return { token };
  const other = await reportOn(input.other, { ...input, as: '' }, world);
  const differences = compare(innermost(token), innermost(other));
  return { token, other: { kind: other.kind, name: other.name, differences } };
}

/**
 * What is compared of something encrypted is what is inside, once it is open.
 * @param {Report} report
 * @returns {Report}
 */
function innermost(report) {
  const [inside] = report.inside ?? [];
  return report.kind === 'jwe' && inside ? innermost(inside) : report;
}

/**
 * @param {string} text
 * @param {Input} input
 * @param {World} world
 * @param {number} [depth]
 * @returns {Promise<Report>}
 */
async function reportOn(text, input, world, depth = 0) {
  const token = takeApart(text);
  switch (token.form) {
    case 'jws':
      return onJws(token, input, world);
    case 'sd-jwt':
      return onSdJwt(token, input, world);
    case 'jwe':
      return onJwe(token, input, world, depth);
    case 'unreadable':
      return { ...bare('unreadable'), about: troubles[token.why] };
    default:
      return bare(token.form);
  }
}

/**
 * @param {keyof typeof others} name
 * @returns {Report}
 */
function bare(name) {
  return { kind: name, ...others[name], checks: [], header: [], payload: [] };
}

/**
 * @param {Jws} jws
 * @param {Input} input
 * @param {World} world
 * @param {{ holder?: Jwk, presented?: string }} [binding] of a key binding: whose it is, and of what
 * @returns {Promise<Report>}
 */
async function onJws(jws, input, world, binding = {}) {
  const { header, parts } = jws;
  const payload = parts[1]?.object;
  if (!payload) return onOtherContent(jws, input, world);
  const { as = '' } = input;
  const name = isKind(as) ? as : recognise(header, payload, Object.keys(world.claims));
  return judged(jws, payload, { name, input, world, ...binding });
}

/**
 * A report on something whose claims are known.
 * @param {Jws} jws
 * @param {Record<string, unknown>} payload
 * @param {Omit<Subject, 'header' | 'payload' | 'kind'> & { name: import('./kinds.js').KindName, holder?: Jwk }} given
 * @returns {Promise<Report>}
 */
async function judged(jws, payload, { holder, ...given }) {
  const { name, input, world } = given;
  const kind = kindOf(name);
  const { header } = jws;
  const subject = { header, payload, kind, ...given };
  const signature = await checkSignature({ jws, payload, kind, input, world, ...(holder && { holder }) });
  const particular = await Promise.all((byKind[name] ?? []).map((rule) => rule(subject)));
  return {
    kind: name,
    name: kind.name,
    about: kind.about,
    rule: kind.rule,
    checks: [
      ...writing(jws),
      ...headerRules(subject),
      signature,
      ...partyRules(subject),
      ...timeRules(subject),
      ...particular.flat(),
    ],
    header: explainHeader(header, world),
    payload: explainPayload(payload, name, world),
  };
}

/**
 * Whether a JWS or JWE is written in the one way that there is.
 * @param {{ parts: import('./token.js').Part[], signature?: import('./token.js').Part }} token
 * @returns {Check[]}
 */
function writing({ parts, signature }) {
  const all = signature ? [...parts, signature] : parts;
  const flaw = /** @type {'bits' | undefined} */ (all.find((part) => part.flaw)?.flaw);
  const twice = all.flatMap((part) => part.twice);
  return [
    flaw ? check('form', flaw) : check('form', 'good'),
    twice.length > 0 ? check('unique', 'twice', { names: twice.join(', ') }) : check('unique', 'good'),
  ];
}

/**
 * Signed, but no claims.
 * @param {Jws} jws
 * @param {Input} input
 * @param {World} world
 * @returns {Promise<Report>}
 */
async function onOtherContent(jws, input, world) {
  const kind = kindOf('jwt');
  const [, content] = jws.parts;
  const subject = { header: jws.header, payload: {}, name: 'jwt', kind, input, world };
  const [form, unique] = writing(jws);
  return {
    ...bare('jws'),
    checks: [
      ...(form && unique ? [form.outcome === 'failed' ? form : check('form', 'text'), unique] : []),
      ...headerRules(subject),
      await checkSignature({ jws, payload: {}, kind, input, world }),
    ],
    header: explainHeader(jws.header, world),
    ...(content?.plain !== undefined && { text: visible(content.plain) }),
  };
}

/**
 * @param {import('./token.js').SdJwt} token
 * @param {Input} input
 * @param {World} world
 * @returns {Promise<Report>}
 */
async function onSdJwt({ issued, disclosures, binding, presented }, input, world) {
  const signed = issued.parts[1]?.object;
  if (!signed) return onOtherContent(issued, input, world);
  const { payload, checks, disclosures: items } = await disclose(signed, disclosures);
  const report = await judged(issued, payload, { name: 'sd-jwt', input, world });
  const cnf = objectOf(own(payload, 'cnf'));
  const holder = /** @type {Jwk | undefined} */ (objectOf(own(cnf, 'jwk')));
  const proof = binding === undefined ? undefined : takeApart(binding);
  const inside =
    proof?.form === 'jws'
      ? [await onJws(proof, { ...input, as: 'key-binding' }, world, { presented, ...(holder && { holder }) })]
      : [];
  const bound = proof ? [check('binding', proof.form === 'jws' ? 'present' : 'unread')] : [];
  const unbound = !proof && cnf ? [check('binding', 'absent')] : [];
  return { ...report, checks: [...report.checks, ...checks, ...bound, ...unbound], disclosures: items, inside };
}

/**
 * @param {import('./token.js').Jwe} jwe
 * @param {Input} input
 * @param {World} world
 * @param {number} depth
 * @returns {Promise<Report>}
 */
async function onJwe(jwe, input, world, depth) {
  const report = { ...bare('jwe'), header: explainHeader(jwe.header, world) };
  if (depth >= deepest) return { ...report, checks: [...writing(jwe), check('nesting', 'deep')] };
  const { checks, content } = await open(jwe, input.key, world);
  const made = [...writing(jwe), ...checks];
  if (content === undefined) return { ...report, checks: made };
  const inner = await reportOn(content, input, world, depth + 1);
  if (inner.kind === 'jwe') return { ...report, checks: made, inside: [inner] };
  if (inner.header.length > 0) return { ...report, checks: [...made, check('nesting', 'good')], inside: [inner] };
  return { ...report, checks: [...made, check('nesting', 'unsigned')], text: visible(content) };
}
