import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { createPasswords, type Passwords } from './accounts/passwords.ts';
import { withPending } from './accounts/passwords-pending.ts';
import { equipCast } from './accounts/cast-phones.ts';
import { createPasscodes } from './accounts/passcodes.ts';
import { createMetrics, type Metrics } from './audit/metrics.ts';
import type { Traces } from './audit/traces.ts';
import { type Clock, createClock } from './clock.ts';
import type { Config } from './config.ts';
import { createEvents, type EventHub } from './events.ts';
import { asConfigured } from './oidc/clients/clients.ts';
import { type KeyRing, openKeys } from './oidc/keys/keys.ts';
import type { ClientRegistration } from './oidc/clients/registration.ts';
import type { ResourceRegistration } from './oidc/clients/resources.ts';
import type { Pool } from './pool.ts';
import { castPasswordHash } from './registry/cast.ts';
import { seed, seedOf } from './registry/seed.ts';
import { createMemoryArtifacts } from './store/artifacts/memory.ts';
import { createSqliteArtifacts } from './store/artifacts/sqlite.ts';
import type { ArtifactStore } from './store/artifacts.ts';
import { copyDatabase, type Database, databaseOf, emptied, openDatabase } from './store/database.ts';
import { createSignals, type Signals, shareSignals } from './store/signals.ts';
import { inTransaction } from './store/transactions.ts';
import { createTurns, type InTurn } from './store/turns.ts';
import { keyPairFor } from './web/certificate.ts';
import { baseOf, createMounts } from './web/mount.ts';
import { type Listening, listen, listenTwice } from './web/server.ts';

/**
 * What an instance stands on: its time, its people, and the place where it is reached. The first of a process opens ports,
 * keys and hashing threads; a tenant stands on those, with a time and people of its own.
 */
export interface Ground {
  clock: Clock;
  events: EventHub;
  keys: KeyRing;
  database: Database;
  /** Whether other processes may be at work in the same database. */
  shared: boolean;
  artifacts: ArtifactStore;
  signals: Signals;
  passwords: Passwords;
  metrics: Metrics;
  /** Where spans go, when somebody asked for them. */
  traces: Traces | undefined;
  issuer: string;
  port: number;
  mtlsPort: number | undefined;
  /** Part of every address of a tenant, `/t/<name>`; nothing for the first. */
  base: string;
  /** Where the city is reached. */
  cityOrigin: string;
  cityServer: Listening | undefined;
  /** Forgets everyone and everything but the audit, and makes the people anew. */
  beginAgain(): Promise<void>;
  /** In which everything is read or replaced, by one at a time. */
  inTurn: InTurn;
  /** Sets who answers here from now on. */
  answer(handler: RequestListener): void;
  /** Nobody is answered any more; those under way are, within 5 s. */
  leave(): Promise<void>;
  /** Lets go of what is left. */
  close(): Promise<void>;
}

/** The ground of the first instance of a process, which others can stand on. */
export interface HostGround extends Ground {
  /** A place below `/t/<name>`, where an instance has a time and people of its own. */
  below(name: string, people?: { citizens: number }): Promise<Ground>;
}

/** What a caller may hand in beside the options. */
export interface Injected {
  /** Further relying parties, beside those of the clients files. */
  clients?: ClientRegistration[] | undefined;
  /** Further protected APIs, likewise. */
  resources?: ResourceRegistration[] | undefined;
  /** Where log lines go instead of standard output. */
  logTo?: { write(line: string): unknown } | undefined;
  /** Seconds from one try to the next to tell an app that a session has ended; after the last it is given up. */
  logoutDelays?: readonly number[] | undefined;
  /** Another way to check passwords. */
  passwords?: Passwords | undefined;
  /** The pool of which this process is a worker. */
  pool?: Pool | undefined;
}

