import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { refreshTokenGrant } from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { databaseOptions } from '../support/database.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** All that an instance knows is one JSON file: kept beside a test, brought back, begun again. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ ...(await databaseOptions()), clients: [testClient] });
});
afterAll(() => vneid.stop());

const send = async (where: Pick<Instance, 'issuer'>, method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${where.issuer}/lab/api/state${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
};

async function signedIn(where: Pick<Instance, 'issuer'>) {
  const [configuration, browser] = [await relyingParty(where), new Browser()];
  const request = await authorizationRequest(configuration, {
    scope: 'openid profile offline_access',
    prompt: 'consent',
  });
  const back = await signIn(where, browser, request.url);
  return { configuration, browser, tokens: await redeem(configuration, { ...request, url: back.url }) };
}

const isKnown = async (where: Pick<Instance, 'issuer'>, browser: Browser) => {
  const silent = await authorizationRequest(await relyingParty(where), { prompt: 'none' });
  return (await browser.open(silent.url, { until: atCallback })).url.searchParams.get('error') === null;
};

test('what was exported is brought back: people as they were, who is signed in, tokens, what was consented to', async () => {
  await using tenant = await vneid.control.tenant('keeps');
  const { browser, configuration, tokens } = await signedIn(tenant);
  await tenant.control.phones.lose({ number: an.number });
  const kept = await send(tenant, 'GET', '');
  expect(kept).toMatchObject({ status: 200, json: { version: 1, notice: expect.stringContaining('GIẢ LẬP') } });

  await tenant.control.phones.lock({ number: an.number });
  await tenant.control.state.reset();
  // another with the same cookies: who is asked to sign in anew forgets the old session
  const meanwhile = new Browser();
  meanwhile.takeCookies(browser);
  expect(await isKnown(tenant, meanwhile)).toBe(false);
  expect((await tenant.control.phones.get({ number: an.number })).phone.name).toBe(`Điện thoại của ${an.name}`);

  expect(await send(tenant, 'PUT', '', kept.json)).toEqual({ status: 200, json: { citizens: 30, passcodes: 'kept' } });
  await expect(tenant.control.phones.get({ number: an.number })).rejects.toMatchObject({ code: 'phone.unknown' });
  expect(await isKnown(tenant, browser)).toBe(true);
  const renewed = await refreshTokenGrant(configuration, tokens.refresh_token ?? '');
  expect(renewed.claims()?.sub).toBe(tokens.claims()?.sub);
});

test('it is kept as often as one likes, and one file makes two tenants alike', async () => {
  await using one = await vneid.control.tenant('original');
  await signedIn(one);
  const kept = await one.control.state.export();
  await using two = await vneid.control.tenant('copy');
  await two.control.state.import(kept);
  const again = await two.control.state.export();
  const { audit: _own, ...tables } = again.tables;
  expect(tables).toEqual({ ...kept.tables, audit: undefined });
  expect(again.artifacts.map(({ id }) => id).sort()).toEqual(kept.artifacts.map(({ id }) => id).sort());
});

test('time is kept, and what is over stays over', async () => {
  await using tenant = await vneid.control.tenant('later');
  tenant.clock.advance(3_600_000);
  const kept = await tenant.control.state.export();
  await tenant.control.state.reset();
  expect(Math.abs(tenant.clock.state().offset)).toBeLessThan(1000);
  await tenant.control.state.import(kept);
  expect(tenant.clock.state().offset).toBeGreaterThan(3_590_000);
});

test.each([
  ['stood still', true],
  ['had stood still for an hour and goes on', false],
])('a clock that %s does so again, whenever the file is read', async (_what, frozen) => {
  await using tenant = await vneid.control.tenant('behind');
  const kept = await tenant.control.state.export();
  // as a file has it that is an hour old
  const at = new Date(Date.parse(kept.at ?? '') - 3_600_000).toISOString();
  await tenant.control.state.import({ ...kept, at, clock: { offset: -3_600_000, frozen } });
  const { now, offset, ...state } = tenant.clock.state();
  expect(state).toEqual({ frozen });
  if (frozen) expect(new Date(now).toISOString()).toBe(at);
  else expect(offset).toBe(-3_600_000);
});

test('of many who replace everything at once each does it whole, and who reads meanwhile reads something whole', async () => {
  await using tenant = await vneid.control.tenant('hurried');
  const { state, citizens } = tenant.control;
  const kept = await state.export();
  await citizens.renumber({ number: '084078000017', reason: 'sex' });
  const answers = await Promise.all([
    state.reset(),
    state.import(kept),
    state.export(),
    state.reset(),
    state.import(kept),
  ]);
  expect(answers.map((one) => ('tables' in one ? one.tables.citizens?.length : one.citizens))).toEqual([
    30, 30, 30, 30, 30,
  ]);
  expect((await citizens.list({ limit: 200 })).citizens).toHaveLength(30);
});

test('a reset that ends in the middle has changed nobody, and the next start finds everyone', async () => {
  await using begun = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), 'vneid-reset-'));
  begun.defer(() => rm(data, { recursive: true }));
  const options = { data, keys: join(data, 'keys') };
  {
    await using first = await startVneid(options);
    using file = new DatabaseSync(join(data, 'vneid.sqlite'));
    file.exec("create trigger dies before delete on mandates begin select raise(abort, 'killed'); end");
    await expect(first.control.state.reset()).rejects.toThrow('killed');
    file.exec('drop trigger dies');
  }
  await using again = await startVneid(options);
  expect((await again.control.citizens.list({ limit: 200 })).citizens).toHaveLength(30);
  expect(await again.control.state.reset()).toEqual({ citizens: 30 });
});

