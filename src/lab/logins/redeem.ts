import { randomUUID, type X509Certificate } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { problem } from '../../errors.ts';
import type { Bench } from '../bench.ts';
import { refusalOf, saidIn } from './in-process.ts';
import type { Built } from './request.ts';

/** The answer of the token endpoint. */
export type Tokens = Record<string, unknown> & { access_token: string; token_type: string };

/** What the tokens are bound to, where the client wants that. */
export interface Binding {
  /** A private key (DPoP); a new one unless told. */
  key?: JWK | undefined;
  /** A certificate (mutual TLS), without its key. */
  certificate?: X509Certificate | undefined;
}

/**
 * Redeems a code at the token endpoint. Who the client is need not be proven here; all else is as it always is.
 * @throws VneidError `login.noTokens`
 */
export async function redeem(
  { inProcess, issuer, provider, clock }: Bench,
  { code, client: id, resource }: { code: string; client: string; resource: string | undefined },
  { redirectUri, codeVerifier }: Built,
  { key, certificate }: Binding,
): Promise<{ tokens: Tokens; dpopKey: JWK | undefined }> {
  const client = await provider().Client.find(id);
  const dpopKey = client?.dpopBoundAccessTokens ? (key ?? (await newKey())) : undefined;
  const answer = await inProcess.ask({
    method: 'POST',
    address: '/token',
    form: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: id,
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      ...(resource !== undefined && { resource }),
    }),
    headers: dpopKey && { dpop: await proofOf(dpopKey, `${issuer}/token`, Math.floor(clock.now() / 1000)) },
    certificate,
  });
  const tokens = saidIn(answer);
  if (typeof tokens.access_token !== 'string') throw refusalOf('login.noTokens', tokens);
  return { tokens: tokens as Tokens, dpopKey };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256' };
}

/** Says that the key is there (RFC 9449 §4.2). @throws VneidError `request.badField` when it is no private key */
async function proofOf(key: JWK, address: string, at: number): Promise<string> {
  const { kty = '', crv, x, y, n, e } = key;
  const alg = key.alg ?? (kty === 'OKP' ? 'EdDSA' : kty === 'RSA' ? 'PS256' : 'ES256');
  try {
    return await new SignJWT({ jti: randomUUID(), htm: 'POST', htu: address, iat: at })
      .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk: JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JWK })
      .sign(await importJWK(key, alg));
  } catch (cause) {
    throw problem('request.badField', { field: 'dpopKey', expected: `a private JWK (${(cause as Error).message})` });
  }
}
