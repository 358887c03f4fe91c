import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { Browser } from '../support/browser.ts';
import { newPostgres } from '../support/database.ts';
import { lab } from '../support/lab.ts';
import { ask } from '../support/postgres.ts';
import { freePort } from '../support/ports.ts';
import { type Program, startProgram } from '../support/program.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { changedCopy } from '../support/weakened.ts';

/**
 * A new version is brought in beside the old one, on one PostgreSQL and one Redis. The old one is this program, as it
 * is; the next is a copy that has a migration more and uses what that adds, writes more into sessions and tokens, and has
 * news that the old one does not know.
 */
const next = changedCopy(
  {
    file: 'src/store/migrations.ts',
    find: 'export const migrations: Record<string, Migration> = {',
    replace: `export const migrations: Record<string, Migration> = {
      '9999-next': {
        async up(db: Kysely<unknown>) {
          for (const table of ['accounts', 'citizens', 'consents', 'clients'])
            await db.schema.alterTable(table).addColumn('noted_by', 'text').execute();
          await db.schema.createTable('notes').addColumn('id', 'text', (c) => c.primaryKey().notNull()).execute();
        },
      },`,
  },
  {
    file: 'src/oidc/consents.ts',
    find: '          withdrawn_at: null,\n',
    replace: `          withdrawn_at: null,\n          noted_by: 'next',\n`,
  },
  {
    file: 'src/oidc/adapter.ts',
    find: 'await artifacts.put(kind, id, payload, kept, {',
    replace: `await artifacts.put(kind, id, { ...payload, notedBy: 'next' }, kept, {`,
  },
  {
    file: 'src/oidc/clients/client-rows.ts',
    find: 'signals.tell(fact);',
    replace: `signals.tell('news-of-the-next-version', '{'); signals.tell(fact);`,
  },
);
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'vneid-rolling-'));
/** Milliseconds in which what is done at one is known to the other. */
const soon = { timeout: 1_000, interval: 20 };

let balancer: Balancer;
let redis: RedisServer;
let postgres: Awaited<ReturnType<typeof newPostgres>>;
let issuer: string;
/** Both versions, each at a port of its own, behind one address. */
const running: { old: Program[]; next: Program[] } = { old: [], next: [] };

type Version = keyof typeof running;
const home: Record<Version, string> = { old: root, next: next.folder };
const portOf = (program: Program) => Number(new URL(program.issuer).port);

function environment() {
  return {
    VNEID_ISSUER: issuer,
    VNEID_CITY: 'false',
    VNEID_CITIZENS: '0',
    VNEID_LOG: 'error',
    VNEID_CLIENTS: join(folder, 'clients.yaml'),
    VNEID_KEYS: join(folder, 'keys'),
    VNEID_DATABASE_URL: postgres.url,
    VNEID_REDIS_URL: redis.url,
  };
}

async function start(version: Version, more: Record<string, string> = {}): Promise<Program> {
  const port = await freePort();
  const env = { ...environment(), VNEID_ALLOWED_HOSTS: `localhost:${port}`, ...more };
  return startProgram({ command: [process.execPath, 'src/main.js', 'start'], cwd: home[version], folder, port, env });
}

async function bringIn(version: Version): Promise<void> {
  running[version].push(await start(version));
}

/** From now on, whoever comes is served by this version, or by both in turns. */
function servedBy(...versions: Version[]): void {
  const ports = versions.flatMap((version) => running[version].map(portOf));
  balancer.behind.splice(0, balancer.behind.length, ...ports);
}

async function run(version: Version, ...args: string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', ...environment() };
  return (await promisify(execFile)(process.execPath, ['src/main.js', ...args], { cwd: home[version], env })).stdout;
}

const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

async function tokensAt(version: Version, browser = new Browser()) {
  servedBy(version);
  const configuration = await relyingParty({ issuer });
  const request = await authorizationRequest(configuration, offline);
  const { url } = await signIn({ issuer }, browser, request.url);
  return { browser, configuration, tokens: await redeem(configuration, { ...request, url }) };
}

beforeAll(async () => {
  writeFileSync(join(folder, 'clients.yaml'), JSON.stringify({ clients: [testClient] }));
  [balancer, redis, postgres] = await Promise.all([startBalancer(), startRedis(), newPostgres()]);
  issuer = balancer.origin;
  await bringIn('old');
  servedBy('old');
}, 120_000);
afterAll(async () => {
  const all = Object.values(running).flat();
  for (const program of all) program.process.kill('SIGKILL');
  await Promise.all(all.map(({ ended }) => ended));
  await Promise.all([balancer[Symbol.asyncDispose](), redis[Symbol.asyncDispose](), postgres.drop()]);
  await rm(folder, { recursive: true });
  next.remove();
});

test('the new one does not serve a sandbox whose tables are older, and says what is missing', async () => {
  const sandbox = {
    VNEID_MODE: 'sandbox',
    VNEID_ISSUER: 'https://id.example',
    VNEID_OPERATOR_TOKEN: 'operator-'.repeat(5),
    VNEID_TRUST_PROXY: 'true',
  };
  await expect(start('next', sandbox)).rejects.toThrow(/ended with 1.*9999-next/s);
}, 60_000);

test('the tables are changed while the old one serves, and nobody notices', async () => {
  // every connection has its statements planned for the tables as they were
  await Promise.all(Array.from({ length: 8 }, () => tokensAt('old')));
  let done = false;
  const migrating = run('next', 'migrate').finally(() => (done = true));
  for (let after = 0; after < 3; after += Number(done))
    await Promise.all(Array.from({ length: 4 }, () => tokensAt('old')));
  expect(await migrating).toBe('9999-next\nthe database is up to date\n');
  for (const version of ['next', 'old'] as const)
    expect(await run(version, 'migrate')).toBe('the database was up to date\n');
}, 120_000);

