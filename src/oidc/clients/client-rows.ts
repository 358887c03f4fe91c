import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { ClientRow, Schema } from '../../store/schema.ts';
import type { Signals } from '../../store/signals.ts';
import { inTransaction } from '../../store/transactions.ts';

/** Where relying parties are kept that are in no file, and how every process on one database comes to know of a change. */
export interface ClientRows {
  /** All, oldest first. */
  read(): Promise<ClientRow[]>;
  /** Changes some; the others look again. @throws VneidError `database.unavailable` */
  change(work: (on: Transaction<Schema>) => Promise<unknown>): Promise<void>;
  /** Calls back when others have changed some: at once where news is shared, and within a second in any case. */
  watch(changed: () => Promise<void>): void;
  stop(): void;
}

/** Changes with every change of the table, in the same transaction: one row to read instead of all. */
const fact = 'clients';
/** Milliseconds from one look to the next. */
const often = 500;

export function createClientRows({ db, signals }: { db: Kysely<Schema>; signals: Signals }): ClientRows {
  /** Of what was read last; undefined when that may be older than what is there. */
  let seen: string | undefined;
  let stop = () => {};

  async function version(on: Kysely<Schema>): Promise<string> {
    const row = await on.selectFrom('facts').select('value').where('name', '=', fact).executeTakeFirst();
    return row?.value ?? '';
  }

  return {
    async read() {
      // first the version: rows that are newer than it are only read again
      seen = await version(db);
      return db.selectFrom('clients').selectAll().orderBy('registered_at').orderBy('id').execute();
    },
    async change(work) {
      const value = randomUUID();
      const before = await inTransaction(db, async (on) => {
        const old = await version(on);
        await work(on);
        await on
          .insertInto('facts')
          .values({ name: fact, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute();
        return old;
      });
      seen = before === seen ? value : undefined;
      signals.tell(fact);
    },
    watch(changed) {
      let looking = false;
      const look = async () => {
        if (looking) return;
        looking = true;
        try {
          if ((await version(db)) !== seen) await changed();
        } catch {
          // a database that is away is asked again
        } finally {
          looking = false;
        }
      };
      const timer = setInterval(() => void look(), often).unref();
      const deaf = signals.hear(fact, () => void look());
      stop = () => {
        clearInterval(timer);
        deaf();
      };
    },
    stop: () => stop(),
  };
}
