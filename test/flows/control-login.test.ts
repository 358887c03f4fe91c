import { createRemoteJWKSet, decodeJwt, exportJWK, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { certificate } from '../support/certificates.ts';
import { createHighClient, type HighClient, highParty, pushedRequest, signInHigh } from '../support/high-client.ts';
import { send } from '../support/raw.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  post,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** A citizen signs in with no browser about, and the app cannot tell. */
const binh = '001187000002';
const [levelOne, locked, withoutPhone] = ['001195000006', '001192000008', '036155000005'];
const api = 'https://cases.example/';
const purpose = (id: string, scopes: string[], required: boolean) => ({ id, vi: id, en: id, scopes, required });

let vneid: Instance;
let high: HighClient;
let configuration: oidc.Configuration;

beforeAll(async () => {
  high = await createHighClient();
  const named = { vi: 'Hồ sơ', en: 'Cases' };
  const choosing = [
    purpose('files', ['profile'], true),
    purpose('news', ['email'], false),
    purpose('calls', ['phone'], false),
  ];
  vneid = await startVneid({
    clients: [
      testClient,
      { ...testClient, client_id: 'fresh-app', fresh: true },
      { ...testClient, client_id: 'level-2', minimum_level: 2 },
      {
        ...testClient,
        client_id: 'keyless',
        client_secret: undefined,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [high.key.jwk] },
      },
      { ...testClient, client_id: 'api-app', resources: [api] },
      { ...testClient, client_id: 'filing-app', authorization_details_types: ['vneid_transaction' as const] },
      { ...testClient, client_id: 'choosing', scope: 'openid profile email phone', purposes: choosing },
      high.registration,
    ],
    resources: [{ resource: api, name: named, scopes: [{ scope: 'cases:read', ...named }] }],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

const party = (id: string) => relyingParty(vneid, { id });
const auditOf = async (event: string) => (await vneid.audit.list({ event, limit: 1 }))[0];
const consentsWith = async (number: string, client: string) => {
  const account = await vneid.accounts.byNumber(number);
  return vneid.consents.current(account?.id ?? '', client);
};

describe('the address that leads back to the app', () => {
  test('answers a request that the app made itself, and openid-client redeems it as any other', async () => {
    const request = await authorizationRequest(configuration);
    const { redirect } = await vneid.control.login(an, { authorizationUrl: request.url.href });
    const tokens = await redeem(configuration, { ...request, url: new URL(redirect) });
    const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(userinfo.name).toBe(an.name);
  });

  test('is made for an app that is only named, over HTTP too, with what redeems it', async () => {
    const answer = await fetch(`${vneid.issuer}/lab/api/logins`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number: an.number, client: testClient.client_id, state: 'its-state', nonce: 'its-nonce' }),
    });
    expect(answer.status).toBe(201);
    const { redirect, codeVerifier } = (await answer.json()) as Record<string, string>;
    const url = new URL(redirect ?? '');
    expect(said(url)).toEqual({ code: expect.any(String), state: 'its-state', iss: vneid.issuer });
    const tokens = await redeem(configuration, {
      url,
      verifier: codeVerifier ?? '',
      nonce: 'its-nonce',
      state: 'its-state',
    });
    expect(tokens.claims()?.nonce).toBe('its-nonce');
    expect(tokens.scope?.split(' ')).toEqual(expect.arrayContaining(['openid', 'profile', 'background']));
  });

  test('is a form to post where the app wants it posted', async () => {
    const request = await authorizationRequest(configuration, { response_mode: 'form_post', state: `a"b&<c'` });
    const { redirect, form } = await vneid.control.login(an, { authorizationUrl: request.url.href });
    expect(redirect).toBe('http://localhost:9/callback');
    expect(form).toEqual({ code: expect.any(String), state: `a"b&<c'`, iss: vneid.issuer });
  });

  test('tells the app who does not want to share, who turned back, and whom no level fits', async () => {
    const { redirect: refused } = await vneid.control.login(binh, { client: 'choosing', outcome: 'access_denied' });
    expect(said(new URL(refused))).toMatchObject({ error: 'access_denied', iss: vneid.issuer });
    expect((await auditOf('consent.refused'))?.facts).toMatchObject({ client: 'choosing', through: 'control' });
    expect(await consentsWith(binh, 'choosing')).toBeUndefined();

    const { redirect: cancelled } = await vneid.control.login(binh, { client: 'choosing', outcome: 'cancelled' });
    expect(said(new URL(cancelled))).toMatchObject({ error: 'access_denied' });
    expect((await auditOf('login.refused'))?.facts).toMatchObject({ client: 'choosing', through: 'control' });

    await vneid.control.login(binh, { client: 'choosing' });
    const { redirect: again } = await vneid.control.login(binh, { client: 'choosing', outcome: 'access_denied' });
    expect(said(new URL(again))).toMatchObject({ error: 'access_denied' });

    for (const more of [{ client: 'level-2' }, { client: 'choosing', acr: 'urn:vneid:loa:2' }]) {
      const { redirect } = await vneid.control.login(levelOne, more);
      expect(said(new URL(redirect)).error).toBe('unmet_authentication_requirements');
    }
    const { redirect: ownRules } = await vneid.control.login(an, {
      client: 'choosing',
      parameters: { prompt: 'none' },
    });
    expect(said(new URL(ownRules)).error).toBe('login_required');
  });
});

describe('the tokens', () => {
  test('are those of a sign-in by hand, claim by claim, and pass the same checks', async () => {
    const parameters = {
      scope: 'openid profile email',
      acr_values: 'urn:vneid:loa:2',
      claims: '{"id_token":{"email":null}}',
    };
    const request = await authorizationRequest(configuration, parameters);
    const byHand = await redeem(configuration, {
      ...request,
      url: (await signIn(vneid, new Browser(), request.url)).url,
    });
    const { tokens, nonce } = await vneid.control.login(an, {
      client: testClient.client_id,
      acr: 'urn:vneid:loa:2',
      scope: parameters.scope,
      claims: { id_token: { email: null } },
      tokens: true,
    });
    expect(Object.keys(tokens).sort()).toEqual(Object.keys(byHand).sort());
    expect({ ...tokens, access_token: 0, refresh_token: 0, id_token: 0 }).toEqual({
      ...byHand,
      token_type: 'Bearer',
      access_token: 0,
      refresh_token: 0,
      id_token: 0,
    });
    const ofThisLogin = ['nonce', 'iat', 'exp', 'auth_time', 'at_hash'];
    const lasting = (jwt: unknown) =>
      Object.fromEntries(Object.entries(decodeJwt(String(jwt))).filter(([name]) => !ofThisLogin.includes(name)));
    expect(lasting(tokens.id_token)).toEqual(lasting(byHand.id_token));
    const keys = createRemoteJWKSet(new URL(`${vneid.issuer}/jwks`));
    const { payload } = await jwtVerify(String(tokens.id_token), keys, {
      issuer: vneid.issuer,
      audience: testClient.client_id,
    });
    expect(payload.nonce).toBe(nonce);
    expect(payload.acr).toBe('urn:vneid:loa:2');
    expect(Object.keys(payload).sort()).toEqual(Object.keys(byHand.claims() ?? {}).sort());
    const [mine, theirs] = await Promise.all(
      [tokens.access_token, byHand.access_token].map((token) =>
        oidc.fetchUserInfo(configuration, token, payload.sub ?? ''),
      ),
    );
    expect(mine).toEqual(theirs);
    const introspected = await oidc.tokenIntrospection(configuration, tokens.access_token);
    expect(introspected).toMatchObject({ active: true, client_id: testClient.client_id, token_type: 'Bearer' });
    const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token));
    expect(refreshed.claims()).toMatchObject({ sub: payload.sub, acr: 'urn:vneid:loa:2' });
  });

  test('are made for an app whose key nobody here has, and the door stays shut for all others', async () => {
    const { tokens } = await vneid.control.login(an, { client: 'keyless', tokens: true });
    expect(decodeJwt(String(tokens.id_token)).aud).toBe('keyless');
    const { redirect, codeVerifier = '' } = await vneid.control.login(an, { client: 'keyless' });
    const stolen = await post(vneid, '/token', {
      grant_type: 'authorization_code',
      client_id: 'keyless',
      code: said(new URL(redirect)).code ?? '',
      redirect_uri: 'http://localhost:9/callback',
      code_verifier: codeVerifier,
    });
    expect([stolen.status, stolen.body.error]).toEqual([401, 'invalid_client']);
    for (const path of ['/par', '/introspect', '/revoke']) {
      const { status } = await post(vneid, path, {
        client_id: 'keyless',
        token: 't',
        redirect_uri: 'http://localhost:9/callback',
      });
      expect([path, status]).toEqual([path, 401]);
    }
  });

  test('of the high class are bound to a key, and redeemed requests are those that were pushed', async () => {
    const { tokens, dpopKey } = await vneid.control.login(an, { client: 'high-app', tokens: true });
    expect(tokens.token_type).toBe('DPoP');
    expect(dpopKey).toMatchObject({ kty: 'EC', d: expect.any(String) });
    const { tokens: byHand, configuration: theirs, dpop } = await signInHigh(vneid, high);
    expect(Object.keys(tokens).sort()).toEqual(Object.keys(byHand).sort());
    expect(decodeJwt(String(tokens.id_token)).sub).toBe(byHand.claims()?.sub);
    const bearer = await fetch(`${vneid.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(bearer.status).toBe(401);

    const { kty, ...key } = await exportJWK(high.dpop.privateKey);
    const own = await vneid.control.login(an, {
      client: 'high-app',
      tokens: true,
      dpopKey: { kty: String(kty), ...key },
    });
    const sub = String(decodeJwt(String(own.tokens.id_token)).sub);
    expect((await oidc.fetchUserInfo(theirs, own.tokens.access_token, sub, dpop)).sub).toBe(sub);
    const refreshed = await oidc.refreshTokenGrant(theirs, String(own.tokens.refresh_token), undefined, dpop);
    expect(refreshed.token_type).toBe('dpop');
  });

  test('of the high class: a request that the app pushed itself', async () => {
    const { configuration: theirs, dpop } = await highParty(vneid, high);
    const request = await pushedRequest(theirs);
    const { redirect } = await vneid.control.login(an, { authorizationUrl: request.url.href });
    const tokens = await redeem(theirs, { ...request, url: new URL(redirect) }, dpop);
    expect(tokens.token_type).toBe('dpop');
    await expect(vneid.control.login(an, { authorizationUrl: request.url.href })).rejects.toMatchObject({
      code: 'login.requestRefused',
    });
  });

  test('for an API are for that API', async () => {
    const { tokens } = await vneid.control.login(an, {
      client: 'api-app',
      scope: 'openid cases:read',
      resource: api,
      tokens: true,
    });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: api, scope: 'cases:read', client_id: 'api-app' });
  });

  test('tell what was really earned: by the usual way, by the ways named, never beyond the account', async () => {
    const acrOf = async (number: string, more: object) => {
      const { tokens } = await vneid.control.login(number, { client: 'fresh-app', tokens: true, ...more });
      const { acr, amr } = decodeJwt(String(tokens.id_token));
      return [String(acr).at(-1), amr];
    };
    expect(await acrOf(an.number, {})).toEqual(['1', ['pwd']]);
    expect(await acrOf(an.number, { acr: 'urn:vneid:loa:3' })).toEqual(['3', ['hwk', 'mca', 'face', 'mfa']]);
    expect(await acrOf(an.number, { acr: 'urn:vneid:loa:4' })).toEqual(['4', ['hwk', 'mca', 'pin', 'face', 'mfa']]);
    expect(await acrOf(an.number, { methods: ['passkey'] })).toEqual(['2', ['hwk', 'user', 'mfa']]);
    expect(await acrOf(levelOne, { methods: ['password', 'otp'] })).toEqual(['1', ['pwd', 'otp', 'mfa']]);
    await expect(acrOf(an.number, { acr: 'urn:vneid:loa:3', methods: ['password'] })).rejects.toMatchObject({
      code: 'login.methods',
      message: expect.stringContaining('level 1'),
    });
    await expect(acrOf(levelOne, { acr: 'urn:vneid:loa:2' })).rejects.toMatchObject({
      code: 'login.noTokens',
      message: expect.stringContaining('unmet_authentication_requirements'),
    });
  });

  test('are of the citizen who agreed: to all that is required, and to what they do not refuse', async () => {
    const { tokens } = await vneid.control.login(an, { client: 'choosing', tokens: true, refuse: ['news'] });
    const configurationOf = await party('choosing');
    const sub = String(decodeJwt(String(tokens.id_token)).sub);
    const userinfo = await oidc.fetchUserInfo(configurationOf, tokens.access_token, sub);
    expect(userinfo).toMatchObject({ name: an.name, phone_number: expect.any(String) });
    expect(userinfo.email).toBeUndefined();
    expect(await consentsWith(an.number, 'choosing')).toMatchObject({ refused: ['email'] });
    const given = await auditOf('consent.given');
    expect(given?.facts).toMatchObject({ client: 'choosing', through: 'control' });
    const account = await vneid.accounts.byNumber(an.number);
    const messages = await vneid.inbox.messages(account?.citizenId ?? '');
    expect(messages[0]).toMatchObject({
      kind: 'receipt',
      textEn: expect.stringContaining(String(given?.facts.consent)),
    });
    for (const refuse of [['files'], ['nothing of the kind']])
      await expect(vneid.control.login(an, { client: 'choosing', refuse })).rejects.toMatchObject({
        code: 'request.badField',
        message: expect.stringContaining('news, calls'),
      });
  });

  test('say that a transaction was approved on the phone, which was really asked', async () => {
    const details = JSON.stringify([{ type: 'vneid_transaction', text: 'Nộp hồ sơ H26.14-241125-0001' }]);
    const order = { client: 'filing-app', tokens: true, parameters: { authorization_details: details } } as const;
    const { tokens } = await vneid.control.login(an, order);
    expect(tokens.authorization_details).toMatchObject([
      { text: 'Nộp hồ sơ H26.14-241125-0001', approval: expect.any(String), acr: 'urn:vneid:loa:2' },
    ]);
    expect((await auditOf('approval.answered'))?.facts).toMatchObject({ kind: 'transaction', state: 'confirmed' });
    // nobody approves without a phone, and that of an account of level 1 was never checked to be its holder's
    for (const who of [withoutPhone, levelOne])
      await expect(vneid.control.login(who, order)).rejects.toMatchObject({
        code: 'login.noTokens',
        message: expect.stringContaining('unmet_authentication_requirements'),
      });
  });
});

describe('what is told of it', () => {
  test('is what a sign-in by hand tells, and that it was none', async () => {
    await vneid.control.login(an, { client: 'level-2', tokens: true });
    expect((await auditOf('login.succeeded'))?.facts).toMatchObject({
      client: 'level-2',
      acr: 'urn:vneid:loa:2',
      amr: ['pwd', 'otp', 'mfa'],
      through: 'control',
    });
    expect((await auditOf('token.issued'))?.facts).toMatchObject({
      client: 'level-2',
      grantType: 'authorization_code',
    });
  });

  test('of an account that may not be used, nothing but that', async () => {
    await expect(vneid.control.login(locked, { client: 'level-2' })).rejects.toMatchObject({ code: 'account.barred' });
    expect((await auditOf('login.failed'))?.facts).toMatchObject({ reason: 'locked', through: 'control' });
  });

  test('says what was wrong, where, and what would be right', async () => {
    const bad: [object, string, string][] = [
      [{ number: '000000000000', client: 'test-app' }, 'account.unknown', 'no account'],
      [{ number: an.number, client: 'nobody' }, 'client.unknown', 'nobody'],
      [{ number: an.number }, 'request.badField', 'client'],
      [{ number: an.number, client: 'test-app', acr: 'gold' }, 'request.badField', 'acr'],
      [
        { number: an.number, client: 'test-app', redirectUri: 'https://evil.example/' },
        'login.requestRefused',
        'invalid_redirect_uri',
      ],
      [{ number: an.number, client: 'test-app', parameters: { claims: '{' } }, 'login.noTokens', 'invalid_request'],
      [
        { number: an.number, client: 'high-app', parameters: { response_mode: 'odd' } },
        'login.requestRefused',
        'response_mode',
      ],
      [{ number: an.number, client: 'high-app', dpopKey: { kty: 'EC' } }, 'request.badField', 'dpopKey'],
      [{ number: an.number, client: 'test-app', certificate: 'none' }, 'request.badField', 'certificate'],
      [
        { number: an.number, authorizationUrl: `${vneid.issuer}/authorize?client_id=test-app`, tokens: true },
        'request.badField',
        'tokens',
      ],
      [
        { number: an.number, authorizationUrl: 'https://another.example/authorize' },
        'request.badField',
        `${vneid.issuer}/authorize`,
      ],
    ];
    for (const [order, code, text] of bad) {
      const answer = await fetch(`${vneid.issuer}/lab/api/logins`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify('authorizationUrl' in order ? order : { tokens: true, ...order }),
      });
      const body = (await answer.json()) as { code: string; error_description: string };
      expect([order, body.code, body.error_description]).toEqual([order, code, expect.stringContaining(text)]);
    }
  });

  test('a request that is meant for somebody else is not answered for ever', async () => {
    const { tokens } = await vneid.control.login(binh, { client: 'test-app', tokens: true });
    const { sub } = decodeJwt(String(tokens.id_token));
    const order = { client: 'test-app', claims: { id_token: { sub: { value: sub } } } };
    expect(said(new URL((await vneid.control.login(an, order)).redirect)).error).toBe('login_required');
    expect(said(new URL((await vneid.control.login(binh, order)).redirect)).code).toBeDefined();
  });
});

describe('a session for a browser', () => {
  test('signs the citizen in silently wherever an app asks, and only there', async () => {
    const { cookies = [] } = await vneid.control.login(an, { client: 'test-app', session: true });
    expect(cookies.map(({ name }) => name)).toEqual(['vneid.session', 'vneid.session.sig']);
    for (const cookie of cookies)
      expect(cookie).toMatchObject({ domain: 'localhost', path: '/', httpOnly: true, secure: false, sameSite: 'Lax' });
    expect(cookies[0]?.expires).toBeCloseTo(Date.now() / 1000 + 12 * 3600, -2);
    const browser = new Browser();
    for (const { name, value, path } of cookies)
      browser.putCookie({ name, value, path, host: new URL(vneid.issuer).host });
    const request = await authorizationRequest(configuration);
    const page = await browser.open(request.url, { until: atCallback });
    expect(browser.history).toEqual(['303 GET /authorize']);
    const tokens = await redeem(configuration, { ...request, url: page.url });
    expect(tokens.claims()?.acr).toBe('urn:vneid:loa:1');
    const strict = await browser.open((await authorizationRequest(await party('fresh-app'))).url);
    expect(strict.html).toContain('name="password"');
  });

  test('is not among the answers unless asked for', async () => {
    expect(await vneid.control.login(an, { client: 'test-app' })).not.toHaveProperty('cookies');
  });
});

describe('wherever it stands', () => {
  test('a tenant signs its own people in, by cookies of its own', async () => {
    await using tenant = await vneid.control.tenant('signs-in');
    const { cookies, redirect } = await tenant.control.login(an, { client: 'level-2', session: true });
    expect(said(new URL(redirect)).iss).toBe(`${vneid.issuer}/t/signs-in`);
    expect(cookies?.map(({ path }) => path)).toEqual(['/t/signs-in/', '/t/signs-in/']);
    const { tokens } = await tenant.control.login(an, { client: 'high-app', tokens: true });
    expect(decodeJwt(String(tokens.id_token)).iss).toBe(tenant.issuer);
    const { redirect: here } = await vneid.control.login(an, { client: 'level-2' });
    const { issuer } = vneid;
    await expect(
      tenant.control.login(an, { authorizationUrl: `${issuer}/authorize${new URL(here).search}` }),
    ).rejects.toMatchObject({ code: 'request.badField' });
  });

  test('a shared installation does so for its operator, by cookies for https, and for nobody else', async () => {
    const operatorToken = 'operator-'.repeat(5);
    const sandbox = await startVneid({
      mode: 'sandbox',
      issuer: 'https://id.example',
      operatorToken,
      trustProxy: true,
      clients: [testClient],
    });
    const body = JSON.stringify({ number: an.number, client: testClient.client_id, session: true });
    const headers = { host: 'id.example', 'x-forwarded-proto': 'https', 'content-type': 'application/json' };
    const ask = (more: object) =>
      send(sandbox, { method: 'POST', path: '/lab/api/logins', headers: { ...headers, ...more }, body });
    expect((await ask({})).status).toBe(404);
    const answer = await ask({ authorization: `Bearer ${operatorToken}` });
    expect(answer.json()).toMatchObject({
      redirect: expect.stringContaining('iss=https%3A%2F%2Fid.example'),
      cookies: [
        { name: '__Host-vneid.session', domain: 'id.example', path: '/', secure: true },
        { name: '__Host-vneid.session.sig', domain: 'id.example', path: '/', secure: true },
      ],
    });
    await sandbox.stop();
  });

  test('tokens are bound to a certificate that is only shown, where the client wants that', async () => {
    const { cert, jwk } = await certificate({ name: 'CN=self-signed-app' });
    const bound = await startVneid({
      clientCertHeader: 'client-cert',
      clientCertProxies: ['127.0.0.1'],
      clients: [
        {
          ...testClient,
          client_secret: undefined,
          token_endpoint_auth_method: 'self_signed_tls_client_auth' as const,
          tls_client_certificate_bound_access_tokens: true,
          jwks: { keys: [jwk] },
        },
      ],
    });
    const order = { client: testClient.client_id, tokens: true } as const;
    await expect(bound.control.login(an, order)).rejects.toMatchObject({
      code: 'login.noTokens',
      message: expect.stringContaining('certificate'),
    });
    const { tokens } = await bound.control.login(an, { ...order, certificate: cert });
    const [access] = (await bound.control.tokens.list({ kind: 'access' })).tokens;
    expect(access).toMatchObject({ id: tokens.access_token.slice(0, 12), boundTo: 'certificate' });
    await bound.stop();
  });

  test('with a clock that was moved', async () => {
    vneid.clock.advance(400 * 86_400_000);
    const { tokens } = await vneid.control.login(an, { client: 'high-app', tokens: true });
    const { iat, auth_time: since } = decodeJwt(String(tokens.id_token));
    expect(iat).toBeGreaterThan(Date.now() / 1000 + 399 * 86_400);
    expect(Number(since)).toBeGreaterThan(Number(iat) - 5);
  });
});
