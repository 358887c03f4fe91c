import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mostPasscodeTries } from '../../src/accounts/passcodes.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { lab } from '../support/lab.ts';
import { usePasskey } from '../support/passkeys.ts';
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
import { type RelyingServer, relyingServer } from '../support/relying-server.ts';

/** Accounts and what proves that they are somebody's, set and taken away while it runs. */
let vneid: Instance;
let app: RelyingServer;
let configuration: oidc.Configuration;
beforeAll(async () => {
  app = await relyingServer();
  vneid = await startVneid({ clients: [{ ...testClient, backchannel_logout_uri: `${app.origin}/logout` }] });
  configuration = await relyingParty(vneid);
});
afterAll(async () => {
  await vneid.stop();
  await app[Symbol.asyncDispose]();
});

const accounts = (method: string, path: string, body?: unknown) => lab(vneid, method, `/accounts${path}`, body);
const control = () => vneid.control.accounts;
let nth = 0;
/** Somebody new, so that the stories do not meet. */
async function somebody(account?: object) {
  const letter = String.fromCharCode(65 + (nth++ % 26));
  const { citizen } = await vneid.control.citizens.create({
    name: `Ngô Thị ${letter}`,
    sex: 'female',
    birthDate: '1988-09-10',
  });
  if (account) await control().create({ number: citizen.number, ...account });
  return citizen.number;
}
async function signsIn(number: string, password: string, parameters: Record<string, string> = {}) {
  const request = await authorizationRequest(configuration, parameters);
  const { url } = await signIn(vneid, new Browser(), request.url, { number, password });
  return said(url).error ? said(url) : redeem(configuration, { ...request, url });
}
const isActive = async (token: string) => (await post(vneid, '/introspect', { token }, basic())).body.active;

test('an account is opened with a password of its own, and closed for good when it is taken out', async () => {
  const number = await somebody();
  expect(await accounts('GET', `/${number}`)).toMatchObject({ status: 404, body: { code: 'account.unknown' } });
  const password = 'mưa rơi trên mái ngói';
  const opened = await accounts('POST', '', { number, level: 1, password });
  expect(opened).toMatchObject({
    status: 201,
    body: { account: { number, level: 1, kind: 'citizen', state: 'active' } },
  });
  expect(await accounts('POST', '', { number })).toMatchObject({ status: 409, body: { code: 'account.exists' } });
  const tokens = (await signsIn(number, password)) as Awaited<ReturnType<typeof redeem>>;
  expect(await isActive(tokens.access_token)).toBe(true);
  await expect(signsIn(number, an.password)).rejects.toThrow('401');

  expect(await accounts('PUT', `/${number}/password`, { password: 'nắng lên trên đồi chè' })).toEqual({
    status: 200,
    body: {},
  });
  await expect(signsIn(number, password)).rejects.toThrow('401');
  expect(await signsIn(number, 'nắng lên trên đồi chè')).toHaveProperty('id_token');
  expect(await accounts('PUT', `/${number}/password`, { password: number })).toMatchObject({
    status: 422,
    body: { code: 'password.common' },
  });

  expect(await accounts('DELETE', `/${number}`)).toEqual({ status: 200, body: {} });
  expect(await isActive(tokens.access_token)).toBe(false);
  await expect(signsIn(number, 'nắng lên trên đồi chè')).rejects.toThrow('401');
  // the person is still there, and may have another
  await control().create({ number });
  expect(await signsIn(number, an.password)).toHaveProperty('id_token');
});

test('of those that are opened at once for one person one is', async () => {
  const number = await somebody();
  const asked = await Promise.all(Array.from({ length: 6 }, () => accounts('POST', '', { number })));
  expect(asked.map(({ status }) => status).sort((one, other) => one - other)).toEqual([201, 409, 409, 409, 409, 409]);
});

