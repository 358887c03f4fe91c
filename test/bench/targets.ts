import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, databaseAt, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type RedisServer, startCluster, startRedis } from '../support/redis.ts';
import { apiGrant } from './client.ts';
import type { Cores } from './cores.ts';
import { glewlwydWays, startGlewlwyd } from './glewlwyd.ts';
import { keycloakWays, startKeycloak } from './keycloak.ts';
import { mockpassWays, mockServerWays, startMockpass, startMockServer } from './mocks.ts';
import type { Ways } from './operations.ts';
import { logIn } from './sign-in.ts';
import { startTarget, type Target, type TargetOptions } from './target.ts';

/** What a target needs to be started. */
export interface Bench {
  cores: Cores;
  /** For files of this run. */
  folder: string;
  /** Where servers of other makes are kept between runs; undefined where none are asked for. */
  peers: string | undefined;
  profile: string | undefined;
}

export interface Kind {
  about: string;
  ways: Ways;
  /** Of another make: it may not be there, and it is driven for longer before anything is measured. */
  foreign?: boolean;
  start(name: string, bench: Bench): Promise<Target>;
}

const bareWays: Ways = {
  grant: apiGrant,
  alike: true,
  entry: 'login',
  enter: (site, visitor, person) => logIn(site, visitor, { person }),
};
export const ourWays: Ways = {
  grant: apiGrant,
  alike: true,
  ours: true,
  enter: (site, visitor, person) => logIn(site, visitor, { person, mayConsent: true }),
};

/** Every server of the bench. Ours and the bare one are the same program each, on different stores. */
export const targets = {
  bare: {
    about: 'oidc-provider alone, a Map for a store',
    ways: bareWays,
    start: (name, bench) => startTarget({ ...own(name, bench), script: 'bare-provider.ts' }),
  },
  memory: {
    about: 'ours, everything in memory',
    ways: ourWays,
    start: (name, bench) => startTarget({ ...own(name, bench), script: 'vneid-server.ts' }),
  },
  'bare-sqlite': {
    about: 'oidc-provider with a SQLite adapter in the shape of its examples',
    ways: bareWays,
    start: (name, bench) =>
      startTarget({
        ...own(name, bench),
        script: 'bare-provider.ts',
        args: ['--sqlite', join(bench.folder, 'bare.sqlite')],
      }),
  },
  sqlite: {
    about: 'ours, SQLite for everything',
    ways: ourWays,
    start: (name, bench) =>
      startTarget({ ...own(name, bench), script: 'vneid-server.ts', args: ['--data', join(bench.folder, 'data')] }),
  },
  'bare-redis': {
    about: 'oidc-provider with a Redis adapter in the shape of its example',
    ways: bareWays,
    start: (name, bench) => withRedis(own(name, bench), 'bare-provider.ts'),
  },
  redis: {
    about: 'ours, Redis for artifacts, people in memory',
    ways: ourWays,
    start: (name, bench) => withRedis(own(name, bench), 'vneid-server.ts'),
  },
  cluster: {
    about: 'ours, Redis Cluster of six for artifacts, PostgreSQL for people',
    ways: ourWays,
    start: (name, bench) => withCluster(own(name, bench)),
  },
  keycloak: {
    about: 'Keycloak 26.4, development mode, database in memory',
    ways: keycloakWays,
    foreign: true,
    start: (name, bench) => startKeycloak(name, fetching(bench)),
  },
  glewlwyd: {
    about: 'Glewlwyd 2.7 of Debian 12, database in SQLite',
    ways: glewlwydWays,
    foreign: true,
    start: (name, bench) => startGlewlwyd(name, fetching(bench)),
  },
  'oauth2-mock-server': {
    about: 'oauth2-mock-server 9.3: nobody signs in and nothing is checked',
    ways: mockServerWays,
    foreign: true,
    start: (name, bench) => startMockServer(name, fetching(bench)),
  },
  mockpass: {
    about: 'MockPass 4.3, its sgID: nobody signs in and nothing is checked',
    ways: mockpassWays,
    foreign: true,
    start: (name, bench) => startMockpass(name, fetching(bench)),
  },
} satisfies Record<string, Kind>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as TargetName[];

/** @throws Error when others' servers are not asked for */
function fetching(bench: Bench): Bench & { peers: string } {
  const { peers } = bench;
  if (peers === undefined) throw new Error('no folder for servers of other makes was named (--peers)');
  return { ...bench, peers };
}

function own(name: string, { cores, profile }: Bench): Omit<TargetOptions, 'script'> {
  return { name, cores, profile };
}

/** A server on a Redis of its own, which ends with it. */
async function withRedis(options: Omit<TargetOptions, 'script'>, script: string): Promise<Target> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  endWithUs([redis]);
  const stores = [redis.process.pid as number];
  const target = await startTarget({ ...options, script, stores, args: ['--redis', redis.url] });
  return endingWith(stack.move(), target);
}

async function withCluster(options: Omit<TargetOptions, 'script'>): Promise<Target> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startCluster());
  endWithUs(cluster.nodes);
  const postgres = await startPostgres();
  stack.defer(() => postgres.stop());
  await ask(postgres.url, 'create database bench');
  const target = await startTarget({
    ...options,
    script: 'vneid-server.ts',
    stores: [...cluster.nodes.map((node) => node.process.pid as number), pidOf(postgres)],
    args: ['--redis', cluster.url, '--database', databaseAt(postgres.url, 'bench')],
  });
  return endingWith(stack.move(), target);
}

/** PostgreSQL says in its folder which process it is. */
export function pidOf({ folder }: PostgresServer): number {
  return Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
}

/** A bench that is ended leaves no Redis behind. */
export function endWithUs(servers: RedisServer[]): void {
  process.once('exit', () => {
    for (const server of servers) server.process.kill('SIGKILL');
  });
}

function endingWith(stores: AsyncDisposable, target: Target): Target {
  return {
    ...target,
    async stop() {
      await target.stop();
      await stores[Symbol.asyncDispose]();
    },
  };
}
