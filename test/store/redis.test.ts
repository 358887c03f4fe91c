import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { openRedis } from '../../src/store/redis.ts';
import { selfSigned } from '../../src/web/certificate.ts';
import { startProxy } from '../drill/proxy.ts';
import { type RedisServer, startRedis, until } from '../support/redis.ts';
import { temporaryFiles } from '../support/tls.ts';
import { artifactContract, type MakeStore } from './contract.ts';
import { raceOfTwo } from './race.ts';
import { openingOf, storeOn, storesOn } from './redis-stores.ts';

let server: RedisServer;
let makeStore: MakeStore;
let makePacking: MakeStore;
beforeAll(async () => {
  server = await startRedis();
  makeStore = storesOn({ url: server.url, nodes: [server] });
  makePacking = storesOn({ url: server.url, nodes: [server] }, 0);
});
afterAll(() => server[Symbol.asyncDispose]());

artifactContract('Redis', (parts) => makeStore(parts));
artifactContract('Redis, where everything is packed,', (parts) => makePacking(parts));

const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function open(url: string, prefix = 'own', patience?: number) {
  const clock = createClock();
  const store = await storeOn(url, clock, prefix, patience);
  closing.push({ [Symbol.asyncDispose]: () => store.close() });
  return { store, clock, end: Math.floor(clock.now() / 1000) + 600 };
}

async function another(settings: string[] = [], port?: number): Promise<RedisServer> {
  const own = await startRedis(settings, { ...(port && { port }) });
  closing.push(own);
  return own;
}

it('lets exactly one of two processes win each code, proof and one-time code', async () => {
  const own = await another();
  const { store } = await open(own.url, 'vneid');
  await raceOfTwo(store, openingOf(own.url));
});

it('has Redis itself forget what has ended, with everything that led to it', async () => {
  const own = await another();
  const { store, clock } = await open(own.url);
  const soon = clock.now() / 1000 + 0.2;
  await store.put('Session', 's', { uid: 'u' }, soon, { uid: 'u' });
  await store.put('AccessToken', 't', { grantId: 'g' }, soon, { grantId: 'g' });
  await store.count('failures', 'an', soon);
  expect(await own.ask('DBSIZE')).toBe(5);
  await until(async () => (await own.ask('DBSIZE')) === 0);
});

it('forgets of a grant what has ended, however often its tokens are renewed, and keeps what lives longest', async () => {
  const { store, clock, end } = await open(server.url, 'renewed');
  const soon = clock.now() / 1000 + 60;
  await store.put('RefreshToken', 'r', {}, end, { grantId: 'g' });
  for (let nth = 0; nth < 20; nth += 1) await store.put('AccessToken', `t${nth}`, {}, soon, { grantId: 'g' });
  clock.advance(61_000);
  await store.put('AccessToken', 'new', {}, clock.now() / 1000 + 60, { grantId: 'g' });
  expect(await server.ask('ZCARD', 'renewed-grant:g')).toBe(2);
  expect(Number(await server.ask('PTTL', 'renewed-grant:g'))).toBeGreaterThan(500_000);
  await store.put('Grant', 'of ever', {}, undefined, { grantId: 'g' });
  expect(await server.ask('PTTL', 'renewed-grant:g')).toBe(-1);
});

it('packs what lives for long, and keeps as text what is gone within the hour', async () => {
  const { store, clock, end } = await open(server.url, 'forms');
  const payload = { accountId: '01930000-0000-7000-a000-000000000001', scope: 'openid profile' };
  await store.put('Grant', 'long', payload, end + 14 * 86_400);
  await store.put('Grant', 'short', payload, end);
  const [long, short] = [
    String(await server.ask('GET', 'forms:Grant:long')),
    String(await server.ask('GET', 'forms:Grant:short')),
  ];
  expect(long.charCodeAt(0)).toBe(1);
  expect(short).toBe(`0000000000 ${end}   \n${JSON.stringify(payload)}`);
  clock.advance(86_400_000);
  expect(await store.get('Grant', 'long')).toEqual(payload);
});

