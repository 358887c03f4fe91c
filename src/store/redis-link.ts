import { setImmediate, setTimeout } from 'node:timers/promises';
import { isCluster, type RedisClient, type RedisCluster } from './redis-nodes.ts';

/**
 * A connection that is exchanged for a new one when a server says nothing any more. A network that loses what is sent
 * tells nobody, and TCP goes on sending for a quarter of an hour (RFC 9293 §3.8.3, R2); a node that has been replaced
 * meanwhile may be silent for ever. So every server is asked whether it is there, by its own connection.
 */
export interface Link<Connection extends RedisClient | RedisCluster> {
  current(): Connection;
  close(): void;
}

/**
 * @param make a new connection, not opened yet
 * @param patience milliseconds in which a server has to answer
 * @param joined what has to be done on each new connection before it is used
 * @param linger milliseconds in which answers may come on the one before
 */
export async function openLink<Connection extends RedisClient | RedisCluster>(
  make: () => Connection,
  {
    patience,
    joined = async () => {},
    linger = patience,
  }: { patience: number; joined?: (connection: Connection) => Promise<void>; linger?: number },
): Promise<Link<Connection>> {
  const open = new Set<Connection>();
  let looking = false;

  /** @throws Error when it is not there within `limit` milliseconds; where there is none it may try for ever */
  async function begin(limit = Number.POSITIVE_INFINITY): Promise<Connection> {
    const connection = make();
    open.add(connection);
    try {
      const opened = (connection as RedisClient).connect().then(() => joined(connection));
      if (limit < Number.POSITIVE_INFINITY && !(await within(opened, limit)))
        throw new Error(`no answer within ${limit} ms`);
      await opened;
      return connection;
    } catch (cause) {
      end(connection);
      throw cause;
    }
  }

  function end(connection: Connection): void {
    open.delete(connection);
    if (connection.isOpen) connection.destroy();
  }

  let current = await begin();

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const answers = await Promise.all(serversOf(current).map((server) => answersWithin(server, patience)));
      if (answers.every(Boolean) || !open.has(current)) return;
      const next = await begin(2 * patience);
      const before = current;
      if (!open.has(next)) return;
      current = next;
      await setTimeout(linger, undefined, { ref: false });
      end(before);
    } catch {
      // it is not there yet: whoever needs it is told by their own command, and the next look tries again
    } finally {
      looking = false;
    }
  }

  const watch = setInterval(() => void look(), patience / 2).unref();
  return {
    current: () => current,
    close() {
      clearInterval(watch);
      for (const connection of open) end(connection);
    },
  };
}

/** The connections to each server, as far as they have been made. */
function serversOf(connection: RedisClient | RedisCluster): RedisClient[] {
  if (!isCluster(connection)) return [connection];
  const { masters, replicas, pubSubNode } = connection;
  return [...masters, ...replicas, ...(pubSubNode ? [pubSubNode] : [])].flatMap(({ client }) => client ?? []);
}

/** Whether there is an answer, be it a refusal. */
async function answersWithin(server: RedisClient, patience: number): Promise<boolean> {
  if (server.isReady) return within(server.sendCommand(['PING']), patience);
  await setTimeout(patience, undefined, { ref: false });
  return server.isReady;
}

/** Whether something settles in so many milliseconds; what has come by then counts, also when this process was busy. */
async function within(what: Promise<unknown>, limit: number): Promise<boolean> {
  let settled = false;
  const settling = what.then(
    () => (settled = true),
    () => (settled = true),
  );
  const tooLong = setTimeout(limit, undefined, { ref: false }).then(() => setImmediate());
  await Promise.race([settling, tooLong]);
  return settled;
}
