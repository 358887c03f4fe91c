import { randomUUID } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  assertionFields,
  createHighClient,
  createKey,
  type HighClient,
  highParty,
  type Key,
  signed,
} from '../support/high-client.ts';
import {
  atCallback,
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  said,
  signIn,
} from '../support/relying-party.ts';

/** Requests that the relying party signs (RFC 9101): by value at the authorization endpoint, or pushed. */
let vneid: Instance;
let key: Key;
let second: Key;
let stranger: Key;
let rsa: Key;
let high: HighClient;
const secret = 'a-secret-of-the-tests';
const callback = 'http://localhost:9/callback';

beforeAll(async () => {
  [key, second, stranger, rsa, high] = await Promise.all([
    createKey(),
    createKey('PS256'),
    createKey(),
    createKey('RS256'),
    createHighClient({ require_signed_request_object: true }),
  ]);
  high.registration.jwks = { keys: [high.key.jwk, { ...rsa.jwk, alg: undefined }] };
  const signing = {
    client_secret: secret,
    redirect_uris: [callback],
    scope: 'openid profile phone',
    jwks: { keys: [key.jwk, second.jwk] },
    request_object_signing_alg: 'ES256' as const,
  };
  vneid = await startVneid({
    clients: [
      { ...signing, client_id: 'signing' },
      { ...signing, client_id: 'only-signed', require_signed_request_object: true },
      { ...signing, client_id: 'free', request_object_signing_alg: undefined },
      high.registration,
    ],
  });
});
afterAll(() => vneid.stop());

const now = () => Math.floor(Date.now() / 1000);
const keyOf = ({ privateKey, jwk }: Key) => ({ key: privateKey, kid: String(jwk.kid) });
type Claims = Record<string, unknown>;

/** What a request object says when it is right, and what a test changes of it. */
async function claimsOf(id: string, change: Claims = {}): Promise<Claims> {
  const { url } = await authorizationRequest(await relyingParty(vneid, { id, secret }));
  const iat = now();
  const own = { iss: id, aud: vneid.issuer, iat, nbf: iat, exp: iat + 300, jti: randomUUID() };
  return { ...Object.fromEntries(url.searchParams), ...own, ...change };
}

interface Made {
  change?: Claims;
  by?: Key;
  header?: Claims;
}

/** Opens the address of a request that is passed by value, with whatever stands beside it. */
async function open(id: string, request: string, beside: Record<string, string> = {}) {
  const query = new URLSearchParams({ client_id: id, request, ...beside });
  return new Browser().open(`${vneid.issuer}/authorize?${query}`, { until: atCallback });
}

