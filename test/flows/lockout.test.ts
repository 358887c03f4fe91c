import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Passwords } from '../../src/accounts/passwords.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser, type Visited } from '../support/browser.ts';
import { an, authorizationRequest, newestCode, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** Guessing is slow, for everybody but the owner on a browser of their own, and never for good. */
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
  vneid = await startVneid({ clients: [testClient], passwords });
});
afterEach(() => vneid.stop());

async function atForm(browser = new Browser(), parameters: Record<string, string> = {}): Promise<Browser> {
  const request = await authorizationRequest(await relyingParty(vneid), parameters);
  await browser.open(request.url);
  return browser;
}

async function guess(password: string, browser?: Browser): Promise<Visited> {
  return (browser ?? (await atForm())).submit({ login: an.number, password });
}

test('after five wrong passwords even the right one has to wait, and then it is right again', async () => {
  for (let time = 0; time < 5; time += 1) expect((await guess('wrong')).status).toBe(401);
  const browser = await atForm();
  const delayed = await guess(an.password, browser);
  expect(delayed.status).toBe(429);
  expect(Number(delayed.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(delayed.html).toContain(`value="${an.number}"`);
  expect(verified).toBe(5);
  vneid.clock.advance(31_000);
  expect((await guess(an.password, browser)).status).not.toBe(429);
});

test('an unknown number is delayed alike', async () => {
  for (let time = 0; time < 5; time += 1) await (await atForm()).submit({ login: '001099999999', password: 'x' });
  expect((await (await atForm()).submit({ login: '001099999999', password: 'x' })).status).toBe(429);
});

test('fifty guesses at once are five verifications', async () => {
  const browsers = await Promise.all(Array.from({ length: 50 }, () => atForm()));
  const answers = await Promise.all(browsers.map((browser) => guess('wrong', browser)));
  expect(verified).toBe(5);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(45);
});

test('wrong codes and wrong passwords are counted together', async () => {
  for (let time = 0; time < 3; time += 1) await guess('wrong');
  const browser = await atForm(new Browser(), { acr_values: 'urn:vneid:loa:2' });
  await browser.submit({ login: an.number, password: an.password });
  const right = await newestCode(vneid, an.number);
  const wrong = right === '000000' ? '111111' : '000000';
  for (let time = 0; time < 2; time += 1) expect((await browser.submit({ otp: wrong })).status).toBe(401);
  expect((await browser.submit({ otp: right })).status).toBe(429);
  expect((await guess(an.password)).status).toBe(429);
});

test('strangers do not keep the owner out of a browser that signed in before', async () => {
  const own = new Browser();
  const request = await authorizationRequest(await relyingParty(vneid));
  await signIn(vneid, own, request.url);
  for (let time = 0; time < 8; time += 1) await guess('wrong');
  expect((await guess(an.password)).status).toBe(429);
  await atForm(own, { prompt: 'login' });
  const page = await own.submit({ login: an.number, password: an.password }, { until: ({ port }) => port === '9' });
  expect(page.url.port).toBe('9');
});

test('a full queue says when to come back, keeps the number, and costs no attempt', async () => {
  const full: Passwords = {
    ...passwords,
    verify: () =>
      import('../../src/errors.ts').then(({ problem }) =>
        Promise.reject(problem('login.busy', { seconds: 2 }, { 'Retry-After': '2' })),
      ),
  };
  await using busy = await startVneid({ clients: [testClient], passwords: full });
  const request = await authorizationRequest(await relyingParty(busy));
  const browser = new Browser();
  await browser.open(request.url);
  for (let time = 0; time < 7; time += 1) {
    const page = await browser.submit({ login: an.number, password: an.password });
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('2');
    expect(page.html).toContain(`value="${an.number}"`);
  }
});

test('a line of passwords that never ends keeps nobody from a passkey or a QR code', async () => {
  const stuck: Passwords = { ...passwords, verify: () => new Promise(() => {}) };
  const busy = await startVneid({ clients: [testClient], passwords: stuck });
  const request = await authorizationRequest(await relyingParty(busy));
  const waiting = new Browser();
  await waiting.open(request.url);
  const never = waiting.submit({ login: an.number, password: an.password }).catch(() => 'cut off');
  for (const methods of [['passkey'], ['phone', 'passcode']] as const) {
    const { redirect } = await busy.control.login(an, { client: testClient.client_id, methods: [...methods] });
    expect(new URL(redirect ?? '').searchParams.get('code')).toBeTruthy();
  }
  await busy.stop();
  expect(await never).toBe('cut off');
});

test('twenty right sign-ins of one citizen at once all succeed: tests run in parallel', async () => {
  const browsers = await Promise.all(Array.from({ length: 20 }, () => atForm()));
  const pages = await Promise.all(
    browsers.map((browser) => browser.submit({ login: an.number, password: an.password })),
  );
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
  for (const page of pages) expect(page.html).toContain('value="allow"');
});