describe('old and new, side by side', () => {
  beforeAll(() => bringIn('next'), 60_000);

  describe.each([
    ['old', 'next'],
    ['next', 'old'],
  ] as const)('what is begun at the %s one', (one, other) => {
    test('is finished at the other: the login, consent, the code', async () => {
      servedBy(one);
      const configuration = await relyingParty({ issuer });
      const request = await authorizationRequest(configuration, offline);
      const browser = new Browser();
      await browser.open(request.url);
      servedBy(other);
      const page = await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
      expect(page.html).toContain('value="allow"');
      servedBy(one);
      const { url } = await browser.submit({ decision: 'allow' }, { until: atCallback });
      servedBy(other);
      expect((await redeem(configuration, { ...request, url })).claims()?.sub).toBeTruthy();
    });

    test('goes on at the other: the session, the consent, the access token, the refresh token', async () => {
      const { browser, configuration, tokens } = await tokensAt(one);
      servedBy(other);
      const again = await authorizationRequest(configuration);
      const back = await browser.open(again.url, { until: atCallback });
      const { access_token: token } = await redeem(configuration, { ...again, url: back.url });
      await oidc.fetchUserInfo(configuration, token, tokens.claims()?.sub ?? '');
      await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
      const renewed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
      servedBy(one);
      expect((await oidc.refreshTokenGrant(configuration, renewed.refresh_token ?? '')).claims()?.sub).toBeTruthy();
    });

    test('ends at the other: a token that is revoked there is worth nothing', async () => {
      const { configuration, tokens } = await tokensAt(one);
      servedBy(other);
      await oidc.tokenRevocation(configuration, tokens.refresh_token ?? '');
      servedBy(one);
      await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    });

    test('is seen live at the other: a page that follows, a relying party that is registered', async () => {
      servedBy(one);
      const configuration = await relyingParty({ issuer });
      const browser = new Browser();
      await browser.open((await authorizationRequest(configuration)).url);
      const { url, html } = await browser.open('?by=qr');
      const [follower] = running[one].map(({ issuer: origin }) => `${origin}${url.pathname}/qr/follow`);
      const answer = await fetch(follower ?? '', { headers: { cookie: browser.cookieHeader(url) } });
      const states = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      const said = async () => (await states?.read())?.value?.trim();
      expect(await said()).toBe('data: waiting');
      servedBy(other);
      const code = /data-code="([^"]+)"/.exec(html)?.[1];
      await lab({ issuer }, 'POST', `/phones/${an.number}/scan`, { code });
      expect(await said()).toBe('data: scanned');
      await lab({ issuer }, 'POST', `/phones/${an.number}/approve`, {});
      expect(await said()).toBe('data: confirmed');
      await states?.cancel();

      const app = { ...testClient, client_id: `late-${one}`, token_endpoint_auth_method: 'client_secret_basic' };
      expect((await lab({ issuer }, 'POST', '/clients', app)).status).toBe(201);
      servedBy(one);
      await expect.poll(async () => (await lab({ issuer }, 'GET', `/clients/${app.client_id}`)).status, soon).toBe(200);
    });
  });

  test('keys that are rotated by either are used and shown by both', async () => {
    const keySet = async () => (await (await fetch(`${issuer}/jwks`)).json()) as JSONWebKeySet;
    for (const version of ['old', 'next'] as const) {
      const before = (await keySet()).keys.length;
      await run(version, 'keys', 'rotate', '--announce', '0', '--retire', '3600');
      for (const one of ['old', 'next'] as const) {
        servedBy(one);
        await expect
          .poll(async () => (await keySet()).keys.length, { ...soon, timeout: 5_000 })
          .toBeGreaterThan(before);
      }
      for (const [one, other] of [
        ['old', 'next'],
        ['next', 'old'],
      ] as const) {
        const { tokens } = await tokensAt(one);
        servedBy(other);
        await jwtVerify(tokens.id_token ?? '', createLocalJWKSet(await keySet()), { issuer });
      }
    }
  });

  test('what only the new one writes is there, and the old one leaves it empty', async () => {
    for (const version of ['old', 'next'] as const) await tokensAt(version);
    const rows = await ask(postgres.url, `select coalesce(noted_by, 'old') as by from consents order by given_at`);
    expect(rows.slice(-2).map(({ by }) => by)).toEqual(['old', 'next']);
  });

  test('in turns, page by page, as a balancer has it', async () => {
    servedBy('old', 'next');
    for (let visit = 0; visit < 4; visit += 1) {
      const configuration = await relyingParty({ issuer });
      const request = await authorizationRequest(configuration, offline);
      const { url } = await signIn({ issuer }, new Browser(), request.url);
      const tokens = await redeem(configuration, { ...request, url });
      await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    }
  });
});

test('the old one starts again on the newer tables; without the new one, what was begun there goes on', async () => {
  const { browser, configuration, tokens } = await tokensAt('next');
  expect(await running.old.pop()?.stop()).toBe(0);
  await bringIn('old');
  expect(await running.next.pop()?.stop()).toBe(0);
  servedBy('old');
  await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
  const again = await authorizationRequest(configuration);
  const back = await browser.open(again.url, { until: atCallback });
  expect((await redeem(configuration, { ...again, url: back.url })).claims()?.sub).toBe(tokens.claims()?.sub);
}, 60_000);

test('a version that takes away what the old one has would be noticed here', async () => {
  servedBy('old');
  await ask(postgres.url, 'alter table consents rename column shown to displayed');
  await expect(tokensAt('old')).rejects.toThrow();
});