/** @throws Error with code EADDRINUSE when a port is taken */
export async function openGround(config: Config, injected: Injected): Promise<HostGround> {
  const clock = createClock();
  const events = createEvents();
  const { place, ...opening } = databaseOf(config);
  // the slow ones first, all at once: an RSA key, a database, two ports
  const [keys, database, server, cityServer, stores, traces] = await allOrNone([
    openKeys({ folder: config.keys, clock, events }),
    openDatabase(place, opening),
    // the other workers would have answered who comes to one that is starting
    keyPairFor(config, clock).then((tls) => listenTwice({ ...config, tls, patient: injected.pool !== undefined })),
    config.city
      ? listen({ ...config, port: config.cityPort, patient: injected.pool !== undefined })
      : Promise.resolve(undefined),
    config.redisUrl ? openShared(config, clock) : openOwn(config, clock),
    // a library that is read only by whoever wants traces
    config.tracesUrl
      ? import('./audit/traces.ts').then(({ openTraces }) => openTraces(config.tracesUrl))
      : Promise.resolve(undefined),
  ]);
  const { artifacts, signals } = stores;
  const passwords = withPending(
    injected.passwords ?? createPasswords({ workers: config.hashWorkers, queue: config.hashQueue }),
  );
  const metrics = createMetrics({ events });
  metrics.watch({
    name: 'vneid_hash_pending',
    help: 'Passwords that are being hashed, or wait for a thread',
    read: passwords.pending,
  });
  metrics.watch({
    name: 'vneid_database_connections_busy',
    help: 'Connections to the database in use',
    read: () => database.connections().busy,
  });
  metrics.watch({
    name: 'vneid_database_waiting',
    help: 'Who waits for a connection to the database',
    read: () => database.connections().waiting,
  });
  const mounts = createMounts();
  const people = { citizens: config.citizens, accounts: config.accounts, seed: config.seed };
  const ground: Ground = {
    clock,
    events,
    keys,
    database,
    shared: place !== ':memory:',
    artifacts,
    signals,
    passwords,
    metrics,
    traces,
    issuer: config.issuer || server.origin,
    port: server.port,
    mtlsPort: server.mtlsPort,
    base: '',
    cityOrigin: URL.parse(config.cityUrl)?.origin ?? `http://localhost:${cityServer?.port ?? config.cityPort}`,
    cityServer,
    beginAgain: () => settledAnew(ground, people),
    inTurn: createTurns(),
    answer: (handler) => server.answer(mounts.before(handler)),
    async leave() {
      await Promise.all([server.close(), cityServer?.close()]);
    },
    async close() {
      keys.stop();
      metrics.stop();
      await traces?.close();
      await passwords.close();
      await artifacts.close();
      await database.close();
    },
  };
  await standing(ground, async () => {
    // who made people with another seed by hand has them, and needs no option to start
    people.seed = (await seedOf(database)) ?? config.seed;
    if (injected.pool) return;
    await settle(ground, people);
    await asConfigured({ db: database.db, signals });
  });
  // made for the first tenant and copied for all others: the cast with their phones
  let beginning: Promise<Uint8Array | undefined> | undefined;
  return {
    ...ground,
    async below(name, { citizens } = { citizens: 0 }) {
      beginning ??= makeBeginning(keys, config.seed);
      const [own, base] = [await openTenant(keys, await beginning), baseOf(name)];
      const crowd = { citizens, seed: config.seed };
      metrics.hear(own.events);
      const place: Ground = {
        ...ground,
        ...own,
        ...mounts.at(name),
        shared: false,
        beginAgain: () => settledAnew(own, crowd),
        inTurn: createTurns(),
        issuer: `${ground.issuer}${base}`,
        base,
        cityServer: undefined,
        async close() {
          own.keys.stop();
          await own.artifacts.close();
          await own.database.close();
        },
      };
      await standing(place, () => settle(place, crowd));
      return place;
    },
  };
}

/** What is done once for all workers of a pool, before the first of them: keys, tables, people. */
export async function prepareGround(config: Config): Promise<void> {
  const [clock, events, signals] = [createClock(), createEvents(), createSignals()];
  const { place, ...opening } = databaseOf(config);
  const [keys, database] = await allOrNone([
    openKeys({ folder: config.keys, clock, events }),
    openDatabase(place, opening),
  ]);
  try {
    const seedNumber = (await seedOf(database)) ?? config.seed;
    await settle(
      { clock, database, events, keys },
      { citizens: config.citizens, accounts: config.accounts, seed: seedNumber },
    );
    await asConfigured({ db: database.db, signals });
  } finally {
    keys.stop();
    await database.close();
  }
}

