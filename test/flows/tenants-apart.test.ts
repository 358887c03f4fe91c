import { setTimeout as hostTime } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

/** What keeps tenants apart: people, time, tokens, cookies, codes, and in a shared sandbox the lab of each. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

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

test('what one issued is worth nothing at another, though their addresses begin alike', async () => {
  await using short = await vneid.control.tenant('a');
  await using long = await vneid.control.tenant('ab');
  const [configuration, browser] = [await relyingParty(short), new Browser()];
  const request = await authorizationRequest(configuration, { scope: 'openid offline_access', prompt: 'consent' });
  const back = await signIn(short, browser, request.url);
  const tokens = await redeem(configuration, { ...request, url: back.url });
  const hint = { id_token_hint: tokens.id_token ?? '' };
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  for (const place of [long, vneid]) {
    expect((await fetch(`${place.issuer}/logout?${new URLSearchParams(hint)}`)).status).toBe(400);
    expect((await post(place, '/token', refresh, basic())).body).toMatchObject({ error: 'invalid_grant' });
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    expect((await fetch(`${place.issuer}/userinfo`, { headers: bearer })).status).toBe(401);
    // nobody is signed in, by the same browser or by one whose cookies somebody changed
    const { pathname } = new URL(`${place.issuer}/`);
    const thief = new Browser();
    thief.takeCookies(browser);
    for (const cookie of cookiesOf(browser, `${short.issuer}/authorize`))
      thief.putCookie({ ...cookie, path: pathname, host: `localhost:${vneid.port}` });
    for (const one of [browser, thief]) {
      const silent = await authorizationRequest(await relyingParty(place), { prompt: 'none' });
      const { searchParams } = (await one.open(silent.url, { until: atCallback })).url;
      expect(searchParams.get('error')).toBe('login_required');
    }
  }
  const again = await authorizationRequest(configuration, { prompt: 'none', scope: 'openid', ...hint });
  expect((await browser.open(again.url, { until: atCallback })).url.searchParams.get('error')).toBeNull();
});

test('a browser that has signed in at one is a stranger at another, whatever it is made to send', async () => {
  await using open = await vneid.control.tenant('known-here');
  await using guarded = await vneid.control.tenant('known-there');
  const browser = new Browser();
  await signIn(open, browser, (await authorizationRequest(await relyingParty(open))).url);
  const guess = async (one: Browser) => {
    await one.open((await authorizationRequest(await relyingParty(guarded))).url);
    return (await one.submit({ login: an.number, password: 'wrong' })).status;
  };
  // as many as strangers have
  for (let time = 0; time < 5; time += 1) expect(await guess(new Browser())).toBe(401);
  const thief = new Browser();
  for (const cookie of cookiesOf(browser, `${open.issuer}/authorize`).filter(({ name }) =>
    name.startsWith('vneid.browser'),
  ))
    thief.putCookie({ ...cookie, path: '/t/known-there/', host: `localhost:${vneid.port}` });
  expect(await guess(thief)).toBe(429);
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

test('a device keeps the passkeys of one person at two tenants: for one user of one site it has one (CTAP 2.2 §6.1.2)', async () => {
  await using one = await vneid.control.tenant('first');
  await using two = await vneid.control.tenant('second');
  const users = new Set<string>();
  for (const { accounts, passkeys } of [vneid, one, two]) {
    const account = await accounts.byNumber(an.number);
    if (!account) throw new Error('An is not there');
    const { rp, user } = await passkeys.creationOptions(account);
    expect([rp.id, (await passkeys.signals(account)).userId]).toEqual(['localhost', user.id]);
    users.add(user.id);
  }
  expect(users.size).toBe(3);
  // and each of them signs in with its own
  const device = await two.control.passkey(an.number);
  const response = JSON.stringify(device.get(two.passkeys.requestOptions('walk')));
  expect((await two.passkeys.authenticate({ subject: 'walk', response })).account.number).toBe(an.number);
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
  expect(begun.headers['content-location']).toMatch(/^\/t\/shared\/login\//);
  const cookies = begun.headers['set-cookie'] ?? [];
  expect(cookies.length).toBeGreaterThan(1);
  for (const cookie of cookies) expect(cookie).toMatch(/^__Secure-.*; path=\/t\/shared\//i);
});
/** What the browser would send to an address, each by its name. */
function cookiesOf(browser: Browser, address: string): { name: string; value: string }[] {
  return browser
    .cookieHeader(new URL(address))
    .split('; ')
    .map((pair) => pair.split(/=(.*)/s))
    .map(([name = '', value = '']) => ({ name, value }));
}
