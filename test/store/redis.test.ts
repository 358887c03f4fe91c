import { afterAll, beforeAll } from 'vitest';
import { createRedisArtifacts } from '../../src/store/artifacts/redis.ts';
import { openRedis } from '../../src/store/redis.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { artifactContract, type MakeStore } from './contract.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

let stores = 0;
const makeStore: MakeStore = async ({ clock, small }) => {
  stores += 1;
  const store = createRedisArtifacts({ redis: await openRedis({ url: server.url }), clock, prefix: `test${stores}` });
  const used = /used_memory:(\d+)/.exec(String(await server.ask('INFO', 'memory')))?.[1];
  await server.ask('CONFIG', 'SET', 'maxmemory', small ? String(Number(used) + 300_000) : '0');
  return store;
};

artifactContract('Redis', makeStore);
