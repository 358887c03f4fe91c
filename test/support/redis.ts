import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { redisPath } from './needs.ts';
import { freePort } from './ports.ts';

/** A Redis of a test's own, on loopback, that keeps nothing. */
export interface RedisServer extends AsyncDisposable {
  port: number;
  url: string;
  process: ChildProcess;
  /** Sends one command as an administrator. */
  ask(...command: string[]): Promise<unknown>;
}

/** Where a server runs that is not simply here: what to put before its command, and its address. */
export interface Elsewhere {
  enter: string[];
  host: string;
}

/** Starts a server on a free port and waits until it answers; `settings` as on its command line. */
export async function startRedis(
  settings: string[] = [],
  { port: wanted, tls, elsewhere }: { port?: number; tls?: { ca: string }; elsewhere?: Elsewhere | undefined } = {},
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-redis-'));
  for (let tries = 0; ; tries += 1) {
    const port = wanted ?? (await freePort());
    const listening = tls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
    const quiet = ['--save', '', '--appendonly', 'no', '--dir', folder, '--loglevel', 'warning'];
    const { host, enter } = elsewhere ?? { host: '127.0.0.1', enter: [] };
    const reached = ['--bind', host, ...(elsewhere ? ['--protected-mode', 'no'] : [])];
    const [file = '', ...words] = [...enter, redisPath(), ...listening, ...reached, ...quiet, ...settings];
    const server = spawn(file, words, { stdio: 'ignore' });
    const url = `${tls ? 'rediss' : 'redis'}://${host}:${port}`;
    const client = createClient({
      url,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: {
        ...(tls && { tls: true as const, ca: tls.ca }),
        // until it listens; one that has ended, as its port was taken meanwhile, never will
        reconnectStrategy: () => (server.exitCode === null && server.signalCode === null ? 10 : false),
      },
    });
    client.on('error', () => {});
    const up = await client.connect().then(
      () => true,
      () => false,
    );
    if (!up && tries < 5) continue;
    return {
      port,
      url,
      process: server,
      ask: (...command) => client.sendCommand(command),
      async [Symbol.asyncDispose]() {
        client.destroy();
        if (server.exitCode === null && server.signalCode === null) {
          server.kill('SIGKILL');
          await once(server, 'exit');
        }
        await rm(folder, { recursive: true, force: true });
      },
    };
  }
}

/** Three primaries with a replica each, which take over from each other within about a second. */
export interface RedisCluster extends AsyncDisposable {
  nodes: RedisServer[];
  /** The addresses of all nodes, as VNEID_REDIS_URL takes them. */
  url: string;
}

export async function startCluster(): Promise<RedisCluster> {
  const settings = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--cluster-replica-validity-factor',
    '0',
  ];
  const slots = 16_384;
  const nodes: RedisServer[] = [];
  for (let index = 0; index < 6; index += 1) {
    const port = await freePort(1);
    nodes.push(await startRedis([...settings, '--cluster-port', String(port + 1)], { port }));
  }
  const primaries = nodes.slice(0, 3);
  await Promise.all(
    primaries.map((node, index) => {
      const [from, to] = [Math.floor((slots * index) / 3), Math.floor((slots * (index + 1)) / 3) - 1];
      return node.ask('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    }),
  );
  for (const [index, node] of nodes.entries()) await node.ask('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  for (const { port } of nodes.slice(1))
    await nodes[0]?.ask('CLUSTER', 'MEET', '127.0.0.1', String(port), String(port + 1));
  await until(async () => {
    const known = await Promise.all(nodes.map(async (node) => linesOf(await node.ask('CLUSTER', 'NODES')).length));
    return known.every((count) => count === nodes.length);
  });
  const ids = await Promise.all(primaries.map(async (node) => String(await node.ask('CLUSTER', 'MYID'))));
  await Promise.all(nodes.slice(3).map((node, index) => node.ask('CLUSTER', 'REPLICATE', ids[index] ?? '')));
  await until(async () => {
    const states = await Promise.all(nodes.map(async (node) => String(await node.ask('CLUSTER', 'INFO'))));
    const followed = await Promise.all(primaries.map(async (node) => String(await node.ask('INFO', 'replication'))));
    return (
      states.every((state) => state.includes('cluster_state:ok')) &&
      followed.every((told) => told.includes('connected_slaves:1') && told.includes('state=online'))
    );
  });
  return {
    nodes,
    url: nodes.map(({ url }) => url).join(','),
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
}

/** Waits for a condition; a test that waits in vain ends by its own time limit. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function linesOf(text: unknown): string[] {
  return String(text).trim().split('\n');
}
