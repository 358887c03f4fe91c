import { compactDecrypt, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientRegistration, type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  createHighClient,
  createKey,
  type HighClient,
  highParty,
  type Key,
  pushedRequest,
} from '../support/high-client.ts';
import { authorizationRequest, post, redeem, said, signIn, testClient } from '../support/relying-party.ts';

/** Tokens that only the relying party can read: signed first, then encrypted to its key (JWE in which a JWS is). */
const kinds = [
  ['ECDH-ES', 'A128CBC-HS256'],
  ['ECDH-ES+A128KW', 'A128GCM'],
  ['ECDH-ES+A256KW', 'A256GCM'],
  ['RSA-OAEP', 'A256CBC-HS512'],
  ['RSA-OAEP-256', 'A256GCM'],
] as const;
const secret = testClient.client_secret;
let vneid: Instance;
let keys: Map<string, Key>;
let sign: Key;
let high: HighClient;

beforeAll(async () => {
  const made = await Promise.all(kinds.map(async ([alg]) => [alg, await createKey(alg, 'enc')] as const));
  keys = new Map(made);
  sign = await createKey();
  high = await createHighClient();
  high.registration = {
    ...high.registration,
    jwks: { keys: [high.key.jwk, jwkOf('ECDH-ES')] },
    id_token_encrypted_response_alg: 'ECDH-ES',
    id_token_encrypted_response_enc: 'A256GCM',
  };
  vneid = await startVneid({
    clients: [...kinds.map(([alg, enc]) => registrationOf(alg, enc)), high.registration],
  });
});
afterAll(() => vneid.stop());

function keyOf(alg: string): Key {
  const key = keys.get(alg);
  if (!key) throw new Error(`no key for ${alg}`);
  return key;
}
const jwkOf = (alg: string) => keyOf(alg).jwk;

function registrationOf(alg: string, enc: string): ClientRegistration {
  return {
    ...testClient,
    client_id: alg,
    jwks: { keys: [sign.jwk, jwkOf(alg)] },
    userinfo_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
    ...Object.fromEntries(
      ['id_token', 'userinfo', 'introspection', 'authorization'].flatMap((kind) => [
        [`${kind}_encrypted_response_alg`, alg],
        [`${kind}_encrypted_response_enc`, enc],
      ]),
    ),
  };
}

async function party(alg: string, enc: string): Promise<oidc.Configuration> {
  const metadata = {
    client_secret: secret,
    userinfo_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
  };
  const configuration = await oidc.discovery(new URL(vneid.issuer), alg, metadata, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests],
  });
  const { privateKey: key, jwk } = keyOf(alg);
  oidc.enableDecryptingResponses(configuration, [enc], { key, alg, kid: String(jwk.kid) });
  return configuration;
}

describe.each(kinds)('%s with %s', (alg, enc) => {
  test('openid-client reads the answer, the ID token, userinfo and introspection', async () => {
    const configuration = await party(alg, enc);
    oidc.useJwtResponseMode(configuration);
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    expect(said(url).response?.split('.')).toHaveLength(5);
    const tokens = await redeem(configuration, { ...request, url });
    const sub = tokens.claims()?.sub ?? '';
    expect(tokens.claims()).toMatchObject({ aud: alg, iss: vneid.issuer });
    expect((await oidc.fetchUserInfo(configuration, tokens.access_token, sub)).name).toBe('Nguyễn Văn An');
    expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({ active: true, sub });
  });
});

test('inside is what the provider signed, and the header names the key and says so', async () => {
  const [alg, enc] = ['RSA-OAEP-256', 'A256GCM'];
  const { privateKey, jwk } = keyOf(alg);
  const configuration = await party(alg, enc);
  const seen: string[] = [];
  configuration[oidc.customFetch] = async (url, options) => {
    const answer = await fetch(url, options as RequestInit);
    if (url.endsWith('/token')) seen.push(((await answer.clone().json()) as { id_token: string }).id_token);
    return answer;
  };
  const request = await authorizationRequest(configuration);
  const { url } = await signIn(vneid, new Browser(), request.url);
  await redeem(configuration, { ...request, url });
  const [token = ''] = seen;
  expect(decodeProtectedHeader(token)).toMatchObject({ alg, enc, cty: 'JWT', kid: jwk.kid });
  expect(decodeProtectedHeader(token)).not.toHaveProperty('zip');
  const { plaintext } = await compactDecrypt(token, privateKey);
  const inner = new TextDecoder().decode(plaintext);
  const jwks = createRemoteJWKSet(new URL(`${vneid.issuer}/jwks`));
  const { payload } = await jwtVerify(inner, jwks, { issuer: vneid.issuer, audience: alg, algorithms: ['ES256'] });
  expect(payload.nonce).toBe(request.nonce);
  // a key of somebody else opens nothing
  const stranger = await createKey(alg, 'enc');
  await expect(compactDecrypt(token, stranger.privateKey)).rejects.toThrow();
});

