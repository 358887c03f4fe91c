/**
 * The form of a signed token (RFC 7515 §7.1, RFC 7519), more exactly than a verifier needs it: one text for one token, no
 * member twice, nothing that is understood here in one way and elsewhere in another. Signatures are the library's.
 *
 * What verifies may still be refused here: a decoder of base64 forgives padding, line ends and left-over bits, so a token
 * has many texts; of two members of the same name every parser has its own favourite; and `1e400` is a time without end.
 */
export function flawOf(token: string): string | undefined {
  if (token.length > most) return `longer than ${most} letters`;
  const parts = token.split('.');
  if (parts.length !== 3) return 'not three parts (RFC 7515 section 7.1)';
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part))
    return 'not base64url as RFC 7515 section 2 has it';
  const [header, claims] = parts.slice(0, 2).map(objectIn);
  if (!header || !claims) return 'header and claims are two JSON objects, each member once (RFC 8725 section 2.6)';
  // RFC 7515 §4.1.11: nothing that has to be understood is understood here; RFC 7797 §7; RFC 8725 §3.6
  const strange = ['crit', 'b64', 'zip'].find((name) => name in header);
  if (strange !== undefined) return `${strange} in the header`;
  const time = ['exp', 'nbf', 'iat'].find((name) => name in claims && !isTime(claims[name]));
  return time === undefined ? undefined : `${time} is no time (RFC 7519 section 2)`;
}

/** The header of a token that has no flaw. */
export function headerOf(token: string): Record<string, unknown> {
  return objectIn(token.split('.')[0] ?? '') ?? {};
}

/** Request objects are the longest, and have to fit into a form of 56 kB. */
const most = 32_768;

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, 'base64url'));
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return namesIn(text) === countOf(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** How many names of members a JSON text has: the strings that a colon follows. */
function namesIn(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/g)].filter(([, colon]) => colon === ':').length;
}

/** How many members are left after it was read. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, item) => sum + countOf(item), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
