import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign as signWith } from 'node:crypto';
import { coseKey } from '../../src/lab/authenticator.ts';
import type { Cbor } from '../../src/lab/cbor.ts';
import { type Curve, inverse, pointOf, signDeterministically } from '../support/deterministic-ecdsa.ts';

/** What the vectors of WebAuthn Level 3 grow from: values drawn with HKDF-SHA-256, and the keys made of them. */
export type KeyKind = Curve | 'RSA' | 'Ed25519' | 'Ed448';

/** Draws one value after another. */
export type Draw = (length: number) => Buffer;

/** The values of a vector, or of what all share, by its name. */
export function drawFrom(name: string): Draw {
  let salt = 0;
  return (length) => Buffer.from(hkdfSync('sha256', 'WebAuthn test vectors', Buffer.from([salt++]), name, length));
}

/** A key pair as a vector needs it. */
export interface Key {
  publicKey: Map<number, Cbor>;
  /** Of P-256: what a certificate and U2F have of it. */
  point: Buffer;
  sign(message: Buffer): Buffer;
}

/** The next values as a key pair. */
export function drawKey(draw: Draw, kind: KeyKind): Key {
  switch (kind) {
    case 'RSA':
      return keyOf(mersenneKey());
    case 'Ed25519':
      return keyOf(edwardsKey('302e020100300506032b657004220420', draw(32)));
    case 'Ed448':
      return keyOf(edwardsKey('3047020100300506032b6571043b0439', draw(57)));
    default:
      return curveKey(kind, draw({ 'P-256': 32, 'P-384': 48, 'P-521': 65 }[kind]));
  }
}

export function curveKey(curve: Curve, scalar: Buffer): Key {
  const { x, y, uncompressed } = pointOf(curve, scalar);
  const [alg, crv] = { 'P-256': [-7, 1], 'P-384': [-35, 2], 'P-521': [-36, 3] }[curve] as [number, number];
  return {
    publicKey: new Map<number, Cbor>([
      [1, 2],
      [3, alg],
      [-1, crv],
      [-2, x],
      [-3, y],
    ]),
    point: uncompressed,
    sign: (message) => signDeterministically(curve, scalar, message),
  };
}

function keyOf(key: KeyObject): Key {
  const hash = key.asymmetricKeyType === 'rsa' ? 'sha256' : null;
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  // RFC 9053 §7.2 and RFC 9864: Ed448 has an algorithm of its own
  const ed448 = (x: string) =>
    new Map<number, Cbor>([
      [1, 1],
      [3, -53],
      [-1, 7],
      [-2, Buffer.from(x, 'base64url')],
    ]);
  return {
    publicKey: jwk.crv === 'Ed448' ? ed448(jwk.x ?? '') : coseKey(key),
    point: Buffer.alloc(0),
    sign: (message) => signWith(hash, message, key),
  };
}

function edwardsKey(prefix: string, seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([Buffer.from(prefix, 'hex'), seed]), format: 'der', type: 'pkcs8' });
}

function mersenneKey(): KeyObject {
  const [p, q, e] = [2n ** 1279n - 1n, 2n ** 2203n - 1n, 65_537n];
  const phi = (p - 1n) * (q - 1n);
  const d = inverse(e, phi);
  const part = (value: bigint) => {
    const hex = value.toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
  };
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, part(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}
