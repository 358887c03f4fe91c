import { globSync, readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { asPage, form, send } from '../support/raw.ts';
import {
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { cityRoutes, liveRoutes, providerRoutes } from '../support/routes.ts';

/** An address says which methods it takes, to people and to programs, in both languages. */
let vneid: Instance;
let cityPort: number;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient], city: true, cityPort: 0 });
  cityPort = Number(new URL(vneid.city ?? '').port);
});
afterAll(() => vneid.stop());

/** CONNECT is not for a server like this one, and Node closes the connection. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

test('the tables have every route that the program declares, and every endpoint that discovery names', async () => {
  const known = [providerRoutes, cityRoutes, liveRoutes].flatMap((one) => Object.entries(one));
  // under the conformance profile alone: conformance.test.ts
  const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('lab/conformance.ts'));
  const declared = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/router\.(get|post|put|patch|delete|all)\(\s*['"`]([^'"`]+)/g)].map(
      ([, method = '', path = '']) => ({ method: method.toUpperCase(), path }),
    ),
  );
  expect(declared.length).toBeGreaterThan(12);
  const missing = declared.filter(({ method, path }) => {
    const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`);
    return !known.some(([address, taken]) => pattern.test(address) && taken.includes(method));
  });
  expect(missing).toEqual([]);
  const discovery = (await send(vneid, { path: '/.well-known/openid-configuration' })).json();
  const endpoints = Object.entries(discovery).filter(([name]) => /_(endpoint|uri)$/.test(name));
  const paths = endpoints.map(([, address]) => new URL(String(address)).pathname);
  expect(paths.filter((path) => !(path in providerRoutes))).toEqual([]);
  // and so has the home page, for people
  const { body: home } = await send(vneid, { path: '/', headers: asPage });
  expect(paths.filter((path) => !home.includes(`<code>${vneid.issuer}${path}</code>`))).toEqual([]);
});

describe.each([
  ['the provider', providerRoutes, () => ({ port: vneid.port })],
  ['the city', cityRoutes, () => ({ port: cityPort })],
])('%s', (_name, addresses, where) => {
  test.each(Object.entries(addresses))('%s takes %j', async (path, taken) => {
    for (const method of methods) {
      const headers = { host: `localhost:${where().port}` };
      const answer = await send(where(), { method, path, headers });
      expect(answer.status, method).toBeLessThan(500);
      if (taken.includes(method) || (method === 'OPTIONS' && answer.status < 300)) {
        expect(answer.status, method).not.toBe(405);
        continue;
      }
      expect(answer.status, method).toBe(405);
      const allowed = String(answer.headers.allow).split(', ');
      expect(allowed.filter((name) => name !== 'HEAD').sort(), method).toEqual(
        taken.filter((name) => name !== 'HEAD').sort(),
      );
      if (method === 'HEAD') continue;
      expect(answer.json()).toMatchObject({ error: 'invalid_request', code: 'request.wrongMethod' });
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    }
    const wrong = ['POST', 'DELETE', 'PUT'].find((method) => !taken.includes(method)) ?? 'PATCH';
    for (const [language, words] of [
      ['vi', 'không nhận phương thức'],
      ['en', 'does not take the method'],
    ] as const) {
      const headers = { ...asPage, host: `localhost:${where().port}`, 'accept-language': language };
      const page = await send(where(), { method: wrong, path, headers });
      expect([page.status, page.body.includes(words), page.body.includes('DỮ LIỆU GIẢ LẬP')]).toEqual([
        405,
        true,
        !path.startsWith('/lab/api'),
      ]);
    }
  });

  test('where there is nothing, no method finds anything', async () => {
    for (const method of methods) {
      const headers = { host: `localhost:${where().port}` };
      expect((await send(where(), { method, path: '/nowhere', headers })).status, method).toBe(404);
    }
  });
});

test('an authorization request and a logout may be posted, and the browser brings its cookies along', async () => {
  const configuration = await relyingParty(vneid);
  const browser = new Browser();
  await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
  const request = await authorizationRequest(configuration);
  // what another site's form would send: no SameSite=Lax cookie
  const headers = { ...asPage, 'content-type': form };
  const sent = await send(vneid, { method: 'POST', path: '/authorize', headers, body: request.url.search.slice(1) });
  expect(sent.status).toBe(303);
  const back = await browser.open(new URL(sent.headers.location ?? '', vneid.issuer), { until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.claims()?.sub).toBeTypeOf('string');

  const body = String(new URLSearchParams({ id_token_hint: tokens.id_token ?? '', state: 'a b&c' }));
  const out = await send(vneid, { method: 'POST', path: '/logout', headers, body });
  expect(out.status).toBe(303);
  const asked = await browser.open(new URL(out.headers.location ?? '', vneid.issuer));
  expect(asked.text).toContain(testClient.client_name);
  // nothing that was sent twice is lost on the way, so it is refused as it should be
  const twice = await send(vneid, { method: 'POST', path: '/authorize', headers, body: 'client_id=a&client_id=b' });
  expect(twice.headers.location).toBe('/authorize?client_id=a&client_id=b');
});

test('a posted request that would make too long an address with the headers of a browser is refused where it is posted', async () => {
  const headers = { ...asPage, 'content-type': form, accept: 'application/json' };
  const post = (state: number) =>
    send(vneid, { method: 'POST', path: '/authorize', headers, body: `client_id=a&state=${'s'.repeat(state)}` });
  const fits = await post(12_000);
  expect(fits.status).toBe(303);
  const cookie = `other=${'c'.repeat(3_000)}`;
  const followed = await send(vneid, {
    method: 'GET',
    path: fits.headers.location ?? '',
    headers: { ...asPage, accept: 'application/json', cookie },
  });
  expect(followed.status).not.toBe(431);
  const refused = await post(13_500);
  expect(refused.status).toBe(413);
  expect(JSON.parse(refused.body)).toMatchObject({
    code: 'request.tooLarge',
    next: { vi: 'Giới hạn là 12288 byte.', en: 'The limit is 12288 bytes.' },
  });
});

test('a script of a registered origin may ask for tokens, of another it may not', async () => {
  const preflight = (origin: string) =>
    send(vneid, { method: 'OPTIONS', path: '/token', headers: { origin, 'access-control-request-method': 'POST' } });
  const answer = await preflight('http://localhost:9');
  expect(answer.status).toBeLessThan(300);
  expect(answer.headers['access-control-allow-methods']).toBe('POST');
  const other = await send(vneid, {
    method: 'POST',
    path: '/token',
    headers: {
      origin: 'https://evil.example',
      authorization: `Basic ${btoa(`${testClient.client_id}:${testClient.client_secret}`)}`,
    },
  });
  expect(other.headers['access-control-allow-origin']).toBeUndefined();
});
