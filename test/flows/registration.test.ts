import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createKey, type HighClient, type Key, signInHigh } from '../support/high-client.ts';
import { asPage, send } from '../support/raw.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { json, relyingServer } from '../support/relying-server.ts';

/** Relying parties that register themselves (RFC 7591) and manage what they registered (RFC 7592). */
let vneid: Instance;
let key: Key;
beforeAll(async () => {
  key = await createKey();
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

const callback = 'http://localhost:9/callback';
const twoHosts = ['https://a.example/cb', 'https://b.example/cb'];
type Metadata = Record<string, unknown>;
const ordinary: Metadata = { client_name: 'Ứng dụng tự đăng ký', redirect_uris: [callback] };

/** As openid-client does it. */
const registered = (metadata: Metadata = {}, issuer = vneid.issuer, initialAccessToken?: string) =>
  oidc.dynamicClientRegistration(new URL(issuer), { ...ordinary, ...metadata } as never, undefined, {
    execute: [oidc.allowInsecureRequests],
    ...(initialAccessToken && { initialAccessToken }),
  });

/** As a program of its own does it: any body, with or without a token. */
async function call(method: string, address: string, body?: unknown, token?: string) {
  const answer = await fetch(address, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : {}) as Metadata };
}
const register = (metadata: unknown) => call('POST', `${vneid.issuer}/register`, metadata);

const audited = async (event: string, id: string) =>
  (await vneid.audit.list({ event })).filter(({ client }) => client === id);

async function tokensFor(configuration: oidc.Configuration, parameters: Record<string, string> = {}) {
  const request = await authorizationRequest(configuration, parameters);
  const { url } = await signIn(vneid, new Browser(), request.url);
  return redeem(configuration, { ...request, url });
}

describe('in the lab', () => {
  test('anyone registers, signs a person in and has their claims; the audit knows who came', async () => {
    const configuration = await registered({ grant_types: ['authorization_code', 'refresh_token'] });
    const metadata = configuration.clientMetadata();
    const tokens = await tokensFor(configuration, { scope: 'openid profile email' });
    const sub = tokens.claims()?.sub ?? '';
    expect(await oidc.fetchUserInfo(configuration, tokens.access_token, sub)).toMatchObject({ name: an.name });
    expect((await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).access_token).toBeTypeOf('string');
    expect(vneid.clients.list().find(({ id }) => id === metadata.client_id)).toMatchObject({
      name: 'Ứng dụng tự đăng ký',
      profile: 'baseline',
    });
    const [entry] = await audited('client.registered', metadata.client_id);
    expect(entry).toMatchObject({ client: metadata.client_id, facts: { name: 'Ứng dụng tự đăng ký' } });
  });

  test('what it did not say is said in the answer', async () => {
    const { status, body } = await register(ordinary);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^[\w-]{20,}$/),
      client_secret: expect.stringMatching(/^[\w-]{43,}$/),
      client_secret_expires_at: 0,
      client_id_issued_at: expect.any(Number),
      registration_access_token: expect.stringMatching(/^[\w-]{43,}$/),
      registration_client_uri: `${vneid.issuer}/register/${String(body.client_id)}`,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      subject_type: 'pairwise',
      scope: 'openid profile email phone address offline_access',
    });
  });

  test.each<[string, Metadata]>([
    ['client_credentials', {}],
    ['urn:ietf:params:oauth:grant-type:device_code', { token_endpoint_auth_method: 'none' }],
    ['urn:openid:params:grant-type:ciba', { backchannel_token_delivery_mode: 'poll' }],
  ])('who has no browser needs no address to come back to, and no word about it: %s', async (grant, metadata) => {
    const { status, body } = await register({ grant_types: [grant], ...metadata });
    expect([status, body.grant_types, body.response_types]).toEqual([201, [grant], []]);
  });

  test('an address that is not there is missed in words of a registration', async () => {
    const { body } = await register({ client_name: 'Không địa chỉ' });
    expect(body).toMatchObject({
      error: 'invalid_redirect_uri',
      error_description: expect.stringContaining('at least one redirect_uri'),
    });
    expect(JSON.stringify(body)).not.toContain('character by character');
  });

  test('a person has another sub at each of two that registered on different hosts', async () => {
    const [one, two] = await Promise.all([
      registered(),
      registered({ redirect_uris: ['http://127.0.0.1:9/callback'] }),
    ]);
    const first = (await tokensFor(one)).claims()?.sub;
    const second = (await tokensFor(two, { redirect_uri: 'http://127.0.0.1:9/callback' })).claims()?.sub;
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(second).not.toBe(first);
  });

  test('what runs on a person’s own device shares no sub with another app of that device, nor with a host that it names', async () => {
    const native = { application_type: 'native', token_endpoint_auth_method: 'client_secret_basic' };
    const address = new URL(callback).host;
    const subOf = async (metadata: Metadata) =>
      (await tokensFor(await registered(metadata), { redirect_uri: callback })).claims()?.sub;
    const [site, sister] = [await subOf({}), await subOf({})];
    expect(sister).toBe(site);
    const apps = [
      await subOf(native),
      await subOf(native),
      // a scheme of its own, whose "host" is anybody's
      await subOf({ ...native, redirect_uris: [callback, `vn.evil.app://${address}/cb`] }),
    ];
    expect(new Set([site, ...apps]).size).toBe(4);
  });

  test('with two hosts and nothing that names the sector, the sub is the same everywhere (OIDC Core §8.1)', async () => {
    expect((await register({ ...ordinary, redirect_uris: twoHosts })).body.subject_type).toBe('public');
  });

  test('a scope that it did not name cannot be asked for, and one that it named can', async () => {
    const few = await registered();
    const refused = await new Browser().open((await authorizationRequest(few, { scope: 'openid identity' })).url, {
      until: atCallback,
    });
    expect(said(refused.url)).toMatchObject({ error: 'invalid_scope' });
    const named = await registered({ scope: 'openid identity' });
    const { url } = await authorizationRequest(named, { scope: 'openid identity' });
    expect((await new Browser().open(url)).html).toContain('name="password"');
  });

  test('what nobody knows is left out, and the order of the same is one', async () => {
    const { status, body } = await register({
      ...ordinary,
      colour: 'red',
      redirect_uris: [callback, callback],
      resources: ['https://cases.example/'],
      client_id: 'test-app',
      client_secret: 'of-our-own-choice-0123456789',
      registration_access_token: 'x',
    });
    expect(status).toBe(201);
    expect(body.redirect_uris).toEqual([callback]);
    for (const name of ['colour', 'resources']) expect(body).not.toHaveProperty(name);
    expect(body.client_id).not.toBe('test-app');
    expect(body.client_secret).not.toBe('of-our-own-choice-0123456789');
    expect(body.registration_access_token).not.toBe('x');
  });

  test('its addresses are kept and told; policy and terms are on the pages that ask for a sign-in and for consent, and no picture is fetched', async () => {
    const addresses = {
      policy_uri: 'https://app.example/policy',
      tos_uri: 'https://app.example/terms',
      logo_uri: 'https://app.example/logo.png',
    };
    const configuration = await registered(addresses);
    expect(configuration.clientMetadata()).toMatchObject(addresses);
    const browser = new Browser();
    const first = await browser.open((await authorizationRequest(configuration)).url);
    const page = await browser.submit({ login: an.number, password: an.password });
    for (const { html, headers } of [first, page]) {
      expect(html).toContain('href="https://app.example/policy"');
      expect(html).toContain('href="https://app.example/terms"');
      expect(html).not.toContain('logo.png');
      expect(headers.get('content-security-policy')).not.toMatch(/img-src[^;]*https/);
    }
  });

  test('an address adds nothing to the content policy of a page but where its forms lead', async () => {
    const policyFor = async (metadata: Metadata) => {
      const { url } = await authorizationRequest(await registered({ subject_type: 'public', ...metadata }));
      const { headers } = await new Browser().open(url);
      return String(headers.get('content-security-policy'));
    };
    const usual = await policyFor({});
    expect(usual).toContain("form-action 'self' http://localhost:9;");
    // what is no letter of a name in the DNS is one of a host in an URL
    for (const strange of ['https://a;script-src-elem/', 'https://a,script-src-elem/', "https://a'/"]) {
      const uris = [callback, strange, 'https://evil.example/'];
      const policy = await policyFor({ redirect_uris: uris, client_uri: strange });
      expect(policy).toBe(usual.replace('http://localhost:9', 'http://localhost:9 https://evil.example'));
    }
  });

  test('a name is shown as text, whatever stands in it', async () => {
    const configuration = await registered({ client_name: '<img src=x onerror=alert(1)> & "bạn"' });
    const page = await new Browser().open((await authorizationRequest(configuration)).url);
    expect(page.html).not.toContain('<img src=x');
    expect(page.text).toContain('<img src=x onerror=alert(1)> & "bạn"');
  });
});

