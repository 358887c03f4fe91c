import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { asPage, form, send } from '../support/raw.ts';
import { an, testClient } from '../support/relying-party.ts';

/** Addresses are built from the issuer, whatever a request says of host and scheme (CVE-2026-27959). */
const discovery = '/.well-known/openid-configuration';
const authorize = `/authorize?${new URLSearchParams({
  client_id: testClient.client_id,
  redirect_uri: 'http://localhost:9/callback',
  response_type: 'code',
  scope: 'openid',
  code_challenge: 'x'.repeat(43),
  code_challenge_method: 'S256',
})}`;

function addressesIn(document: Record<string, unknown>): Set<string> {
  const addresses = Object.entries(document).filter(([name]) => /_(endpoint|uri)$|^issuer$/.test(name));
  return new Set(addresses.map(([, address]) => new URL(String(address)).origin));
}

describe.each([
  ['on this machine', {}, 'http:'],
  ['behind a proxy that ends TLS and is believed', { issuer: 'https://id.example', trustProxy: true }, 'https:'],
  ['behind a proxy that ends TLS and is not believed', { issuer: 'https://id.example' }, 'https:'],
])('%s', (_name, options, scheme) => {
  let vneid: Instance;
  let host: string;
  beforeAll(async () => {
    vneid = await startVneid({ ...options, clients: [testClient] });
    host = new URL(vneid.issuer).host;
  });
  afterAll(() => vneid.stop());

  test.each<Record<string, string>>([
    {},
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-host': 'evil.example, id.example' },
    { 'x-forwarded-proto': 'javascript' },
    { 'x-forwarded-proto': 'http' },
    { 'x-forwarded-proto': '' },
    { 'x-forwarded-port': '666' },
    { forwarded: 'host=evil.example;proto=http' },
    { 'x-original-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
    { 'x-original-url': '//evil.example/', 'x-rewrite-url': '//evil.example/' },
  ])('%j changes no address and breaks no cookie', async (headers) => {
    const document = await send(vneid, { path: discovery, headers: { host, ...headers } });
    expect(addressesIn(document.json())).toEqual(new Set([new URL(vneid.issuer).origin]));

    const page = await send(vneid, { path: '/?lang=en', headers: { host, ...asPage, ...headers } });
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('evil.example');

    const begun = await send(vneid, { path: authorize, headers: { host, ...asPage, ...headers } });
    expect(begun.status).toBe(200);
    expect(begun.body).not.toContain('evil.example');
    const cookies = begun.headers['set-cookie'] ?? [];
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(/; secure/i.test(cookie)).toBe(scheme === 'https:');
    expect(begun.headers['strict-transport-security'] !== undefined).toBe(scheme === 'https:');

    const walk = begun.headers['content-location'] ?? '';
    expect(walk).toMatch(/^\/login\/[\w-]+$/);
    const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
    const login = await send(vneid, { path: walk, headers: { host, cookie, ...asPage, ...headers } });
    const csrf = /name="csrf" value="([^"]+)"/.exec(login.body)?.[1] ?? '';
    const body = String(new URLSearchParams({ csrf, login: an.number, password: an.password }));
    const typed = { host, cookie, 'content-type': form, ...asPage, ...headers };
    const done = await send(vneid, { method: 'POST', path: `${walk}/password`, headers: typed, body });
    expect(done.status).toBe(303);
    expect(new URL(done.headers.location ?? '', vneid.issuer).origin).toBe(new URL(vneid.issuer).origin);
  });

  test('a whole address in the request line is judged by its host, not by the Host header', async () => {
    for (const target of [`http://evil.example${discovery}`, `HTTPS://evil.example${discovery}`]) {
      const answer = await send(vneid, { path: target, headers: { host } });
      expect([answer.status, answer.body.includes('evil.example')]).toEqual([421, false]);
    }
    const answer = await send(vneid, { path: `http://${host}${discovery}`, headers: { host: 'evil.example' } });
    expect(addressesIn(answer.json())).toEqual(new Set([new URL(vneid.issuer).origin]));
    // without a path it is that of the root (RFC 9110 §4.2.3)
    for (const end of ['', '/', '?x=1', '/?x=1']) {
      const first = await send(vneid, { path: `http://${host}${end}`, headers: { host: 'evil.example', ...asPage } });
      expect([first.status, first.headers['content-type']], end).toEqual([200, 'text/html; charset=utf-8']);
    }
  });

  test.each([
    'evil.example',
    `${'a'.repeat(9000)}.example`,
    'localhost:1',
    'user@localhost',
    '<script>alert(1)</script>',
    'localhost:3000/x',
  ])('a request for another host is turned away: %s', async (other) => {
    for (const headers of [{ host: other }, { host: other, ...asPage }] as Record<string, string>[]) {
      const answer = await send(vneid, { path: discovery, headers });
      expect([400, 421]).toContain(answer.status);
      expect(answer.body).not.toContain('<script>');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test.each([
    '*',
    'x',
    '?',
    '#',
    'ftp://evil.example/',
    'foo://evil.example',
    'foo://evil.example?x',
    'http://',
    'http:///x',
    '\\',

    '//evil.example/%2e%2e',
    '/%',
  ])('a request for %s is no server error, and leads nowhere else', async (path) => {
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const answer = await send(vneid, { method, path, headers: { host, ...asPage } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toMatch(/(href|action|src)="(\/\/|\w+:\/\/)?evil/);
    }
  });
});

describe('who is counted', () => {
  const guess = async (vneid: Instance, forwardedFor: string) => {
    const seen: string[] = [];
    vneid.events.on('login.failed', ({ address }) => seen.push(address));
    const begun = await send(vneid, { path: authorize });
    const cookie = (begun.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    const walk = begun.headers.location ?? '';
    const csrf = /name="csrf" value="([^"]+)"/.exec(
      (await send(vneid, { path: walk, headers: { cookie, ...asPage } })).body,
    )?.[1];
    const body = String(new URLSearchParams({ csrf: csrf ?? '', login: an.number, password: 'wrong' }));
    const headers = { cookie, 'content-type': form, 'x-forwarded-for': forwardedFor };
    await send(vneid, { method: 'POST', path: `${walk}/password`, headers, body });
    return seen;
  };

  test('the peer itself, unless a proxy is believed', async () => {
    await using vneid = await startVneid({ clients: [testClient] });
    expect(await guess(vneid, '203.0.113.1')).toEqual(['127.0.0.1']);
  });

  test('whom the proxy saw, not whom its peer claims to stand for', async () => {
    await using vneid = await startVneid({ clients: [testClient], trustProxy: true });
    expect(await guess(vneid, '198.51.100.7, 203.0.113.1')).toEqual(['203.0.113.1']);
  });
});

/**
 * The library takes `/DEVICE` and `/device/` for `/device`; what stands around it, and asks what a request is for, would not
 * recognise it: the page that comes with a code would send it by itself (RFC 8628 §5.4).
 */
describe('the address of an endpoint is spelled in one way', () => {
  let vneid: Instance;
  beforeAll(async () => {
    vneid = await startVneid({ clients: [testClient] });
  });
  afterAll(() => vneid.stop());

  const endpoints = ['/authorize', '/device', '/jwks', '/logout', '/logout/success', '/userinfo', discovery];

  test.each(endpoints)('%s', async (path) => {
    const right = await send(vneid, { path, headers: asPage });
    expect(right.status).not.toBe(404);
    const upper = path.toUpperCase();
    for (const other of [upper, `${path}/`, `${upper}/`, `${path}/?user_code=BCDF-GHJK`]) {
      const answer = await send(vneid, { path: other, headers: asPage });
      expect([other, answer.status]).toEqual([other, 404]);
    }
  });

  test.each([
    '/token',
    '/par',
    '/introspect',
    '/revoke',
    '/register',
    '/ciba',
    '/device/authorize',
    '/device',
    '/logout/confirm',
  ])('POST %s', async (path) => {
    const post = (to: string) =>
      send(vneid, { method: 'POST', path: to, body: 'a=b', headers: { 'content-type': form } });
    expect((await post(path)).status).not.toBe(404);
    for (const other of [path.toUpperCase(), `${path}/`])
      expect([other, (await post(other)).status]).toEqual([other, 404]);
  });

  test('what follows it may be in any letters', async () => {
    for (const path of ['/authorize/AbC', '/register/AbC', '/device/AbC'])
      expect((await send(vneid, { path, headers: asPage })).status).not.toBe(404);
  });
});
