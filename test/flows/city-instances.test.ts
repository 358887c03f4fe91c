import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { openDatabase } from '../../src/store/database.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { Browser } from '../support/browser.ts';
import { newPostgres, onPostgres, rowsOf } from '../support/database.ts';
import { freePort } from '../support/ports.ts';
import { startRedis } from '../support/redis.ts';
import { an, newestCode } from '../support/relying-party.ts';

/** The city at a public address, which any of several instances answers: none of them knows more of a visitor than another. */
let folder: string;
let provider: Balancer;
let city: Balancer;
let database: string;
let drop: (() => Promise<unknown>) | undefined;
/** Each with the port of its city. */
const running: { instance: Instance; port: number }[] = [];
let open: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-city-'));
  [provider, city] = await Promise.all([startBalancer(), startBalancer()]);
  const shared = onPostgres() ? await onServers() : { artifacts: 'sqlite' as const };
  database = 'databaseUrl' in shared ? shared.databaseUrl : join(folder, 'vneid.sqlite');
  const options = { ...shared, data: folder, keys: join(folder, 'keys'), issuer: provider.origin, city: true };
  open = async () => {
    const port = await freePort();
    const instance = await startVneid({ ...options, cityUrl: city.origin, cityPort: port, sends: 100 });
    running.push({ instance, port });
    provider.behind.push(instance.port);
  };
  await open();
  await open();
}, 60_000);
afterAll(async () => {
  for (const { instance } of running) await instance.stop();
  await Promise.all([provider[Symbol.asyncDispose](), city[Symbol.asyncDispose]()]);
  await drop?.();
  await rm(folder, { recursive: true });
});

async function onServers() {
  const [postgres, redis] = [await newPostgres(), await startRedis()];
  drop = () => Promise.all([postgres.drop(), redis[Symbol.asyncDispose]()]);
  return { databaseUrl: postgres.url, redisUrl: redis.url };
}

/** From now on the city is answered by these. */
function servedBy(...which: number[]): void {
  city.behind.splice(0, city.behind.length, ...which.map((index) => running[index]?.port ?? 0));
}

const isBack = (url: URL) => url.pathname === '/ihanoi/callback';

/** Signs in at the provider, for a sign-in that began at one instance: a browser about to come back to the city. */
async function comingBack(from: number): Promise<Browser> {
  servedBy(from);
  const browser = new Browser();
  await browser.open(`${city.origin}/ihanoi/login`);
  let page = await browser.submit({ login: an.number, password: an.password });
  page = await browser.submit({ otp: await newestCode(newest(), an.number) }, { until: isBack });
  if (page.html.includes('value="allow"')) page = await browser.submit({ decision: 'allow' }, { until: isBack });
  expect(isBack(page.url)).toBe(true);
  return browser;
}

async function signedIn(): Promise<Browser> {
  const browser = await comingBack(0);
  expect((await browser.open(browser.page().url)).url.href).toBe(`${city.origin}/ihanoi/me`);
  return browser;
}

function newest(): Instance {
  const { instance } = running.at(-1) ?? {};
  if (!instance) throw new Error('nobody is there');
  return instance;
}

async function isIn(browser: Browser, at: number): Promise<boolean> {
  servedBy(at);
  return (await browser.open(`${city.origin}/ihanoi/me`)).text.includes(an.name);
}
const isInAtBoth = async (browser: Browser) => [await isIn(browser, 0), await isIn(browser, 1)];

test('a sign-in that begins at one ends at the other, and both know who it is', async () => {
  const browser = await comingBack(0);
  servedBy(1);
  expect((await browser.open(browser.page().url)).url.href).toBe(`${city.origin}/ihanoi/me`);
  expect(await isInAtBoth(browser)).toEqual([true, true]);
});

