import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientRegistration, type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createKey, type Key } from '../support/high-client.ts';
import { authorizationRequest, basic, post, redeem, signIn } from '../support/relying-party.ts';

/** How a relying party says who it is, each way with what passes for it and must not. Certificates: mutual-tls.test.ts. */
const secret = 'a-secret of the tests: 32+ characters/é'.replace('é', 'e');
const ids = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'] as const;
const callback = 'http://localhost:9/callback';
let vneid: Instance;
let key: Key;

function registrationOf(id: (typeof ids)[number]): ClientRegistration {
  return {
    client_id: id,
    token_endpoint_auth_method: id,
    ...(id.startsWith('client_secret') && { client_secret: secret }),
    ...(id === 'private_key_jwt' && { jwks: { keys: [key.jwk] } }),
    redirect_uris: [callback],
    grant_types: ['authorization_code', 'refresh_token', ...(id === 'none' ? [] : (['client_credentials'] as const))],
    scope: 'openid profile',
  };
}

beforeAll(async () => {
  key = await createKey();
  vneid = await startVneid({ clients: ids.map(registrationOf) });
});
afterAll(() => vneid.stop());

const ways: Record<(typeof ids)[number], () => oidc.ClientAuth> = {
  client_secret_basic: () => oidc.ClientSecretBasic(secret),
  client_secret_post: () => oidc.ClientSecretPost(secret),
  client_secret_jwt: () => oidc.ClientSecretJwt(secret),
  private_key_jwt: () => oidc.PrivateKeyJwt({ key: key.privateKey, kid: String(key.jwk.kid) }),
  none: () => oidc.None(),
};

const party = (id: string, way: oidc.ClientAuth) =>
  oidc.discovery(new URL(vneid.issuer), id, undefined, way, { execute: [oidc.allowInsecureRequests] });

test('discovery lists exactly what works, for every endpoint that asks', async () => {
  const metadata = (await party('none', oidc.None())).serverMetadata();
  const listed = (metadata.token_endpoint_auth_methods_supported ?? []).filter((name) => !name.includes('tls'));
  expect(listed.toSorted()).toEqual([...ids].toSorted());
  // RFC 8414 §2: where a JWT says who a client is, also how it may be signed
  for (const endpoint of ['introspection', 'revocation'])
    for (const what of ['methods', 'signing_alg_values'])
      expect(metadata[`${endpoint}_endpoint_auth_${what}_supported`], endpoint).toEqual(
        metadata[`token_endpoint_auth_${what}_supported`],
      );
  expect(metadata.token_endpoint_auth_signing_alg_values_supported).toEqual([
    'ES256',
    'RS256',
    'EdDSA',
    'PS256',
    'HS256',
  ]);
});

describe.each(ids)('%s', (id) => {
  test('is taken at every endpoint', async () => {
    const configuration = await party(id, ways[id]());
    const request = await authorizationRequest(configuration);
    const pushed = await oidc.buildAuthorizationUrlWithPAR(configuration, request.url.searchParams);
    const { url } = await signIn(vneid, new Browser(), pushed);
    const tokens = await redeem(configuration, { ...request, url });
    const next = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect((await oidc.tokenIntrospection(configuration, next.access_token)).active).toBe(true);
    await oidc.tokenRevocation(configuration, next.access_token);
    expect((await oidc.tokenIntrospection(configuration, next.access_token)).active).toBe(false);
  });

  test('is the only way in for it: every other is refused', async () => {
    for (const other of ids) {
      // one secret, sent in the header or in the form, is the same proof (RFC 6749 §2.3.1)
      const same = [id, other].every((name) => name === 'client_secret_basic' || name === 'client_secret_post');
      if (same) continue;
      const configuration = await party(id, ways[other]());
      const answer = oidc.genericGrantRequest(configuration, 'refresh_token', { refresh_token: 'x' });
      if (other === id) await expect(answer, other).rejects.toMatchObject({ error: 'invalid_grant' });
      else await expect(answer, other).rejects.toMatchObject({ status: 401 });
    }
  });
});

