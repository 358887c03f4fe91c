import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { client as baseline } from '../bench/client.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { createHighClient, type HighClient } from '../support/high-client.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { freePort } from '../support/ports.ts';
import { type Program, startProgram } from '../support/program.ts';
import { type RedisServer, startCluster, startRedis, until } from '../support/redis.ts';
import { memoryOf, snapshotOf } from './memory.ts';
import { type Network, openNetwork, type Wire } from './network.ts';
import { type Proxy, startProxy } from './proxy.ts';

/** One of several that answer at the same address, in a process of its own. */
export interface Member {
  origin: string;
  /** False from its death until it is ready again. */
  up: boolean;
  /** Dies at once (kill -9), and is no longer asked. */
  kill(): Promise<void>;
  /** Starts again on the same port; milliseconds until it was ready. */
  start(): Promise<number>;
  /** Bytes of memory of the process and what of it is still in use, after a collection of its garbage; it is `inspected`. */
  memory(): Promise<{ resident: number; used: number }>;
  /** Writes what is in use, thing by thing, to a file that Chromium's and Node's tools read. */
  snapshot(file: string): Promise<void>;
}

/** A shared sandbox of one drill's own: PostgreSQL that writes through, Redis, instances, and a balancer before them. */
export interface World extends AsyncDisposable {
  issuer: string;
  folder: string;
  members: Member[];
  postgres: PostgresServer;
  /** One server, or the six of a Cluster, the primaries first. */
  redis: RedisServer[];
  /** The wires to both, and what they are, where proxies or networks were asked for. */
  wires: { postgres: Wire; redis: Wire; kind: string } | undefined;
  /** The proxy before PostgreSQL, where proxies were asked for. */
  slow: Proxy | undefined;
  high: HighClient;
}

export interface Wish {
  members?: number;
  redis?: 'one' | 'cluster';
  redisSettings?: string[];
  /**
   * What PostgreSQL and Redis are reached through: proxies, which can be slow too, or networks of their own, which are cut
   * as a cable is; where this machine allows none, proxies.
   */
  wired?: 'proxies' | 'networks' | undefined;
  /** The folder below which PostgreSQL has its data. */
  disk?: string | undefined;
  /** Whether instances let themselves be asked what their memory is used for. */
  inspected?: boolean;
  /** Further options of each instance. */
  env?: Record<string, string>;
}

const root = resolve(import.meta.dirname, '../..');
/** What acknowledged means: the bytes were handed to the system. */
const writesThrough = ['-c', 'fsync=on', '-c', 'synchronous_commit=on', '-c', 'full_page_writes=on'];

/** Builds it; whatever began ends with it, and when anything of it fails. */
export async function startWorld({
  members: count = 2,
  redis: kind = 'one',
  redisSettings = [],
  wired,
  inspected = false,
  disk,
  env: further = {},
}: Wish = {}): Promise<World> {
  await using begun = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vneid-drill-'));
  begun.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const networks = wired === 'networks' ? openNetworks(begun) : undefined;
  const [nearPostgres, nearRedis] = networks?.both ?? [];
  const postgres = await startPostgres(writesThrough, { disk, elsewhere: nearPostgres });
  begun.defer(() => postgres.stop());
  const redis =
    kind === 'cluster'
      ? await startCluster()
      : { nodes: [await startRedis(redisSettings, { elsewhere: nearRedis })], url: '' };
  begun.defer(async () => {
    for (const node of redis.nodes) await node[Symbol.asyncDispose]();
  });
  for (const { process: server } of redis.nodes) process.once('exit', () => void server.kill('SIGKILL'));
  const [only] = redis.nodes as [RedisServer];
  const proxies =
    wired && !networks?.both
      ? {
          postgres: begun.use(await startProxy({ path: join(postgres.folder, '.s.PGSQL.5432') })),
          redis: begun.use(await startProxy({ host: '127.0.0.1', port: only.port })),
        }
      : undefined;
  const portOfPostgres = proxies?.postgres.port ?? 5432;
  const wires =
    nearPostgres && nearRedis
      ? { postgres: nearPostgres, redis: nearRedis, kind: 'virtual Ethernet to network namespaces' }
      : proxies && { ...proxies, kind: `proxies${networks ? `, as ${networks.refused}` : ''}` };
  const balancer = begun.use(await startBalancer());
  const high = await createHighClient();
  const clients = join(folder, 'clients.yaml');
  await writeFile(clients, JSON.stringify({ clients: [baseline, high.registration] }));
  const env = {
    VNEID_ISSUER: balancer.origin,
    VNEID_CITY: 'false',
    VNEID_CLIENTS: clients,
    VNEID_CITIZENS: '0',
    VNEID_SENDS: '10000',
    VNEID_LOG: 'error',
    VNEID_DATABASE_URL: wires
      ? `postgres://vneid@${nearPostgres?.host ?? '127.0.0.1'}:${portOfPostgres}/postgres`
      : postgres.url,
    VNEID_REDIS_URL: proxies ? `redis://127.0.0.1:${proxies.redis.port}` : redis.url || only.url,
    ...further,
  };
  const members: Member[] = [];
  // one after the other, as the first makes keys and people
  for (let index = 0; index < count; index += 1) {
    const member = await startMember({ folder, env, balancer, inspected });
    begun.defer(() => member.kill());
    members.push(member);
  }
  const all = begun.move();
  return {
    issuer: balancer.origin,
    folder,
    members,
    postgres,
    redis: redis.nodes,
    wires,
    slow: proxies?.postgres,
    high,
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

/** One for PostgreSQL and one for Redis, or why there is none. */
function openNetworks(begun: AsyncDisposableStack): { both?: [Network, Network]; refused?: string } {
  try {
    return { both: [begun.use(openNetwork()), begun.use(openNetwork())] };
  } catch (cause) {
    return { refused: `no network namespace could be made: ${(cause as Error).message.trim().split('\n').at(-1)}` };
  }
}

async function startMember({
  folder,
  env,
  balancer,
  inspected,
}: {
  folder: string;
  env: Record<string, string>;
  balancer: Balancer;
  inspected: boolean;
}): Promise<Member> {
  const port = await freePort();
  const inspect = inspected ? ['--inspect=127.0.0.1:0'] : [];
  const command = [process.execPath, '--max-semi-space-size=2', ...inspect, 'src/main.js', 'start'];
  const options = { command, cwd: root, folder, port, env: { ...env, VNEID_ALLOWED_HOSTS: `localhost:${port}` } };
  let program: Program;
  const { behind } = balancer;
  // a drill that is interrupted leaves nobody behind
  const end = () => void program.process.kill('SIGKILL');
  program = await startProgram(options);
  behind.push(port);
  process.once('exit', end);
  const member: Member = {
    origin: `http://localhost:${port}`,
    up: true,
    async start() {
      const began = performance.now();
      program = await startProgram(options);
      behind.push(port);
      member.up = true;
      return Math.round(performance.now() - began);
    },
    async kill() {
      member.up = false;
      const { process: child } = program;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      // as a balancer that looks does, a moment later
      behind.splice(0, behind.length, ...behind.filter((one) => one !== port));
    },
    memory: () => memoryOf(program),
    snapshot: (to) => snapshotOf(program, to),
  };
  return member;
}

/** Waits until every instance says that a login would succeed; milliseconds that took. */
export async function ready({ members }: World): Promise<number> {
  const began = performance.now();
  for (const { origin } of members)
    await until(async () => (await fetch(`${origin}/health/ready`).catch(() => undefined))?.status === 200);
  return Math.round(performance.now() - began);
}
