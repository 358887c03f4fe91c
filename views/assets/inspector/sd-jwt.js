/** What an SD-JWT discloses (RFC 9901 §7.1): digests matched with disclosures, and the payload that comes of it. */
import { flawOf } from './base64url.js';
import { check } from './checks/check.js';
import { sha256 } from './hashes.js';
import { objectOf, own, readJson } from './json.js';
import { partOf } from './token.js';

/**
 * @typedef {import('./report.js').Check} Check
 * @typedef {import('./report.js').Disclosure} Disclosure
 *
 * @typedef {object} Item
 * @property {string} digest
 * @property {unknown[]} parts salt, perhaps a name, and value
 * @property {boolean} matched
 *
 * @typedef {object} Disclosed
 * @property {Record<string, unknown>} payload
 * @property {Disclosure[]} disclosures
 * @property {Check[]} checks
 */

const deepest = 32;

/** What makes the whole of it worth nothing. */
class Refused extends Error {
  /** @param {Check} found */
  constructor(found) {
    super(found.reason);
    this.found = found;
  }
}

/**
 * @param {Record<string, unknown>} payload
 * @param {string[]} disclosures
 * @returns {Promise<Disclosed>}
 */
export async function disclose(payload, disclosures) {
  const alg = own(payload, '_sd_alg') ?? 'sha-256';
  if (alg !== 'sha-256') return { payload, disclosures: [], checks: [check('sd-alg', 'foreign', { alg })] };
  const items = await Promise.all(disclosures.map(itemOf));
  const walk = createWalk(items);
  /** @type {Check} */
  let found;
  let disclosed = payload;
  try {
    disclosed = /** @type {Record<string, unknown>} */ (walk.value(payload, 0));
    const stray = items.filter(({ matched }) => !matched).length;
    found =
      stray > 0
        ? check('disclosures', 'stray', { count: stray })
        : check('disclosures', 'good', { count: items.length, hidden: walk.hidden() });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    found = error.found;
  }
  return {
    payload: disclosed,
    checks: [check('sd-alg', 'good', { alg }), found],
    disclosures: items.map(({ parts, digest, matched }) => ({
      ...(parts.length === 3 && { name: String(parts[1]) }),
      value: parts.at(-1),
      digest,
      matched,
    })),
  };
}

/**
 * @param {string} text
 * @returns {Promise<Item>}
 */
async function itemOf(text) {
  const { plain = '' } = partOf(text);
  const read = flawOf(text) === undefined ? readJson(plain) : undefined;
  const list = read && read !== 'deep' && read.twice.length === 0 ? read.value : undefined;
  return { digest: await sha256(text), parts: Array.isArray(list) ? list : [], matched: false };
}

/**
 * Walks through a payload and puts in what is disclosed.
 * @param {Item[]} items
 */
function createWalk(items) {
  const byDigest = new Map(items.map((item) => [item.digest, item]));
  const seen = new Set();
  let hidden = 0;

  /**
   * What a digest stands for, when it is disclosed.
   * @param {string} digest
   * @param {2 | 3} length two within a list, three within an object
   */
  function take(digest, length) {
    if (seen.has(digest)) throw new Refused(check('disclosures', 'twice', { digest }));
    seen.add(digest);
    const item = byDigest.get(digest);
    if (!item) hidden += 1;
    else if (item.parts.length !== length || !item.parts.slice(0, length - 1).every((part) => typeof part === 'string'))
      throw new Refused(check('disclosures', 'malformed', { item: digest }));
    else item.matched = true;
    return item?.parts;
  }

  /**
   * @param {unknown} given
   * @param {number} depth
   * @returns {unknown}
   */
  function value(given, depth) {
    if (depth > deepest) throw new Refused(check('disclosures', 'deep'));
    if (Array.isArray(given)) return given.flatMap((element) => elementOf(element, depth));
    const object = objectOf(given);
    return object ? objectAt(object, depth) : given;
  }

  /**
   * @param {unknown} element
   * @param {number} depth
   * @returns {unknown[]}
   */
  function elementOf(element, depth) {
    const object = objectOf(element);
    const digest = own(object, '...');
    if (!object || Object.keys(object).length !== 1 || typeof digest !== 'string') return [value(element, depth + 1)];
    const parts = take(digest, 2);
    return parts ? [value(parts[1], depth + 1)] : [];
  }

  /**
   * @param {Record<string, unknown>} object
   * @param {number} depth
   */
  function objectAt(object, depth) {
    const members = new Map(
      Object.entries(object)
        .filter(([name]) => name !== '_sd' && !(name === '_sd_alg' && depth === 0))
        .map(([name, member]) => [name, value(member, depth + 1)]),
    );
    const digests = own(object, '_sd');
    for (const digest of Array.isArray(digests) ? digests : []) {
      const parts = take(typeof digest === 'string' ? digest : JSON.stringify(digest), 3);
      if (!parts) continue;
      const name = String(parts[1]);
      if (name === '_sd' || name === '...') throw new Refused(check('disclosures', 'reserved', { name }));
      if (members.has(name)) throw new Refused(check('disclosures', 'exists', { name }));
      members.set(name, value(parts[2], depth + 1));
    }
    return Object.fromEntries(members);
  }

  return { value, hidden: () => hidden };
}
