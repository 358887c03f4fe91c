import { expect, test } from 'vitest';
import { openLink } from '../../src/store/redis-link.ts';
import type { RedisClient } from '../../src/store/redis-nodes.ts';

/** A connection that is made at once, to a server that answers or never does. */
function connectionTo(name: string, answers: boolean) {
  return {
    name,
    isOpen: true,
    isReady: true,
    connect: async () => {},
    destroy() {
      this.isOpen = false;
    },
    sendCommand: () => (answers ? Promise.resolve('PONG') : new Promise(() => {})),
  };
}

test('a new connection that could not be made ready to use is not used, and the next one is tried', async () => {
  const made: ReturnType<typeof connectionTo>[] = [];
  const make = () => {
    // the first falls silent
    const connection = connectionTo(`connection ${made.length + 1}`, made.length > 0);
    made.push(connection);
    return connection as unknown as RedisClient;
  };
  const used = new Set<string>();
  const joined = async (connection: RedisClient) => {
    if (made.indexOf(connection as unknown as (typeof made)[number]) === 1) throw new Error('news are refused');
  };
  const link = await openLink(make, { patience: 20, joined, linger: 0 });
  const name = () => {
    const { name: found } = link.current() as unknown as (typeof made)[number];
    used.add(found);
    return found;
  };
  await expect.poll(name, { interval: 1 }).toBe('connection 3');
  expect([...used]).toEqual(['connection 1', 'connection 3']);
  await expect.poll(() => made.map(({ isOpen }) => isOpen), { interval: 1 }).toEqual([false, false, true]);
  link.close();
});