describe('by value', () => {
  test('openid-client signs, a person signs in, and the tokens are for what was signed', async () => {
    for (const [id, by] of [
      ['signing', key],
      ['only-signed', key],
      ['free', second],
    ] as const) {
      const configuration = await relyingParty(vneid, { id, secret });
      const request = await authorizationRequest(configuration);
      const address = await oidc.buildAuthorizationUrlWithJAR(configuration, request.url.searchParams, keyOf(by));
      expect([...address.searchParams.keys()].toSorted()).toEqual(['client_id', 'request']);
      const { url } = await signIn(vneid, new Browser(), address);
      const tokens = await redeem(configuration, { ...request, url });
      expect([tokens.claims()?.aud, tokens.scope]).toEqual([id, 'openid profile']);
    }
  });

  test('what stands beside it in the address is not heard', async () => {
    const request = await signed(key, await claimsOf('signing', { state: 'signed' }));
    const beside = {
      response_type: 'code',
      scope: 'openid profile phone',
      redirect_uri: 'https://evil.example/',
      state: 'not signed',
      prompt: 'none',
      response_mode: 'fragment',
    };
    const page = await open('signing', request, beside);
    // prompt=none would have been an error, and the other redirect_uri a page of ours
    expect(page.html).toContain('name="password"');
    const { url } = await signIn(
      vneid,
      new Browser(),
      `${vneid.issuer}/authorize?${new URLSearchParams({ client_id: 'signing', request, ...beside })}`,
    );
    expect(said(url)).toMatchObject({ state: 'signed', code: expect.any(String) });
    expect(url.href.startsWith(`${callback}?`)).toBe(true);
  });

  test('is asked for where the registration says so', async () => {
    const { url } = await authorizationRequest(await relyingParty(vneid, { id: 'only-signed', secret }));
    const page = await new Browser().open(url, { until: atCallback });
    expect(said(page.url)).toMatchObject({ error: 'invalid_request', iss: vneid.issuer });
    const { url: free } = await authorizationRequest(await relyingParty(vneid, { id: 'signing', secret }));
    expect((await new Browser().open(free)).html).toContain('name="password"');
  });

  test.each<[string, () => Made]>([
    ['for another provider', () => ({ change: { aud: 'https://evil.example' } })],
    ['for nobody', () => ({ change: { aud: undefined } })],
    ['of another issuer', () => ({ change: { iss: 'free' } })],
    ['of no issuer', () => ({ change: { iss: undefined } })],
    ['of another client', () => ({ change: { client_id: 'free' } })],
    ['that is over', () => ({ change: { exp: now() - 60 } })],
    ['that is not yet', () => ({ change: { nbf: now() + 60 } })],
    ['by an algorithm that is not the registered one', () => ({ by: second })],
    ['by a key of a stranger', () => ({ by: stranger })],
    ['by a key of a stranger under our name', () => ({ by: stranger, header: { kid: key.jwk.kid } })],
    ['that could pass for a client assertion', () => ({ change: { sub: 'signing' } })],
    ['of the type of an access token', () => ({ header: { typ: 'at+jwt' } })],
    ['with a request in it', () => ({ change: { request: 'x.y.z' } })],
    ['with a request_uri in it', () => ({ change: { request_uri: 'urn:ietf:params:oauth:request_uri:x' } })],
    [
      'without PKCE and nonce',
      () => ({ change: { code_challenge: undefined, code_challenge_method: undefined, nonce: undefined } }),
    ],
  ])('one %s is refused', async (_name, make) => {
    const good = await open('signing', await signed(key, await claimsOf('signing')));
    expect(good.html).toContain('name="password"');
    const { change = {}, by = key, header = {} } = make();
    const page = await open('signing', await signed(by, await claimsOf('signing', change), header));
    expect(page.html).not.toContain('name="password"');
    expect(page.status === 400 || 'error' in said(page.url)).toBe(true);
    expect(said(page.url)).not.toHaveProperty('code');
  });

  test('one that is unsigned, broken, changed or encrypted is refused', async () => {
    const claims = await claimsOf('signing');
    const [header, , signature] = (await signed(key, claims)).split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, scope: 'openid profile phone' })).toString('base64url');
    for (const id of ['signing', 'free'])
      for (const request of [
        new UnsecuredJWT({ ...claims, iss: id, client_id: id }).encode(),
        `${header}.${other}.${signature}`,
        `${header}.${other}.`,
        'x',
        'x.y.z',
        'eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c',
      ]) {
        const page = await open(id, request);
        expect([page.status, page.html.includes('invalid_request')]).toEqual([400, true]);
      }
  });
});

test('by reference is refused, wherever the reference leads', async () => {
  const configuration = await relyingParty(vneid, { id: 'signing', secret });
  for (const uri of ['https://app.example/request.jwt', 'http://127.0.0.1:9/request', 'file:///etc/passwd', 'urn:x']) {
    const { url } = await authorizationRequest(configuration, { request_uri: uri });
    const page = await new Browser().open(url, { until: atCallback });
    expect(JSON.stringify([said(page.url), page.html])).toContain('request_uri_not_supported');
    const pushed = await post(vneid, '/par', Object.fromEntries(url.searchParams), basic('signing', secret));
    expect(pushed).toMatchObject({ status: 400, body: { error: 'request_uri_not_supported' } });
  }
  const both = await authorizationRequest(configuration, {
    request: 'x.y.z',
    request_uri: 'urn:ietf:params:oauth:request_uri:x',
  });
  expect(said((await new Browser().open(both.url, { until: atCallback })).url)).toMatchObject({
    error: 'invalid_request',
  });
  expect(configuration.serverMetadata()).toMatchObject({
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    request_object_signing_alg_values_supported: ['ES256', 'RS256', 'EdDSA', 'PS256'],
  });
  expect(configuration.serverMetadata().request_object_encryption_alg_values_supported).toEqual([]);
});

