import { createECDH } from 'node:crypto';
import type { JWK } from 'jose';

/**
 * The ES256 key pair with which a relying party of our own authenticates (private_key_jwt), made from a secret of the
 * installation: the same after every start and in every instance, with nothing more to keep.
 * @param secret 32 bytes
 */
export function clientKeyFrom(secret: Buffer): { privateKey: JWK; publicKey: JWK } {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  const publicKey: JWK = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33, 65).toString('base64url'),
    alg: 'ES256',
    use: 'sig',
    kid: 'ihanoi',
  };
  return { publicKey, privateKey: { ...publicKey, d: pair.getPrivateKey().toString('base64url') } };
}