test('the high class registers itself: what it is, is decided, and it has no secret', async () => {
  const { status, body } = await register({
    ...ordinary,
    profile: 'high',
    grant_types: ['authorization_code', 'refresh_token'],
    jwks: { keys: [key.jwk] },
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    profile: 'high',
    token_endpoint_auth_method: 'private_key_jwt',
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
    id_token_signed_response_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
  });
  expect(body).not.toHaveProperty('client_secret');
  const client: HighClient = {
    registration: { client_id: String(body.client_id) },
    key,
    dpop: await createKey(),
  };
  expect((await signInHigh(vneid, client)).tokens.token_type).toBe('dpop');
  // a request that was not pushed
  const plain = `${vneid.issuer}/authorize?${new URLSearchParams({ client_id: String(body.client_id), redirect_uri: callback, response_type: 'code', scope: 'openid' })}`;
  expect(said((await new Browser().open(plain, { until: atCallback })).url)).toMatchObject({
    error: 'invalid_request',
  });

  const uri = String(body.registration_client_uri);
  const token = String(body.registration_access_token);
  const { registration_access_token: _t, registration_client_uri: _u, client_id_issued_at: _a, ...kept } = body;
  expect((await call('PUT', uri, { ...kept, client_name: 'Tên mới' }, token)).body).toMatchObject({
    client_name: 'Tên mới',
    profile: 'high',
  });
  // no way down
  for (const less of [
    { ...kept, profile: 'baseline' },
    { ...kept, profile: undefined },
  ])
    expect(await call('PUT', uri, less, token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_client_metadata', error_description: expect.stringContaining('high') },
    });
});