it('reads, uses up, links and ends what the version before wrote', async () => {
  const { store, end } = await open(server.url, 'before');
  const old = (links: string, payload: object) => `0000000000 ${end} ${links}\n${JSON.stringify(payload)}`;
  const life = ['PX', '600000'];
  await server.ask('SET', 'before:Session:s', old(' = ', { uid: 'u', n: 1 }), ...life);
  await server.ask('SET', 'before-uid:Session:u', 's', ...life);
  await server.ask('SET', 'before:RefreshToken:r', old('=  ', { grantId: 'g', n: 2 }), ...life);
  await server.ask('SET', 'before:AccessToken:t', old('!g  ', { n: 3 }), ...life);
  await server.ask('ZADD', 'before-grant:g', String(end), 'RefreshToken:r', String(end), 'AccessToken:t');
  expect(await store.findBy('Session', 'uid', 'u')).toEqual({ uid: 'u', n: 1 });
  expect(await store.consume('RefreshToken', 'r')).toBe(true);
  expect(await store.consume('RefreshToken', 'r')).toBe(false);
  // written again as it is written now, and used all the same
  await store.put('RefreshToken', 'r', { grantId: 'g', n: 4 }, end + 86_400, { grantId: 'g' });
  expect(await store.consume('RefreshToken', 'r')).toBe(false);
  expect(await store.get('RefreshToken', 'r')).toMatchObject({ n: 4, consumed: expect.any(Number) as number });
  await store.put('AccessToken', 'new', {}, end, { grantId: 'g' });
  await store.removeByGrant('g');
  for (const [kind, id] of [
    ['RefreshToken', 'r'],
    ['AccessToken', 't'],
    ['AccessToken', 'new'],
  ] as const)
    expect(await store.get(kind, id)).toBeUndefined();
});

it('goes on when the server has forgotten its scripts', async () => {
  const own = await another();
  const { store, end } = await open(own.url);
  await store.put('AuthorizationCode', 'c', {}, end);
  await own.ask('SCRIPT', 'FLUSH');
  expect(await store.consume('AuthorizationCode', 'c')).toBe(true);
  await own.ask('SCRIPT', 'FLUSH');
  expect(await store.consume('AuthorizationCode', 'c')).toBe(false);
});

it('answers 503 while the server is gone, and goes on by itself once it is back', async () => {
  const own = await another();
  const { store, end } = await open(own.url, 'own', 400);
  await store.put('otp', 'o', {}, end);
  own.process.kill('SIGKILL');
  await once(own.process, 'exit');
  const gone = { code: 'store.unreachable', status: 503, headers: { 'Retry-After': '2' } };
  await expect(store.get('otp', 'o')).rejects.toMatchObject(gone);
  await expect(store.consume('otp', 'o')).rejects.toMatchObject(gone);
  await expect(store.put('otp', 'p', {}, end)).rejects.toMatchObject(gone);
  await another([], own.port);
  await until(() =>
    store.put('otp', 'p', { n: 1 }, end).then(
      () => true,
      () => false,
    ),
  );
  expect(await store.take('otp', 'p')).toEqual({ n: 1 });
});

it('does not wait for a server that has stopped answering, and believes no win that it was not told', async () => {
  const own = await another();
  const { store, end } = await open(own.url, 'own', 300);
  await store.put('otp', 'o', {}, end);
  own.process.kill('SIGSTOP');
  try {
    await expect(store.take('otp', 'o')).rejects.toMatchObject({ code: 'store.unreachable' });
  } finally {
    own.process.kill('SIGCONT');
  }
  await until(() =>
    store.get('otp', 'o').then(
      () => true,
      () => false,
    ),
  );
  expect(await store.take('otp', 'o')).toBeUndefined();
});

it('takes an answer that came in time, though this process was too busy to look', async () => {
  const own = await another();
  const { store, end } = await open(own.url, 'own', 100);
  await store.put('otp', 'o', { n: 1 }, end);
  const asked = store.get('otp', 'o');
  // as soon as it has been sent
  await new Promise((resolve) => setImmediate(resolve));
  for (const until = performance.now() + 300; performance.now() < until; );
  expect(await asked).toEqual({ n: 1 });
});

it('leaves a connection on which nothing comes back any more, as after a network that was cut, for a new one', async () => {
  const own = await another();
  const wire = await startProxy({ host: '127.0.0.1', port: own.port });
  closing.push(wire);
  const { store, end } = await open(`redis://127.0.0.1:${wire.port}`, 'own', 300);
  await store.put('otp', 'o', { n: 1 }, end);
  wire.silence();
  await expect(store.get('otp', 'o')).rejects.toMatchObject({ code: 'store.unreachable' });
  await until(() =>
    store.get('otp', 'o').then(
      () => true,
      () => false,
    ),
  );
  expect(await store.take('otp', 'o')).toEqual({ n: 1 });
});

