import { createHash } from 'node:crypto';

/**
 * The relying party of the bench, the same for every server: level 1, ES256 ID tokens, opaque access tokens where the
 * server has them, refresh tokens, PKCE, a secret in the Authorization header.
 */
export const client = {
  client_id: 'bench-app',
  client_name: 'Ứng dụng đo tốc độ',
  client_secret: 'a-secret-of-the-bench',
  redirect_uris: ['http://localhost:9/callback'],
  grant_types: ['authorization_code' as const, 'refresh_token' as const, 'client_credentials' as const],
  scope: 'openid profile',
  id_token_signed_response_alg: 'ES256' as const,
};

/** The API for which the relying party gets tokens of its own: JWT by ES256. */
export const api = {
  resource: 'https://api.bench.example',
  name: { vi: 'Dịch vụ đo tốc độ', en: 'The API of the bench' },
  scopes: [{ scope: 'read', vi: 'Đọc dữ liệu', en: 'Read data' }],
};

/** One pair for all logins: making new ones would only cost the generator. */
const verifier = 'the-code-verifier-of-the-bench-is-long-enough';
const challenge = createHash('sha256').update(verifier).digest('base64url');

export const redirectUri = 'http://localhost:9/callback';

export const authorization = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`;

/** What an authorization request asks. */
export function authorizationQuery(more: Record<string, string> = {}): URLSearchParams {
  return new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: client.scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'the-state-of-the-bench',
    nonce: 'the-nonce-of-the-bench',
    ...more,
  });
}

/** Body that redeems a code. */
export function redemption(code: string): string {
  return `grant_type=authorization_code&code=${encodeURIComponent(code)}&redirect_uri=${encodeURIComponent(redirectUri)}&code_verifier=${verifier}`;
}

export const credentialsGrant = 'grant_type=client_credentials';

/** The same, for a JWT that the API checks by itself. */
export const apiGrant = `${credentialsGrant}&resource=${encodeURIComponent(api.resource)}`;
