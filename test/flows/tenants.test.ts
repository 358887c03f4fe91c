import { setTimeout as hostTime } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { asPage, send } from '../support/raw.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** A tenant is an instance of its own below `/t/<name>`: tests that run at once in one process never meet. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

const lab = (issuer: string, method: string, path: string, body?: unknown) =>
  fetch(`${issuer}/lab/api${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).then(async (answer) => ({ status: answer.status, json: (await answer.json()) as Record<string, unknown> }));

test('a citizen signs in at a tenant as anywhere else, and nobody hears of it at another', async () => {
  await using tenant = await vneid.control.tenant('build-1234');
  expect(tenant.issuer).toBe(`${vneid.issuer}/t/build-1234`);
  const configuration = await relyingParty(tenant);
  expect(configuration.serverMetadata()).toMatchObject({
    issuer: tenant.issuer,
    authorization_endpoint: `${tenant.issuer}/authorize`,
    token_endpoint: `${tenant.issuer}/token`,
    jwks_uri: `${tenant.issuer}/jwks`,
  });
  const browser = new Browser();
  const request = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' });
  const back = await signIn(tenant, browser, request.url);
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.claims()).toMatchObject({ iss: tenant.issuer, acr: 'urn:vneid:loa:2' });
  const claims = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(claims.name).toBe(an.name);

  // its tokens, codes, messages and sessions are nowhere else
  const elsewhere = await post(vneid, '/introspect', { token: tokens.access_token }, basic());
  expect(elsewhere.body).toEqual({ active: false });
  expect(await lab(vneid.issuer, 'GET', `/inbox/${an.number}`)).toMatchObject({ json: { messages: [] } });
  const atRoot = await authorizationRequest(await relyingParty(vneid), { prompt: 'none' });
  expect((await browser.open(atRoot.url, { until: atCallback })).url.searchParams.get('error')).toBe('login_required');
  const again = await authorizationRequest(configuration, { prompt: 'none' });
  expect((await browser.open(again.url, { until: atCallback })).url.searchParams.get('code')).toBeTypeOf('string');
});

test('one browser is two people at two tenants, and a third at the root', async () => {
  const tenants = await Promise.all(['one', 'two'].map((name) => vneid.control.tenant(name)));
  const people = [an, { ...an, number: '001187000002' }, { ...an, number: '001191000025' }];
  const browser = new Browser();
  const subjects = new Set<unknown>();
  for (const [index, place] of [...tenants, vneid].entries()) {
    const configuration = await relyingParty(place);
    const request = await authorizationRequest(configuration);
    const back = await signIn(place, browser, request.url, people[index]);
    subjects.add((await redeem(configuration, { ...request, url: back.url })).claims()?.sub);
  }
  expect(subjects.size).toBe(3);
  for (const place of [...tenants, vneid]) {
    const request = await authorizationRequest(await relyingParty(place), { prompt: 'none' });
    expect((await browser.open(request.url, { until: atCallback })).url.searchParams.get('error')).toBeNull();
  }
  await Promise.all(tenants.map((tenant) => tenant[Symbol.asyncDispose]()));
});

test('its clock is its own', async () => {
  await using tenant = await vneid.control.tenant('tomorrow');
  const [before, host] = [vneid.clock.now(), Date.now()];
  tenant.clock.advance(86_400_000);
  expect(tenant.clock.now() - vneid.clock.now()).toBeGreaterThan(86_000_000);
  expect(vneid.clock.now() - before + (Date.now() - host)).toBeLessThan(60_000);
  await hostTime(0);
  const { headers } = await fetch(`${tenant.issuer}/jwks`);
  expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeLessThan(60_000);
});

test('every address on its pages is its own, or an asset, or elsewhere', async () => {
  await using tenant = await vneid.control.tenant('pages');
  const browser = new Browser();
  const seen = new Set<string>();
  const todo = ['/', `/lab/inbox/${an.number}`, '/lab/logouts', '/phone', '/passkeys', '/verify', '/device'];
  await browser.open(`${tenant.issuer}/phone`);
  await browser.open(`${tenant.issuer}/phone/cast`);
  await browser.submit({ citizen: an.number }, { form: (action) => action.endsWith('/phone/cast') });
  expect(browser.page().url.pathname).toBe('/t/pages/phone');
  todo.push('/phone/wallet', '/phone/scan', '/phone/notices', '/phone/me', '/phone/devices', '/phone/shared');
  for (const path of todo) {
    const { html, status } = await browser.open(`${tenant.issuer}${path}`);
    expect(status, path).toBe(200);
    for (const [, address = ''] of html.matchAll(/\s[a-z-]+="(\/[^"]*)"/g)) seen.add(address);
  }
  expect(seen.size).toBeGreaterThan(15);
  expect([...seen].filter((address) => !/^\/(t\/pages|assets)\//.test(address))).toEqual([]);
});

test('what an app sent comes back to it as it was, also where it looks like an address', async () => {
  await using tenant = await vneid.control.tenant('form-post');
  const request = await authorizationRequest(await relyingParty(tenant), {
    response_mode: 'form_post',
    prompt: 'none',
    state: '/after?by=form',
  });
  const { html } = await new Browser().open(request.url);
  expect(html).toContain('name="state" value="/after?by=form"');
  expect(html).toContain('action="http://localhost:9/callback"');
});

test('the address in a request line may be whole, as proxies write it', async () => {
  await using tenant = await vneid.control.tenant('whole');
  const ask = (path: string, host = `localhost:${vneid.port}`) =>
    send(vneid, { path: `http://${host}/t/whole${path}`, headers: asPage });
  expect((await ask('/.well-known/openid-configuration')).json().issuer).toBe(tenant.issuer);
  expect((await ask('')).status).toBe(200);
  expect((await ask('/', 'evil.example')).status).toBe(421);
});

