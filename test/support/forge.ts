import { createHmac, type KeyObject, sign } from 'node:crypto';

/** Tokens that no library makes: every part can be what a forger likes. */
export interface Forged {
  /** An object, or the very text. */
  header: object | string;
  payload: object | string | Uint8Array;
  /** Private key; a text or bytes to key an HMAC with; nothing for no signature. */
  key?: KeyObject | string | Uint8Array | undefined;
  /** How it is signed, whatever the header says. */
  alg?: string | undefined;
}

export const encode = (part: object | string | Uint8Array): string =>
  Buffer.from(typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part)).toString(
    'base64url',
  );

/** The token in its compact form (RFC 7515 §7.1). */
export function forge({ header, payload, key, alg = algorithmOf(header) }: Forged): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${key === undefined ? '' : signatureOf(input, key, alg)}`;
}

export function signatureOf(input: string | Uint8Array, key: KeyObject | string | Uint8Array, alg: string): string {
  const bytes = Buffer.from(input);
  if (typeof key === 'string' || key instanceof Uint8Array)
    return createHmac(`sha${alg.slice(-3)}`, key)
      .update(bytes)
      .digest('base64url');
  if (alg === 'EdDSA') return sign(null, bytes, key).toString('base64url');
  const hash = `sha${alg.slice(-3)}`;
  if (alg.startsWith('ES')) return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const pss = { padding: 6, saltLength: 32 };
  return sign(hash, bytes, { key, ...(alg.startsWith('PS') && pss) }).toString('base64url');
}

function algorithmOf(header: object | string): string {
  try {
    return String(
      (typeof header === 'string' ? (JSON.parse(header) as { alg?: string }) : (header as { alg?: string })).alg,
    );
  } catch {
    return 'ES256';
  }
}
