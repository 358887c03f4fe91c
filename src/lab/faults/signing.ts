import { createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import { CompactEncrypt, CompactSign, decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import type { Client } from 'oidc-provider';
import type { KeyRing } from '../../oidc/keys/keys.ts';
import type { Strangers } from './strangers.ts';

/** A token that is still to be signed, and how. */
export interface Draft {
  header: { alg: string; kid?: string; typ?: string };
  payload: Record<string, unknown>;
  /** Whose key signs: the right one, somebody else's, the public one as a secret, or none at all. */
  by: 'own' | 'stranger' | 'public-key' | 'nobody';
  /** True to change some bits of the signature. */
  spoiled: boolean;
}

/** A client as the library has it, with the keys that it registered. */
export type KeyHolder = Client & {
  asymmetricKeyStore: {
    refresh(): Promise<void>;
    selectForEncrypt(which: { alg: string; use: 'enc' }): JWK[];
  };
};

/** Takes a signed token apart. */
export function draftOf(token: string): Draft {
  const { alg = '', kid, typ } = decodeProtectedHeader(token);
  const header = { alg, ...(kid !== undefined && { kid }), ...(typ !== undefined && { typ }) };
  return { header, payload: { ...decodeJwt(token) }, by: 'own', spoiled: false };
}

/**
 * Signs a token as its draft says.
 * @param honest header of the token as it should have been: it names the algorithm and the key
 */
export async function sign(
  { header, payload, by, spoiled }: Draft,
  honest: Draft['header'],
  { keys, strangers }: { keys: KeyRing; strangers: Strangers },
): Promise<string> {
  const own = () =>
    createPrivateKey({ key: keys.signingKeys().find(({ kid }) => kid === honest.kid) as never, format: 'jwk' });
  if (by === 'nobody') {
    const { typ } = header;
    return `${encoded({ alg: 'none', typ })}.${encoded(payload)}.`;
  }
  if (by === 'public-key') {
    const text = `${encoded({ ...header, alg: 'HS256' })}.${encoded(payload)}`;
    const secret = createPublicKey(own()).export({ type: 'spki', format: 'pem' });
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }
  const token = await new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader(header)
    .sign(by === 'own' ? own() : await strangers.key(honest.alg));
  return spoiled ? spoil(token) : token;
}

/**
 * Encrypts a signed token as the library does: with the client's key that fits, and issuer and audience in the open.
 * @param how what the client registered
 */
export async function encrypt(
  token: string,
  { iss, aud }: Record<string, unknown>,
  { asymmetricKeyStore: store }: KeyHolder,
  { alg, enc }: { alg: string; enc: string },
): Promise<string> {
  await store.refresh();
  const [jwk] = store.selectForEncrypt({ alg, use: 'enc' });
  // without one the token as it should have been could not have been encrypted either
  const { kid } = jwk as JWK;
  return new CompactEncrypt(Buffer.from(token))
    .setProtectedHeader({ alg, enc, cty: 'JWT', kid, iss, aud } as { alg: string; enc: string })
    .encrypt(jwk as JWK);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function spoil(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 0xff;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}