test('level and state hold at once: what was signed in is worth nothing, and apps hear of a lock', async () => {
  const number = await somebody({ level: 1 });
  const [level1, level2] = [
    {},
    { acr_values: 'urn:vneid:loa:2', claims: '{"id_token":{"acr":{"essential":true,"value":"urn:vneid:loa:2"}}}' },
  ];
  const tokens = (await signsIn(number, an.password, level1)) as Awaited<ReturnType<typeof redeem>>;
  await expect(signsIn(number, an.password, level2)).rejects.toThrow('unexpected page');
  expect(await accounts('PATCH', `/${number}`, { level: 2 })).toMatchObject({
    status: 200,
    body: { account: { level: 2 } },
  });
  expect(((await signsIn(number, an.password, level2)) as Awaited<ReturnType<typeof redeem>>).claims()?.acr).toBe(
    'urn:vneid:loa:2',
  );

  const told = new Promise((heard) => vneid.events.on('logout.told', heard));
  const locked = await accounts('PATCH', `/${number}`, { state: 'locked', reason: 'authority' });
  expect(locked.body.account).toMatchObject({ state: 'locked', reason: 'authority', barred: 'locked' });
  expect(await told).toMatchObject({ client: testClient.client_id });
  expect(app.asked).toContain('POST /logout');
  expect(await isActive(tokens.access_token)).toBe(false);
  await expect(signsIn(number, an.password)).rejects.toThrow('401');
  const open = await accounts('PATCH', `/${number}`, { state: 'active' });
  expect(open.body.account).toMatchObject({ state: 'active', reason: null, barred: null });
  expect(await isActive(tokens.access_token)).toBe(true);
});

test.each([
  ['level 2 of a child of 5', { level: 2 }, 'account.tooYoung'],
  ['the kind of foreigners', { kind: 'foreigner' }, 'account.kind'],
  ['a level that there is not', { level: 3 }, 'request.badField'],
  ['a state that there is not', { state: 'asleep' }, 'request.badField'],
  ['a reason that there is not', { state: 'locked', reason: 'mood' }, 'request.badField'],
  ['a member that there is not', { password: 'x' }, 'request.badField'],
])('what an account may not become: %s', async (_what, told, code) => {
  const { citizen } = await vneid.control.citizens.create({
    name: 'Bé Năm',
    sex: 'male',
    birthDate: '2021-10-11',
    account: { level: 1 },
  });
  const answer = await accounts('PATCH', `/${citizen.number}`, told);
  expect([answer.status, answer.body.code]).toEqual([422, code]);
  expect((await control().get({ number: citizen.number })).account).toMatchObject({
    level: 1,
    kind: 'citizen',
    state: 'active',
  });
});

describe('a passcode', () => {
  const wrong = (number: string) => lab(vneid, 'POST', `/phones/${number}/approve`, { passcode: '111222' });

  test('is set, locked by wrong tries, and opened again, as it was or with a new one', async () => {
    const number = await somebody({ phone: true, passcode: '102938' });
    const state = async () => (await control().get({ number })).passcode;
    const account = await vneid.accounts.byNumber(number);
    const tries = () =>
      Promise.allSettled(
        Array.from({ length: mostPasscodeTries }, () => vneid.passcodes.check(account?.id ?? '', '999111')),
      );
    expect(await state()).toBe('set');
    await tries();
    expect(await state()).toBe('locked');
    expect(await accounts('POST', `/${number}/passcode/unlock`, {})).toEqual({ status: 200, body: {} });
    expect(await state()).toBe('set');
    await vneid.passcodes.check(account?.id ?? '', '102938');
    await tries();
    expect(await accounts('PUT', `/${number}/passcode`, { passcode: '564738' })).toEqual({ status: 200, body: {} });
    await vneid.passcodes.check(account?.id ?? '', '564738');
    expect(await accounts('PUT', `/${number}/passcode`, { passcode: '123456' })).toMatchObject({
      status: 422,
      body: { code: 'passcode.common' },
    });
    expect((await wrong(number)).body.code).toBe('approval.none');
  });

  test('that was never set cannot be opened', async () => {
    const number = await somebody({ level: 2 });
    expect(await accounts('POST', `/${number}/passcode/unlock`, {})).toMatchObject({
      status: 403,
      body: { code: 'passcode.locked' },
    });
  });
});

test('a passkey is seen, signs in, and does so no more when it is taken away', async () => {
  const number = await somebody({ phone: true });
  const authenticator = await vneid.control.passkey(number);
  const { passkeys } = await control().passkeys({ number });
  expect(passkeys).toEqual([expect.objectContaining({ name: 'Khóa truy cập giả lập', synced: false, usedAt: null })]);
  expect(await control().get({ number })).toMatchObject({
    passkeys: 1,
    passcode: 'set',
    phone: { name: 'Điện thoại giả lập' },
  });
  const open = async () => {
    const browser = new Browser();
    const request = await authorizationRequest(configuration);
    const page = await browser.open(request.url);
    await browser.open(`${page.url.pathname}?by=passkey`, { until: atCallback });
    return usePasskey(browser, authenticator);
  };
  expect((await open()).status).toBeLessThan(400);
  const { id } = passkeys[0] ?? { id: '' };
  expect(await accounts('DELETE', `/${number}/passkeys/${id}`)).toEqual({ status: 200, body: {} });
  expect((await open()).status).toBe(401);
  expect(await accounts('DELETE', `/${number}/passkeys/${id}`)).toMatchObject({
    status: 404,
    body: { code: 'passkey.gone' },
  });
});

