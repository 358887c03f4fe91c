import type { Clock } from '../../src/clock.ts';
import { createRedisArtifacts } from '../../src/store/artifacts/redis.ts';
import { openRedis } from '../../src/store/redis.ts';
import type { RedisServer } from '../support/redis.ts';
import type { MakeStore } from './contract.ts';

/** Opens stores on some nodes, each in a namespace of its own. @param packsFrom seconds; what lives longer is packed */
export function storesOn({ url, nodes }: { url: string; nodes: RedisServer[] }, packsFrom?: number): MakeStore {
  let opened = 0;
  return async ({ clock, small = false }) => {
    opened += 1;
    // in a Cluster what is small has to be on one node, or another one has room
    const name = `test${packsFrom ?? ''}of${opened}`;
    const store = await storeOn(url, clock, small ? `{${name}}` : name, undefined, packsFrom);
    for (const node of nodes) {
      // what is kept for replicas grows with what is written; buffers do too, and much more room than they may take is given
      await node.ask('CONFIG', 'SET', 'repl-backlog-size', '16384');
      const used = Number(/used_memory:(\d+)/.exec(String(await node.ask('INFO', 'memory')))?.[1]);
      await node.ask('CONFIG', 'SET', 'maxmemory', small ? String(used + 1_500_000) : '0');
    }
    return store;
  };
}

export async function storeOn(url: string, clock: Clock, prefix?: string, patience?: number, packsFrom?: number) {
  const redis = await openRedis({ url, ...(patience && { patience }) });
  return createRedisArtifacts({
    redis,
    clock,
    ...(prefix && { prefix }),
    ...(packsFrom !== undefined && { packsFrom }),
  });
}

/** The same for another process, as TypeScript that makes `store` of `clock`. */
export function openingOf(url: string): string {
  return `
    const { storeOn } = await import('${import.meta.url}');
    const store = await storeOn(${JSON.stringify(url)}, clock);`;
}
