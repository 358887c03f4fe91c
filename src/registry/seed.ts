import { setImmediate as breathe } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { AccountRow, CitizenRow, HouseholdRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
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
  const found = await readMade(database.db);
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
export async function seedOf({ db }: Database): Promise<number | undefined> {
  return (await readMade(db))?.seed;
}

async function plantCast(database: Database, order: SeedOrder): Promise<Made> {
  const passwordHash = await order.passwordHash();
  const rows = castRows(passwordHash);
  const made: Made = { seed: order.seed, households: 0, citizens: 0, passwordHash };
  return inTransaction(database.db, async (on) => {
    // of two that begin at once the second finds the mark of the first
    const before = await readMade(on);
    if (before) return before;
    await on
      .insertInto('facts')
      .values({ name: fact, value: JSON.stringify(made) })
      .execute();
    await database.bulk(on, 'citizens', rows.citizens);
    await database.bulk(on, 'cancelled_numbers', rows.cancelledNumbers);
    await database.bulk(on, 'households', rows.households);
    await database.bulk(on, 'organisations', rows.organisations);
    await database.bulk(on, 'mandates', rows.mandates);
    await database.bulk(on, 'accounts', rows.accounts);
    return made;
  });
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
    const rows = { citizens: [] as CitizenRow[], households: [] as HouseholdRow[], accounts: [] as AccountRow[] };
    while (made.citizens < upTo) {
      const { household, citizens, accounts } = makeHousehold(made.households);
      rows.households.push(household);
      rows.citizens.push(...citizens);
      for (const account of accounts) rows.accounts.push({ ...account, password_hash: passwordHash });
      made.households += 1;
      made.citizens += citizens.length;
    }
    return inTransaction(database.db, async (on) => {
      if (!(await moveMark(on, from, made))) return (await readMade(on)) ?? made;
      await database.bulk(on, 'citizens', rows.citizens);
      await database.bulk(on, 'households', rows.households);
      await database.bulk(on, 'accounts', rows.accounts);
      return made;
    });
  };
}

/** The name of the mark in `facts`. */
const fact = 'seed';

/** Says how far it is, unless somebody else who makes people has come further meanwhile. */
async function moveMark(on: Transaction<Schema>, from: Made, to: Made): Promise<boolean> {
  const { numUpdatedRows } = await on
    .updateTable('facts')
    .set({ value: JSON.stringify(to) })
    .where('name', '=', fact)
    .where('value', '=', JSON.stringify(from))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function readMade(db: Kysely<Schema>): Promise<Made | undefined> {
  const row = await db.selectFrom('facts').select('value').where('name', '=', fact).executeTakeFirst();
  return row && (JSON.parse(row.value) as Made);
}