test('who revokes what was issued to another is told that it was not, and who says only a name learns nothing of it (RFC 7009 §2.1)', async () => {
  const [id, other] = ['client_secret_basic', 'client_secret_post'];
  const configuration = await party(id, ways.client_secret_basic());
  const request = await authorizationRequest(configuration);
  const { url } = await signIn(vneid, new Browser(), request.url);
  const tokens = await redeem(configuration, { ...request, url });
  for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
    const refused = await post(vneid, '/revoke', { token }, basic(other, secret));
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_request']);
    expect(refused.body.error_description).toContain('issued to another client');
    expect((await post(vneid, '/revoke', { token, client_id: 'none' })).status).toBe(200);
    expect((await oidc.tokenIntrospection(configuration, token)).active).toBe(true);
  }
});

describe('a secret', () => {
  const grant = { grant_type: 'client_credentials' };
  const [id, other] = ['client_secret_basic', 'client_secret_post'];

  test('is encoded before it is put into the header (RFC 6749 §2.3.1)', async () => {
    expect((await post(vneid, '/token', grant, basic(id, secret))).status).toBe(200);
    const plain = { authorization: `Basic ${btoa(`${id}:${secret.replaceAll(' ', '%')}`)}` };
    expect((await post(vneid, '/token', grant, plain)).status).toBe(400);
  });

  test.each<[string, () => [Record<string, string> | [string, string][], Record<string, string>, string?]]>([
    ['that is wrong', () => [grant, basic(id, `${secret}x`)]],
    ['that is wrong in one letter', () => [grant, basic(id, secret.replace('a', 'b'))]],
    ['that is empty', () => [grant, basic(id, '')]],
    ['of another client', () => [grant, basic('private_key_jwt', secret)]],
    ['for nobody', () => [grant, basic('nobody', secret)]],
    ['in the address', () => [{ ...grant, client_id: id }, {}, `?client_secret=${encodeURIComponent(secret)}`]],
    ['in the header and in the form', () => [{ ...grant, client_id: id, client_secret: secret }, basic(id, secret)]],
    [
      'in the form twice',
      () => [[...Object.entries(grant), ['client_id', id], ['client_secret', secret], ['client_secret', secret]], {}],
    ],
    ['beside the name of another client', () => [{ ...grant, client_id: other }, basic(id, secret)]],
    ['as a bearer token', () => [{ ...grant, client_id: id }, { authorization: `Bearer ${secret}` }]],
    ['without a colon', () => [grant, { authorization: `Basic ${btoa(id)}` }]],
    ['that is no base64', () => [grant, { authorization: 'Basic ***' }]],
    ['of a public client', () => [{ ...grant, client_id: 'none', client_secret: secret }, {}]],
  ])('%s is refused', async (_name, make) => {
    const [fields, headers, query = ''] = make();
    const answer = await post(vneid, `/token${query}`, fields, headers);
    expect([400, 401]).toContain(answer.status);
    expect(['invalid_client', 'invalid_request']).toContain(answer.body.error);
    expect(answer.body).not.toHaveProperty('access_token');
    expect(answer.text).not.toContain(secret);
  });

  test('that is refused says how to come back, and never why', async () => {
    const wrong = await post(vneid, '/token', grant, basic(id, 'wrong'));
    const nobody = await post(vneid, '/token', grant, basic('nobody', 'wrong'));
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(nobody.body).toEqual(wrong.body);
  });
});

