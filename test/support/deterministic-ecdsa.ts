import { createECDH, createHash, createHmac } from 'node:crypto';
import { integer, sequence } from './der.ts';

/** The curves of WebAuthn: their name in OpenSSL, the order of the group, the hash that signs on them. */
export const curves = {
  'P-256': {
    name: 'prime256v1',
    bits: 256,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    hash: 'sha256',
  },
  'P-384': {
    name: 'secp384r1',
    bits: 384,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    hash: 'sha384',
  },
  'P-521': {
    name: 'secp521r1',
    bits: 521,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    hash: 'sha512',
  },
} as const;

export type Curve = keyof typeof curves;

/** The public point of a private scalar: each coordinate in full length. */
export function pointOf(curve: Curve, scalar: Buffer): { x: Buffer; y: Buffer; uncompressed: Buffer } {
  const pair = createECDH(curves[curve].name);
  pair.setPrivateKey(scalar);
  const uncompressed = pair.getPublicKey();
  const length = (uncompressed.length - 1) / 2;
  return { x: uncompressed.subarray(1, 1 + length), y: uncompressed.subarray(1 + length), uncompressed };
}

/** ECDSA with the nonce of RFC 6979: the same key and message always give the same signature, in DER. */
export function signDeterministically(curve: Curve, scalar: Buffer, message: Buffer): Buffer {
  const { order, bits, hash } = curves[curve];
  const length = Math.ceil(bits / 8);
  const digest = createHash(hash).update(message).digest();
  const secret = number(scalar);
  const leftmost = (bytes: Buffer) => number(bytes) >> BigInt(Math.max(0, bytes.length * 8 - bits));
  const z = leftmost(digest);
  const full = (value: bigint) => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

  // RFC 6979 §3.2: a generator of bytes that is seeded with the key and the message
  const hmac = (key: Buffer, ...parts: Buffer[]) => createHmac(hash, key).update(Buffer.concat(parts)).digest();
  const seed = Buffer.concat([full(secret), full(z % order)]);
  let value: Buffer = Buffer.alloc(digest.length, 1);
  let key: Buffer = Buffer.alloc(digest.length, 0);
  for (const step of [0, 1]) {
    key = hmac(key, value, Buffer.from([step]), seed);
    value = hmac(key, value);
  }
  for (;;) {
    let bytes: Buffer = Buffer.alloc(0);
    while (bytes.length < length) {
      value = hmac(key, value);
      bytes = Buffer.concat([bytes, value]);
    }
    const nonce = leftmost(bytes.subarray(0, length));
    if (nonce > 0n && nonce < order) {
      const r = number(pointOf(curve, full(nonce)).x) % order;
      const s = (inverse(nonce, order) * (z + r * secret)) % order;
      if (r > 0n && s > 0n) return sequence(integer(r), integer(s));
    }
    key = hmac(key, value, Buffer.from([0]));
    value = hmac(key, value);
  }
}

export function number(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

/** Inverse modulo a number it has no factor in common with. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high, one, other] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (low !== 0n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [one, other] = [other - quotient * one, one];
  }
  return ((other % modulus) + modulus) % modulus;
}
