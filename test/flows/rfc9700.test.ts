import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, createKey, highParty, signInHigh } from '../support/high-client.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/**
 * OAuth 2.0 Security Best Current Practice (RFC 9700), the provider's side: a small proof for each of its points. What
 * is told at length elsewhere (addresses, attacks, high, logout, once, rotation) has its row here all the same.
 */
let vneid: Instance;
let configuration: oidc.Configuration;
const lines: string[] = [];
const callback = 'http://localhost:9/callback';
const verifier = 'a-verifier-that-is-long-enough-to-be-one-0123456789';

beforeAll(async () => {
  vneid = await startVneid({
    logLevel: 'debug',
    logTo: { write: (line) => lines.push(line) },
    resources: [{ resource: 'https://cases.example/', name: named, scopes: [{ scope: 'cases:read', ...named }] }],
    clients: [
      {
        ...testClient,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        resources: ['https://cases.example/'],
      },
      { ...testClient, client_id: 'other' },
      {
        client_id: 'public',
        redirect_uris: [callback],
        scope: 'openid profile offline_access',
        grant_types: ['authorization_code', 'refresh_token'],
      },
      {
        client_id: 'native',
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        subject_type: 'public',
      },
    ],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

const named = { vi: 'Hồ sơ', en: 'Cases' };
const callbackOf = (url: URL) => atCallback(url) || url.hostname.endsWith('example');

/** Opens a request in a browser where nobody is signed in, as a program writes it. */
async function open(change: Record<string, string | undefined>, browser = new Browser()) {
  const { url } = await authorizationRequest(configuration);
  for (const [name, value] of Object.entries(change)) {
    url.searchParams.delete(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return browser.open(url, { until: callbackOf });
}

/** A code in hand, for the test client. */
async function code(parameters: Record<string, string> = {}, browser = new Browser()) {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const request = await authorizationRequest(configuration, { code_challenge: challenge, ...parameters });
  const page = await signIn(vneid, browser, request.url);
  return said(page.url).code ?? '';
}
const redeemed = (value: string, more: Record<string, string> = {}, headers = basic()) =>
  post(
    vneid,
    '/token',
    { grant_type: 'authorization_code', code: value, redirect_uri: callback, code_verifier: verifier, ...more },
    headers,
  );

test('§2.1, §4.1 a redirect_uri is compared letter by letter, but for the port of a loopback', async () => {
  expect((await open({})).html).toContain('name="password"');
  for (const near of ['/', '?a=b', '/../callback', '%2f', '#x', '.evil.example'].map((end) => callback + end))
    expect((await open({ redirect_uri: near })).status, near).toBe(400);
  for (const other of [
    'http://localhost:80@evil.example/callback',
    'https://localhost:9/callback',
    'http://LOCALHOST:9/callback',
  ])
    expect((await open({ redirect_uri: other })).status, other).toBe(400);
  const native = { client_id: 'native', redirect_uri: 'http://127.0.0.1:54321/callback', scope: 'openid' };
  expect((await open(native)).html).toContain('name="password"');
  expect((await open({ ...native, redirect_uri: 'http://127.0.0.1:54321/elsewhere' })).status).toBe(400);
});

test('§2.1, §4.7 against forged requests: state and nonce come back as they were, and a code is bound to its challenge', async () => {
  const browser = new Browser();
  const request = await authorizationRequest(configuration);
  const back = await signIn(vneid, browser, request.url);
  expect(said(back.url).state).toBe(request.state);
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.claims()?.nonce).toBe(request.nonce);
  // a code that an attacker slips into somebody's browser does not fit that browser's verifier
  const slipped = await redeemed(await code({}, browser), { code_verifier: 'x'.repeat(43) });
  expect([slipped.status, slipped.body.error]).toEqual([400, 'invalid_grant']);
});

test('§2.1, §4.4 every answer says who it is from (RFC 9207), and discovery that it does', async () => {
  expect(configuration.serverMetadata().authorization_response_iss_parameter_supported).toBe(true);
  const refused = await open({ prompt: 'none' });
  expect(said(refused.url)).toMatchObject({ error: 'login_required', iss: vneid.issuer });
  const back = await signIn(vneid, new Browser(), (await authorizationRequest(configuration)).url);
  expect(said(back.url).iss).toBe(vneid.issuer);
});

test('§2.1.1, §4.5 PKCE: a public client without it is refused, and a stolen code is worth nothing without the verifier', async () => {
  expect(configuration.serverMetadata().code_challenge_methods_supported).toEqual(['S256']);
  const none = { code_challenge: undefined, code_challenge_method: undefined };
  expect(said((await open({ client_id: 'public', ...none })).url).error).toBe('invalid_request');
  // a confidential client may go without, if it sends a nonce
  expect(said((await open({ ...none, nonce: undefined })).url).error).toBe('invalid_request');
  expect((await open(none)).html).toContain('name="password"');
  const stolen = await code();
  expect((await redeemed(stolen, { code_verifier: '' })).body.error).toBe('invalid_grant');
  const right = await code();
  expect((await redeemed(right, {}, basic('other'))).body.error).toBe('invalid_grant');
  expect((await redeemed(await code())).status).toBe(200);
});

test('§4.8 PKCE cannot be talked away: a verifier without a challenge is refused, and so is a plain one', async () => {
  const without = await authorizationRequest(configuration);
  for (const name of ['code_challenge', 'code_challenge_method']) without.url.searchParams.delete(name);
  const value = said((await signIn(vneid, new Browser(), without.url)).url).code ?? '';
  expect((await redeemed(value)).body.error).toBe('invalid_grant');
  expect(said((await open({ code_challenge: verifier, code_challenge_method: 'plain' })).url).error).toBe(
    'invalid_request',
  );
  expect(said((await open({ code_challenge_method: undefined })).url).error).toBe('invalid_request');
});

test('§2.1.2 no token comes by way of the browser', async () => {
  expect(configuration.serverMetadata().response_types_supported).toEqual(['code']);
  for (const type of [
    'token',
    'id_token',
    'id_token token',
    'code token',
    'code id_token',
    'code id_token token',
    'none',
  ])
    expect(said((await open({ response_type: type })).url).error, type).toBe('unsupported_response_type');
});

test('§2.2.1, §4.10 a stolen token that is bound to a key is worth nothing without it', async () => {
  const client = await createHighClient();
  await using high = await startVneid({ clients: [client.registration] });
  const { tokens, configuration: party, dpop, sub } = await signInHigh(high, client);
  expect((await oidc.fetchUserInfo(party, tokens.access_token, sub, dpop)).sub).toBe(sub);
  const bearer = await fetch(`${high.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(bearer.status).toBe(401);
  const thief = { ...client, dpop: await createKey() };
  const theirs = (await highParty(high, thief)).dpop;
  await expect(oidc.fetchUserInfo(party, tokens.access_token, sub, theirs)).rejects.toThrow();
});

test('§2.2.2, §4.14 a refresh token is good once, keeps its scope, and ends with what it came from', async () => {
  const first = (await redeemed(await code({ scope: 'openid profile offline_access', prompt: 'consent' }))).body;
  const refresh = (token: unknown, more: Record<string, string> = {}) =>
    post(vneid, '/token', { grant_type: 'refresh_token', refresh_token: String(token), ...more }, basic());
  expect((await refresh(first.refresh_token, { scope: 'openid phone' })).body.error).toBe('invalid_scope');
  const second = (await refresh(first.refresh_token)).body;
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await refresh(second.refresh_token)).status).toBe(200);
  // after the time in which a lost answer is forgiven, a copy that comes back ends everything
  vneid.clock.advance(11_000);
  expect((await refresh(first.refresh_token)).body.error).toBe('invalid_grant');
  expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant');
  const userinfo = await fetch(`${vneid.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${String(second.access_token)}` },
  });
  expect(userinfo.status).toBe(401);

  // without offline_access it ends with the session, with it after two weeks
  const browser = new Browser();
  const { refresh_token: passing } = (await redeemed(await code({}, browser))).body;
  await browser.open(`${vneid.issuer}/logout`);
  await browser.submit({ logout: 'yes' });
  expect((await refresh(passing)).body.error).toBe('invalid_grant');
  const { refresh_token: lasting } = (await redeemed(await code({ scope: 'openid offline_access', prompt: 'consent' })))
    .body;
  vneid.clock.advance(15 * 86_400_000);
  expect((await refresh(lasting)).body.error).toBe('invalid_grant');
  vneid.clock.reset();
});

test('§2.3 a token is for one API and says no more than was agreed', async () => {
  const ask = (fields: Record<string, string>) =>
    post(vneid, '/token', { grant_type: 'client_credentials', ...fields }, basic());
  const { body } = await ask({ resource: 'https://cases.example/', scope: 'cases:read' });
  expect(decodeJwt(String(body.access_token))).toMatchObject({ aud: 'https://cases.example/', scope: 'cases:read' });
  expect((await ask({ resource: 'https://other.example/' })).body.error).toBe('invalid_target');
  const userinfo = await fetch(`${vneid.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${String(body.access_token)}` },
  });
  expect(userinfo.status).toBe(401);
  expect(said((await open({ client_id: 'public', scope: 'openid residence' })).url).error).toBe('invalid_scope');
});

test('§2.4 nobody hands their password to an app', async () => {
  expect(configuration.serverMetadata().grant_types_supported).not.toContain('password');
  const fields = { grant_type: 'password', username: an.number, password: an.password, scope: 'openid' };
  expect((await post(vneid, '/token', fields, basic())).body.error).toBe('unsupported_grant_type');
});

test('§2.5 apps can say who they are without sharing a secret, and have to say it', async () => {
  const methods = configuration.serverMetadata().token_endpoint_auth_methods_supported;
  expect(methods).toContain('private_key_jwt');
  const grant = { grant_type: 'client_credentials', client_id: testClient.client_id };
  for (const fields of [grant, { ...grant, client_secret: 'x' }])
    expect((await post(vneid, '/token', fields)).body.error).toBe('invalid_client');
  expect((await post(vneid, '/token', { grant_type: 'client_credentials' }, basic())).status).toBe(200);
});

test('§2.6 metadata is published, other sites read no sign-in page, and a shared installation is https', async () => {
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const answer = await fetch(`${vneid.issuer}/.well-known/${name}`, { headers: { origin: 'https://app.example' } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example']);
  }
  const { url } = await authorizationRequest(configuration);
  const headers = { origin: 'https://evil.example' };
  const answer = await fetch(url, { redirect: 'manual', headers });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([303, null]);
  const page = await fetch(new URL(answer.headers.get('location') ?? '', vneid.issuer), { headers });
  expect(page.headers.get('access-control-allow-origin')).toBeNull();
  await expect(startVneid({ mode: 'sandbox', issuer: 'http://id.example' })).rejects.toThrow('https://');
});

test('§4.2, §4.3 a code stays out of the Referer header, the history and the log', async () => {
  const browser = new Browser();
  const page = await open({}, browser);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const back = await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
  const value = said(back.url).code ?? '';
  expect(back.headers.get('cache-control')).toBe('no-store');
  // what form_post sends is in no address
  const posted = await authorizationRequest(configuration, { response_mode: 'form_post' });
  const form = await browser.open(posted.url);
  expect(form.html).toMatch(/name="code" value="[\w-]{20,}"/);
  expect(form.headers.get('referrer-policy')).toBe('no-referrer');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('')).not.toContain(value);
});

test('§4.11 nobody is sent on to an address that was not registered', async () => {
  const evil = 'https://evil.example/';
  const page = await open({ redirect_uri: evil });
  expect([page.status, page.url.origin]).toEqual([400, vneid.issuer]);
  const token = (await redeemed(await code())).body.id_token;
  for (const query of [{ id_token_hint: String(token) }, { client_id: testClient.client_id }]) {
    const parameters = new URLSearchParams({ ...query, post_logout_redirect_uri: evil });
    const answer = await fetch(`${vneid.issuer}/logout?${parameters}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  }
});

test('§4.12 after a password every redirect is a 303, which does not send it on', async () => {
  const browser = new Browser();
  await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
  const redirects = browser.history.filter((line) => line.startsWith('3'));
  expect(redirects.filter((line) => line.includes(' POST /login/')).length).toBeGreaterThan(0);
  expect(redirects.filter((line) => !line.startsWith('303'))).toEqual([]);
});

test('§4.13 what a proxy would say is not believed of a stranger', async () => {
  const headers = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.7',
    forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
    'x-ssl-client-cert': 'AAAA',
    'x-client-cert': 'AAAA',
    'client-cert': ':AAAA:',
  };
  const answer = await fetch(`${vneid.issuer}/.well-known/openid-configuration`, { headers });
  expect(await answer.text()).not.toContain('evil.example');
  const { url } = await authorizationRequest(configuration);
  const begun = await fetch(url, { redirect: 'manual', headers });
  const walk = new URL(begun.headers.get('location') ?? '', vneid.issuer).href;
  const cookie = begun.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const page = await (await fetch(walk, { headers: { ...headers, cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  await fetch(`${walk}/password`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: new URLSearchParams({ csrf, login: an.number, password: 'wrong' }),
  });
  const [failed] = await vneid.audit.list({ event: 'login.failed', limit: 1 });
  expect(String(failed?.facts.address)).toMatch(/127\.0\.0\.1|::1/);
});

test('§4.15 no app can be taken for a person: its id is not its choice, and its own token is nobody’s', async () => {
  const { sub } = decodeJwt(String((await redeemed(await code())).body.id_token));
  const answer = await fetch(`${vneid.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: sub, redirect_uris: ['http://localhost:9/cb'] }),
  });
  const made = (await answer.json()) as Record<string, string>;
  expect(answer.status).toBe(201);
  expect(made.client_id).not.toBe(sub);
  const { body } = await post(vneid, '/token', { grant_type: 'client_credentials' }, basic());
  const introspected = await post(vneid, '/introspect', { token: String(body.access_token) }, basic());
  expect(introspected.body).toMatchObject({ active: true, client_id: testClient.client_id });
  expect(introspected.body).not.toHaveProperty('sub');
  const userinfo = await fetch(`${vneid.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${String(body.access_token)}` },
  });
  expect(userinfo.status).toBe(401);
});

test('§4.16 no page can be put into a frame', async () => {
  const browser = new Browser();
  const { url } = await authorizationRequest(configuration, { prompt: 'consent' });
  const seen = [await browser.open(url, { until: atCallback })];
  seen.push(await browser.submit({ login: an.number, password: an.password }, { until: atCallback }));
  expect(seen[1]?.html).toContain('value="allow"');
  seen.push(
    await new Browser().open(`${vneid.issuer}/authorize?client_id=nobody`),
    await browser.open(`${vneid.issuer}/logout`),
  );
  for (const { headers, url: where } of seen) {
    expect(headers.get('content-security-policy'), where.pathname).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options'), where.pathname).toBe('DENY');
  }
});

test('§4.17 nothing is handed to another window', async () => {
  expect(configuration.serverMetadata().response_modes_supported).not.toContain('web_message');
  const page = await open({ response_mode: 'web_message' });
  expect(page.status === 400 || said(page.url).error === 'unsupported_response_mode').toBe(true);
  const form = await open({ response_mode: 'form_post', prompt: 'none' });
  expect(form.html).toContain('login_required');
  expect(form.html).not.toMatch(/postMessage|window\.opener/);
  expect(form.headers.get('cross-origin-opener-policy')).toBe('same-origin');
});