describe('pushed, of the high class (FAPI 2.0 Message Signing §5.3)', () => {
  const push = async ({ change = {}, by = high.key, header = {} }: Made = {}, beside: Record<string, string> = {}) => {
    const request = await signed(by, await claimsOf('high-app', change), header);
    return post(vneid, '/par', { request, ...beside, ...(await assertionFields(vneid, high)) });
  };

  test('openid-client signs and pushes, and the tokens are bound', async () => {
    const { configuration, dpop } = await highParty(vneid, high);
    const request = await authorizationRequest(configuration);
    const byValue = await oidc.buildAuthorizationUrlWithJAR(configuration, request.url.searchParams, keyOf(high.key));
    const address = await oidc.buildAuthorizationUrlWithPAR(configuration, byValue.searchParams, dpop);
    const { url } = await signIn(vneid, new Browser(), address);
    expect(await redeem(configuration, { ...request, url }, dpop)).toMatchObject({ token_type: 'dpop' });
  });

  test('what was pushed beside it is not heard', async () => {
    const beside = { scope: 'openid profile phone', redirect_uri: 'https://evil.example/', prompt: 'none' };
    const { status, body } = await push({ change: { client_id: 'high-app', state: 'signed' } }, beside);
    expect(status).toBe(201);
    const address = `${vneid.issuer}/authorize?${new URLSearchParams({ client_id: 'high-app', request_uri: String(body.request_uri), scope: 'openid phone', state: 'x' })}`;
    const { url } = await signIn(vneid, new Browser(), address);
    expect(said(url)).toMatchObject({ state: 'signed', iss: vneid.issuer });
    expect(url.origin).toBe('http://localhost:9');
  });

  test('is asked for where the registration says so', async () => {
    const { configuration } = await highParty(vneid, high);
    const { url } = await authorizationRequest(configuration);
    await expect(oidc.buildAuthorizationUrlWithPAR(configuration, url.searchParams)).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });

  test.each<[string, () => Made]>([
    ['without a beginning', () => ({ change: { nbf: undefined } })],
    ['without an end', () => ({ change: { exp: undefined } })],
    ['that is good for more than an hour', () => ({ change: { exp: now() + 3660 } })],
    ['that began more than an hour ago', () => ({ change: { nbf: now() - 3660, exp: now() + 60 } })],
    ['that is over', () => ({ change: { exp: now() - 60 } })],
    ['that begins in 70 seconds', () => ({ change: { nbf: now() + 70 } })],
    ['that was made in 70 seconds', () => ({ change: { iat: now() + 70 } })],
    ['for another provider', () => ({ change: { aud: 'https://evil.example' } })],
    ['for nobody', () => ({ change: { aud: undefined } })],
    ['of another issuer', () => ({ change: { iss: 'signing' } })],
    ['of another client', () => ({ change: { client_id: 'signing' } })],
    ['of no client', () => ({ change: { client_id: undefined } })],
    ['by a key of a stranger', () => ({ by: stranger })],
    ['that could pass for a client assertion', () => ({ change: { sub: 'high-app' } })],
    ['of the type of a DPoP proof', () => ({ header: { typ: 'dpop+jwt' } })],
    ['by RS256, with a key that is registered', () => ({ by: rsa })],
    ['with a request_uri in it', () => ({ change: { request_uri: 'urn:ietf:params:oauth:request_uri:x' } })],
    ['without a redirect_uri', () => ({ change: { redirect_uri: undefined } })],
    ['with a redirect_uri that is not registered', () => ({ change: { redirect_uri: 'https://evil.example/' } })],
    ['without PKCE', () => ({ change: { code_challenge: undefined, code_challenge_method: undefined } })],
  ])('one %s is refused', async (_name, make) => {
    expect((await push()).status).toBe(201);
    const answer = await push(make());
    expect(answer.status).toBe(400);
    expect(['invalid_request', 'invalid_request_object']).toContain(answer.body.error);
  });

  test('one that is unsigned, or changed after it was signed, is refused', async () => {
    const claims = await claimsOf('high-app');
    const [header, , signature] = (await signed(high.key, claims)).split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, scope: 'openid phone' })).toString('base64url');
    for (const request of [new UnsecuredJWT(claims).encode(), `${header}.${other}.${signature}`]) {
      const answer = await post(vneid, '/par', { request, ...(await assertionFields(vneid, high)) });
      expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^invalid_request/) } });
    }
  });

  test('one for several providers, of whom we are one, is taken', async () => {
    expect((await push({ change: { aud: [vneid.issuer, 'https://other.example'] } })).status).toBe(201);
  });

  test('one of a clock that is ten seconds fast, or almost an hour old, is taken', async () => {
    expect((await push({ change: { nbf: now() + 10, iat: now() + 10 } })).status).toBe(201);
    expect((await push({ change: { nbf: now() - 3500, exp: now() + 60 } })).status).toBe(201);
  });

  test('a request that was pushed lives no longer than what was signed', async () => {
    const { body } = await push({ change: { exp: now() + 20 } });
    expect(body.expires_in).toBeLessThanOrEqual(20);
  });
});
