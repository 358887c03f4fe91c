import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ClientRegistration, type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  assertionFields,
  createHighClient,
  createKey,
  type HighClient,
  highParty,
  type Key,
  proofOf,
  pushedRequest,
  signInHigh,
} from '../support/high-client.ts';
import { atCallback, authorizationRequest, post, redeem, said, signIn } from '../support/relying-party.ts';

/** The high class of relying party: FAPI 2.0 Security Profile, each rule with the request that breaks it. */
let vneid: Instance;
let client: HighClient;
let other: HighClient;
let stranger: Key;
let rsa: Key;

beforeAll(async () => {
  [stranger, rsa, other] = await Promise.all([
    createKey(),
    createKey('RS256'),
    createHighClient({ client_id: 'other' }),
  ]);
  client = await createHighClient();
  client.registration.jwks = { keys: [client.key.jwk, { ...rsa.jwk, alg: undefined }] };
  vneid = await startVneid({ clients: [client.registration, other.registration] });
});
afterEach(() => vneid.clock.reset());
afterAll(() => vneid.stop());

const callback = 'http://localhost:9/callback';
const now = () => Math.floor(Date.now() / 1000);

/** The fields of a request that is right. */
async function requestFields(change: Record<string, string | undefined> = {}): Promise<Record<string, string>> {
  const { url } = await authorizationRequest((await highParty(vneid, client)).configuration);
  const fields = { ...Object.fromEntries(url.searchParams), ...change };
  return Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** A pushed request of a program of its own. */
async function push(change: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) {
  return post(vneid, '/par', { ...(await requestFields(change)), ...(await assertionFields(vneid, client)) }, headers);
}

async function codeInHand(options?: oidc.DPoPOptions, parameters: Record<string, string> = {}) {
  const { configuration, dpop } = await highParty(vneid, client);
  const request = await pushedRequest(configuration, parameters, options);
  const { url } = await signIn(vneid, new Browser(), request.url);
  return { configuration, dpop, request: { ...request, url }, code: url.searchParams.get('code') ?? '' };
}

test('a pushed request, a sign-in, tokens that are bound to a key, and a refresh that keeps its token', async () => {
  const { configuration, dpop, tokens, sub } = await signInHigh(vneid, client);
  expect(tokens).toMatchObject({ token_type: 'dpop', refresh_token: expect.any(String) });
  expect((await oidc.fetchUserInfo(configuration, tokens.access_token, sub, dpop)).name).toBe('Nguyễn Văn An');
  expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({
    active: true,
    token_type: 'DPoP',
    cnf: { jkt: await calculateJwkThumbprint(client.dpop.jwk) },
  });
  // FAPI 2.0 §5.3.2.1 has no rotation: the key is what a thief does not have
  for (let time = 0; time < 3; time += 1) {
    const again = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, dpop);
    expect(again.refresh_token).toBe(tokens.refresh_token);
    expect(again.access_token).not.toBe(tokens.access_token);
  }
});

test('discovery promises what the profile asks for (FAPI 2.0 §5.3.2)', async () => {
  const metadata = (await highParty(vneid, client)).configuration.serverMetadata();
  expect(metadata).toMatchObject({
    pushed_authorization_request_endpoint: `${vneid.issuer}/par`,
    authorization_response_iss_parameter_supported: true,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
    token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
    token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256']),
  });
});

