import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, signInHigh } from '../support/high-client.ts';
import { lab } from '../support/lab.ts';
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

/** Relying parties registered by hand while the program runs, by the rules of a clients file. */
let vneid: Instance;
const api = 'https://cases.example/';
const named = { vi: 'Hồ sơ', en: 'Cases' };
const resources = [{ resource: api, name: named, scopes: [{ scope: 'cases:read', ...named }] }];
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient, { ...testClient, client_id: 'spare-app' }], resources });
});
afterAll(() => vneid.stop());

const clients = (method: string, path: string, body?: unknown) => lab(vneid, method, `/clients${path}`, body);
const callback = 'http://localhost:9/callback';

async function tokensFor(
  id: string,
  secret: string,
  parameters: Record<string, string> = {},
  instance: Pick<Instance, 'issuer'> = vneid,
) {
  const configuration = await relyingParty(instance, { id, secret });
  const request = await authorizationRequest(configuration, parameters);
  const { url } = await signIn(instance, new Browser(), request.url);
  return redeem(configuration, { ...request, url });
}
const refusal = async (id: string, redirectUri: string) => {
  const configuration = await relyingParty(vneid, { id });
  const { url } = await authorizationRequest(configuration, { redirect_uri: redirectUri });
  return new Browser().open(url, { until: atCallback });
};

test('one call registers a client, and a citizen signs in to it, for its purposes and at its level', async () => {
  const made = await clients('POST', '', {
    client_name: 'Ứng dụng tức thì',
    redirect_uris: [callback],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'openid profile phone',
    minimum_level: 2,
    owner: { vi: 'Nhóm thử', en: 'Testers' },
    purposes: [{ id: 'call', vi: 'Gọi cho bạn', en: 'Call you', scopes: ['phone'], required: false }],
    resources: [api],
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      client: {
        client_id: expect.stringMatching(/^[\w-]{22}$/),
        client_name: 'Ứng dụng tức thì',
        minimum_level: 2,
        registered_by: 'hand',
      },
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
    },
  });
  const { client, client_secret: secret } = made.body as { client: { client_id: string }; client_secret: string };
  const tokens = await tokensFor(client.client_id, secret, { scope: 'openid profile phone', resource: api });
  expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:2', aud: client.client_id });
  // what it is told once is never told again
  for (const answer of [
    await clients('GET', `/${client.client_id}`),
    await clients('GET', ''),
    await clients('PATCH', `/${client.client_id}`, { fresh: true }),
  ])
    expect(JSON.stringify(answer.body)).not.toContain(secret);
  expect((await vneid.audit.list({ event: 'client.registered', client: client.client_id })).length).toBe(1);
});

test('a configured client has another redirect_uri from one request to the next, and its own again after a restart', async () => {
  const other = 'http://localhost:9/other';
  expect((await refusal('spare-app', other)).text).toContain('redirect_uri');
  const changed = await clients('PATCH', '/spare-app', { redirect_uris: [callback, other], client_name: null });
  expect(changed).toMatchObject({
    status: 200,
    body: { client: { redirect_uris: [callback, other], registered_by: 'file' } },
  });
  expect(changed.body.client).not.toHaveProperty('client_name');
  const configuration = await relyingParty(vneid, { id: 'spare-app' });
  const request = await authorizationRequest(configuration, { redirect_uri: other });
  const { url } = await signIn(vneid, new Browser(), request.url);
  expect(said(url)).toHaveProperty('code');
  await clients('PATCH', '/spare-app', { redirect_uris: [callback] });
  expect((await refusal('spare-app', other)).text).toContain('redirect_uri');
  expect((await vneid.audit.list({ event: 'client.changed', client: 'spare-app' })).length).toBe(2);
});

test.each(['changed', 'passed on'])('an address that was %s in the middle of a sign-in gets no answer', async (how) => {
  const app = {
    ...testClient,
    client_id: `moved-${how.replace(' ', '-')}`,
    redirect_uris: ['http://localhost:9/before'],
  };
  const next = { redirect_uris: ['http://localhost:9/callback'] };
  await vneid.control.clients.create(app);
  const { url } = await authorizationRequest(await relyingParty(vneid, { id: app.client_id }), {
    redirect_uri: 'http://localhost:9/before',
  });
  const browser = new Browser();
  const begun = await browser.open(url, { until: atCallback });
  expect(begun.html).toContain('name="password"');
  if (how === 'changed') await vneid.control.clients.change({ client: app.client_id, ...next });
  else {
    await vneid.control.clients.remove({ client: app.client_id });
    await vneid.control.clients.create({ ...app, ...next, client_name: 'Của người khác' });
  }
  const page = await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
  expect([page.status, page.url.port === '9']).toEqual([400, false]);
});

