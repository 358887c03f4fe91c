import { createPublicKey, type JsonWebKeyInput, type KeyObject, verify } from 'node:crypto';
import { problem } from '../errors.ts';

export type PasskeyAlgorithm = 'EdDSA' | 'ES256' | 'RS256';

/** COSE algorithms that are offered, the preferred first: EdDSA, ES256, RS256 (WebAuthn Level 3 §5.4). */
export const offeredAlgorithms = [-8, -7, -257] as const;

/** A decoded COSE key: whole numbers to whole numbers or bytes. */
export interface CoseKey {
  get(part: number): unknown;
}

/** Parameters of a COSE key (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4). */
const [kty, alg, crv, x, y, n, e] = [1, 3, -1, -2, -3, -1, -2];

/** A key that somebody has sent, and what it signs by. */
export interface PasskeyKey {
  algorithm: PasskeyAlgorithm;
  key: KeyObject;
}

/**
 * A key, when it is one to rely on: WebAuthn Level 3 §5.8.5 ties each algorithm to one curve, RSA below 2,048 bits or with a
 * small exponent protects nobody (FIPS 186-5 §5.1), and with more than 4,096 bits or a large exponent its maker could have us
 * busy.
 * @throws VneidError `passkey.algorithm` when it is none of the three, or no key
 */
export function keyOf(cose: CoseKey): PasskeyKey {
  const bytes = (part: number) => {
    const value = cose.get(part);
    if (!(value instanceof Uint8Array)) throw problem('passkey.algorithm');
    return Buffer.from(value).toString('base64url');
  };
  switch (`${String(cose.get(alg))} ${String(cose.get(kty))}`) {
    case '-8 1':
      return sound('EdDSA', cose.get(crv) === 6, { kty: 'OKP', crv: 'Ed25519', x: bytes(x) });
    case '-7 2':
      return sound('ES256', cose.get(crv) === 1, { kty: 'EC', crv: 'P-256', x: bytes(x), y: bytes(y) });
    case '-257 3':
      return sound('RS256', true, { kty: 'RSA', n: bytes(n), e: bytes(e) });
    default:
      throw problem('passkey.algorithm');
  }
}

/** The key that something encodes: the one that is ready, or else the one that `read` makes of it. */
type ReadyKeys = (encoded: string, read: () => Promise<PasskeyKey>) => Promise<PasskeyKey>;

/**
 * Keeps keys ready that were used lately: to read one takes as long as to check a signature by it, and whoever signs in does
 * so again.
 * @param most how many; one takes about 2 kB
 */
export function createReadyKeys(most = 2_000): ReadyKeys {
  const ready = new Map<string, PasskeyKey>();
  return async (encoded, read) => {
    const key = ready.get(encoded) ?? (await read());
    // at the end, so that what nobody has used for longest is the first
    ready.delete(encoded);
    ready.set(encoded, key);
    const [oldest] = ready.size > most ? ready.keys() : [];
    if (oldest !== undefined) ready.delete(oldest);
    return key;
  };
}

/**
 * Whether the key made this signature (WebAuthn Level 3 §6.5.5: one of ES256 is in DER, the others as RFC 8032 and RFC 8017
 * §8.2 have them). What is no signature at all was made by nobody.
 */
export function madeBy({ algorithm, key }: PasskeyKey, data: Buffer, signature: Buffer): boolean {
  return verify(algorithm === 'EdDSA' ? null : 'sha256', data, key, signature);
}

/** A point that is not on its curve is no key either. */
function sound(algorithm: PasskeyAlgorithm, curve: boolean, jwk: JsonWebKeyInput['key']): PasskeyKey {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const { modulusLength = 2048, publicExponent = 65_537n } = key.asymmetricKeyDetails ?? {};
    const large = modulusLength > 4096 || publicExponent > 0xffff_ffffn;
    if (curve && modulusLength >= 2048 && publicExponent >= 65_537n && !large) return { algorithm, key };
  } catch {
    // said below
  }
  throw problem('passkey.algorithm');
}