describe('what was registered', () => {
  async function fresh(metadata: Metadata = {}) {
    const { body } = await register({ ...ordinary, ...metadata });
    const uri = String(body.registration_client_uri);
    return { body, uri, token: String(body.registration_access_token), id: String(body.client_id) };
  }
  const changeable = ({
    registration_access_token: _t,
    registration_client_uri: _u,
    client_id_issued_at: _a,
    client_secret_expires_at: _e,
    ...kept
  }: Metadata) => kept;

  test('what it may not ask for any more is not told either, by what it was given before', async () => {
    const { body, uri, token } = await fresh({
      scope: 'openid profile family',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const configuration = await relyingParty(vneid, { id: String(body.client_id), secret: String(body.client_secret) });
    const tokens = await tokensFor(configuration, { scope: 'openid profile family' });
    const sub = tokens.claims()?.sub ?? '';
    expect(await oidc.fetchUserInfo(configuration, tokens.access_token, sub)).toHaveProperty('family');
    expect((await call('PUT', uri, { ...changeable(body), scope: 'openid profile' }, token)).status).toBe(200);
    const later = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    for (const { access_token: access } of [tokens, later]) {
      const userinfo = await oidc.fetchUserInfo(configuration, access, sub);
      expect(userinfo).toMatchObject({ name: an.name });
      expect(userinfo).not.toHaveProperty('family');
    }
  });

  test('while a person reads what it asks for, it cannot be made into something else', async () => {
    const [news, family] = [
      { id: 'news', vi: 'Bản tin', en: 'News', scopes: ['email'] },
      { id: 'family', vi: 'Gia đình', en: 'Family', scopes: ['family'] },
    ];
    const scope = 'openid email family';
    const { body, uri, token } = await fresh({ scope, purposes: [news, family] });
    const configuration = await relyingParty(vneid, { id: String(body.client_id), secret: String(body.client_secret) });
    const request = await authorizationRequest(configuration, { scope });
    const browser = new Browser();
    await browser.open(request.url);
    const page = await browser.submit({ login: an.number, password: an.password });
    expect(page.text).toContain('Bản tin');
    const another = { ...changeable(body), purposes: [{ ...news, scopes: ['email', 'family'] }] };
    expect((await call('PUT', uri, another, token)).status).toBe(200);
    // one box, for what was read beside it
    const agreed = { decision: 'allow', purpose: ['news'] };
    const again = await browser.submit(agreed, { until: atCallback });
    expect(again.status).toBe(409);
    expect(again.text).toContain('Ứng dụng vừa thay đổi điều đang hỏi bạn.');
    expect((await browser.post(again.url, new URLSearchParams(agreed as never))).status).toBe(403);
    // the page is the new one, and what it says holds
    await browser.open(again.url.pathname.replace(/\/consent$/, ''));
    const { url } = await browser.submit(agreed, { until: atCallback });
    const tokens = await redeem(configuration, { ...request, url });
    expect(tokens.scope?.split(' ').toSorted()).toEqual(['email', 'family', 'openid']);
  });

  test('is read and changed with its token, which stays the same', async () => {
    const { body, uri, token, id } = await fresh();
    expect((await call('GET', uri, undefined, token)).body).toEqual(body);
    const changed = await call('PUT', uri, { ...changeable(body), client_name: 'Tên mới', scope: 'openid' }, token);
    expect(changed).toMatchObject({
      status: 200,
      body: { client_id: id, client_name: 'Tên mới', scope: 'openid', registration_access_token: token },
    });
    expect(vneid.clients.get(id)).toMatchObject({ name: 'Tên mới', scopes: ['openid'] });
    expect(await audited('client.changed', id)).toHaveLength(1);
    // at once: the address that was registered is not taken any more
    const moved = { ...changeable(body), redirect_uris: ['http://localhost:9/elsewhere'] };
    expect((await call('PUT', uri, moved, token)).status).toBe(200);
    const query = new URLSearchParams({
      client_id: id,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid',
      nonce: 'n',
    });
    expect((await new Browser().open(`${vneid.issuer}/authorize?${query}`)).status).toBe(400);
  });

  test('is nothing to who has no token, another token, or one of another kind', async () => {
    const [mine, theirs] = [await fresh({ grant_types: ['authorization_code', 'client_credentials'] }), await fresh()];
    const issued = await fetch(`${vneid.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${mine.id}:${String(mine.body.client_secret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: access } = (await issued.json()) as { access_token: string };
    for (const token of [undefined, 'nobody', access, String(mine.body.client_secret), 'x'.repeat(5000)])
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const body = method === 'PUT' ? { ...changeable(mine.body), client_name: 'x' } : undefined;
        const answer = await call(method, mine.uri, body, token);
        expect([method, answer.status]).toEqual([method, 401]);
      }
    // with the token of another: refused, and that token is worth nothing from then on
    expect((await call('GET', mine.uri, undefined, theirs.token)).status).toBe(401);
    expect((await call('GET', theirs.uri, undefined, theirs.token)).status).toBe(401);
    expect((await call('GET', `${vneid.issuer}/register/nobody`, undefined, mine.token)).status).toBe(401);
  });

  test('of a clients file is not managed over HTTP', async () => {
    const { token } = await fresh();
    expect((await call('GET', `${vneid.issuer}/register/test-app`, undefined, token)).status).toBe(401);
    expect(vneid.clients.get('test-app')?.name).toBe(testClient.client_name);
  });

  test.each<[string, (body: Metadata) => unknown]>([
    ['another client_id', (body) => ({ ...changeable(body), client_id: 'test-app' })],
    ['another secret', (body) => ({ ...changeable(body), client_secret: 'a-secret-of-ones-own' })],
    ['its own token', (body) => ({ ...changeable(body), registration_access_token: 'x' })],
    ['a bad address', (body) => ({ ...changeable(body), redirect_uris: ['javascript:alert(1)'] })],
    ['no address', (body) => ({ ...changeable(body), redirect_uris: [] })],
    ['a list', () => []],
    ['half a body', () => '{"client_id":'],
  ])('is not changed with %s', async (_name, change) => {
    const { body, uri, token } = await fresh();
    expect((await call('PUT', uri, changeable(body), token)).status).toBe(200);
    expect((await call('PUT', uri, change(body), token)).status).toBe(400);
    expect((await call('GET', uri, undefined, token)).body).toMatchObject(changeable(body));
  });

  test('and is taken back is gone at once, and its tokens are worth nothing', async () => {
    const configuration = await registered({ grant_types: ['authorization_code', 'refresh_token'] });
    const metadata = configuration.clientMetadata() as Metadata & { client_id: string };
    const tokens = await tokensFor(configuration);
    const userinfo = () =>
      fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect((await userinfo()).status).toBe(200);
    const uri = String(metadata.registration_client_uri);
    const token = String(metadata.registration_access_token);
    expect((await call('DELETE', uri, undefined, token)).status).toBe(204);
    expect(vneid.clients.get(metadata.client_id)).toBeUndefined();
    // nor is anything agreed with it any more (RFC 7592 §2.3)
    const account = await vneid.accounts.byNumber(an.number);
    const agreed = await vneid.consents.list(account?.id ?? '');
    expect(agreed.find(({ clientId }) => clientId === metadata.client_id)?.withdrawnAt).toEqual(expect.any(Number));
    expect((await userinfo()).status).toBe(401);
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      status: 401,
    });
    const page = await new Browser().open((await authorizationRequest(configuration)).url);
    expect([page.status, page.html.includes('invalid_client')]).toEqual([400, true]);
    expect((await call('GET', uri, undefined, token)).status).toBe(401);
    expect(await audited('client.removed', metadata.client_id)).toHaveLength(1);
  });

  test.each<[string, Metadata]>([
    ['baseline', {}],
    ['high', { profile: 'high' }],
  ])('is what it would be without them where members are null or nothing (%s)', async (_class, metadata) => {
    const { body, uri, token } = await fresh({ ...metadata, jwks: { keys: [key.jwk] } });
    const { subject_type: _s, token_endpoint_auth_method: _t, ...less } = changeable(body);
    const wished = (await call('PUT', uri, less, token)).body;
    expect(wished.subject_type).toBe('pairwise');
    for (const nothing of [null, '']) {
      const empty = { subject_type: nothing, token_endpoint_auth_method: nothing, policy_uri: nothing };
      expect(await call('PUT', uri, { ...less, ...empty }, token)).toEqual({ status: 200, body: wished });
    }
  });

  test('and is taken out by the operator is not brought back by a change that was under way', async () => {
    await using app = await relyingServer();
    app.answer = json([callback]);
    const { body, uri, token, id } = await fresh({ sector_identifier_uri: `${app.origin}/sector` });
    expect((await call('GET', uri, undefined, token)).status).toBe(200);
    // who registers chooses how long the answer takes
    const asked = Promise.withResolvers<ServerResponse>();
    app.answer = asked.resolve;
    const change = call('PUT', uri, changeable(body), token);
    const response = await asked.promise;
    await vneid.control.clients.remove({ client: id });
    json([callback])(response);
    expect(await change).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(vneid.clients.get(id)).toBeUndefined();
    expect((await call('GET', uri, undefined, token)).status).toBe(401);
  });

  test('stays within what the operator has set of it since, which nobody is told beyond that', async () => {
    const { body, uri, token, id } = await fresh({ scope: 'openid profile identity' });
    await vneid.control.clients.change({ client: id, minimum_level: 2, scope: 'openid profile' });
    const wished = { ...changeable(body), client_name: 'Tên mới' };
    for (const [asked, said] of [
      [{ ...wished, scope: 'openid' }, 'minimum_level: an operator has set 2'],
      [{ ...wished, minimum_level: 2 }, "'identity' is not in it"],
    ] as const) {
      const answer = await call('PUT', uri, asked, token);
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
      expect(String(answer.body.error_description)).toContain(said);
    }
    expect(vneid.clients.get(id)).toMatchObject({ minimumLevel: 2, scopes: ['openid', 'profile'] });
    const within = await call('PUT', uri, { ...wished, minimum_level: 3, scope: 'openid' }, token);
    expect(within).toMatchObject({ status: 200, body: { client_name: 'Tên mới', scope: 'openid' } });
    expect(vneid.clients.get(id)).toMatchObject({ minimumLevel: 3, scopes: ['openid'] });
    // again, within what was set and not what it has
    expect((await call('PUT', uri, { ...wished, minimum_level: 2, scope: 'openid profile' }, token)).status).toBe(200);
    expect(JSON.stringify((await call('GET', uri, undefined, token)).body)).not.toContain('by_hand');
    expect(JSON.stringify(await vneid.control.clients.get({ client: id }))).not.toContain('by_hand');
  });

  test('outlives a restart, with its token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vneid-registration-'));
    const options = { data: join(folder, 'data'), keys: join(folder, 'keys'), artifacts: 'sqlite' as const };
    try {
      let body: Metadata;
      {
        await using first = await startVneid(options);
        ({ body } = await call('POST', `${first.issuer}/register`, ordinary));
      }
      await using second = await startVneid(options);
      const id = String(body.client_id);
      expect(second.clients.get(id)).toMatchObject({ name: ordinary.client_name });
      const read = await call(
        'GET',
        `${second.issuer}/register/${id}`,
        undefined,
        String(body.registration_access_token),
      );
      expect(read).toMatchObject({ status: 200, body: { client_id: id, client_secret: body.client_secret } });
      const configuration = await oidc.discovery(new URL(second.issuer), id, String(body.client_secret), undefined, {
        execute: [oidc.allowInsecureRequests],
      });
      const { url } = await authorizationRequest(configuration);
      expect((await new Browser().open(url)).html).toContain('name="password"');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('is refused', () => {
  test.each<[string, Metadata]>([
    ['no address', { redirect_uris: undefined }],
    ['an address with a part of a page', { redirect_uris: [`${callback}#x`] }],
    ['an address that ends in a hash', { redirect_uris: [`${callback}#`] }],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }],
    ['a script, as an app', { application_type: 'native', redirect_uris: ['javascript:alert(1)'] }],
    ['a page of its own content', { application_type: 'native', redirect_uris: ['data:text/html,x'] }],
    ['a star for a host', { redirect_uris: ['https://*.example/callback'] }],
    ['a user before the host (CVE-2024-8883)', { redirect_uris: ['http://localhost:80@evil.example/'] }],
    ['a user before the host of its home, which a phone shows', { client_uri: 'https://bank.example@evil.example/' }],
    ['a home that looks like another', { client_uri: 'https://evil.example\\@bank.example/' }],
    ['a user before the host of its policy', { policy_uri: 'https://bank.example:443@evil.example/' }],
    ['a star for a host in letters of ours', { redirect_uris: ['https://*.đô-thị.example/'] }],
    ['half an address', { redirect_uris: ['/callback'] }],
    ['addresses that are no list', { redirect_uris: callback }],
    ['addresses that are no texts', { redirect_uris: [{}] }],
    ['a star to return to after signing out', { post_logout_redirect_uris: ['https://*.example/'] }],
    ['two hosts for one pairwise subject', { subject_type: 'pairwise', redirect_uris: twoHosts }],
    ['the implicit flow', { response_types: ['token'], grant_types: ['implicit'] }],
    ['tokens in the browser', { response_types: ['code id_token'] }],
    ['a password grant', { grant_types: ['password'] }],
    ['an unknown scope', { scope: 'openid everything' }],
    ['an unknown way to say who it is', { token_endpoint_auth_method: 'trust_me' }],
    ['a key that is missing', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['ID tokens by none', { id_token_signed_response_alg: 'none' }],
    ['ID tokens by its secret', { id_token_signed_response_alg: 'HS256' }],
    ['a class of its own', { profile: 'highest' }],
    ['the high class with a secret', { profile: 'high', token_endpoint_auth_method: 'client_secret_basic' }],
    ['the high class by RS256', { profile: 'high', id_token_signed_response_alg: 'RS256' }],
    ['the high class without a key', { profile: 'high' }],
    ['the high class by http', { profile: 'high', redirect_uris: ['http://app.example/cb'] }],
    ['a level that is none', { minimum_level: 5 }],
    ['a purpose beyond its scope', { scope: 'openid', purposes: [{ id: 'a', vi: 'a', en: 'a', scopes: ['family'] }] }],
    ['a purpose without words', { purposes: [{ id: 'a', vi: '', en: '', scopes: ['profile'] }] }],
    ['a name that is no text', { client_name: 7 }],
    ['a name that is read backwards', { client_name: 'Ng\u202Ena h\u202Cng' }],
    ['a name with something behind it', { client_name: `Đô thị\n\nBộ Công an đã xác minh` }],
    ['a name that nobody sees', { client_name: '\u200B' }],
    ['a name without end', { client_name: 'x'.repeat(301) }],
    ['an owner that is read backwards', { owner: { vi: '\u202Enà', en: 'City' } }],
    [
      'a purpose of two lines',
      { purposes: [{ id: 'a', vi: 'Đăng nhập', en: 'Sign in\nand nothing else', scopes: ['profile'] }] },
    ],
    // one tick would be for both, and the second is the one that a person would not tick
    [
      'two purposes with one box',
      {
        scope: 'openid profile family',
        purposes: [
          { id: 'a', vi: 'Bản tin', en: 'News', scopes: ['profile'] },
          { id: 'a', vi: 'Gia đình', en: 'Family', scopes: ['family'] },
        ],
      },
    ],
    ['grants that are no list', { grant_types: 7 }],
    ['an address that is no text, nor can be made one', { sector_identifier_uri: { toString: 1 } }],
    ['an address that stops after its scheme', { sector_identifier_uri: 'http:' }],
    ['nothing where a list was', { redirect_uris: null }],
  ])('%s', async (_name, metadata) => {
    const answer = await register({
      ...ordinary,
      ...(_name.includes('high class') && !_name.includes('key') && { jwks: { keys: [key.jwk] } }),
      ...metadata,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/^invalid_(client_metadata|redirect_uri)$/);
    expect(answer.body.error_description).toMatch(/^[\x20-\x7e]+$/);
  });

  test.each<[string, unknown]>([
    ['a list', []],
    ['a text', '"x"'],
    ['half a body', '{"redirect_uris":'],
    ['nothing', ''],
    ['a body that is too large', { ...ordinary, client_name: 'x'.repeat(200_000) }],
  ])('%s as a body', async (_name, body) => {
    const answer = await register(body);
    expect([400, 413]).toContain(answer.status);
    expect(answer.body.error).toBe('invalid_request');
  });

  test('a form', async () => {
    const body = new URLSearchParams({ redirect_uris: callback });
    const answer = await fetch(`${vneid.issuer}/register`, { method: 'POST', body });
    expect(answer.status).toBe(400);
  });

  test('a name of the prototype does no harm', async () => {
    const answer = await register(
      '{"redirect_uris":["http://localhost:9/callback"],"__proto__":{"profile":"high"},"constructor":1}',
    );
    expect(answer).toMatchObject({ status: 201 });
    expect(answer.body).not.toHaveProperty('profile');
    expect({}).not.toHaveProperty('profile');
  });
});

describe('in a sandbox', () => {
  const operatorToken = 'operator-'.repeat(5);
  const behindProxy = { 'x-forwarded-proto': 'https', host: 'id.example' };
  const json = { ...behindProxy, 'content-type': 'application/json' };
  let shared: Instance & AsyncDisposable;
  beforeAll(async () => {
    shared = await startVneid({ mode: 'sandbox', issuer: 'https://id.example', operatorToken, trustProxy: true });
  });
  afterAll(() => shared.stop());

  const registerThere = (token?: string) =>
    send(shared, {
      method: 'POST',
      path: '/register',
      headers: { ...json, ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(ordinary),
    });
  const mint = (body: unknown, authorization: Record<string, string> = { authorization: `Bearer ${operatorToken}` }) =>
    send(shared, {
      method: 'POST',
      path: '/lab/api/initial-access-tokens',
      headers: { ...json, ...authorization },
      body: JSON.stringify(body),
    });

  test('whoever the operator gave leave registers, and nobody else', async () => {
    for (const token of [undefined, 'nobody', operatorToken])
      expect((await registerThere(token)).status).toBeGreaterThanOrEqual(400);
    const minted = await mint({});
    expect(minted.status).toBe(201);
    expect(minted.headers['cache-control']).toBe('no-store');
    const { token, expires_in: lasts } = minted.json() as { token: string; expires_in: number };
    expect(lasts).toBe(3600);
    const answer = await registerThere(token);
    expect(answer.status).toBe(201);
    // leave to register is no leave to manage, nor the other way round
    const { client_id: id, registration_access_token: own } = answer.json();
    const read = (by: string) =>
      send(shared, { path: `/register/${String(id)}`, headers: { ...behindProxy, authorization: `Bearer ${by}` } });
    expect([(await read(token)).status, (await read(String(own))).status]).toEqual([401, 200]);
    expect((await registerThere(String(own))).status).toBe(401);
    // an hour later it is over
    expect((await registerThere(token)).status).toBe(201);
    shared.clock.advance(3_601_000);
    expect((await registerThere(token)).status).toBe(401);
    shared.clock.reset();
  });

  test('leave is given by the operator alone, for as long as they say', async () => {
    for (const authorization of [{}, { authorization: 'Bearer x' }])
      expect((await mint({}, authorization as Record<string, string>)).status).toBe(404);
    const { token } = (await mint({ lifetime: 60 })).json() as { token: string };
    shared.clock.advance(61_000);
    expect((await registerThere(token)).status).toBe(401);
    shared.clock.reset();
    for (const lifetime of [0, -1, 1.5, '60', null, 1e9]) expect((await mint({ lifetime })).status).toBe(422);
    expect((await mint({ colour: 'red' })).status).toBe(422);
    expect((await mint([])).status).toBe(422);
  });

  test('there is no page about it', async () => {
    const answer = await send(shared, {
      path: '/lab/api/initial-access-tokens',
      headers: { ...behindProxy, ...asPage },
    });
    expect(answer.status).toBe(404);
  });
});

test('`vneid token` asks the running program for leave, and prints it', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['src/main.js', 'token', ...args, '--url', vneid.issuer]);
  const { stdout } = await run('--lifetime', '60');
  expect(JSON.parse(stdout)).toEqual({ token: expect.stringMatching(/^[\w-]{43,}$/), expires_in: 60 });
  await expect(run('--lifetime', 'soon')).rejects.toMatchObject({ stdout: expect.stringContaining('lifetime') });
});
