/**
 * What `people.ts` starts, `sqlite|postgres <citizens> <accounts>`: makes the people, looks for some of them, tells its
 * parent the figures, and cleans up.
 */
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { startVneid } from '../../src/index.ts';
import { castPasswordHash } from '../../src/registry/cast.ts';
import { createRegistry } from '../../src/registry/citizens.ts';
import { createGenerator } from '../../src/registry/generator/household.ts';
import { seed } from '../../src/registry/seed.ts';
import { progressLine } from '../../src/registry/seed-progress.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { CitizenRow } from '../../src/store/schema.ts';
import { ask, databaseAt, startPostgres } from '../support/postgres.ts';
import { atMost, type Figures, information } from './figures.ts';
import { percentile } from './load.ts';
import { city } from './people.ts';
import { say } from './report.ts';

const engines = { sqlite: inFile, postgres: inPostgres };
/** For the people of Hà Nội: seconds to make, GB of disk and of memory, milliseconds in which 99 of 100 are found. */
const bars = { seconds: 180, gigabytes: 2.5, lookupMs: 1, searchMs: 10, consoleMs: 50 };
const seedNumber = 1;

// a bench that died leaves nobody behind
process.once('disconnect', () => process.exit(1));
const [engine, citizens, accounts] = process.argv.slice(2);
const people = { citizens: Number(citizens), accounts: Number(accounts) };
/** Some are looked for one after the other, a quarter of them by name; and a name in 160 of them is typed. */
const questions = Math.min(20_000, people.citizens);
/** What fewer people take has no bar. */
const ofAll =
  people.citizens < city.citizens ? (_bar: number, value: number, unit: string) => information(value, unit) : atMost;

const home = await engines[engine as keyof typeof engines]();
const figures: Figures = {};
try {
  const households = await fill();
  const anyone = personOf(households);
  await findThem(anyone);
  await typeNames(anyone);
} finally {
  await home.drop();
}
process.send?.(figures, () => process.exit(0));

/** Where the people are, as bytes are counted there. */
interface Home {
  place: string;
  options: { data: string; databaseUrl?: string };
  bytes(): Promise<number>;
  /** What the database does by itself after so many rows, some minutes later and beside whoever asks it something. */
  tidy(): Promise<void>;
  drop(): Promise<void>;
}

async function inFile(): Promise<Home> {
  const data = await mkdtemp(join(tmpdir(), 'vneid-people-'));
  const place = join(data, 'vneid.sqlite');
  const bytes = async () => statSync(place).size;
  return { place, options: { data }, bytes, tidy: async () => {}, drop: () => rm(data, { recursive: true }) };
}

/** As a small server is set up; its log of changes, which is used again and again, is not counted. */
async function inPostgres(): Promise<Home> {
  const server = await startPostgres(['-c', 'shared_buffers=1GB', '-c', 'max_wal_size=4GB']);
  await ask(server.url, 'create database people');
  const place = databaseAt(server.url, 'people');
  const bytes = async () => Number((await ask(place, 'select pg_database_size(current_database()) as n'))[0]?.n);
  const tidy = async () => void (await ask(place, 'vacuum analyze'));
  return { place, options: { data: ':memory:', databaseUrl: place }, bytes, tidy, drop: () => server.stop() };
}

/** @returns how many households there are */
async function fill(): Promise<number> {
  const database = await openDatabase(home.place);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let told = 0;
  let rowsIn = 0;
  await seed({
    database,
    ...people,
    seed: seedNumber,
    passwordHash: async () => castPasswordHash,
    clock: createClock(),
    onProgress(progress) {
      rowsIn = performance.now();
      if (rowsIn - told < 10_000) return;
      told = rowsIn;
      say(progressLine(progress));
    },
  });
  const took = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { value } = await database.db
    .selectFrom('facts')
    .select('value')
    .where('name', '=', 'seed')
    .executeTakeFirstOrThrow();
  const made = JSON.parse(value) as { households: number; citizens: number; accounts: number };
  await database.close();
  const tidied = performance.now();
  await home.tidy();
  Object.assign(figures, {
    'citizens made': information(made.citizens, ''),
    'accounts made': information(made.accounts, ''),
    'to make them, with indices': ofAll(bars.seconds, took, 's'),
    'of that for indices': information(took - (rowsIn - began) / 1000, 's'),
    'to tidy up after them': information((performance.now() - tidied) / 1000, 's'),
    'processor time of the program that makes them': information((user + system) / 1e6, 's'),
    'most memory of it': ofAll(bars.gigabytes * 1000, (process.resourceUsage().maxRSS * 1024) / 1e6, 'MB'),
    'on disk': ofAll(bars.gigabytes, (await home.bytes()) / 1e9, 'GB'),
    'on disk, for each citizen': information((await home.bytes()) / made.citizens, 'bytes'),
  });
  return made.households;
}