test('a client that is taken out is unknown at once, and its tokens are worth nothing', async () => {
  await vneid.control.clients.create({ ...testClient, client_id: 'short-lived' });
  const tokens = await tokensFor('short-lived', testClient.client_secret);
  const active = async () => (await post(vneid, '/userinfo', { access_token: tokens.access_token })).status;
  expect(await active()).toBe(200);
  expect(await clients('DELETE', '/short-lived')).toEqual({ status: 200, body: {} });
  expect(await active()).toBe(401);
  expect(
    (
      await post(
        vneid,
        '/token',
        { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
        basic('short-lived'),
      )
    ).body,
  ).toMatchObject({ error: 'invalid_client' });
  expect(await clients('GET', '/short-lived')).toMatchObject({ status: 404, body: { code: 'client.unknown' } });
  expect(await clients('DELETE', '/short-lived')).toMatchObject({ status: 404, body: { code: 'client.unknown' } });
  // and may come back, a stranger to what was
  expect((await clients('POST', '', { ...testClient, client_id: 'short-lived' })).status).toBe(201);
  expect(await active()).toBe(401);
});

test('who has the name of a client that was taken out has nothing of what people agreed with that one', async () => {
  const app = { ...testClient, client_id: 'passed-on', scope: 'openid profile offline_access' };
  await vneid.control.clients.create(app);
  const tokens = await tokensFor('passed-on', app.client_secret, { scope: 'openid profile offline_access' });
  await vneid.control.clients.remove({ client: 'passed-on' });
  const secret = 'a-secret-of-somebody-else';
  await vneid.control.clients.create({ ...app, client_name: 'Của người khác', client_secret: secret });
  const authorization = basic('passed-on', secret);
  expect((await post(vneid, '/userinfo', { access_token: tokens.access_token })).status).toBe(401);
  for (const token of [tokens.access_token, String(tokens.refresh_token)])
    expect((await post(vneid, '/introspect', { token }, authorization)).body).toEqual({ active: false });
  const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) };
  expect((await post(vneid, '/token', refresh, authorization)).body.error).toBe('invalid_grant');
  const { url } = await authorizationRequest(await relyingParty(vneid, { id: 'passed-on', secret }));
  const browser = new Browser();
  await browser.open(url, { until: atCallback });
  const page = await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
  expect(page.html).toContain('value="allow"');
});

test('who has the name of a client that was taken out has nothing of what that one began', async () => {
  const device = 'urn:ietf:params:oauth:grant-type:device_code' as const;
  const app = { ...testClient, client_id: 'begun', grant_types: ['client_credentials' as const, device] };
  await vneid.control.clients.create(app);
  const own = await post(vneid, '/token', { grant_type: 'client_credentials' }, basic('begun'));
  const begun = await post(vneid, '/device/authorize', { scope: 'openid' }, basic('begun'));
  await vneid.control.clients.remove({ client: 'begun' });
  const secret = 'a-secret-of-somebody-else';
  await vneid.control.clients.create({ ...app, client_name: 'Của người khác', client_secret: secret });
  const authorization = basic('begun', secret);
  const token = String(own.body.access_token);
  expect((await post(vneid, '/introspect', { token }, authorization)).body).toEqual({ active: false });
  const poll = { grant_type: device, device_code: String(begun.body.device_code) };
  expect((await post(vneid, '/token', poll, authorization)).body.error).toBe('invalid_grant');
});

test('a client of the high class is held to all that it means', async () => {
  const client = await createHighClient({ client_id: 'by-hand-high' });
  const made = await vneid.control.clients.create(client.registration);
  expect(made.client_secret).toBeUndefined();
  expect(made.client).toMatchObject({
    token_endpoint_auth_method: 'private_key_jwt',
    require_pushed_authorization_requests: true,
  });
  expect((await signInHigh(vneid, client)).tokens.token_type).toBe('dpop');
  expect(await clients('PATCH', '/by-hand-high', { client_secret: 'x'.repeat(40) })).toMatchObject({
    status: 422,
    body: { code: 'client.invalid' },
  });
});

