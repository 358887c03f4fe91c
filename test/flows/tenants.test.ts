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

test('its metadata is where RFC 8414 §3.1 has that of an issuer with a path, and as it was', async () => {
  await using tenant = await vneid.control.tenant('metadata');
  const execute = [oidc.allowInsecureRequests];
  const found = await oidc.discovery(new URL(tenant.issuer), testClient.client_id, undefined, undefined, {
    algorithm: 'oauth2',
    execute,
  });
  expect(found.serverMetadata()).toMatchObject({ issuer: tenant.issuer, jwks_uri: `${tenant.issuer}/jwks` });
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const answers = [`/t/metadata/.well-known/${name}`, `/.well-known/${name}/t/metadata`].map(async (path) =>
      (await fetch(vneid.issuer + path)).json(),
    );
    const [one, other] = await Promise.all(answers);
    expect(other).toEqual(one);
  }
  for (const path of ['/t/nobody', '/t/metadata/', '/t', ''])
    expect((await fetch(`${vneid.issuer}/.well-known/nothing${path}`)).status).toBe(404);
});

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
      en: 'The field "now" is not right: no member at all.',
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