describe('a request', () => {
  test('without state and nonce is answered without them', async () => {
    const { configuration, dpop } = await highParty(vneid, client);
    const { url: wish, verifier } = await authorizationRequest(configuration);
    for (const name of ['state', 'nonce']) wish.searchParams.delete(name);
    const address = await oidc.buildAuthorizationUrlWithPAR(configuration, wish.searchParams);
    const { url } = await signIn(vneid, new Browser(), address);
    expect(Object.keys(said(url)).toSorted()).toEqual(['code', 'iss']);
    const checks = { pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(configuration, url, checks, undefined, dpop);
    expect(tokens.claims()).not.toHaveProperty('nonce');
    expect(tokens.claims()).not.toHaveProperty('s_hash');
  });

  test('is what was pushed: what stands beside its request_uri in the address is not heard', async () => {
    const { configuration, dpop } = await highParty(vneid, client);
    const beside = { state: 'other', nonce: 'other', scope: 'openid phone', redirect_uri: 'https://evil.example/' };
    const request = await pushedRequest(configuration);
    for (const [name, value] of Object.entries(beside)) request.url.searchParams.set(name, value);
    const { url } = await signIn(vneid, new Browser(), request.url);
    expect(said(url).state).toBe(request.state);
    const tokens = await redeem(configuration, { ...request, url }, dpop);
    expect([tokens.claims()?.nonce, tokens.scope]).toEqual([request.nonce, 'openid profile']);

    const { body } = await push({ state: undefined });
    const parameters = { client_id: 'high-app', request_uri: String(body.request_uri), state: 'other' };
    const address = `${vneid.issuer}/authorize?${new URLSearchParams(parameters)}`;
    expect(said((await signIn(vneid, new Browser(), address)).url)).not.toHaveProperty('state');
  });

  test('that was not pushed is refused, also as a signed one', async () => {
    const { configuration } = await highParty(vneid, client);
    const { url } = await authorizationRequest(configuration);
    const signed = await oidc.buildAuthorizationUrlWithJAR(configuration, url.searchParams, {
      key: client.key.privateKey,
      kid: String(client.key.jwk.kid),
    });
    const plain = await new Browser().open(url, { until: atCallback });
    expect(said(plain.url)).toMatchObject({ error: 'invalid_request', iss: vneid.issuer });
    // what is signed was not looked at, so its redirect_uri is nobody's
    const page = await new Browser().open(signed, { until: atCallback });
    expect([page.status, page.url.origin]).toEqual([400, vneid.issuer]);
  });

  test('is good for a minute (FAPI 2.0 §5.3.2.2: less than ten)', async () => {
    const { configuration } = await highParty(vneid, client);
    const { status, body } = await push();
    expect([status, body.expires_in]).toEqual([201, 60]);
    vneid.clock.advance(61_000);
    const address = oidc.buildAuthorizationUrl(configuration, { request_uri: String(body.request_uri) });
    const late = await new Browser().open(address);
    expect([late.status, late.url.origin]).toEqual([400, vneid.issuer]);
    expect(late.html).toContain('invalid_request_uri');
  });

  test('is good once, whichever way it is answered', async () => {
    const { configuration } = await highParty(vneid, client);
    const browser = new Browser();
    // by the pages
    const first = await pushedRequest(configuration);
    expect(said((await signIn(vneid, browser, first.url)).url)).toHaveProperty('code');
    // without any, as the person is signed in (Keycloak's CVE-2026-96446 was this path)
    const silent = await pushedRequest(configuration, { prompt: 'none' });
    expect(said((await browser.open(silent.url, { until: atCallback })).url)).toHaveProperty('code');
    for (const { url } of [first, silent]) {
      const again = await browser.open(url, { until: atCallback });
      expect(again.status).toBe(400);
      expect(again.html).toContain('invalid_request_uri');
    }
  });

  test('that is opened in two tabs has one code, and so has one that is opened many times at once', async () => {
    const { configuration } = await highParty(vneid, client);
    const [one, two] = [new Browser(), new Browser()];
    const request = await pushedRequest(configuration);
    await one.open(request.url);
    await two.open(request.url);
    const ends = [];
    for (const browser of [one, two]) {
      await browser.submit({ login: '001085000001', password: 'Hanoi@2024' }, { until: atCallback });
      if (browser.page().html.includes('value="allow"'))
        await browser.submit({ decision: 'allow', purpose: [] }, { until: atCallback });
      ends.push(Object.keys(said(browser.page().url))[0]);
    }
    expect(ends).toEqual(['code', 'error']);

    const silent = await pushedRequest(configuration, { prompt: 'none' });
    const cookie = one.cookieHeader(silent.url);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(silent.url, { redirect: 'manual', headers: { cookie } })),
    );
    const codes = answers.filter((answer) => answer.headers.get('location')?.includes('code='));
    expect(codes).toHaveLength(1);
  });

  test('of another client is refused, and so is a request_uri that nobody was given', async () => {
    const { body } = await push();
    for (const [id, uri] of [
      ['other', String(body.request_uri)],
      ['high-app', 'urn:ietf:params:oauth:request_uri:nobody'],
      ['high-app', 'urn:ietf:params:oauth:request_uri:'],
    ] as const) {
      const address = new URL(`${vneid.issuer}/authorize?${new URLSearchParams({ client_id: id, request_uri: uri })}`);
      const page = await new Browser().open(address, { until: atCallback });
      expect(page.status, uri).toBe(400);
      expect(page.html).toMatch(/invalid_request_(uri|object)/);
    }
    // and it is not used up by that
    const address = `${vneid.issuer}/authorize?${new URLSearchParams({ client_id: 'high-app', request_uri: String(body.request_uri) })}`;
    expect(said((await signIn(vneid, new Browser(), address)).url)).toHaveProperty('code');
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no PKCE, though a nonce', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method, which is then plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['tokens in the browser', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['no redirect_uri, though one is registered', { redirect_uri: undefined }, 'invalid_request'],
    ['a redirect_uri that is not registered', { redirect_uri: `${callback}/x` }, 'invalid_request'],
    ['a request_uri in it', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
    ['another client in it', { client_id: 'other' }, 'invalid_request'],
  ])('with %s is refused', async (_name, change, error) => {
    expect((await push()).status).toBe(201);
    expect(await push(change)).toMatchObject({ status: 400, body: { error } });
  });
});