describe('who registered itself', () => {
  const register = async () => {
    const answer = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Tự đăng ký',
        redirect_uris: [callback],
        grant_types: ['authorization_code', 'refresh_token'],
      }),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const manage = async (mine: Record<string, string>, method: string, body?: unknown) => {
    const answer = await fetch(String(mine.registration_client_uri), {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${mine.registration_access_token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  test('can be given what it cannot give itself, and keeps it when it changes what is its own', async () => {
    const mine = await register();
    const id = String(mine.client_id);
    expect(await clients('GET', `/${id}`)).toMatchObject({
      body: { client: { registered_by: 'itself', client_name: 'Tự đăng ký' } },
    });
    const changed = await clients('PATCH', `/${id}`, {
      resources: [api],
      minimum_level: 2,
      initiate_login_uri: 'http://localhost:9/start',
    });
    expect(changed.body.client).toMatchObject({
      resources: [api],
      minimum_level: 2,
      initiate_login_uri: 'http://localhost:9/start',
    });
    const tokens = await tokensFor(id, String(mine.client_secret), { scope: 'openid', resource: api });
    expect(tokens.claims()?.acr).toBe('urn:vneid:loa:2');
    const kept = await manage(mine, 'GET');
    expect(kept).toMatchObject({
      status: 200,
      body: { client_secret: mine.client_secret, initiate_login_uri: 'http://localhost:9/start' },
    });
    const {
      registration_access_token: _t,
      registration_client_uri: _u,
      client_id_issued_at: _i,
      client_secret_expires_at: _e,
      initiate_login_uri: _s,
      ...own
    } = kept.body;
    expect(
      (await manage(mine, 'PUT', { ...own, client_name: 'Tên khác', resources: ['https://all.example/'] })).status,
    ).toBe(200);
    expect((await clients('GET', `/${id}`)).body.client).toMatchObject({ client_name: 'Tên khác', resources: [api] });
    expect(await clients('DELETE', `/${id}`)).toMatchObject({ status: 200 });
    expect((await manage(mine, 'GET')).status).toBe(401);
  });
});

test('of those that are registered at once under one name one is', async () => {
  const asked = await Promise.all(
    Array.from({ length: 8 }, (_, nth) =>
      clients('POST', '', { ...testClient, client_id: 'wanted', client_name: `Thứ ${nth}` }),
    ),
  );
  expect(asked.map(({ status }) => status).sort((one, other) => one - other)).toEqual([
    201, 409, 409, 409, 409, 409, 409, 409,
  ]);
  const winner = asked.find(({ status }) => status === 201)?.body.client as { client_name: string };
  expect((await clients('GET', '/wanted')).body.client).toMatchObject({ client_name: winner.client_name });
});

const refused: [what: string, told: Record<string, unknown>, code: string, words: string][] = [
  ['no redirect_uri', { redirect_uris: [] }, 'client.invalid', 'redirect_uris: none'],
  ['hosts of two sectors', { redirect_uris: [callback, 'http://other.example/cb'] }, 'client.invalid', '2 hosts'],
  ['a scope that there is not', { scope: 'openid bank' }, 'client.invalid', 'scope "bank"'],
  [
    'a purpose beyond its scopes',
    { purposes: [{ id: 'x', vi: 'a', en: 'a', scopes: ['phone'] }] },
    'client.invalid',
    'purposes.0.scopes',
  ],
  ['an API that there is not', { resources: ['https://other.example/'] }, 'client.invalid', api],
  [
    'a grant for who says not who it is',
    { grant_types: ['client_credentials'], redirect_uris: [] },
    'client.invalid',
    'grant_types',
  ],
  ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'client.invalid', 'jwks'],
  [
    'what only the library refuses',
    { contacts: ['nobody'] },
    'client.invalid',
    'contacts can only contain email addresses',
  ],
  [
    'a certificate where none is seen',
    { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    'client.invalid',
    'VNEID_MTLS_PORT',
  ],
  ['a star for a host', { redirect_uris: ['https://*.example/cb'] }, 'client.invalid', 'without a star'],
  ['a name that hides something', { client_name: 'Ứng dụng\u202e' }, 'request.badField', 'client_name'],
  ['a short secret', { client_secret: 'short' }, 'request.badField', 'client_secret'],
  ['a client_id with a space', { client_id: 'a b' }, 'request.badField', 'client_id'],
  ['no address', { redirect_uris: ['callback'] }, 'request.badField', 'redirect_uris.0'],
  ['a member that there is not', { redirect_url: callback }, 'request.badField', 'redirect_url'],
  ['a level that there is not', { minimum_level: 5 }, 'request.badField', 'minimum_level'],
  ['VNeID’s own name', { client_id: 'vneid' }, 'client.exists', 'vneid'],
  ['a configured name', { client_id: testClient.client_id }, 'client.exists', testClient.client_id],
];
describe('what a clients file may not have', () => {
  test.each(refused)('cannot be registered: %s', async (_what, told, code, words) => {
    const before = vneid.clients.list().length;
    const { status, body } = await clients('POST', '', { redirect_uris: [callback], ...told });
    expect([status, body.code]).toEqual([code === 'client.exists' ? 409 : 422, code]);
    expect(`${body.message?.en} ${body.next?.en}`).toContain(words);
    expect(vneid.clients.list().length).toBe(before);
  });

  test.each(refused.filter(([, told, code]) => code === 'client.invalid' && !('client_id' in told)))(
    'nor can a client become it: %s',
    async (_what, told, code, words) => {
      await clients('POST', '', { client_id: 'steady', redirect_uris: [callback] });
      const before = (await clients('GET', '/steady')).body;
      const { status, body } = await clients('PATCH', '/steady', told);
      expect([status, body.code]).toEqual([422, code]);
      expect(`${body.message?.en} ${body.next?.en}`).toContain(words);
      expect((await clients('GET', '/steady')).body).toEqual(before);
    },
  );

  test('a secret that is refused is not told back', async () => {
    const { body } = await clients('POST', '', { client_secret: 'tiny-secret', redirect_uris: [callback] });
    expect(JSON.stringify(body)).not.toContain('tiny-secret');
  });

  test('VNeID’s own pages are nobody’s to change', async () => {
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as [string, unknown?][])
      expect(await clients(method, '/vneid', body), method).toMatchObject({
        status: 404,
        body: { code: 'client.unknown' },
      });
  });
});

test('clients are listed page by page, in the order in which they were registered', async () => {
  await using tenant = await vneid.control.tenant('listing');
  for (const id of ['c', 'a', 'b']) await tenant.control.clients.create({ ...testClient, client_id: id });
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await tenant.control.clients.list({ limit: 2, after });
    ids.push(...page.clients.map(({ client_id }) => client_id));
    after = page.next;
  } while (after !== undefined);
  expect(ids).toEqual([testClient.client_id, 'spare-app', 'c', 'a', 'b']);
  expect(await lab(tenant, 'GET', '/clients?after=nobody')).toMatchObject({
    status: 422,
    body: { code: 'request.badField' },
  });
  // nobody else hears of them
  expect((await clients('GET', '/c')).status).toBe(404);
});

test('who registered by hand is there after a restart; what is configured is what it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-clients-'));
  const open = () => startVneid({ clients: [testClient], data: join(folder, 'data'), keys: join(folder, 'keys') });
  {
    await using before = await open();
    await before.control.clients.create({
      ...testClient,
      client_id: 'kept',
      client_name: 'Giữ lại',
      backchannel_client_notification_endpoint: 'http://localhost:9/ping',
    });
    await before.control.clients.change({ client: 'kept', minimum_level: 2 });
    await before.control.clients.create({ ...testClient, client_id: 'gone' });
    await before.control.clients.remove({ client: 'gone' });
    await before.control.clients.change({ client: testClient.client_id, client_name: 'Tạm đổi' });
  }
  {
    await using after = await open();
    const { client } = await after.control.clients.get({ client: 'kept' });
    expect(client).toMatchObject({
      client_name: 'Giữ lại',
      minimum_level: 2,
      registered_by: 'hand',
      backchannel_client_notification_endpoint: 'http://localhost:9/ping',
    });
    expect((await after.control.clients.get({ client: testClient.client_id })).client.client_name).toBe(
      testClient.client_name,
    );
    await expect(after.control.clients.get({ client: 'gone' })).rejects.toMatchObject({ code: 'client.unknown' });
    expect((await tokensFor('kept', testClient.client_secret, {}, after)).claims()?.acr).toBe('urn:vneid:loa:2');
  }
  await rm(folder, { recursive: true });
});

