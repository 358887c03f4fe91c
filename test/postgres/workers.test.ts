import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotateKeys } from '../../src/oidc/keys/keys.ts';
import { authorizationQuery, client } from '../bench/client.ts';
import { openProtocol, type Protocol } from '../bench/protocol.ts';
import { logIn } from '../bench/sign-in.ts';
import { type Line, openLine, type Reply, Visitor } from '../bench/visitor.ts';
import { newPostgres } from '../support/database.ts';
import { lab } from '../support/lab.ts';
import { type Program, startProgram } from '../support/program.ts';
import { type RedisServer, startRedis, until } from '../support/redis.ts';
import { an } from '../support/relying-party.ts';

/**
 * A pool of two workers on PostgreSQL and Redis. Each request comes on a connection of its own, and so to the worker
 * whose turn it is: what is done at one has to hold at the other.
 */
const folder = mkdtempSync(join(tmpdir(), 'vneid-pool-'));
/** Milliseconds in which every worker has to know. */
const soon = { timeout: 1_000, interval: 20 };

let postgres: Awaited<ReturnType<typeof newPostgres>>;
let redis: RedisServer;
let program: Program;
let line: Line;
let protocol: Protocol;

beforeAll(async () => {
  writeFileSync(join(folder, 'clients.yaml'), JSON.stringify({ clients: [client] }));
  [postgres, redis] = await Promise.all([newPostgres(), startRedis()]);
  program = await startProgram({
    command: [process.execPath, 'src/main.js', 'start', '--workers', '2'],
    cwd: process.cwd(),
    folder,
    env: {
      VNEID_CITY: 'false',
      VNEID_CITIZENS: '0',
      VNEID_LOG: 'error',
      VNEID_CLIENTS: join(folder, 'clients.yaml'),
      VNEID_DATABASE_URL: postgres.url,
      VNEID_REDIS_URL: redis.url,
    },
  });
  // it is told where it is when all are ready
  await until(async () => program.output().stdout.includes(program.issuer));
  line = openLine(program.issuer, 0);
  protocol = await openProtocol(program.issuer, line);
}, 120_000);
afterAll(async () => {
  line.close();
  program.process.kill('SIGKILL');
  await program.ended;
  await Promise.all([postgres.drop(), redis[Symbol.asyncDispose]()]);
  await rm(folder, { recursive: true });
});

/** The answers of both, each twice. */
const everywhere = (ask: () => Promise<Reply>) => Promise.all(Array.from({ length: 4 }, ask));
const statusesOf = async (ask: () => Promise<Reply>) => (await everywhere(ask)).map(({ status }) => status);

async function signedIn() {
  const visitor = new Visitor(line);
  return {
    visitor,
    tokens: await protocol.redeem(await logIn({ line, protocol }, visitor, { person: an, mayConsent: true })),
  };
}

test('a relying party that is registered at one is known to all within a second, and gone again', async () => {
  const asked = `/authorize?${authorizationQuery({ client_id: 'late-app' })}`;
  const ask = () => line.send('GET', asked, { accept: 'application/json' });
  expect(new Set(await statusesOf(ask))).toEqual(new Set([400]));
  const app = { ...client, client_id: 'late-app', token_endpoint_auth_method: 'client_secret_basic' };
  expect((await lab(program, 'POST', '/clients', app)).status).toBe(201);
  await expect.poll(() => statusesOf(ask), soon).toEqual([303, 303, 303, 303]);
  expect((await lab(program, 'DELETE', '/clients/late-app')).status).toBe(200);
  await expect.poll(() => statusesOf(ask), soon).toEqual([400, 400, 400, 400]);
});

test('an account that is locked at one is locked at all, and what it had is worth nothing', async () => {
  const { visitor, tokens } = await signedIn();
  const userinfo = () => line.send('GET', '/userinfo', { authorization: `Bearer ${tokens.access_token}` });
  const session = () => visitor.go(protocol.authorizePath({ prompt: 'none' }));
  const withoutPage = async () => (await everywhere(session)).map(({ headers }) => headers.location?.includes('code='));
  expect(await statusesOf(userinfo)).toEqual([200, 200, 200, 200]);
  expect(await withoutPage()).toEqual([true, true, true, true]);
  await lab(program, 'PATCH', `/accounts/${an.number}`, { state: 'locked' });
  await expect.poll(() => statusesOf(userinfo), soon).toEqual([401, 401, 401, 401]);
  await expect.poll(withoutPage, soon).toEqual([false, false, false, false]);
  await lab(program, 'PATCH', `/accounts/${an.number}`, { state: 'active' });
});

test('a token that is revoked at one is revoked at all', async () => {
  const { tokens } = await signedIn();
  const userinfo = () => line.send('GET', '/userinfo', { authorization: `Bearer ${tokens.access_token}` });
  expect(await statusesOf(userinfo)).toEqual([200, 200, 200, 200]);
  const headers = {
    authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  expect((await line.send('POST', '/revoke', headers, `token=${tokens.access_token}`)).status).toBe(200);
  await expect.poll(() => statusesOf(userinfo), soon).toEqual([401, 401, 401, 401]);
});

test('keys rotate under load: what any worker signs verifies with the keys that any other shows, at all times', async () => {
  const { visitor } = await signedIn();
  const keySets = async () =>
    (await everywhere(() => line.send('GET', '/jwks'))).map(({ body }) => JSON.parse(body) as JSONWebKeySet);
  const signedBy = new Set<string | undefined>();
  // workers look at their keys every second: announced for longer, a key is shown by all before one of them uses it
  const rotate = () =>
    rotateKeys({ folder: join(folder, 'keys'), now: Date.now(), announce: 3_000, retire: 3_600_000 });
  for (const rotations of [2, 3]) {
    await rotate();
    while (signedBy.size < rotations) {
      const [before, { id_token: token }] = [
        await keySets(),
        await protocol.redeem(await protocol.authorizeWithSession(visitor)),
      ];
      signedBy.add(decodeProtectedHeader(token).kid);
      for (const set of [...before, ...(await keySets())])
        await jwtVerify(token, createLocalJWKSet(set), { issuer: program.issuer });
    }
  }
}, 60_000);

test('a page of metrics is of all, whoever answers it', async () => {
  const counted = async () => {
    const pages = await everywhere(() => line.send('GET', '/metrics'));
    return pages.map(({ body }) =>
      Number(/^vneid_requests_total\{route="\/health\/live".*\} (\d+)$/m.exec(body)?.[1] ?? 0),
    );
  };
  const [before = 0] = await counted();
  for (let asked = 0; asked < 10; asked += 1) await line.send('GET', '/health/live');
  expect(await counted()).toEqual(Array.from({ length: 4 }, () => before + 10));
});