/** Builds something on a ground, or lets go of the ground when that fails. */
export async function standing<T>(ground: Ground, build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (cause) {
    await ground.leave();
    await ground.close();
    throw cause;
  }
}

/** What is opened at once; when one of it fails, the others are closed again. */
async function allOrNone<T extends readonly Promise<{ stop(): void } | { close(): Promise<void> } | undefined>[]>(
  opening: [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  try {
    return await Promise.all(opening);
  } catch (cause) {
    for (const one of await Promise.allSettled(opening)) {
      if (one.status === 'rejected' || !one.value) continue;
      if ('stop' in one.value) one.value.stop();
      else await one.value.close();
    }
    throw cause;
  }
}

/** What a process has for itself, or shares with others by a file alone. */
async function openOwn({ artifacts: kind, data }: Config, clock: Clock) {
  const artifacts =
    kind === 'memory' || data === ':memory:'
      ? createMemoryArtifacts({ clock })
      : createSqliteArtifacts({ file: join(data, 'artifacts.sqlite'), clock });
  return { artifacts, signals: createSignals(), close: () => artifacts.close() };
}

/** What instances on one Redis share: artifacts, and news of what has changed. */
async function openShared({ redisUrl: url, redisCa: ca }: Config, clock: Clock) {
  // a third of all modules, read only where there is a Redis
  const [{ openRedis }, { createRedisArtifacts }] = await Promise.all([
    import('./store/redis.ts'),
    import('./store/artifacts/redis.ts'),
  ]);
  const redis = await openRedis({ url, ca });
  try {
    const signals = await shareSignals(redis);
    return { artifacts: createRedisArtifacts({ redis, clock }), signals, close: () => redis.close() };
  } catch (cause) {
    await redis.close();
    throw cause;
  }
}

/** Time, keys and stores of a tenant. It does not keep its keys, and shares the secrets of the installation. */
async function openTenant(host: KeyRing, beginning: Uint8Array | undefined) {
  const clock = createClock();
  const events = createEvents();
  const keys = { ...(await openKeys({ folder: ':memory:', clock, events })), secret: host.secret };
  const database = beginning ? copyDatabase(beginning) : await openDatabase(':memory:');
  return { clock, events, keys, database, artifacts: createMemoryArtifacts({ clock }), signals: createSignals() };
}

async function makeBeginning(keys: KeyRing, seedNumber: number): Promise<Uint8Array | undefined> {
  const database = await openDatabase(':memory:');
  await settle({ database, clock: createClock(), events: createEvents(), keys }, { citizens: 0, seed: seedNumber });
  const bytes = database.snapshot();
  await database.close();
  return bytes;
}

/** Fills a database with the people that it should have and has not. */
async function settle(
  { clock, database, events, keys }: Pick<Ground, 'clock' | 'database' | 'events' | 'keys'>,
  wanted: People,
): Promise<void> {
  await seed({ database, ...wanted, passwordHash: async () => castPasswordHash, clock });
  const secret = keys.secret('passcodes');
  await equipCast({ database, clock, passcodesOn: (db) => createPasscodes({ db, clock, events, secret }) });
}

/** The same from nothing: for a tester who wants the beginning back. */
async function settledAnew(
  ground: Pick<Ground, 'artifacts' | 'clock' | 'database' | 'events' | 'keys'>,
  people: People,
): Promise<void> {
  // at once: who makes people beside it, or finds what it has left when it dies, would take a half for the whole
  await inTransaction(ground.database.db, emptied);
  await ground.artifacts.clear();
  await settle(ground, people);
}

/** How many generated ones beside the cast, and of which seed. */
interface People {
  citizens: number;
  accounts?: number;
  seed: number;
}
