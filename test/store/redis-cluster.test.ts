import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { type RedisCluster, startCluster, until } from '../support/redis.ts';
import { artifactContract, type MakeStore } from './contract.ts';
import { raceOfTwo } from './race.ts';
import { openingOf, storeOn, storesOn } from './redis-stores.ts';

let cluster: RedisCluster;
let makeStore: MakeStore;
beforeAll(async () => {
  cluster = await startCluster();
  makeStore = storesOn(cluster);
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());

artifactContract('Redis Cluster', (parts) => makeStore(parts));

it('is known as a Cluster by any one of its nodes', async () => {
  const store = await storeOn(cluster.nodes[4]?.url ?? '', createClock(), 'by1node');
  const end = Math.floor(Date.now() / 1000) + 600;
  for (let id = 0; id < 30; id += 1) await store.put('Session', String(id), { id }, end, { grantId: 'g' });
  expect(await store.size()).toBe(30);
  await store.removeByGrant('g');
  expect(await store.size()).toBe(0);
  await store.close();
});

it('lets exactly one of two processes win each code, proof and one-time code', async () => {
  const store = await storeOn(cluster.url, createClock());
  await raceOfTwo(store, openingOf(cluster.url));
  await store.close();
});

it('goes on by itself when a primary is killed; what its replica had is used once, and the rest is known to be open', async () => {
  const clock = createClock();
  const store = await storeOn(cluster.url, clock, 'failover', 500);
  const end = Math.floor(clock.now() / 1000) + 600;
  const ids = Array.from({ length: 300 }, (_, id) => String(id));
  for (const id of ids) await store.put('AuthorizationCode', id, {}, end);
  const won = new Map<string, number>();
  const consume = async (id: string) => {
    if (await store.consume('AuthorizationCode', id)) won.set(id, (won.get(id) ?? 0) + 1);
  };
  for (const id of ids.slice(0, 100)) await consume(id);
  // acknowledged by the replicas: these marks have to survive
  for (const node of cluster.nodes.slice(0, 3)) await node.ask('WAIT', '1', '5000');

  const [killed] = cluster.nodes;
  const gone = once(killed?.process as NodeJS.EventEmitter, 'exit');
  const underWay = ids.slice(100).map((id) => consume(id).catch(() => {}));
  killed?.process.kill('SIGKILL');
  await gone;
  await Promise.all(underWay);
  const began = performance.now();
  await until(() =>
    Promise.all(ids.map((id) => store.get('AuthorizationCode', id))).then(
      () => true,
      () => false,
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  const before = new Set(won.keys());
  for (const id of ids) await consume(id);
  expect([...won.keys()].sort()).toEqual([...ids].sort());
  for (const id of ids.slice(0, 100)) expect(won.get(id), id).toBe(1);
  const twice = [...won].filter(([, times]) => times > 1).map(([id]) => id);
  // only what was acknowledged in the moment of the death may have been lost with it
  expect(twice.every((id) => before.has(id) && Number(id) >= 100)).toBe(true);
  expect(seconds).toBeLessThan(20);
  await store.close();
}, 60_000);

it('goes on when a primary falls silent and its replica takes over, and while it says nothing still', async () => {
  await using own = await startCluster();
  const clock = createClock();
  const store = await storeOn(own.url, clock, 'silent', 500);
  const end = Math.floor(clock.now() / 1000) + 600;
  const ids = Array.from({ length: 60 }, (_, id) => String(id));
  const everything = () =>
    Promise.all(ids.map((id) => store.put('Session', id, { id }, end))).then(
      () => true,
      () => false,
    );
  expect(await everything()).toBe(true);
  const [silent] = own.nodes;
  silent?.process.kill('SIGSTOP');
  await until(everything);
  silent?.process.kill('SIGCONT');
  await until(everything);
  await store.close();
}, 60_000);
