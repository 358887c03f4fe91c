import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
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

/**
 * The algorithm of a new key, when it is one to rely on: WebAuthn Level 3 §5.8.5 ties each algorithm to one curve, RSA below
 * 2,048 bits or with a small exponent protects nobody (FIPS 186-5 §5.1), and with more than 4,096 bits or a large
 * exponent its maker could have us busy.
 * @throws VneidError `passkey.algorithm` when it is none of the three, or no key
 */
export function algorithmOf(cose: CoseKey): PasskeyAlgorithm {
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

/** A point that is not on its curve is no key either. */
function sound(algorithm: PasskeyAlgorithm, curve: boolean, key: JsonWebKeyInput['key']): PasskeyAlgorithm {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' });
    const { modulusLength = 2048, publicExponent = 65_537n } = asymmetricKeyDetails ?? {};
    const large = modulusLength > 4096 || publicExponent > 0xffff_ffffn;
    if (curve && modulusLength >= 2048 && publicExponent >= 65_537n && !large) return algorithm;
  } catch {
    // said below
  }
  throw problem('passkey.algorithm');
}
