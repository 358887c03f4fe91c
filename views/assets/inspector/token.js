/** Takes a pasted text apart, without judging it: a JWS, a JWE, an SD-JWT, or none of them. */
import { decode, flawOf } from './base64url.js';
import { objectOf, readJson } from './json.js';

/** Letters. The longest that this provider takes has half of it. */
export const longest = 65_536;

/**
 * @typedef {object} Part one part of a compact serialisation
 * @property {string} text as it was pasted
 * @property {string} [flaw] why a verifier would refuse it, though it can be decoded
 * @property {Record<string, unknown>} [object] what it says, when it is a JSON object
 * @property {string} [plain] what it says, when it is text
 * @property {string[]} twice members that stand twice
 *
 * @typedef {object} Jws
 * @property {'jws'} form
 * @property {string} text
 * @property {Record<string, unknown>} header
 * @property {Part[]} parts header and payload
 * @property {Part} signature
 *
 * @typedef {object} Jwe
 * @property {'jwe'} form
 * @property {string} text
 * @property {Record<string, unknown>} header
 * @property {Part[]} parts the header, and the rest unread
 *
 * @typedef {object} SdJwt
 * @property {'sd-jwt'} form
 * @property {Jws} issued
 * @property {string[]} disclosures
 * @property {string} [binding] the key binding, when there is one
 * @property {string} presented all before the key binding
 *
 * @typedef {{ form: 'opaque' | 'request-uri' }} Opaque
 * @typedef {'empty' | 'long' | 'parts' | 'json' | 'header' | 'deep' | 'text'} Trouble
 * @typedef {{ form: 'unreadable', why: Trouble }} Unreadable
 */

/**
 * @param {string} pasted
 * @returns {Jws | Jwe | SdJwt | Opaque | Unreadable}
 */
export function takeApart(pasted) {
  if (pasted.length > longest) return { form: 'unreadable', why: 'long' };
  const text = cleaned(pasted);
  if (text === '') return { form: 'unreadable', why: 'empty' };
  if (text.startsWith('{')) return { form: 'unreadable', why: 'json' };
  if (text.startsWith('urn:ietf:params:oauth:request_uri:')) return { form: 'request-uri' };
  const [first = '', ...rest] = text.split('~');
  if (rest.length > 0 && first.split('.').length === 3) return selective(first, rest, text);
  const parts = text.split('.');
  if (parts.length === 3) return jwsOf(text);
  if (parts.length === 5) return jweOf(text);
  if (parts.length > 1 && decodesToObject(first.split('.')[0] ?? '')) return { form: 'unreadable', why: 'parts' };
  return /^[\w.~+/=-]{6,512}$/.test(text) ? { form: 'opaque' } : { form: 'unreadable', why: 'text' };
}

/**
 * Without what is copied along: the name of a header or a scheme, quotation marks, spaces around it.
 * @param {string} pasted
 */
function cleaned(pasted) {
  return pasted
    .trim()
    .replace(/^(?:authorization|dpop)\s*:\s*/i, '')
    .replace(/^(?:bearer|dpop)\s+/i, '')
    .replace(/^(["'])([^]*)\1$/, '$2')
    .trim();
}

/**
 * @param {string} text
 * @returns {Jws | Unreadable}
 */
function jwsOf(text) {
  const parts = text.split('.').slice(0, 2).map(partOf);
  const header = parts[0]?.object;
  if (!header) return unreadableHeader(parts[0]);
  const signature = text.split('.')[2] ?? '';
  const flaw = signature === '' ? undefined : flawOf(signature);
  return { form: 'jws', text, header, parts, signature: { text: signature, twice: [], ...(flaw && { flaw }) } };
}

/**
 * @param {string} text
 * @returns {Jwe | Unreadable}
 */
function jweOf(text) {
  const [first = '', ...rest] = text.split('.');
  const head = partOf(first);
  if (!head.object) return unreadableHeader(head);
  const others = rest.map((part) => {
    const flaw = part === '' ? undefined : flawOf(part);
    return { text: part, twice: [], ...(flaw && { flaw }) };
  });
  return { form: 'jwe', text, header: head.object, parts: [head, ...others] };
}

/**
 * @param {string} first
 * @param {string[]} rest
 * @param {string} text
 * @returns {SdJwt | Unreadable}
 */
function selective(first, rest, text) {
  const issued = jwsOf(first);
  if (issued.form !== 'jws') return issued;
  const binding = rest.at(-1) ?? '';
  const presented = text.slice(0, text.length - binding.length);
  return { form: 'sd-jwt', issued, disclosures: rest.slice(0, -1), presented, ...(binding !== '' && { binding }) };
}

/**
 * @param {string} text
 * @returns {Part}
 */
export function partOf(text) {
  const bytes = decode(text);
  if (!bytes) return { text, flaw: 'alphabet', twice: [] };
  const plain = textOf(bytes);
  if (plain === undefined) return { text, flaw: 'utf8', twice: [] };
  const read = readJson(plain);
  if (read === 'deep') return { text, flaw: 'deep', twice: [] };
  const object = objectOf(read?.value);
  const flaw = flawOf(text);
  return { text, plain, twice: object && read ? read.twice : [], ...(object && { object }), ...(flaw && { flaw }) };
}

/**
 * RFC 8725 §3.7: UTF-8 and nothing else; a byte order mark is no part of JSON (RFC 8259 §8.1).
 * @param {Uint8Array} bytes
 */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @param {string} text */
function decodesToObject(text) {
  return partOf(text).object !== undefined;
}

/**
 * @param {Part | undefined} part
 * @returns {Unreadable}
 */
function unreadableHeader(part) {
  return { form: 'unreadable', why: part?.flaw === 'deep' ? 'deep' : 'header' };
}