test('accounts are listed by level, kind and state, page by page', async () => {
  const listed = async (which: Parameters<ReturnType<typeof control>['list']>[0] = {}) =>
    (await control().list({ limit: 200, ...which })).accounts;
  const all = await listed();
  for (const [member, value] of [
    ['level', 1],
    ['level', 2],
    ['state', 'locked'],
    ['state', 'active'],
    ['kind', 'foreigner'],
    ['kind', 'citizen'],
  ] as const)
    expect(await listed({ [member]: value }), `${member} ${value}`).toEqual(
      all.filter((account) => account[member] === value),
    );
  expect(await listed({ state: 'closed' })).toEqual([]);
  expect((await listed({ kind: 'foreigner' })).map(({ name }) => name)).toEqual(['Kim Min Jun']);
  const paged: string[] = [];
  let after: string | undefined;
  do {
    const page = await control().list({ level: 2, limit: 3, after });
    paged.push(...page.accounts.map(({ number }) => number));
    after = page.next;
  } while (after !== undefined);
  expect(paged).toEqual(all.filter(({ level }) => level === 2).map(({ number }) => number));
});

describe('the inbox', () => {
  test('is read and cleared, and the new code is the only one', async () => {
    const number = await somebody({ level: 2 });
    const messages = async () => (await vneid.control.inbox.read({ number })).messages;
    await signsIn(number, an.password, { acr_values: 'urn:vneid:loa:2' });
    expect((await messages()).length).toBeGreaterThan(0);
    expect(await lab(vneid, 'DELETE', `/inbox/${number}`)).toEqual({ status: 200, body: {} });
    expect(await messages()).toEqual([]);
    await signsIn(number, an.password, { acr_values: 'urn:vneid:loa:2' });
    expect((await messages()).filter(({ kind }) => kind === 'otp')).toHaveLength(1);
    expect(await lab(vneid, 'GET', '/inbox/001188000021')).toMatchObject({
      status: 410,
      body: { code: 'citizen.renumbered' },
    });
  });
});

describe('the audit', () => {
  test('is told newest first: of one event, one citizen, one client, since a time, and page by page', async () => {
    const number = await somebody({ level: 1 });
    const { now: since } = await vneid.control.clock.advance({ seconds: 1 });
    await signsIn(number, an.password);
    await expect(signsIn(number, 'sai mật khẩu')).rejects.toThrow('401');
    const list = async (which: Parameters<typeof vneid.control.audit.list>[0]) =>
      (await vneid.control.audit.list(which)).entries;
    const mine = await list({ number });
    expect(new Set(mine.map((entry) => entry.number))).toEqual(new Set([number]));
    expect(mine.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['account.opened', 'login.succeeded', 'login.failed', 'consent.given']),
    );
    expect(mine.map(({ id }) => id)).toEqual(
      mine
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect((await list({ number, event: 'login.failed' })).map(({ facts }) => facts.reason)).toEqual(['wrong']);
    expect((await list({ number, since })).map(({ event }) => event)).not.toContain('account.opened');
    const ofClient = await list({ client: testClient.client_id, number });
    expect(ofClient.every(({ client }) => client === testClient.client_id)).toBe(true);
    const first = await vneid.control.audit.list({ number, limit: 2 });
    const second = await vneid.control.audit.list({ number, limit: 2, after: first.next });
    expect([...first.entries, ...second.entries]).toEqual(mine.slice(0, 4));
    expect(await lab(vneid, 'GET', `/audit?number=${number}&since=yesterday`)).toMatchObject({
      status: 422,
      body: { code: 'request.badField' },
    });
    expect(await lab(vneid, 'GET', '/audit?number=001085999999')).toMatchObject({
      status: 404,
      body: { code: 'citizen.unknown' },
    });
  });
});