test('with the whole state everything is what it was, clients too', async () => {
  await using tenant = await vneid.control.tenant('state');
  const state = await tenant.control.state.export({});
  await tenant.control.clients.create({ ...testClient, client_id: 'later' });
  await tenant.control.clients.change({ client: testClient.client_id, client_name: 'Tạm đổi' });
  await tenant.control.state.import(state);
  expect(
    (await tenant.control.clients.list()).clients.map(({ client_id, client_name }) => [client_id, client_name]),
  ).toEqual([
    [testClient.client_id, testClient.client_name],
    ['spare-app', testClient.client_name],
  ]);
});

test('the same on the command line', async () => {
  const run = async (...args: string[]) =>
    JSON.parse(
      (await promisify(execFile)(process.execPath, ['src/main.js', 'clients', ...args, '--url', vneid.issuer])).stdout,
    ) as Record<string, Record<string, unknown>>;
  const made = await run(
    'create',
    '--client_id',
    'typed',
    '--redirect_uris',
    `${callback},http://localhost:9/two`,
    '--minimum_level',
    '2',
  );
  expect(made.client).toMatchObject({
    client_id: 'typed',
    redirect_uris: [callback, 'http://localhost:9/two'],
    minimum_level: 2,
  });
  expect((await run('change', 'typed', '--minimum_level', '1')).client).toMatchObject({ minimum_level: 1 });
  expect(await run('remove', 'typed')).toEqual({});
});
