/** JSON as it was written: which members stand there twice, how deep it goes, and how it can be shown safely. */

/** Deeper than any token that was meant to be read. */
const deepest = 32;

/**
 * @typedef {object} Read
 * @property {unknown} value
 * @property {string[]} twice names of members that stand twice in one object (RFC 7519 §4)
 */

/**
 * @param {string} text
 * @returns {Read | 'deep' | undefined} nothing where it is no JSON
 */
export function readJson(text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { depth, twice } = outlineOf(text);
  return depth > deepest ? 'deep' : { value, twice };
}

/**
 * What JSON.parse does not tell.
 * @param {string} text that is JSON: one whose strings do not end would be searched for ever
 */
function outlineOf(text) {
  /** @type {Set<string>[]} names seen in each object or list that is open */
  const open = [];
  const twice = new Set();
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth = Math.max(depth, open.push(new Set()));
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      const name = String(JSON.parse(last));
      if (names?.has(name)) twice.add(name);
      names?.add(name);
    } else last = token;
  }
  return { depth, twice: [...twice] };
}

/**
 * An object that is neither a list nor null.
 * @param {unknown} value
 * @returns {Record<string, unknown> | undefined}
 */
export function objectOf(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : undefined;
}

/**
 * A member that the object has itself: `constructor` is none.
 * @template T
 * @param {Record<string, T> | undefined} object
 * @param {string} name
 * @returns {T | undefined}
 */
export function own(object, name) {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Text of a stranger, with every letter that cannot be seen, or that turns the line around, written out.
 * @param {string} text
 */
export function visible(text) {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (letter) =>
    letter === '\n' || letter === '\t' ? letter : `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  );
}

/** @param {unknown} value */
export function pretty(value) {
  return visible(JSON.stringify(value, null, 2) ?? '');
}

/**
 * A value in one short line, for a sentence.
 * @param {unknown} value
 */
export function brief(value) {
  const text = visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