test('a QR code of one tenant means nothing to the phone at another', async () => {
  await using here = await vneid.control.tenant('qr-here');
  await using there = await vneid.control.tenant('qr-there');
  const browser = new Browser();
  await browser.open((await authorizationRequest(await relyingParty(here))).url);
  const page = await browser.open(`${browser.page().url}?by=qr`);
  const code = /data-code="([^"]+)"/.exec(page.html)?.[1] ?? '';
  await expect(there.control.phones.scan({ number: an.number, code })).rejects.toMatchObject({
    code: 'approval.unknown',
  });
  await here.control.phones.scan({ number: an.number, code });
  expect((await here.control.phones.approve({ number: an.number })).approval.state).toBe('confirmed');
});

test('it is opened, listed and ended by HTTP, with people and clients of its own', async () => {
  const own = { ...testClient, client_id: 'only-here', redirect_uris: ['http://localhost:9/callback'] };
  const made = await lab(vneid.issuer, 'POST', '/tenants', { name: 'by-http', clients: [own], citizens: 5 });
  const issuer = `${vneid.issuer}/t/by-http`;
  expect(made).toEqual({ status: 201, json: { name: 'by-http', issuer, control: `${issuer}/lab/api` } });
  expect((await lab(vneid.issuer, 'GET', '/tenants')).json.tenants).toContainEqual(made.json);
  const configuration = await relyingParty({ issuer }, { id: own.client_id });
  const request = await authorizationRequest(configuration);
  const back = await signIn({ issuer }, new Browser(), request.url);
  expect((await redeem(configuration, { ...request, url: back.url })).access_token).toBeTypeOf('string');
  // unknown to the installation itself
  const stranger = await authorizationRequest(await relyingParty(vneid, { id: own.client_id }));
  expect((await new Browser().open(stranger.url)).status).toBe(400);

  expect(await lab(vneid.issuer, 'DELETE', '/tenants/by-http')).toEqual({ status: 200, json: {} });
  const gone = await send(vneid, { path: '/t/by-http/.well-known/openid-configuration' });
  expect([gone.status, gone.json().code]).toEqual([404, 'request.notFound']);
  expect((await lab(vneid.issuer, 'DELETE', '/tenants/by-http')).json.code).toBe('tenant.unknown');
});

