import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, atCallback, newestCode, testClient } from '../support/relying-party.ts';

/** A sign-in that begins at VNeID, or anywhere, and not at the app (OpenID Connect Core §4). */
let vneid: Instance;
const startsAt = 'http://localhost:9/start?from=vneid';

beforeAll(async () => {
  vneid = await startVneid({
    city: true,
    cityPort: 0,
    clients: [
      { ...testClient, initiate_login_uri: startsAt },
      { ...testClient, client_id: 'silent' },
      {
        ...testClient,
        client_id: 'native/app?',
        application_type: 'native',
        redirect_uris: ['vn.example.app:/callback'],
        initiate_login_uri: startsAt,
      },
    ],
  });
});
afterAll(() => vneid.stop());

/** Where `/apps/<id>` leads. */
async function opened(id: string, query: Record<string, string> | string[][] = {}) {
  const browser = new Browser();
  const address = `${vneid.issuer}/apps/${encodeURIComponent(id)}?${new URLSearchParams(query)}`;
  return browser.open(address, { until: atCallback });
}

describe('from VNeID into an app', () => {
  test('leads to where the app begins, and says who sends: nothing more', async () => {
    const page = await opened('test-app', { login_hint: an.number, anything: 'else' });
    expect(page.status).toBe(303);
    expect(page.url.origin + page.url.pathname).toBe('http://localhost:9/start');
    expect([...page.url.searchParams]).toEqual([
      ['from', 'vneid'],
      ['iss', vneid.issuer],
    ]);
  });

  test('names the page that the person wants', async () => {
    const target = 'http://localhost:9/reports/7?tab=2';
    const page = await opened('test-app', { target_link_uri: target });
    expect(page.url.searchParams.get('target_link_uri')).toBe(target);
    expect(page.url.searchParams.get('iss')).toBe(vneid.issuer);
  });

  test.each([
    'https://evil.example/',
    'http://localhost:9.evil.example/',
    'http://localhost:9@evil.example/',
    'http://localhost:99/',
    'https://localhost:9/',
    '//localhost:9/',
    'http://anyone@localhost:9/',
    'http://:secret@localhost:9/',
    '/reports',
    'javascript:alert(1)',
    '',
  ])('but none that is not of the app: %j', async (target) => {
    const page = await opened('test-app', { target_link_uri: target });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.text).toContain('target_link_uri');
  });

  // where one reader of addresses sees a path, another sees a user before the host
  test.each([
    ['http://localhost:9\\@evil.example/', 'http://localhost:9/@evil.example/'],
    ['http:\\\\localhost:9\\x', 'http://localhost:9/x'],
    ['\thttp://local\nhost:9/x', 'http://localhost:9/x'],
    ['HTTP://LOCALHOST:9', 'http://localhost:9/'],
  ])('and it is told in the one spelling that everybody reads alike: %j', async (target, spelled) => {
    const page = await opened('test-app', { target_link_uri: target });
    expect(page.url.searchParams.get('target_link_uri')).toBe(spelled);
  });

  test('nor two of which the app might take the other', async () => {
    const page = await opened('test-app', [
      ['target_link_uri', 'http://localhost:9/'],
      ['target_link_uri', 'https://evil.example/'],
    ]);
    expect(page.status).toBe(400);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'vn.example.app:/callback', 'vn.evil.app:/x'])(
    'an app with a scheme of its own opens no other scheme: %s',
    async (target) => {
      expect((await opened('native/app?')).url.href).toContain('localhost:9/start');
      expect((await opened('native/app?', { target_link_uri: target })).status).toBe(400);
    },
  );

  test.each(['silent', 'nobody', 'vneid', '../logout', '__proto__'])('%s is not opened from here', async (id) => {
    const page = await opened(id);
    expect(page.status).toBe(404);
    expect(page.text).toContain('Không có ứng dụng nào được mở từ địa chỉ này');
  });

  test('the home page has a door for those that can be opened', async () => {
    const { html } = await new Browser().open(vneid.issuer);
    expect([...html.matchAll(/href="\/apps\/([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'ihanoi',
      'test-app',
      'native%2Fapp%3F',
    ]);
  });
});

describe('an app that registers itself (the two modules of the certification profile)', () => {
  const register = (initiate: string) =>
    oidc.dynamicClientRegistration(
      new URL(vneid.issuer),
      { redirect_uris: ['http://localhost:9/callback'], initiate_login_uri: initiate },
      undefined,
      { execute: [oidc.allowInsecureRequests] },
    );

  test('is told its address again, by the answer and by its configuration, and is opened by it', async () => {
    const initiate = 'https://app.example/start';
    const metadata = (await register(initiate)).clientMetadata();
    expect(metadata.initiate_login_uri).toBe(initiate);
    const configuration = await fetch(String(metadata.registration_client_uri), {
      headers: { authorization: `Bearer ${String(metadata.registration_access_token)}` },
    });
    expect(await configuration.json()).toMatchObject({ initiate_login_uri: initiate });
    const browser = new Browser();
    const page = await browser.open(`${vneid.issuer}/apps/${metadata.client_id}`, {
      until: ({ hostname }) => hostname === 'app.example',
    });
    expect(page.url.href).toBe(`${initiate}?iss=${encodeURIComponent(vneid.issuer)}`);
  });

  test.each(['http://app.example/start', 'javascript:alert(1)', 'start'])('may not begin at %s', async (initiate) => {
    await expect(register(initiate)).rejects.toMatchObject({ error: 'invalid_client_metadata', status: 400 });
  });
});

describe('iHanoi', () => {
  test('is opened from VNeID, and the person is signed in', async () => {
    const browser = new Browser();
    let page = await browser.open(`${vneid.issuer}/apps/ihanoi`);
    expect(page.html).toContain('name="password"');
    page = await browser.submit({ login: an.number, password: an.password });
    page = await browser.submit({ otp: await newestCode(vneid, an.number) });
    page = await browser.submit({ decision: 'allow' });
    expect(page.url.href).toBe(`${vneid.city}/ihanoi/me`);
    expect(page.text).toContain(an.name);
  });

  test('understands a hint of who signs in, and a request that is posted', async () => {
    const browser = new Browser();
    const asked = new URLSearchParams({ iss: vneid.issuer, login_hint: an.number });
    expect((await browser.open(`${vneid.city}/ihanoi/start?${asked}`)).html).toContain(`value="${an.number}"`);
    const page = await new Browser().post(`${vneid.city}/ihanoi/start`, asked);
    expect(page.html).toContain(`value="${an.number}"`);
  });

  test.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['nearly the right one', (issuer: string) => ({ iss: `${issuer}/` })],
    ['no issuer', {}],
  ])('does not begin for %s: a provider of an attacker would be given the code (mix-up)', async (_who, given) => {
    const browser = new Browser();
    const query = typeof given === 'function' ? given(vneid.issuer) : given;
    const page = await browser.open(`${vneid.city}/ihanoi/start?${new URLSearchParams(query)}`);
    expect([page.status, page.url.host]).toEqual([400, new URL(vneid.city ?? '').host]);
    expect(page.text).toContain('iHanoi không đăng nhập qua nơi vừa gửi bạn đến');
    expect(browser.history).toHaveLength(1);
  });

  test('nor for two issuers at once', async () => {
    const twice = `iss=${encodeURIComponent(vneid.issuer)}&iss=https://evil.example`;
    expect((await new Browser().open(`${vneid.city}/ihanoi/start?${twice}`)).status).toBe(400);
  });
});
