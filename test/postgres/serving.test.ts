import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startVneid } from '../../src/index.ts';
import { migrateDatabase } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations.ts';
import { Browser } from '../support/browser.ts';
import { newPostgres } from '../support/database.ts';
import { ask, databaseAt } from '../support/postgres.ts';
import { an, authorizationRequest, relyingParty, signIn, testClient } from '../support/relying-party.ts';

const operatorToken = 'operator-'.repeat(5);
const sandbox = { mode: 'sandbox', issuer: 'https://id.example', operatorToken, trustProxy: true } as const;

test('a sandbox waits for whoever brings its database up to date; a bench does it by itself', async () => {
  const { url: databaseUrl, drop } = await newPostgres({ template: 'template1' });
  await expect(startVneid({ ...sandbox, databaseUrl })).rejects.toMatchObject({ code: 'database.behind' });
  await migrateDatabase(databaseUrl);
  await (await startVneid({ ...sandbox, databaseUrl })).stop();
  await drop();

  const fresh = await newPostgres({ template: 'template1' });
  const both = await Promise.all([1, 2].map(() => startVneid({ databaseUrl: fresh.url, citizens: 20 })));
  expect(await both[0]?.registry.count()).toBe(await both[1]?.registry.count());
  for (const one of both) await one.stop();
  await fresh.drop();
});

test('what one instance writes another reads', async () => {
  const { url: databaseUrl, drop } = await newPostgres();
  const one = await startVneid({ databaseUrl, clients: [testClient] });
  const other = await startVneid({ databaseUrl, clients: [testClient] });
  await one.control.phones.lose({ number: an.number });
  await expect(other.control.phones.get({ number: an.number })).rejects.toMatchObject({ code: 'phone.unknown' });
  await Promise.all([one.stop(), other.stop()]);
  await drop();
});

test('while the database is away every answer is a 503 that says when to try again; when it is back, so is everything', async () => {
  const { url: databaseUrl, drop } = await newPostgres();
  await using vneid = await startVneid({ databaseUrl, clients: [testClient] });
  const configuration = await relyingParty(vneid);
  const name = new URL(databaseUrl).pathname.slice(1);
  const elsewhere = databaseAt(databaseUrl, 'postgres');
  const ready = async () => (await fetch(`${vneid.issuer}/health/ready`)).status;
  const browser = new Browser();
  await browser.open((await authorizationRequest(configuration)).url);
  expect(await ready()).toBe(200);

  await ask(
    elsewhere,
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  // the first who ask may find connections that have only just ended
  await expect.poll(ready, { timeout: 20_000 }).toBe(503);
  const page = await browser.submit({ login: an.number, password: an.password });
  expect(page.status).toBe(503);
  expect(page.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(page.text).toContain('Cơ sở dữ liệu');
  const answer = await fetch(`${vneid.issuer}/lab/api/citizens/${an.number}`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'database.unavailable', error: 'temporarily_unavailable' });
  expect((await fetch(`${vneid.issuer}/health/live`)).status).toBe(200);

  await ask(elsewhere, `alter database ${name} allow_connections true`);
  expect(await ready()).toBe(200);
  const again = await signIn(vneid, new Browser(), (await authorizationRequest(configuration)).url);
  expect(again.url.searchParams.get('code')).toBeTruthy();
  await vneid.stop();
  await drop();
});

describe('on the command line', () => {
  const vneid = async (args: string[], VNEID_DATABASE_URL: string) => {
    const env = { ...process.env, NODE_OPTIONS: '', VNEID_DATABASE_URL };
    return promisify(execFile)(process.execPath, ['src/main.js', ...args], { env }).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    );
  };

  test('migrate brings it up to date, and says so again; seed makes people, and goes on where it stopped', async () => {
    const { url, drop } = await newPostgres({ template: 'template1' });
    const done = [...Object.keys(migrations), 'the database is up to date', ''].join('\n');
    expect(await vneid(['migrate'], url)).toEqual({ code: 0, text: done });
    expect(await vneid(['migrate'], url)).toEqual({ code: 0, text: 'the database was up to date\n' });
    for (const citizens of ['50', '120']) expect((await vneid(['seed', '--citizens', citizens], url)).code).toBe(0);
    const [people] = await ask(url, 'select count(*)::int as n from citizens');
    expect(Number(people?.n)).toBeGreaterThanOrEqual(150);
    expect(Number(people?.n)).toBeLessThan(160);
    await drop();
  });

  test('the address is shown without its password, also where it is refused', async () => {
    const address = 'postgres://vneid:Geheim@db.example:5432/vneid';
    const { text } = await vneid(['config'], address);
    expect(text).toContain('postgres://vneid:***@db.example:5432/vneid');
    expect(text).not.toContain('Geheim');
    const refused = await vneid(['migrate'], 'mysql://vneid:Geheim@db.example/vneid');
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('VNEID_DATABASE_URL');
    expect(refused.text).toContain('postgres://user:password@host:port/name');
    expect(refused.text).not.toContain('Geheim');
  });
});

test.each(['postgres://host', 'http://a/b', 'nothing', 'postgres:'])(
  '%s is no address of a database',
  (databaseUrl) => {
    expect(() => readConfig({ databaseUrl })).toThrow('postgres://user:password@host:port/name');
  },
);