describe('what cannot be', () => {
  test.each([
    ['a name that is none', { name: 'Build_1' }, 422, 'request.badField'],
    ['a path for a name', { name: '../x' }, 422, 'request.badField'],
    ['a client without a redirect', { name: 'bad-client', clients: [{ client_id: 'x' }] }, 422, 'tenant.clients'],
    ['a client twice', { name: 'twice', clients: [testClient] }, 422, 'tenant.clients'],
    ['people without end', { name: 'crowd', citizens: 1e9 }, 422, 'request.badField'],
  ])('%s', async (_what, body, status, code) => {
    const answer = await lab(vneid.issuer, 'POST', '/tenants', body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    // and the name is free again
    const { tenants } = await vneid.control.tenants.list();
    expect(tenants.map(({ name }) => name)).not.toContain(body.name);
  });

  test('a member that there is not: those that there are are told', async () => {
    const { json } = await lab(vneid.issuer, 'POST', '/tenants', { name: 'x', people: 3 });
    expect(json).toMatchObject({
      code: 'request.badField',
      message: { en: 'The field "people" is not right: one of name, clients, citizens.' },
    });
    expect((await lab(vneid.issuer, 'GET', '/clock?now=1')).json.message).toMatchObject({
      en: 'The field "now" is not right: one of none.',
    });
  });

  test('a name that is none, of the code that opens it', async () => {
    await expect(vneid.control.tenant('Build_1')).rejects.toMatchObject({
      code: 'request.badField',
      facts: { field: 'name' },
    });
  });

  test('of ten who want one name, one gets it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => lab(vneid.issuer, 'POST', '/tenants', { name: 'race' })),
    );
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ]);
  });

  test('a tenant in a tenant', async () => {
    await using tenant = await vneid.control.tenant('outer');
    expect((await lab(tenant.issuer, 'POST', '/tenants', { name: 'inner' })).json.code).toBe('tenant.nested');
  });
});

test('the list comes in pages, in the order of their names', async () => {
  await using own = await startVneid();
  for (const name of ['c', 'a', 'b']) await own.control.tenant(name);
  const { tenants, next } = await own.control.tenants.list({ limit: 2 });
  expect([tenants.map(({ name }) => name), next]).toEqual([['a', 'b'], 'b']);
  const rest = await own.control.tenants.list({ after: 'b' });
  expect([rest.tenants.map(({ name }) => name), rest.next]).toEqual([['c'], undefined]);
});

test('five hundred at once in one process, each with a login of its own', async () => {
  await using own = await startVneid({ clients: [testClient] });
  const tenants = await Promise.all(Array.from({ length: 500 }, (_, nth) => own.control.tenant(`n-${nth}`)));
  const some = tenants.filter((_, nth) => nth % 50 === 0);
  const issuers = await Promise.all(
    some.map(async (tenant) => {
      const configuration = await relyingParty(tenant);
      const request = await authorizationRequest(configuration);
      const back = await signIn(tenant, new Browser(), request.url);
      return (await redeem(configuration, { ...request, url: back.url })).claims()?.iss;
    }),
  );
  expect(issuers).toEqual(some.map(({ issuer }) => issuer));
}, 120_000);

test('in a shared sandbox its lab is as closed as any, and its cookies keep to its address', async () => {
  const operatorToken = 'operator-'.repeat(5);
  const options = { mode: 'sandbox', issuer: 'https://id.example', operatorToken, trustProxy: true } as const;
  await using sandbox = await startVneid({ ...options, clients: [testClient] });
  const behindProxy = { host: 'id.example', 'x-forwarded-proto': 'https' };
  await using tenant = await sandbox.control.tenant('shared');
  const ask = (path: string, headers: Record<string, string> = {}) =>
    send(sandbox, { path, headers: { ...behindProxy, ...headers } });
  const closed = ['/lab/api/tenants', `/lab/inbox/${an.number}`, '/Lab/api/phones/x', '/lab/console', '/LAB/'];
  for (const path of closed.flatMap((one) => [`/t/shared${one}`, `https://id.example/t/shared${one}`]))
    expect([path, (await ask(path)).json().code]).toEqual([path, 'lab.closed']);
  const otherwise = [
    '/t/shared//lab/console',
    '/t/shared/%6cab/console',
    '/t/shared%2flab/console',
    '/t/shared/x/../lab/console',
    '/t/shared/t/shared/lab/console',
    '/T/shared/lab/console',
    '/t/../t/shared/lab/console',
    '//t/shared/lab/console',
  ];
  for (const path of otherwise) expect([path, (await ask(path)).status]).toEqual([path, 404]);
  const opened = await ask(`/t/shared/lab/inbox/${an.number}`, { authorization: `Bearer ${operatorToken}`, ...asPage });
  expect(opened.status).toBe(200);
  const { url } = await authorizationRequest(
    new oidc.Configuration(
      { issuer: tenant.issuer, authorization_endpoint: `${tenant.issuer}/authorize` },
      testClient.client_id,
    ),
  );
  const begun = await ask(`${url.pathname}${url.search}`, asPage);
  expect(begun.headers.location).toMatch(/^\/t\/shared\/login\//);
  const cookies = begun.headers['set-cookie'] ?? [];
  expect(cookies.length).toBeGreaterThan(1);
  for (const cookie of cookies) expect(cookie).toMatch(/^__Secure-.*; path=\/t\/shared\//i);
});