test('who signs out at VNeID is signed out at both, whichever of them hears of it, and nobody else is', async () => {
  const [mine, another] = [await signedIn(), await signedIn()];
  servedBy(1);
  const told = Promise.race(
    running.map(({ instance }) => new Promise((resolve) => instance.events.on('logout.told', resolve))),
  );
  await mine.open(`${provider.origin}/logout`);
  await mine.submit({ logout: 'yes' });
  expect(await told).toMatchObject({ client: 'ihanoi', attempt: 1 });
  expect(await isInAtBoth(mine)).toEqual([false, false]);
  expect(await isInAtBoth(another)).toEqual([true, true]);
});

test('who signs out at one is signed out at both', async () => {
  const browser = await signedIn();
  const thief = new Browser();
  thief.takeCookies(browser);
  await browser.submit({}, { form: (action) => action === '/ihanoi/logout', until: () => true });
  expect(await isInAtBoth(thief)).toEqual([false, false]);
});

test('of two who come back at once with one code, at two instances, one is signed in, and stays so', async () => {
  for (let round = 0; round < 3; round += 1) {
    const browser = await comingBack(round % 2);
    const { pathname, search } = browser.page().url;
    const headers = { cookie: browser.cookieHeader(browser.page().url), accept: 'text/html' };
    const answers = await Promise.all(
      running.map(({ port }) => fetch(`http://localhost:${port}${pathname}${search}`, { headers, redirect: 'manual' })),
    );
    const [won, lost] = answers.toSorted((one, other) => one.status - other.status);
    expect([won?.status, won?.headers.get('location'), lost?.status]).toEqual([303, '/ihanoi/me', 400]);
    expect(await lost?.text()).toContain('no sign-in was begun in this browser');
    expect(lost?.headers.getSetCookie()).toEqual([]);
    const [pair = ''] = (won?.headers.getSetCookie() ?? []).map((line) => line.split(';')[0] ?? '');
    for (const { port } of running) {
      const me = await fetch(`http://localhost:${port}/ihanoi/me`, { headers: { ...headers, cookie: pair } });
      expect(await me.text()).toContain(an.name);
    }
    // nor is what was there before worth anything
    const before = await fetch(`http://localhost:${running[0]?.port}/ihanoi/me`, { headers, redirect: 'manual' });
    expect(before.status).toBe(303);
  }
});

test('who reads the database gets into no visit', async () => {
  const browser = await signedIn();
  const value = /city\.visit=([\w-]{43})/.exec(browser.cookieHeader(new URL(city.origin)))?.[1] ?? '';
  expect(value).not.toBe('');
  const { db, close } = await openDatabase(database);
  const rows = await rowsOf({ db }, 'select * from visits where citizen is not null');
  await close();
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(value);
  for (const { id } of rows) {
    const headers = { cookie: `city.visit=${id}` };
    const answer = await fetch(`${city.origin}/ihanoi/me`, { headers, redirect: 'manual' });
    expect(answer.status).toBe(303);
  }
});

test('who is signed in is so after all have been stopped and another is started, and begun sign-ins go on', async () => {
  const [browser, begun] = [await signedIn(), await comingBack(1)];
  for (const { instance } of running.splice(0)) await instance.stop();
  provider.behind.length = 0;
  await open();
  expect(await isIn(browser, 0)).toBe(true);
  expect((await begun.open(begun.page().url)).url.href).toBe(`${city.origin}/ihanoi/me`);
});

describe('the state of an instance', () => {
  test('has nobody in it who is signed in at an app; no file brings them, and a new beginning ends them', async () => {
    const { control } = newest();
    const browser = await signedIn();
    const kept = await control.state.export();
    expect(Object.keys(kept.tables)).not.toContain('visits');
    const visit = { id: 'x', pending: null, citizen: '{}', sid: 's', expires_at: Date.now() + 60_000 };
    await expect(control.state.import({ ...kept, tables: { ...kept.tables, visits: [visit] } })).rejects.toMatchObject({
      code: 'state.unfit',
    });
    expect(await isIn(browser, 0)).toBe(true);
    await control.state.import(kept);
    expect(await isIn(browser, 0)).toBe(false);
    const another = await signedIn();
    await control.state.reset();
    expect(await isIn(another, 0)).toBe(false);
  });
});
