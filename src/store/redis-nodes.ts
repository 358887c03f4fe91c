import { readFileSync } from 'node:fs';
import { createClient, createCluster } from 'redis';
import { problem } from '../errors.ts';

export interface RedisAddress {
  /** `redis://user:password@host:port/db` or `rediss://…`; several, comma separated, are nodes of one Cluster. */
  url: string;
  /** PEM file with the issuer of the servers' certificates, where it is none that everybody knows. */
  ca?: string | undefined;
  /** Milliseconds in which a command has to be answered; 2000 by default. */
  patience?: number;
}

export type RedisClient = ReturnType<typeof createClient>;
export type RedisCluster = ReturnType<typeof createCluster>;

export function isCluster(connection: RedisClient | RedisCluster): connection is RedisCluster {
  return 'masters' in connection;
}

/** Commands that may wait for answers at once; a server that is gone must not fill the memory of this process. */
const mostWaiting = 100_000;

/** How a node is reached: by whom and how is said once, for all of them. */
export function routesTo({ url, ca, patience }: RedisAddress) {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const [first] = urls as [URL, ...URL[]];
  const node = ({ hostname, port }: URL) => ({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
  });
  const options = () => ({
    // a command that waits for a connection would be done late, when nobody waits for it any more
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostWaiting,
    disableClientInfo: true,
    maintNotifications: 'disabled' as const,
    // one clock for all commands is cheaper than a timer for each
    commandOptions: { timeout: 0 },
    ...(first.username && { username: decodeURIComponent(first.username) }),
    ...(first.password && { password: decodeURIComponent(first.password) }),
    socket: {
      connectTimeout: patience ?? 2_000,
      reconnectStrategy: (tries: number) => Math.min(25 * 2 ** tries, 1_000),
      ...(first.protocol === 'rediss:' && { tls: true as const, ...(ca && { ca: readFileSync(ca) }) }),
    },
  });
  return {
    several: urls.length > 1,
    /** Host and port of the first, to name it by. */
    first: `${node(first).host}:${node(first).port}`,
    toOne(): RedisClient {
      const { socket, ...rest } = options();
      const database = Number(first.pathname.slice(1));
      return heard(createClient({ ...rest, database, socket: { ...socket, ...node(first) } }) as RedisClient);
    },
    toCluster({ useReplicas = false } = {}): RedisCluster {
      const rootNodes = urls.map((one) => ({ socket: node(one) }));
      const refreshed = { topologyRefreshOnReconnectionAttemptStrategy: 500, useReplicas };
      return heard(createCluster({ rootNodes, defaults: options(), ...refreshed }) as RedisCluster);
    },
  };
}

/**
 * Looks at every node, replicas too, as each may be the primary tomorrow.
 * @param limit milliseconds for the look at one server, and for that at all nodes
 * @returns whether they are a Cluster
 * @throws VneidError `redis.unreachable`, `redis.old`, `redis.evicts`, naming the node
 */
export async function checkNodes(routes: ReturnType<typeof routesTo>, url: string, limit = 10_000): Promise<boolean> {
  const hosts = url.replaceAll(/\/\/[^@/,]*@/g, '//');
  try {
    if (!routes.several && !(await lookBy(routes.toOne(), limit, (client) => isClustered(client, routes.first))))
      return false;
    await lookBy(routes.toCluster({ useReplicas: true }), limit, async (cluster) => {
      await cluster.connect();
      for (const node of [...cluster.masters, ...cluster.replicas]) {
        const client = (await cluster.nodeClient(node)) as unknown as RedisClient;
        checkNode(node.address, await infoOf(client));
      }
    });
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('redis.')) throw cause;
    throw problem('redis.unreachable', { address: hosts, reason: reasonOf(cause) });
  }
}

/** Looks by a connection that is for nothing else. A server that is frozen takes it, and never says a word. */
async function lookBy<C extends RedisClient | RedisCluster, T>(
  connection: C,
  limit: number,
  look: (connection: C) => Promise<T>,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${limit} ms`)), limit);
  try {
    return await Promise.race([look(connection), late.promise]);
  } finally {
    clearTimeout(timer);
    if (connection.isOpen) connection.destroy();
  }
}

async function isClustered(client: RedisClient, address: string): Promise<boolean> {
  // it would go on trying for ever, and whoever starts it wants to know now
  const failed = new Promise<never>((_, reject) => client.once('error', reject));
  await Promise.race([client.connect(), failed]);
  const info = await infoOf(client);
  const clustered = info.cluster_enabled === '1';
  if (!clustered) checkNode(address, info);
  return clustered;
}

/** INFO alone, as few users may ask CONFIG. */
async function infoOf(client: RedisClient): Promise<Record<string, string>> {
  const text = String(await client.sendCommand(['INFO']));
  return Object.fromEntries(text.split('\r\n').flatMap((line) => (line.includes(':') ? [line.split(/:(.*)/s)] : [])));
}

function checkNode(address: string, info: Record<string, string>): void {
  const { redis_version: version = '', maxmemory_policy: policy = '' } = info;
  // scripts that say of themselves that they may run when memory is used up came with 7.0
  if (Number.parseInt(version, 10) < 7) throw problem('redis.old', { address, version });
  // whatever else it is, a session or a mark of use may vanish before its time, and a used code would be good again
  if (policy !== 'noeviction') throw problem('redis.evicts', { address, policy });
}

/** What goes wrong behind the scenes is tried again by itself; whoever needs it meanwhile is told by their own command. */
function heard<T extends RedisClient | RedisCluster>(connection: T): T {
  (connection as RedisClient).on('error', () => {});
  return connection;
}

function reasonOf(cause: unknown): string {
  const { message, code } = cause as { message?: string; code?: string };
  return message || code || String(cause);
}