test('a client whose answers are encrypted is told nothing in the open', async () => {
  const alg = 'ECDH-ES';
  const authorization = `Basic ${btoa(`${alg}:${secret}`)}`;
  const answer = await post(vneid, '/introspect', { token: 'x' }, { authorization, accept: 'application/json' });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

test('the high class has it too', async () => {
  const { configuration, dpop } = await highParty(vneid, high);
  const { privateKey: key, jwk } = keyOf('ECDH-ES');
  oidc.enableDecryptingResponses(configuration, ['A256GCM'], { key, alg: 'ECDH-ES', kid: String(jwk.kid) });
  const request = await pushedRequest(configuration);
  const { url } = await signIn(vneid, new Browser(), request.url);
  expect((await redeem(configuration, { ...request, url }, dpop)).claims()).toMatchObject({ aud: 'high-app' });
});

describe('at registration', () => {
  const started = (beyond: Partial<ClientRegistration>) =>
    startVneid({ clients: [{ ...registrationOf('ECDH-ES', 'A128GCM'), ...beyond }] }).then(
      async (other) => {
        await other.stop();
        return 'started';
      },
      (error: Error) => error.message,
    );

  test.each([
    ['RSA1_5'],
    ['A128KW'],
    ['A256GCMKW'],
    ['dir'],
    ['PBES2-HS256+A128KW'],
    ['PBES2-HS512+A256KW'],
    ['none'],
    ['ECDH-ES+A512KW'],
  ])('%s is refused, in a file and over HTTP', async (alg) => {
    expect(await started({})).toBe('started');
    for (const kind of ['id_token', 'userinfo', 'introspection', 'authorization']) {
      const name = `${kind}_encrypted_response_alg`;
      expect(await started({ [name]: alg }), name).toMatch(new RegExp(`ECDH-ES.*${name}|${name}.*ECDH-ES`));
      const answer = await register({ [name]: alg, jwks: { keys: [jwkOf('ECDH-ES')] } });
      expect(answer, name).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
    }
  });

  test.each(['A128CBC', 'A192CBC-HS384X', 'none', 'XC20P'])('the content encryption %s is refused', async (enc) => {
    expect(await started({ id_token_encrypted_response_enc: enc })).toMatch(/id_token_encrypted_response_enc/);
  });

  test('requests that are encrypted are not offered', async () => {
    const answer = await register({ request_object_encryption_alg: 'RSA-OAEP', jwks: { keys: [jwkOf('RSA-OAEP')] } });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  test('encryption without a key that fits is refused, and says which is missing', async () => {
    for (const jwks of [undefined, { keys: [sign.jwk] }, { keys: [jwkOf('RSA-OAEP')] }]) {
      expect(await started({ jwks })).toMatch(/jwks/);
      const wish = { id_token_encrypted_response_alg: 'ECDH-ES', ...(jwks && { jwks }) };
      expect(await register(wish)).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
    }
    const fits = { id_token_encrypted_response_alg: 'ECDH-ES', jwks: { keys: [jwkOf('ECDH-ES')] } };
    expect(await register(fits)).toMatchObject({
      status: 201,
      body: { id_token_encrypted_response_enc: 'A128CBC-HS256' },
    });
  });

  async function register(metadata: Record<string, unknown>) {
    const answer = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://localhost:9/callback'], ...metadata }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
});

test('discovery offers nothing that is not taken', async () => {
  const metadata = (await party('ECDH-ES', 'A128CBC-HS256')).serverMetadata();
  for (const kind of ['id_token', 'userinfo', 'introspection', 'authorization']) {
    expect(metadata[`${kind}_encryption_alg_values_supported`], kind).toEqual(kinds.map(([alg]) => alg));
    expect(metadata[`${kind}_encryption_enc_values_supported`], kind).not.toContain('A192GCM');
  }
});
