import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createClock } from '../../src/clock.ts';
import { createRedisArtifacts } from '../../src/store/artifacts/redis.ts';
import { openRedis } from '../../src/store/redis.ts';
import { percentile } from '../bench/load.ts';
import { type RedisServer, startRedis, until } from '../support/redis.ts';
import { startProxy } from './proxy.ts';
import type { Drilled, Story } from './story.ts';

/** Milliseconds of load before it happens, and marks that are under way at the same time. */
const [loaded, lanes] = [400, 32];

interface Way {
  what: string;
  /** Milliseconds from the primary to its replica, where they stand apart; a wire between them that is cut as it dies. */
  apart?: number;
  /** The wire was cut some time before, and the primary takes no more when it notices. */
  lonely?: boolean;
  /** Rounds of this way among all. */
  share: number;
}

const ways: Way[] = [
  { what: 'the process of the primary dies (kill -9)', share: 0.5 },
  { what: 'its machine dies, 1 ms away: what was on its way is lost', apart: 1, share: 0.2 },
  { what: 'its machine dies, 10 ms away', apart: 10, share: 0.2 },
  {
    what: 'the two were cut off before, min-replicas-to-write 1 and min-replicas-max-lag 1',
    apart: 0,
    lonely: true,
    share: 0.1,
  },
];

/** What one death took with it. */
interface Lost {
  /** Marks that were acknowledged in each second. */
  rate: number;
  /** Marks that were acknowledged and that the replica does not have. */
  marks: number;
  /** Milliseconds from when the first of them was acknowledged to the death of the primary. */
  window: number;
}

/**
 * Decisions of which Redis alone knows: how long before a primary dies they may be made and still be forgotten. Marks of
 * use are set one after the other, each noted when it was acknowledged; then the replica takes over and is asked for all.
 */
export const failoverWindow: Story = {
  name: 'failover-window',
  about: 'A primary of Redis dies while marks of use are set, and its replica is asked which of them it has.',
  seconds: 60,
  async run(seconds) {
    const results: Drilled[] = [];
    for (const way of ways) {
      const rounds: Lost[] = [];
      for (let round = 0; round < Math.max(2, Math.round(seconds * way.share)); round += 1)
        rounds.push(await kill(way));
      const windows = rounds.map(({ window }) => window);
      const some = rounds.filter(({ marks }) => marks > 0).length;
      const most = Math.max(...rounds.map(({ marks }) => marks));
      results.push({
        name: way.what,
        value:
          `marks were lost in ${some} of ${rounds.length} rounds, ${most} at most, at ${Math.round(
            percentile(
              rounds.map(({ rate }) => rate),
              0.5,
            ),
          )} marks/s; ` +
          `window ${percentile(windows, 0.5).toFixed(1)} ms in the middle, ${Math.max(...windows).toFixed(1)} ms at most`,
      });
    }
    return results;
  },
};

async function kill({ apart, lonely }: Way): Promise<Lost> {
  await using begun = new AsyncDisposableStack();
  const strict = lonely ? ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '1'] : [];
  const primary = begun.use(await startRedis([...strict, '--repl-diskless-sync-delay', '0']));
  const replica = begun.use(await startRedis());
  const end = () => void [primary, replica].map(({ process: server }) => server.kill('SIGKILL'));
  process.once('exit', end);
  begun.defer(() => void process.off('exit', end));
  const wire = apart === undefined ? undefined : begun.use(await startProxy({ host: '127.0.0.1', port: primary.port }));
  wire?.delay(apart ?? 0);
  await replica.ask('REPLICAOF', '127.0.0.1', String(wire?.port ?? primary.port));
  // online is what the primary calls it before it sends anything
  await until(async () => {
    await primary.ask('SET', 'heard', '1').catch(() => {});
    return (await primary.ask('WAIT', '1', '100')) === 1 && (await replica.ask('GET', 'heard')) === '1';
  });

  const store = createRedisArtifacts({
    redis: await openRedis({ url: primary.url, patience: 3000 }),
    clock: createClock(),
  });
  begun.defer(() => store.close());
  const expiry = Math.floor(Date.now() / 1000) + 600;
  const acknowledged = new Map<string, number>();
  let going = true;
  async function lane(name: number): Promise<void> {
    for (let nth = 0; going; nth += 1) {
      const id = `${name}-${nth}`;
      await store.put('AuthorizationCode', id, { nth }, expiry);
      if (await store.consume('AuthorizationCode', id)) acknowledged.set(id, performance.now());
    }
  }
  const began = performance.now();
  const under = Promise.allSettled(Array.from({ length: lanes }, (_, name) => lane(name)));
  await pause(loaded);
  let last = 0;
  if (lonely) {
    wire?.cut();
    // until the primary notices, as nobody gets an acknowledgement any more
    await until(async () => {
      const before = last;
      last = acknowledged.size;
      await pause(300);
      return acknowledged.size === last && before === last;
    });
  }
  wire?.cut();
  const died = lonely ? Math.max(...acknowledged.values()) : performance.now();
  const rate = (acknowledged.size * 1000) / (died - began);
  primary.process.kill('SIGKILL');
  await once(primary.process, 'exit');
  going = false;
  await under;

  // whoever promotes it waits longer than it needs to read what arrived
  await until(async () => {
    const heard = await offsetOf(replica);
    await pause(300);
    return heard === (await offsetOf(replica));
  });
  await replica.ask('REPLICAOF', 'NO', 'ONE');
  const after = createRedisArtifacts({ redis: await openRedis({ url: replica.url }), clock: createClock() });
  begun.defer(() => after.close());
  const known = new Set(
    (await after.all()).filter(({ payload }) => payload.consumed !== undefined).map(({ id }) => id),
  );
  const lost = [...acknowledged].filter(([id]) => !known.has(id)).map(([, at]) => at);
  return { rate, marks: lost.length, window: lost.length === 0 ? 0 : Math.max(0, died - Math.min(...lost)) };
}

/** How much of what its primary wrote a replica has. */
async function offsetOf(replica: RedisServer): Promise<string | undefined> {
  return /^slave_repl_offset:(\d+)/m.exec(String(await replica.ask('INFO', 'replication')))?.[1];
}