test('who was signed in is, though the clock was moved on in between', async () => {
  await using tenant = await vneid.control.tenant('between');
  const { browser } = await signedIn(tenant);
  const kept = await tenant.control.state.export();
  await tenant.control.clock.advance({ seconds: 3 * 86_400 });
  const meanwhile = new Browser();
  meanwhile.takeCookies(browser);
  expect(await isKnown(tenant, meanwhile)).toBe(false);
  await tenant.control.state.import(kept);
  expect(await isKnown(tenant, browser)).toBe(true);
});

test('a reset is of the time of the host, however far the clock was', async () => {
  await using tenant = await vneid.control.tenant('far');
  await tenant.control.clock.advance({ seconds: 365 * 86_400 });
  await tenant.control.state.reset();
  const { phone } = await tenant.control.phones.get({ number: an.number });
  expect(Date.parse(phone.activatedAt)).toBeLessThanOrEqual(Date.now());
});

test('in another installation everyone who had a passcode has that of the cast', async () => {
  const kept = await vneid.control.state.export();
  await using other = await startVneid({ ...(await databaseOptions()), clients: [testClient] });
  await other.passcodes.set((await other.accounts.byNumber(an.number))?.id ?? '', '135790');
  expect(await other.control.state.import(kept)).toMatchObject({ passcodes: 'replaced' });
  const browser = new Browser();
  await browser.open((await authorizationRequest(await relyingParty(other))).url);
  const page = await browser.open(`${browser.page().url}?by=qr`);
  const code = /data-code="([^"]+)"/.exec(page.html)?.[1] ?? '';
  await other.control.phones.scan({ number: an.number, code });
  expect((await other.control.phones.approve({ number: an.number })).approval.state).toBe('confirmed');
});

