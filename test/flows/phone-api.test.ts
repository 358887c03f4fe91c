import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, authorizationRequest, relyingParty, testClient } from '../support/relying-party.ts';

/** A citizen's phone for programs: over HTTP and on the command line. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

interface Answer {
  status: number;
  code: string;
  approval: { id: string; state: string };
  approvals: { id: string }[];
  phone: { face: string };
  message: { vi: string };
  next: { en: string };
}

async function call(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${vneid.issuer}/lab/api/phones/${path}`, {
    ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { ...((await answer.json()) as Answer), status: answer.status };
}

async function codeOfNewLogin(): Promise<string> {
  const browser = new Browser();
  await browser.open((await authorizationRequest(await relyingParty(vneid))).url);
  const page = await browser.open(`${browser.page().url.pathname}?by=qr`);
  return /data-code="([^"]+)"/.exec(page.html)?.[1] ?? '';
}

test('scan, look, approve; and what is refused says what was wrong and what would be right', async () => {
  const code = await codeOfNewLogin();
  const scanned = await call(`${an.number}/scan`, { code });
  expect(scanned.approval).toMatchObject({ state: 'scanned', kind: 'qr', number: expect.stringMatching(/^\d\d$/) });
  const { approvals, phone } = await call(an.number);
  expect(approvals.map(({ id }) => id)).toContain(scanned.approval.id);
  expect([phone.face, JSON.stringify(phone)]).toEqual(['matches', expect.not.stringContaining('secret')]);
  expect(await call(`${an.number}/approve`, { factors: ['passcode'], passcode: '111222' })).toMatchObject({
    status: 401,
    code: 'passcode.wrong',
    message: { vi: 'Passcode không đúng.', en: 'The passcode is wrong.' },
  });
  const approved = await call(`${an.number}/approve`, { factors: ['passcode', 'face'] });
  expect(approved.approval).toMatchObject({ state: 'confirmed', methods: ['phone', 'passcode', 'face'] });
});

test('every other state: decline, expire, face, lose, bind, lock, unlock', async () => {
  const number = '001084000011';
  await call(`${number}/scan`, { code: await codeOfNewLogin() });
  expect((await call(`${number}/decline`, {})).approval.state).toBe('declined');
  await call(`${number}/scan`, { code: await codeOfNewLogin() });
  expect((await call(`${number}/expire`, {})).approval.state).toBe('expired');
  expect((await call(`${number}/face`, { face: 'no-camera' })).phone.face).toBe('no-camera');
  expect((await call(`${number}/lock`, {})).status).toBe(200);
  expect((await call(`${number}/scan`, { code: await codeOfNewLogin() })).code).toBe('account.barred');
  expect((await call(`${number}/unlock`, {})).status).toBe(200);
  expect((await call(`${number}/lose`, {})).status).toBe(200);
  expect(await call(number)).toMatchObject({ status: 404, code: 'phone.unknown' });
  expect((await call(`${number}/bind`, { name: 'Máy mới' })).phone).toMatchObject({ name: 'Máy mới', face: 'matches' });
});

test('a lock is of an account that there still is: what was closed stays closed', async () => {
  const number = '001082000022';
  await vneid.control.accounts.change({ number, state: 'closed', reason: 'requested' });
  for (const what of ['unlock', 'lock'])
    expect(await call(`${number}/${what}`, {}), what).toMatchObject({ status: 409, code: 'account.closed' });
  expect((await vneid.control.accounts.get({ number })).account.state).toBe('closed');
  await vneid.control.accounts.change({ number, state: 'active' });
});

test('another person’s request is not there to expire, and what was answered has no time left to end', async () => {
  const [number, other] = ['001082000022', '001088000024'];
  const scanned = await call(`${other}/scan`, { code: await codeOfNewLogin() });
  const approval = scanned.approval.id;
  expect(await call(`${number}/expire`, { approval })).toMatchObject({ status: 404, code: 'approval.unknown' });
  await call(`${other}/decline`, { approval });
  expect(await call(`${other}/expire`, { approval })).toMatchObject({ status: 409, code: 'approval.answered' });
  expect((await call(`${other}/scan`, { code: await codeOfNewLogin() })).approval.state).toBe('scanned');
  expect((await call(`${other}/expire`, {})).approval.state).toBe('expired');
});

test('what its holder does on it, their apps and the holder hear of here as well: the lock, and the loss', async () => {
  const number = '030186000023';
  const account = await vneid.accounts.byNumber(number);
  const locked: unknown[] = [];
  vneid.events.on('account.locked', (fact) => locked.push(fact));
  const newest = async () => (await vneid.inbox.messages(account?.citizenId ?? ''))[0]?.titleEn;
  await call(`${number}/lock`, {});
  expect(locked).toEqual([{ account: account?.id, reason: 'requested' }]);
  expect(await newest()).toBe('Your account was locked at your request');
  await call(`${number}/unlock`, {});
  expect(await vneid.accounts.byNumber(number)).toMatchObject({ state: 'active', stateReason: null });
  await call(`${number}/lose`, {});
  expect(await newest()).toBe('A phone no longer has VNeID');
});

test('a new phone leaves the passcode what it was, also when it is locked', async () => {
  const number = '046199000018';
  const { id } = (await vneid.accounts.byNumber(number)) ?? { id: '' };
  await vneid.passcodes.set(id, '135791');
  for (let time = 0; time < 5; time += 1) await vneid.passcodes.check(id, '999888').catch(() => {});
  expect((await call(`${number}/bind`, {})).status).toBe(200);
  expect(await vneid.passcodes.state(id)).toBe('locked');
  await vneid.passcodes.unlock(id);
  await vneid.passcodes.check(id, '135791');
});

test.each([
  ['an unknown citizen', '001085999999/scan', { code: 'x' }, 404],
  ['an unknown verb', `${an.number}/explode`, {}, 404],
  ['a verb of every object', `${an.number}/constructor`, {}, 404],
  ['an unknown key', `${an.number}/decline`, { aproval: 'x' }, 422],
  ['a factor that is none', `${an.number}/approve`, { factors: ['thumb'] }, 422],
  ['no factor', `${an.number}/approve`, { factors: [] }, 422],
  ['a list', `${an.number}/approve`, [], 422],
  ['no JSON', `${an.number}/approve`, '{', 400],
  ['too much', `${an.number}/scan`, { code: 'x'.repeat(20_000) }, 413],
  ['an approval that is not', `${an.number}/approve`, { approval: 'x' }, 404],
])('%s', async (_what, path, body, status) => {
  const answer = await call(path, body);
  expect([answer.status, typeof answer.message.vi, typeof answer.next.en]).toEqual([status, 'string', 'string']);
});

test('a form of another site cannot drive it', async () => {
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', ''])
    expect((await call(`${an.number}/lock`, '{}', { 'content-type': type })).status).toBe(415);
});

test('the same on the command line', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['src/main.js', 'phones', ...args, '--url', vneid.issuer]);
  const number = '001191000025';
  const scanned = JSON.parse((await run('scan', number, '--code', await codeOfNewLogin())).stdout);
  expect(scanned.approval.state).toBe('scanned');
  expect(JSON.parse((await run('get', number)).stdout).approvals).toHaveLength(1);
  const failed = await run('approve', number, '--choose', '00').catch(
    (error: { code: number; stdout: string }) => error,
  );
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('approval.number') });
});