describe('an assertion', () => {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const now = () => Math.floor(Date.now() / 1000);
  const claimsOf = (id: string) => ({
    iss: id,
    sub: id,
    aud: vneid.issuer,
    jti: randomUUID(),
    iat: now(),
    exp: now() + 60,
  });
  const bySecret = (claims: Record<string, unknown>, by = secret, alg = 'HS256') =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(by));
  const send = (assertion: string, beside: Record<string, string> = {}, headers = {}) =>
    post(
      vneid,
      '/token',
      { grant_type: 'client_credentials', client_assertion_type: type, client_assertion: assertion, ...beside },
      headers,
    );

  test('of the baseline class may be for the issuer, the token endpoint or the endpoint itself (OIDC Core §9)', async () => {
    for (const aud of [vneid.issuer, `${vneid.issuer}/token`, [vneid.issuer, 'https://other.example']])
      expect((await send(await bySecret({ ...claimsOf('client_secret_jwt'), aud }))).status, String(aud)).toBe(200);
  });

  test.each<[string, () => Promise<Parameters<typeof send>>]>([
    ['by another secret', async () => [await bySecret(claimsOf('client_secret_jwt'), `${secret}x`)]],
    ['by HS512', async () => [await bySecret(claimsOf('client_secret_jwt'), secret.repeat(2), 'HS512')]],
    ['by a key where a secret is agreed', async () => [await byKey('client_secret_jwt')]],
    ['by a secret where a key is agreed', async () => [await bySecret(claimsOf('private_key_jwt'))]],
    [
      'by the public key as if it were a secret (algorithm confusion)',
      async () => [await bySecret(claimsOf('private_key_jwt'), JSON.stringify(key.jwk))],
    ],
    [
      'for another provider',
      async () => [await bySecret({ ...claimsOf('client_secret_jwt'), aud: 'https://evil.example' })],
    ],
    ['without an end', async () => [await bySecret({ ...claimsOf('client_secret_jwt'), exp: undefined })]],
    ['without an id', async () => [await bySecret({ ...claimsOf('client_secret_jwt'), jti: undefined })]],
    ['that is over', async () => [await bySecret({ ...claimsOf('client_secret_jwt'), exp: now() - 60 })]],
    [
      'beside the name of another client',
      async () => [await bySecret(claimsOf('client_secret_jwt')), { client_id: 'client_secret_basic' }],
    ],
    ['beside a secret', async () => [await bySecret(claimsOf('client_secret_jwt')), { client_secret: secret }]],
    [
      'beside a header',
      async () => [await bySecret(claimsOf('client_secret_jwt')), {}, basic('client_secret_jwt', secret)],
    ],
    [
      'of another type',
      async () => [await bySecret(claimsOf('client_secret_jwt')), { client_assertion_type: 'urn:x' }],
    ],
    ['that is none', async () => ['x.y.z']],
  ])('%s is refused', async (_name, make) => {
    expect((await send(await bySecret(claimsOf('client_secret_jwt')))).status).toBe(200);
    expect((await send(await byKey('private_key_jwt'))).status).toBe(200);
    const answer = await send(...(await make()));
    expect([400, 401]).toContain(answer.status);
    expect(['invalid_client', 'invalid_request']).toContain(answer.body.error);
  });

  test('is good once, of thirty that come at once too', async () => {
    for (const assertion of [await bySecret(claimsOf('client_secret_jwt')), await byKey('private_key_jwt')]) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => send(assertion)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  function byKey(id: string): Promise<string> {
    return new SignJWT(claimsOf(id))
      .setProtectedHeader({ alg: 'ES256', kid: String(key.jwk.kid) })
      .sign(key.privateKey);
  }
});

describe('a registration', () => {
  const started = (registration: ClientRegistration) =>
    startVneid({ clients: [registration] }).then(
      async (other) => {
        await other.stop();
        return 'started';
      },
      (error: Error) => error.message,
    );

  test('whose secret is too short to sign with is refused (RFC 7518 §3.2)', async () => {
    expect(await started(registrationOf('client_secret_jwt'))).toBe('started');
    const short = { ...registrationOf('client_secret_jwt'), client_secret: 'only-26-characters-of-text' };
    expect(await started(short)).toMatch(/client_secret.*32/);
    expect(await started(short)).not.toContain(short.client_secret);
  });

  test.each(['client_credentials', 'urn:openid:params:grant-type:ciba'] as const)(
    'of a public client may not have the grant %s, which is for those who prove who they are',
    async (grant) => {
      const open = { ...registrationOf('none'), grant_types: ['authorization_code' as const, grant] };
      expect(await started(open)).toMatch(/does not say who it is.*RFC 6749/);
      const answer = await fetch(`${vneid.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          token_endpoint_auth_method: 'none',
          redirect_uris: [callback],
          grant_types: ['authorization_code', grant],
          ...(grant.includes('ciba') && { backchannel_token_delivery_mode: 'poll' }),
        }),
      });
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
        400,
        'invalid_client_metadata',
      ]);
    },
  );
});
