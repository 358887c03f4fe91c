/** Base64url without padding (RFC 7515 §2), read more kindly than a verifier does, so that what is wrong can be shown. */

/** @typedef {'spaces' | 'padding' | 'alphabet' | 'bits'} Flaw */

/**
 * The bytes of a text, also where it has spaces, padding or the letters of plain base64.
 * @param {string} text
 * @returns {Uint8Array | undefined} nothing where it is no base64 at all
 */
export function decode(text) {
  try {
    const plain = text.replaceAll(/[\s=]/g, '').replaceAll('-', '+').replaceAll('_', '/');
    return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** @param {Uint8Array} bytes */
export function encode(bytes) {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Why a verifier has to refuse a text that can be decoded: there is but one text for some bytes.
 * @param {string} text
 * @returns {Flaw | undefined}
 */
export function flawOf(text) {
  if (/\s/.test(text)) return 'spaces';
  if (text.includes('=')) return 'padding';
  if (/[^\w-]/.test(text)) return 'alphabet';
  const bytes = decode(text);
  return bytes && encode(bytes) === text ? undefined : 'bits';
}
