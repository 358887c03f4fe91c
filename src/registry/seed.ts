import { setImmediate as breathe } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import { castRows } from './cast.ts';
import { createBatches } from './generator/batch.ts';
import { type PackedBatch, startMakers } from './generator/threads.ts';
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
  /** How many of them have an account: those who come first, of all who could. All of these unless told. */
  accounts?: number;
  /** Whole number from 0 to 2^32-1: the same seed makes the same people. */
  seed: number;
  /** Called at most once, when the first account is made; every made account shares this hash, a shortcut of the lab. */
  passwordHash: () => Promise<string>;
  clock: Clock;
  /** From so many on threads are begun, and the indices are taken away and made anew at the end: 100,000 unless told. */
  many?: number;
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
  /** Not told by a mark that an earlier version has left. */
  accounts?: number;
  passwordHash: string;
}

/** How many there shall be in the end, of those that are generated. */
type Wanted = Required<Pick<SeedOrder, 'citizens' | 'accounts'>>;

/**
 * Fills the registry: the cast once, then generated households until there are enough. Rows and the mark of how far it
 * got are one transaction, so it can be killed at any moment and asked again, and the tables come out the same. A larger
 * number for the same seed goes on where it stopped; a smaller one does nothing.
 * @throws VneidError `registry.otherSeed` when people of another seed are there already
 */
export async function seed(order: SeedOrder): Promise<SeedProgress> {
  const { database, citizens: total, accounts = Infinity, many = 100_000, clock, onProgress, signal } = order;
  const found = await readMade(database.db);
  if (found && found.seed !== order.seed) {
    throw problem('registry.otherSeed', { found: found.seed, asked: order.seed });
  }
  let made = found ?? (await plantCast(database, order));
  const large = total - made.citizens >= many && signal?.aborted !== true;
  if (large) await setIndicesAside(database);
  const [began, before] = [clock.now(), made.citizens];
  const progress = (): SeedProgress => {
    const done = made.citizens;
    const seconds = (clock.now() - began) / 1000;
    const rate = seconds > 0 ? (done - before) / seconds : 0;
    return { done, total, rate, secondsLeft: rate > 0 ? Math.max(0, total - done) / rate : 0 };
  };
  if (made.citizens < total) {
    const take = takerOf(database, made, { citizens: total, accounts });
    const { packing } = database;
    const makers = large && packing ? startMakers({ ...made, packing }) : undefined;
    try {
      while (made.citizens < total && signal?.aborted !== true) {
        const batch = await makers?.batchFrom(made.households);
        made = (batch && (await take.packed(made, batch))) ?? (await take.here(made));
        onProgress?.(progress());
        await breathe();
      }
    } finally {
      await makers?.stop();
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
  const made: Made = { seed: order.seed, households: 0, citizens: 0, accounts: 0, passwordHash };
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

/** Takes batches in, each in a transaction with the mark of how far that is. */
function takerOf(database: Database, { seed: seedNumber, passwordHash }: Made, wanted: Wanted) {
  const batchFrom = createBatches(seedNumber, passwordHash);
  const marked = (from: Made, to: Made, load: (on: Transaction<Schema>) => Promise<void>) =>
    inTransaction(database.db, async (on) => {
      if (!(await moveMark(on, from, to))) return (await readMade(on)) ?? to;
      await load(on);
      return to;
    });
  return {
    /** One that was made and packed elsewhere; undefined when it is more than is wanted. */
    async packed(from: Made, { upTo, citizens, accounts, packs }: PackedBatch): Promise<Made | undefined> {
      const before = from.accounts ?? 0;
      const left = wanted.accounts - before;
      if (from.citizens + citizens > wanted.citizens || (left > 0 && accounts > left)) return undefined;
      const to = {
        ...from,
        households: upTo,
        citizens: from.citizens + citizens,
        accounts: left > 0 ? before + accounts : before,
      };
      const own = left > 0 ? packs : packs.filter(({ table }) => table !== 'accounts');
      return database.loading(own, (load) => marked(from, to, load));
    },
    /** One that is made here, as much of it as is wanted. */
    async here(from: Made): Promise<Made> {
      const before = from.accounts ?? 0;
      const left = { citizens: wanted.citizens - from.citizens, accounts: wanted.accounts - before };
      const { upTo, citizens, households, accounts } = batchFrom(from.households, left);
      const to = {
        ...from,
        households: upTo,
        citizens: from.citizens + citizens.length,
        accounts: before + accounts.length,
      };
      return marked(from, to, async (on) => {
        await database.bulk(on, 'citizens', citizens);
        await database.bulk(on, 'households', households);
        await database.bulk(on, 'accounts', accounts);
      });
    },
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
