import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { castRows } from './cast.ts';
import { createGenerator } from './generator/household.ts';
import { restoreIndices, setIndicesAside } from './seed-indices.ts';

/** How far the making of people has got; counts are of generated citizens, the cast is beside them. */
export interface SeedProgress {
  done: number;
  total: number;
  /** Citizens a second in this run. */
  rate: number;
  secondsLeft: number;
}

export interface SeedOrder {
  database: Database;
  /** How many to make beside the cast; the last household is finished, so a few more may come. */
  citizens: number;
  /** Whole number from 0 to 2^32-1: the same seed makes the same people. */
  seed: number;
  /** Called at most once, when the first account is made; every made account shares this hash, a shortcut of the lab. */
  passwordHash: () => Promise<string>;
  clock: Clock;
  onProgress?: (progress: SeedProgress) => void;
  /** Stops after the piece of work at hand; asking again goes on from there. */
  signal?: AbortSignal;
}

/** What the table `facts` remembers under `seed`. */
interface Made {
  seed: number;
  /** Index of the next household. */
  households: number;
  citizens: number;
  passwordHash: string;
}

/** Citizens in one transaction: large enough that commits cost nothing, small enough to hold in memory. */
const batch = 20_000;

/** From so many on it is quicker to take the indices away and make them anew at the end. */
const bulk = 100_000;

/**
 * Fills the registry: the cast once, then generated households until there are enough. Rows and the mark of how far it
 * got are one transaction, so it can be killed at any moment and asked again, and the tables come out the same. A larger
 * number for the same seed goes on where it stopped; a smaller one does nothing.
 * @throws VneidError `registry.otherSeed` when people of another seed are there already
 */
export async function seed(order: SeedOrder): Promise<SeedProgress> {
  const { database, citizens: total, clock, onProgress, signal } = order;
  const { sqlite } = database;
  const found = readMade(sqlite);
  if (found && found.seed !== order.seed) {
    throw problem('registry.otherSeed', { found: found.seed, asked: order.seed });
  }
  let made = found ?? (await plantCast(database, order));
  if (total - made.citizens >= bulk && signal?.aborted !== true) await setIndicesAside(database);
  const [began, before] = [clock.now(), made.citizens];
  const progress = (): SeedProgress => {
    const done = made.citizens;
    const seconds = (clock.now() - began) / 1000;
    const rate = seconds > 0 ? (done - before) / seconds : 0;
    return { done, total, rate, secondsLeft: rate > 0 ? Math.max(0, total - done) / rate : 0 };
  };
  if (made.citizens < total) {
    const makeBatch = batchMaker(database, made.seed, made.passwordHash);
    while (made.citizens < total && signal?.aborted !== true) {
      made = await makeBatch(made, Math.min(total, made.citizens + batch));
      onProgress?.(progress());
      await breathe();
    }
  }
  if (signal?.aborted !== true) await restoreIndices(database);
  return progress();
}

/** The seed of the people in a registry; undefined when nobody was made yet. */
export function seedOf(database: Database): number | undefined {
  return readMade(database.sqlite)?.seed;
}

async function plantCast(database: Database, order: SeedOrder): Promise<Made> {
  const passwordHash = await order.passwordHash();
  const rows = castRows(passwordHash);
  const made: Made = { seed: order.seed, households: 0, citizens: 0, passwordHash };
  await inTransaction(database, (sqlite) => {
    insertAll(sqlite, 'citizens', rows.citizens);
    insertAll(sqlite, 'cancelled_numbers', rows.cancelledNumbers);
    insertAll(sqlite, 'households', rows.households);
    insertAll(sqlite, 'organisations', rows.organisations);
    insertAll(sqlite, 'mandates', rows.mandates);
    insertAll(sqlite, 'accounts', rows.accounts);
    writeMade(sqlite, made);
  });
  return made;
}

/** Makes households up to a number of citizens and returns how far that is. */
function batchMaker(
  database: Database,
  seedNumber: number,
  passwordHash: string,
): (from: Made, upTo: number) => Promise<Made> {
  const makeHousehold = createGenerator(seedNumber);
  return async (from, upTo) => {
    const made = { ...from };
    await inTransaction(database, (sqlite) => {
      const sample = makeHousehold(made.households);
      const insertCitizen = inserter(sqlite, 'citizens', sample.citizens[0] ?? {});
      const insertHousehold = inserter(sqlite, 'households', sample.household);
      const insertAccount = inserter(sqlite, 'accounts', accountShape);
      while (made.citizens < upTo) {
        const { household, citizens, accounts } = makeHousehold(made.households);
        insertHousehold(household);
        for (const citizen of citizens) insertCitizen(citizen);
        for (const account of accounts) insertAccount({ ...account, password_hash: passwordHash });
        made.households += 1;
        made.citizens += citizens.length;
      }
      writeMade(sqlite, made);
    });
    return made;
  };
}

const accountShape = {
  id: '',
  citizen_id: '',
  kind: '',
  level: 0,
  state: '',
  state_reason: '',
  created_at: 0,
  password_hash: '',
};

/** Bare statements inside a transaction of Kysely's, so that no query of anybody else comes between. */
async function inTransaction(database: Database, work: (sqlite: DatabaseSync) => void): Promise<void> {
  await database.db.transaction().execute(async () => work(database.sqlite));
}

function insertAll(sqlite: DatabaseSync, table: string, rows: readonly object[]): void {
  const first = rows[0];
  if (!first) return;
  const insert = inserter(sqlite, table, first);
  for (const row of rows) insert(row);
}

/** A prepared insert of rows that have the keys of `shape`, which are the columns. */
function inserter(sqlite: DatabaseSync, table: string, shape: object): (row: object) => void {
  const columns = Object.keys(shape);
  const statement = sqlite.prepare(
    `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  return (row) => {
    const values = row as Record<string, SQLInputValue>;
    statement.run(...columns.map((column) => values[column] ?? null));
  };
}

function readMade(sqlite: DatabaseSync): Made | undefined {
  const row = sqlite.prepare("select value from facts where name = 'seed'").get();
  return row && (JSON.parse(String(row.value)) as Made);
}

function writeMade(sqlite: DatabaseSync, made: Made): void {
  sqlite
    .prepare(
      "insert into facts (name, value) values ('seed', ?) on conflict (name) do update set value = excluded.value",
    )
    .run(JSON.stringify(made));
}
