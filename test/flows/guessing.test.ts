import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Passwords } from '../../src/accounts/passwords.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { asPage, form, send } from '../support/raw.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  newestCode,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Ways around the count of failures: many numbers from one place, a forged past, many codes. */
let vneid: Instance;
let verified = 0;
const passwords: Passwords = {
  hash: async () => 'phc',
  verify: async (phc, password) => {
    verified += 1;
    return phc !== undefined && password === an.password;
  },
  close: async () => {},
};
beforeEach(async () => {
  verified = 0;
  vneid = await startVneid({ clients: [testClient], passwords, trustProxy: true });
});
afterEach(() => vneid.stop());

const start = async (browser = new Browser(), parameters: Record<string, string> = {}) => {
  await browser.open((await authorizationRequest(await relyingParty(vneid), parameters)).url);
  return browser;
};

/** A guess from an address, through the proxy. */
async function guessFrom(address: string, walk: Browser, login: string, password = 'wrong') {
  const { url, html } = walk.page();
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  return send(vneid, {
    method: 'POST',
    path: `${url.pathname}/password`,
    headers: { ...asPage, 'content-type': form, cookie: walk.cookieHeader(url), 'x-forwarded-for': address },
    body: String(new URLSearchParams({ csrf, login, password })),
  });
}

test('one password tried on many numbers: the address waits, others do not, and so does the number', async () => {
  const walk = await start();
  const numbers = Array.from({ length: 101 }, (_, index) => String(1_099_000_000 + index).padStart(12, '0'));
  const statuses: number[] = [];
  for (const number of numbers) statuses.push((await guessFrom('203.0.113.1', walk, number)).status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(100);
  expect(statuses.at(-1)).toBe(429);
  expect(verified).toBe(100);
  const delayed = await guessFrom('203.0.113.1', walk, an.number, an.password);
  expect([delayed.status, Number(delayed.headers['retry-after']) > 0]).toEqual([429, true]);
  // an address of the same subscriber, or one put before it, is no other
  expect((await guessFrom('198.51.100.9, 203.0.113.1', walk, an.number, an.password)).status).toBe(429);
  expect((await guessFrom('203.0.113.2', walk, an.number)).status).toBe(401);
  vneid.clock.advance(31_000);
  const again = await start();
  expect((await guessFrom('203.0.113.1', again, an.number, an.password)).status).toBe(303);
});

test('one number guessed from many addresses waits wherever it is guessed from', async () => {
  const walk = await start();
  for (let place = 1; place <= 5; place += 1)
    expect((await guessFrom(`203.0.113.${place}`, walk, an.number)).status).toBe(401);
  expect((await guessFrom('203.0.113.9', walk, an.number, an.password)).status).toBe(429);
  for (const spelling of ['001 085 000 001', '001.085.000.001', '００１０８５０００００１'])
    expect((await guessFrom('203.0.113.10', walk, spelling, an.password)).status).toBe(429);
});

test('a browser is known to the accounts it signed in to, and only as long as nobody writes its cookie', async () => {
  const known = new Browser();
  await signIn(vneid, known, (await authorizationRequest(await relyingParty(vneid))).url);
  const walk = await start();
  const binh = '001187000002';
  for (let time = 0; time < 5; time += 1) {
    await guessFrom('203.0.113.1', walk, an.number);
    await guessFrom('203.0.113.1', walk, binh);
  }
  // Bình never signed in here, so this browser is a stranger to her
  await start(known, { prompt: 'login' });
  expect((await known.submit({ login: binh, password: an.password })).status).toBe(429);
  for (const change of [
    (value: string) => `${value}x`,
    (value: string) => value.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')),
  ]) {
    const forged = new Browser();
    forged.takeCookies(known, (name) => name.startsWith('vneid.browser'));
    forged.changeCookie('vneid.browser', change);
    await start(forged);
    expect((await forged.submit({ login: an.number, password: an.password })).status).toBe(429);
  }
  await start(known, { prompt: 'login' });
  const back = await known.submit({ login: an.number, password: an.password }, { until: atCallback });
  expect(atCallback(back.url)).toBe(true);
});

test('a known browser has no more guesses than a stranger', async () => {
  const known = new Browser();
  await signIn(vneid, known, (await authorizationRequest(await relyingParty(vneid))).url);
  await start(known, { prompt: 'login' });
  const statuses: number[] = [];
  for (let time = 0; time < 7; time += 1)
    statuses.push((await known.submit({ login: an.number, password: 'wrong' })).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

test('codes are sent five times in ten minutes, over all walks, and the page says when to ask again', async () => {
  const high = { acr_values: 'urn:vneid:loa:2' };
  for (let time = 0; time < 4; time += 1) {
    const browser = await start(new Browser(), high);
    expect((await browser.submit({ login: an.number, password: an.password })).html).toContain('name="otp"');
  }
  const browser = await start(new Browser(), high);
  await browser.submit({ login: an.number, password: an.password });
  const resend = () => browser.submit({ resend: 'yes' });
  const refused = await resend();
  expect([refused.status, refused.html.includes('name="otp"')]).toEqual([429, true]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  // a sixth walk comes to the page of the code, which says so, and is not lost
  const late = await start(new Browser(), high);
  const page = await late.submit({ login: an.number, password: an.password });
  expect([page.status, page.html.includes('name="otp"')]).toEqual([429, true]);
  expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
  vneid.clock.advance(601_000);
  expect((await resend()).html).toContain('name="otp"');
  expect((await late.open(late.page().url)).status).toBe(200);
  const otp = await newestCode(vneid, an.number);
  expect((await late.submit({ otp })).html).toContain('value="allow"');
});

test('who knows the password does not guess codes for ever by signing in with it where it is enough', async () => {
  await using roomy = await startVneid({ clients: [testClient], sends: 50, passwords });
  const configuration = await relyingParty(roomy);
  const statuses: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const thief = new Browser();
    // whole, and good for an app that asks for level 1: a browser that is known from now on
    const back = await signIn(roomy, thief, (await authorizationRequest(configuration)).url);
    expect(atCallback(back.url)).toBe(true);
    await thief.open((await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' })).url);
    for (let time = 0; time < 3; time += 1) statuses.push((await thief.submit({ otp: '000000' })).status);
  }
  expect(statuses).toEqual([...Array.from({ length: 5 }, () => 401), ...Array.from({ length: 4 }, () => 429)]);
});

test('a suite that signs one citizen in often says so when it starts the program', async () => {
  await using roomy = await startVneid({ clients: [testClient], sends: 50, passwords });
  const { url } = await authorizationRequest(await relyingParty(roomy), { acr_values: 'urn:vneid:loa:2' });
  for (let time = 0; time < 8; time += 1) {
    const browser = new Browser();
    await browser.open(url);
    const page = await browser.submit({ login: an.number, password: an.password });
    expect([page.status, page.html.includes('name="otp"')]).toEqual([200, true]);
    expect((await browser.open(`${page.url.pathname}?by=push`)).status).toBe(200);
  }
});