test('a code is good for a minute, once, for the client that asked, with its verifier', async () => {
  const { configuration, dpop, request, code } = await codeInHand();
  const thief = await highParty(vneid, other);
  await expect(redeem(thief.configuration, request, thief.dpop)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(
    redeem(configuration, { ...request, verifier: oidc.randomPKCECodeVerifier() }, dpop),
  ).rejects.toMatchObject({ error: 'invalid_grant' });
  expect((await redeem(configuration, request, dpop)).access_token).toBeTypeOf('string');
  await expect(redeem(configuration, request, dpop)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(code).toMatch(/^[\w-]{43,}$/);

  const late = await codeInHand();
  vneid.clock.advance(61_000);
  const fields = { grant_type: 'authorization_code', code: late.code, redirect_uri: callback };
  const proof = await proofOf(client.dpop, { htm: 'POST', htu: `${vneid.issuer}/token`, iat: now() + 61 });
  const answer = await post(
    vneid,
    '/token',
    {
      ...fields,
      code_verifier: late.request.verifier,
      ...(await assertionFields(vneid, client, { exp: now() + 300 })),
    },
    { dpop: proof },
  );
  expect(answer.body).toMatchObject({ error: 'invalid_grant' });
});

test('every answer says who it is from (RFC 9207), an error too', async () => {
  const { configuration } = await highParty(vneid, client);
  const { url } = await signIn(vneid, new Browser(), (await pushedRequest(configuration)).url);
  expect(said(url)).toMatchObject({ iss: vneid.issuer, code: expect.any(String), state: expect.any(String) });
  const silent = await pushedRequest(configuration, { prompt: 'none' });
  const refused = await new Browser().open(silent.url, { until: atCallback });
  expect(said(refused.url)).toMatchObject({ iss: vneid.issuer, error: 'login_required', state: silent.state });
  const browser = new Browser();
  const denied = await pushedRequest(configuration);
  await browser.open(denied.url);
  await browser.submit({ login: '001187000002', password: 'Hanoi@2024' }, { until: atCallback });
  const page = await browser.submit({ decision: 'deny' }, { until: atCallback });
  expect(said(page.url)).toMatchObject({ iss: vneid.issuer, error: 'access_denied', state: denied.state });
  const metadata = configuration.serverMetadata();
  expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
});

describe('a proof of the key (DPoP, RFC 9449)', () => {
  type Change = [name: string, claims: Record<string, unknown>, header?: Record<string, unknown>];
  const wrong: Change[] = [
    ['for another method', { htm: 'PUT' }],
    ['for another address', { htu: 'https://evil.example/token' }],
    ['for another endpoint', { htu: 'ISSUER/revoke' }],
    ['without a method', { htm: undefined }],
    ['without an address', { htu: undefined }],
    ['without an id', { jti: undefined }],
    ['without a time', { iat: undefined }],
    ['with another type', {}, { typ: 'jwt' }],
    ['with a nonce of nobody', { nonce: 'nobody' }],
    ['without its key', {}, { jwk: undefined }],
  ];
  let session: Awaited<ReturnType<typeof signInHigh>>;
  beforeAll(async () => {
    session = await signInHigh(vneid, client);
  });

  /** One refresh with a proof; the time of the provider may have moved in the meantime. */
  async function refresh(proof?: string | string[], by = client) {
    const exp = Math.floor(vneid.clock.now() / 1000) + 60;
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: session.tokens.refresh_token ?? '',
      ...(await assertionFields(vneid, by, { exp })),
    };
    return post(vneid, '/token', fields, proof === undefined ? {} : { dpop: String(proof) });
  }
  const fresh = () => Math.floor(vneid.clock.now() / 1000);
  const right = (path: string) => ({ htm: path === '/token' ? 'POST' : 'GET', htu: vneid.issuer + path, iat: fresh() });
  const filled = (claims: Record<string, unknown>) =>
    typeof claims.htu === 'string' ? { ...claims, htu: claims.htu.replace('ISSUER', vneid.issuer) } : claims;

  test.each(wrong)('%s is refused at the token endpoint', async (_name, claims, header) => {
    expect((await refresh(await proofOf(client.dpop, right('/token')))).status).toBe(200);
    const answer = await refresh(await proofOf(client.dpop, { ...right('/token'), ...filled(claims) }, header));
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(/dpop/) } });
  });

  test('is asked for, once each, signed by the key that it names, strongly, and without its private half', async () => {
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const proof = await proofOf(client.dpop, right('/token'));
    expect((await refresh(proof)).status).toBe(200);
    expect(await refresh(proof)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const { kty, crv, x, y } = client.dpop.jwk;
    const forged = await proofOf(stranger, right('/token'), { jwk: { kty, crv, x, y } });
    const leaking = await proofOf(client.dpop, right('/token'), { jwk: await exportJWK(client.dpop.privateKey) });
    const weak = await proofOf(rsa, right('/token'));
    for (const bad of [forged, leaking, weak, 'x', `${proof}, ${proof}`])
      expect(await refresh(bad)).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
  });

  test('that was made long ago, or will be, is asked for again with a nonce, and the library sends it', async () => {
    for (const iat of [fresh() - 400, fresh() + 400]) {
      const old = await refresh(await proofOf(client.dpop, { ...right('/token'), iat }));
      expect(old).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
      const nonce = old.headers.get('dpop-nonce') ?? '';
      const again = await refresh(await proofOf(client.dpop, { ...right('/token'), iat, nonce }));
      expect(again.status).toBe(200);
    }
    const { access_token: token } = (await refresh(await proofOf(client.dpop, right('/token')))).body;
    vneid.clock.advance(600_000);
    // openid-client's clock stands still: its proof is ten minutes old
    const { configuration, dpop, sub } = session;
    expect(await oidc.fetchUserInfo(configuration, String(token), sub, dpop)).toMatchObject({ sub });
  });

  test('of a clock that is ten seconds off is taken at every endpoint, and so is one that names when it is good', async () => {
    for (const times of [
      { iat: fresh() - 10 },
      { iat: fresh() + 10 },
      { iat: fresh(), nbf: fresh(), exp: fresh() + 300 },
    ]) {
      const proof = async (path: string, more = {}) => proofOf(client.dpop, { ...right(path), ...times, ...more });
      expect((await push({}, { dpop: await proof('/par', { htm: 'POST' }) })).status).toBe(201);
      const answer = await refresh(await proof('/token'));
      expect(answer.status).toBe(200);
      const token = String(answer.body.access_token);
      const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url');
      // the name of the scheme has no case (RFC 9110 §11.1)
      for (const scheme of ['DPoP', 'dPOp']) {
        const headers = { authorization: `${scheme} ${token}`, dpop: await proof('/userinfo', { ath }) };
        expect((await fetch(`${vneid.issuer}/userinfo`, { headers })).status).toBe(200);
      }
    }
  });

  test('at /userinfo is of the same key, for the same token, and never left out', async () => {
    const token = String((await refresh(await proofOf(client.dpop, right('/token')))).body.access_token);
    const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url');
    const ask = async (key: Key, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
      fetch(`${vneid.issuer}/userinfo`, {
        headers: {
          authorization: `DPoP ${token}`,
          dpop: await proofOf(key, { ...right('/userinfo'), ath, ...filled(claims) }, header),
        },
      });
    expect((await ask(client.dpop)).status).toBe(200);
    for (const [name, claims, header] of [
      ...wrong,
      ['for another token', { ath: 'x' }],
      ['for none', { ath: undefined }],
    ] as Change[]) {
      const answer = await ask(client.dpop, claims, header);
      expect([name, answer.status]).toEqual([name, 401]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP /);
    }
    expect((await ask(stranger)).status).toBe(401);
    const jti = randomUUID();
    expect([(await ask(client.dpop, { jti })).status, (await ask(client.dpop, { jti })).status]).toEqual([200, 401]);

    // as a bearer token, or with no proof, or elsewhere than in the header
    const bare: [string, RequestInit][] = [
      ['', { headers: { authorization: `Bearer ${token}` } }],
      ['', { headers: { authorization: `DPoP ${token}` } }],
      [`?access_token=${token}`, {}],
      ['', { method: 'POST', body: new URLSearchParams({ access_token: token }) }],
    ];
    for (const [query, init] of bare)
      expect((await fetch(`${vneid.issuer}/userinfo${query}`, init)).status).toBeGreaterThanOrEqual(400);
  });

  test('of another key at a refresh binds the new token to that key: the client itself is who may refresh', async () => {
    // RFC 9449 §5: a refresh token of a confidential client is bound by its authentication
    const token = String((await refresh(await proofOf(stranger, right('/token')))).body.access_token);
    const { configuration } = session;
    expect(await oidc.tokenIntrospection(configuration, token)).toMatchObject({
      cnf: { jkt: await calculateJwkThumbprint(stranger.jwk) },
    });
    expect(await refresh(await proofOf(client.dpop, right('/token')), other)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  test('in the pushed request binds the code as well', async () => {
    for (const how of ['header', 'parameter'] as const) {
      const { configuration, dpop } = await highParty(vneid, client);
      const jkt = await calculateJwkThumbprint(client.dpop.jwk);
      const bound = async () => {
        const request = await pushedRequest(
          configuration,
          how === 'parameter' ? { dpop_jkt: jkt } : {},
          how === 'header' ? dpop : {},
        );
        return { ...request, url: (await signIn(vneid, new Browser(), request.url)).url };
      };
      const thief = { DPoP: oidc.getDPoPHandle(configuration, stranger) };
      await expect(redeem(configuration, await bound(), thief), how).rejects.toMatchObject({ error: 'invalid_grant' });
      expect((await redeem(configuration, await bound(), dpop)).token_type, how).toBe('dpop');
    }
    const { request, dpop, configuration } = await codeInHand();
    expect((await redeem(configuration, request, dpop)).token_type).toBe('dpop');
    const proof = await proofOf(client.dpop, { htm: 'POST', htu: `${vneid.issuer}/par` });
    const mixed = await push({ dpop_jkt: await calculateJwkThumbprint(stranger.jwk) }, { dpop: proof });
    expect(mixed).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('a client assertion', () => {
  const use = async (fields: Record<string, string>) => post(vneid, '/par', { ...(await requestFields()), ...fields });
  type Change = NonNullable<Parameters<typeof assertionFields>[2]>;

  test.each<[string, () => Change]>([
    ['for the token endpoint', () => ({ aud: `${vneid.issuer}/token` })],
    ['for the endpoint that it is sent to', () => ({ aud: `${vneid.issuer}/par` })],
    ['for a list', () => ({ aud: [vneid.issuer] })],
    ['for a list with others', () => ({ aud: [vneid.issuer, 'https://evil.example'] })],
    ['for another provider', () => ({ aud: 'https://evil.example' })],
    ['for nobody', () => ({ aud: undefined })],
    ['without an end', () => ({ exp: undefined })],
    ['that is over', () => ({ exp: now() - 60 })],
    ['that begins in 70 seconds', () => ({ nbf: now() + 70 })],
    ['that was made in 70 seconds', () => ({ iat: now() + 70 })],
    ['without an id', () => ({ jti: undefined })],
    ['without an issuer', () => ({ iss: undefined })],
    ['of another issuer', () => ({ iss: 'other' })],
    ['about nobody', () => ({ sub: undefined })],
    ['about another client', () => ({ sub: 'other' })],
    ['by RS256, with a key that is registered', () => ({ by: rsa })],
    ['by a key of a stranger', () => ({ by: stranger })],
    ['by a key of a stranger under our name', () => ({ by: stranger, header: { kid: client.key.jwk.kid } })],
    ['of the type of a logout token', () => ({ header: { typ: 'logout+jwt' } })],
    ['of the type of an access token', () => ({ header: { typ: 'at+jwt' } })],
  ])('%s is refused', async (_name, change) => {
    expect((await use(await assertionFields(vneid, client))).status).toBe(201);
    const answer = await use(await assertionFields(vneid, client, change()));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(['invalid_client', 'invalid_request']).toContain(answer.body.error);
  });

  test('of a clock that is ten seconds fast is taken (FAPI 2.0 §5.3.2.1)', async () => {
    const fast = await assertionFields(vneid, client, { iat: now() + 10, nbf: now() + 10, exp: now() + 70 });
    expect((await use(fast)).status).toBe(201);
  });

  test('is good once, at one endpoint or two', async () => {
    const fields = await assertionFields(vneid, client);
    expect((await use(fields)).status).toBe(201);
    expect(await use(fields)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const elsewhere = await post(vneid, '/introspect', { token: 'x', ...fields });
    expect(elsewhere).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  test('is asked for where tokens are, and is of the client that has the code or the refresh token', async () => {
    const { configuration, dpop, request, code } = await codeInHand();
    const send = async (fields: Record<string, string>) =>
      post(vneid, '/token', fields, {
        dpop: await proofOf(client.dpop, { htm: 'POST', htu: `${vneid.issuer}/token` }),
      });
    const wrong: Record<string, string>[] = [
      { client_id: 'high-app' },
      { ...(await assertionFields(vneid, client)), client_id: 'other' },
      await assertionFields(vneid, other, { by: client.key }),
      await assertionFields(vneid, other),
    ];
    const refused = { status: expect.toSatisfy((status) => status === 400 || status === 401) };
    const redeeming = { grant_type: 'authorization_code', code, redirect_uri: callback };
    for (const by of wrong) {
      const answer = await send({ ...redeeming, code_verifier: request.verifier, ...by });
      expect(answer).toMatchObject({ ...refused, body: { error: expect.stringMatching(/^invalid_/) } });
    }
    const { refresh_token: token = '' } = await redeem(configuration, request, dpop);
    for (const by of [{ client_id: 'high-app' }, await assertionFields(vneid, other)])
      expect(await send({ grant_type: 'refresh_token', refresh_token: token, ...by })).toMatchObject(refused);
    const right = await assertionFields(vneid, client);
    expect(await send({ grant_type: 'refresh_token', refresh_token: token, ...right })).toMatchObject({ status: 200 });
  });

  test('is what it takes: nothing, a secret or an unsigned one is not enough', async () => {
    const claims = { iss: 'high-app', sub: 'high-app', aud: vneid.issuer, jti: 'x', exp: now() + 60 };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'none' })}.${part(claims)}.`;
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const attempts: Record<string, string>[] = [
      {},
      { client_secret: 'a-secret-of-the-tests' },
      { client_assertion_type: type, client_assertion: unsigned },
      { ...(await assertionFields(vneid, client)), client_assertion_type: 'urn:x' },
    ];
    for (const fields of attempts) {
      const answer = await use(fields);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toHaveProperty('request_uri');
    }
  });
});

describe('a registration of the high class', () => {
  const refusal = async (beyond: Partial<ClientRegistration> & Record<string, unknown>) =>
    startVneid({ clients: [{ ...client.registration, ...beyond }] }).then(
      async (started) => {
        const kept = await started.stop();
        return `started ${String(kept)}`;
      },
      (error: Error) => error.message,
    );

  test.each<[string, Partial<ClientRegistration>, RegExp]>([
    ['ID tokens by RS256', { id_token_signed_response_alg: 'RS256' }, /id_token_signed_response_alg|RS256.*ES256/],
    ['answers by RS256', { authorization_signed_response_alg: 'RS256' }, /RS256.*ES256/],
    ['userinfo by RS256', { userinfo_signed_response_alg: 'RS256' }, /RS256.*ES256/],
    ['introspection by RS256', { introspection_signed_response_alg: 'RS256' }, /RS256.*ES256/],
    ['requests by RS256', { request_object_signing_alg: 'RS256' }, /RS256.*ES256/],
    ['assertions by RS256', { token_endpoint_auth_signing_alg: 'RS256' }, /RS256.*ES256/],
    ['a secret beside its key', { client_secret: 'a-secret-of-the-tests' }, /client_secret.*(key|private_key_jwt)/],
    [
      'a secret to say who it is',
      { client_secret: 'a-secret-of-the-tests', token_endpoint_auth_method: 'client_secret_basic' },
      /client_secret_basic.*private_key_jwt/,
    ],
    ['nothing to say who it is', { token_endpoint_auth_method: 'none' }, /none.*private_key_jwt/],
    ['tokens that are bound to nothing', { dpop_bound_access_tokens: false }, /bound to nothing/],
    ['a redirect by http', { redirect_uris: ['http://app.example/cb'] }, /http:\/\/app\.example\/cb.*https/],
  ])('with %s is refused in words', async (_name, beyond, words) => {
    expect(await refusal(beyond)).toMatch(words);
  });

  test('is taken with PS256 and EdDSA, and an https address', async () => {
    expect(
      await refusal({
        id_token_signed_response_alg: 'PS256',
        userinfo_signed_response_alg: 'EdDSA',
        redirect_uris: ['https://app.example/cb'],
      }),
    ).toMatch(/^started/);
  });

  test('has its ID tokens by ES256, whatever it did not say', async () => {
    const { tokens } = await signInHigh(vneid, client);
    const header = JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString()) as object;
    expect(header).toMatchObject({ alg: 'ES256' });
    expect(decodeJwt(tokens.id_token ?? '').sub).toHaveLength(43);
  });
});