test('an app that registered itself is there again, and not after a reset', async () => {
  await using tenant = await vneid.control.tenant('apps');
  const answer = await fetch(`${tenant.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['https://app.example/cb'], client_name: 'Tự đăng ký' }),
  });
  const { client_id: id } = (await answer.json()) as { client_id: string };
  const kept = await tenant.control.state.export();
  await tenant.control.state.reset();
  expect(tenant.clients.get(id)).toBeUndefined();
  await tenant.control.state.import(kept);
  expect(tenant.clients.get(id)?.name).toBe('Tự đăng ký');
});

test('the audit only grows', async () => {
  await using tenant = await vneid.control.tenant('watched');
  await signedIn(tenant);
  const before = await tenant.audit.list({ limit: 1000 });
  await tenant.control.state.reset();
  const after = await tenant.audit.list({ limit: 1000 });
  expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  expect(after[0]).toMatchObject({ event: 'state.replaced', facts: { by: 'reset' } });
});

test('nothing is written into the audit by a file', async () => {
  await using tenant = await vneid.control.tenant('forged');
  const kept = await tenant.control.state.export();
  const forged = { id: '01a2165f-3d51-7000-8000-000000000000', at: 1, event: 'login.succeeded', account_id: null };
  await tenant.control.state.import({
    ...kept,
    tables: { ...kept.tables, audit: [{ ...forged, client_id: 'test-app', facts: '{}' }] },
  });
  expect((await tenant.audit.list({ event: 'login.succeeded' })).map(({ id }) => id)).toEqual([]);
});

/** Of an app that leads people somewhere, as it is kept. */
const app = (by: string, change: object) => ({
  id: 'evil',
  registered_at: 1,
  registered_by: by,
  metadata: JSON.stringify({
    client_id: 'evil',
    client_name: 'Đáng ngờ',
    redirect_uris: ['https://evil.example/cb'],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...change,
  }),
});
const deep = JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) as unknown;
type Exported = Awaited<ReturnType<Instance['control']['state']['export']>>;
type Table = Exported['tables'][string];

describe('what does not fit changes nothing', () => {
  const tables = (change: Record<string, Table>) => (kept: Exported) => ({ tables: { ...kept.tables, ...change } });
  const clients = (...rows: Table) => tables({ clients: rows });
  test.each<[string, (kept: Exported) => object, string]>([
    ['another version', () => ({ version: 2 }), 'request.badField'],
    ['an unknown table', tables({ sqlite_master: [] }), 'state.unfit'],
    ['the tables of the migrations', tables({ kysely_migration: [] }), 'state.unfit'],
    ['an unknown column', tables({ citizens: [{ id: 'x', 'full_name") --': 'y' }] }), 'state.unfit'],
    ['a row without what it needs', tables({ citizens: [{ id: 'x' }] }), 'state.unfit'],
    [
      'a row twice',
      ({ tables: { phones = [], ...rest } }) => ({ tables: { ...rest, phones: [...phones, ...phones] } }),
      'state.unfit',
    ],
    ['not every table', ({ tables: { citizens: _citizens, ...rest } }) => ({ tables: rest }), 'state.unfit'],
    ['no tables', () => ({ tables: null }), 'request.badField'],
    ['a time in which no date can be told', () => ({ clock: { offset: 1e300, frozen: false } }), 'request.badField'],
    ['one before all dates', () => ({ clock: { offset: -1e300, frozen: false } }), 'request.badField'],
    [
      'a moment of another age',
      () => ({ at: '9999-01-01T00:00:00.000Z', clock: { offset: 0, frozen: true } }),
      'state.unfit',
    ],
    ['an app that cannot be read', clients({ ...app('itself', {}), metadata: 'x' }), 'state.unfit'],
    ['an app that is nothing', clients({ ...app('hand', {}), metadata: 'null' }), 'state.unfit'],
    ['an app of another name', clients(app('itself', { client_id: 'ihanoi' })), 'state.unfit'],
    ['an app whose home is a script', clients(app('hand', { client_uri: 'javascript:alert(1)' })), 'state.unfit'],
    ['the same, registered by itself', clients(app('itself', { client_uri: 'javascript:alert(1)' })), 'state.unfit'],
    ['an app with purposes that are none', clients(app('itself', { purposes: 'all' })), 'state.unfit'],
    ['an app without a bottom', clients(app('itself', { contacts: deep })), 'state.unfit'],
    [
      'something under way without a bottom',
      () => ({ artifacts: [{ kind: 'Session', id: 'x', payload: { deep }, links: {} }] }),
      'state.unfit',
    ],
  ])('%s', async (_what, change, code) => {
    await using tenant = await vneid.control.tenant('unfit');
    await signedIn(tenant);
    const kept = await tenant.control.state.export();
    const answer = await send(tenant, 'PUT', '', { ...kept, ...change(kept) });
    expect([answer.status, answer.json.code]).toEqual([422, code]);
    const after = await tenant.control.state.export();
    expect({ ...after.tables, audit: [] }).toEqual({ ...kept.tables, audit: [] });
    expect(after.artifacts).toEqual(kept.artifacts);
  });
});