it('sends again for a moment what a replica refused, as while primaries change', async () => {
  const [own, primary] = [await another(), await another()];
  const { store, end } = await open(own.url);
  await own.ask('REPLICAOF', '127.0.0.1', String(primary.port));
  const refused = store.put('Session', 's', { n: 1 }, end);
  await until(async () => String(await own.ask('INFO', 'errorstats')).includes('READONLY'));
  await own.ask('REPLICAOF', 'NO', 'ONE');
  await refused;
  expect(await store.get('Session', 's')).toEqual({ n: 1 });
});

it('says come again while a primary takes nothing for want of replicas, and goes on once it does', async () => {
  const own = await another();
  const { store, end } = await open(own.url, 'own', 300);
  await store.put('AuthorizationCode', 'c', {}, end);
  await own.ask('CONFIG', 'SET', 'min-replicas-to-write', '1');
  const refused = { code: 'store.unreachable', status: 503 };
  await expect(store.put('AuthorizationCode', 'd', {}, end)).rejects.toMatchObject(refused);
  await expect(store.consume('AuthorizationCode', 'c')).rejects.toMatchObject(refused);
  await expect(store.remove('AuthorizationCode', 'c')).rejects.toMatchObject(refused);
  await own.ask('CONFIG', 'SET', 'min-replicas-to-write', '0');
  expect(await store.consume('AuthorizationCode', 'c')).toBe(true);
});

it('starts only where nothing is evicted, on a Redis that is there and lets it in', async () => {
  const [own, evicting] = [await another(), await another(['--maxmemory-policy', 'allkeys-lru'])];
  await expect(openRedis({ url: evicting.url })).rejects.toMatchObject({
    code: 'redis.evicts',
    facts: { address: `127.0.0.1:${evicting.port}`, policy: 'allkeys-lru' },
  });
  await own.ask('ACL', 'SETUSER', 'vneid', 'on', '>a:secret@', '~vneid*', '&vneid*', '+@all', '-config');
  const url = `redis://vneid:${encodeURIComponent('a:secret@')}@127.0.0.1:${own.port}`;
  const { store, end } = await open(url, 'vneid');
  await store.put('Session', 's', { n: 1 }, end, { uid: 'u', grantId: 'g' });
  expect(await store.findBy('Session', 'uid', 'u')).toEqual({ n: 1 });
  const wrong = (await openRedis({ url: url.replace('secret', 'guess') }).catch((error: unknown) => error)) as Error;
  expect(wrong).toMatchObject({ code: 'redis.unreachable' });
  expect(wrong.message).toContain(`127.0.0.1:${own.port}`);
  expect(wrong.message).not.toContain('guess');
  const { port } = own;
  own.process.kill('SIGKILL');
  await once(own.process, 'exit');
  await expect(openRedis({ url: `redis://127.0.0.1:${port}` })).rejects.toMatchObject({ code: 'redis.unreachable' });
});

it('speaks TLS to a server whose issuer it was told, as the user it was told, and to no other', async () => {
  const { cert, key } = await selfSigned({ hosts: ['127.0.0.1'], clock: { now: () => Date.now() } });
  const files = await temporaryFiles({ cert, key });
  closing.push({ [Symbol.asyncDispose]: () => files.remove() });
  const own = await startRedis(
    ['--tls-cert-file', files.cert, '--tls-key-file', files.key, '--tls-auth-clients', 'no'],
    { tls: { ca: cert } },
  );
  closing.push(own);
  await own.ask('ACL', 'SETUSER', 'vneid', 'on', '>secret', '~vneid*', '&vneid*', '+@all', '-config');
  const url = own.url.replace('//', '//vneid:secret@');
  const redis = await openRedis({ url, ca: files.cert });
  closing.push({ [Symbol.asyncDispose]: () => redis.close() });
  expect(await redis.send('vneid:x', ['SET', 'vneid:x', '1'])).toBe('OK');
  await expect(openRedis({ url })).rejects.toMatchObject({ code: 'redis.unreachable' });
  await expect(openRedis({ url: url.replace('rediss', 'redis') })).rejects.toMatchObject({ code: 'redis.unreachable' });
});