/** Draws people, any of whom is as likely as any other household's: they follow from their numbers, nothing is read. */
function personOf(households: number): () => CitizenRow {
  const makeHousehold = createGenerator(seedNumber);
  return () => {
    const { citizens: members } = makeHousehold(Math.floor(Math.random() * households));
    return members[Math.floor(Math.random() * members.length)] as CitizenRow;
  };
}

async function findThem(anyone: () => CitizenRow): Promise<void> {
  const database = await openDatabase(home.place);
  const registry = createRegistry({ db: database.db, clock: createClock(), events: createEvents() });
  const limit = 50;
  await measure('lookup by personal number', questions, bars.lookupMs, ({ number }) => registry.find(number));
  await measure('search by name and birth date', questions / 4, bars.searchMs, (one) =>
    registry.search({ q: one.full_name, birthDate: one.birth_date, limit }),
  );
  await measure('search by family and middle name and birth date', questions / 4, bars.searchMs, (one) =>
    registry.search({ q: `${one.family_name} ${one.middle_name}`, birthDate: one.birth_date, limit }),
  );
  await measure('search by name', questions / 4, undefined, (one) => registry.search({ q: one.full_name, limit }));
  await measure('search by birth date', questions / 4, undefined, (one) =>
    registry.search({ birthDate: one.birth_date, limit }),
  );
  await database.close();

  async function measure(
    what: string,
    times: number,
    bar: number | undefined,
    find: (one: CitizenRow) => Promise<unknown>,
  ): Promise<void> {
    const asked = Array.from({ length: times }, anyone);
    for (const one of asked.slice(0, times / 10)) await find(one);
    Object.assign(figures, spread(what, bar, await timed(asked, find)));
  }
}

/** What the console asks while a name is typed into its search: the page anew with every letter. */
async function typeNames(anyone: () => CitizenRow): Promise<void> {
  const vneid = await startVneid({ ...home.options, artifacts: 'memory', keys: ':memory:', city: false });
  const agent = new Agent({ keepAlive: true });
  try {
    const letters = Array.from({ length: questions / 160 }, anyone).flatMap(({ full_name: name }) =>
      Array.from(name, (_, at) => name.slice(0, at + 1)),
    );
    const type = (q: string) => page(`${vneid.issuer}/lab/console/citizens?${new URLSearchParams({ q })}`, agent);
    for (const q of letters.slice(0, 100)) await type(q);
    Object.assign(figures, spread('console search as a name is typed', bars.consoleMs, await timed(letters, type)));
  } finally {
    agent.destroy();
    await vneid.stop();
  }
}

function page(address: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(address, { agent, headers: { accept: 'text/html' } }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode} of ${address}`));
      answer.on('end', resolve).on('error', reject).resume();
    }).on('error', reject);
  });
}

/** Milliseconds that each took, one after the other. */
async function timed<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (const one of all) {
    const began = performance.now();
    await work(one);
    took.push(performance.now() - began);
  }
  return took;
}

function spread(what: string, bar: number | undefined, took: number[]): Figures {
  const most = percentile(took, 0.99);
  return {
    [`${what}, p50`]: information(percentile(took, 0.5), 'ms'),
    [`${what}, p99`]: bar === undefined ? information(most, 'ms') : atMost(bar, most, 'ms'),
  };
}
