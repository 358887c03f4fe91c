import { constants, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { ExternalSigningKey } from '../library.ts';
import { publicPart } from './key-file.ts';

type Signing = (data: Buffer) => Buffer | Promise<Buffer>;

const signBeside = promisify(sign);

/**
 * How each algorithm signs. A signature of a curve takes less than handing it to another thread and back, which is what the
 * library does: one of ES256 36 µs of processor time instead of 96. One of RSA takes 700, and is made beside.
 */
const ways: Record<string, (key: KeyObject) => Signing> = {
  // RFC 7518 §3.4: the two numbers one after the other
  ES256: (key) => (data) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (key) => (data) => sign(null, data, key),
  RS256: (key) => (data) => signBeside('sha256', data, key),
  PS256: (key) => (data) => signBeside('sha256', data, { key, ...pss }),
};

/** RFC 7518 §3.5: the salt is as long as the hash. */
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/** A key of ours as the library uses it: it tells what is public, and signs. */
export class SigningKey extends ExternalSigningKey {
  readonly #jwk: JWK;
  readonly #way: (key: KeyObject) => Signing;
  #signing: Signing | undefined;

  /** @param jwk private key with `kid` and `alg`. @throws RangeError for an algorithm that is none of ours */
  constructor(jwk: JWK) {
    super();
    const { kid, alg = '' } = jwk;
    const way = ways[alg];
    if (!way) throw new RangeError(`keys of ours do not sign by "${alg}"`);
    this.#jwk = jwk;
    this.#way = way;
    Object.assign(this, { kid, alg });
  }

  override keyObject(): KeyObject {
    return createPublicKey({ key: publicPart(this.#jwk) as JsonWebKey, format: 'jwk' });
  }

  /** The key is opened when it first signs: what is wrong with it is for the self-test to tell. */
  override sign(data: Buffer): Buffer | Promise<Buffer> {
    this.#signing ??= this.#way(createPrivateKey({ key: this.#jwk, format: 'jwk' }));
    return this.#signing(data);
  }
}
