import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Schema } from './schema.ts';
import type { VisitRow } from './visit-row.ts';

/** Milliseconds between two looks for visits that are over. */
const sweep = 60_000;

/**
 * The visits of the city in the database, where every instance finds them.
 * @param most strangers that are kept; whoever asks makes one, so that beyond them the oldest are forgotten
 */
export function createVisitRows({ db, clock, most = 10_000 }: { db: Kysely<Schema>; clock: Clock; most?: number }) {
  /** Strangers that one process adds between two counts, beyond `most`. */
  const slack = Math.ceil(most / 20);
  let nextSweep = 0;
  let added = 0;
  const living = (id: string) => db.selectFrom('visits').where('id', '=', id).where('expires_at', '>', clock.now());

  async function makeRoom(): Promise<void> {
    const now = clock.now();
    if (now >= nextSweep) {
      nextSweep = now + sweep;
      await db.deleteFrom('visits').where('expires_at', '<=', now).execute();
    }
    added += 1;
    if (added < slack) return;
    added = 0;
    const strangers = db.selectFrom('visits').select('expires_at').where('sid', 'is', null);
    // PostgreSQL does not see that all have the same `sid`, and would sort them if it were not told to go by the index
    const newestFirst = strangers.orderBy('sid', 'desc').orderBy('expires_at', 'desc');
    const last = await newestFirst.offset(most).limit(1).executeTakeFirst();
    if (!last) return;
    await db.deleteFrom('visits').where('sid', 'is', null).where('expires_at', '<=', last.expires_at).execute();
  }

  return {
    find: (id: string) => living(id).selectAll().executeTakeFirst(),

    async add(visit: VisitRow): Promise<void> {
      await makeRoom();
      await db.insertInto('visits').values(visit).execute();
    },

    /** Of a visit that there is; whoever is signed in stays no longer for that. */
    async begin(id: string, pending: string, until: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('visits')
        .set((row) => ({
          pending,
          expires_at: row.case().when('sid', 'is', null).then(until).else(row.ref('expires_at')).end(),
        }))
        .where('id', '=', id)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** For exactly one caller, of all instances. */
    async take(id: string): Promise<string | undefined> {
      const { pending } = (await living(id).select('pending').executeTakeFirst()) ?? {};
      if (typeof pending !== 'string') return undefined;
      const { numUpdatedRows } = await db
        .updateTable('visits')
        .set({ pending: null })
        .where('id', '=', id)
        .where('pending', '=', pending)
        .executeTakeFirst();
      return numUpdatedRows === 1n ? pending : undefined;
    },

    async drop(id: string): Promise<void> {
      await db.deleteFrom('visits').where('id', '=', id).execute();
    },

    async dropSession(sid: string): Promise<void> {
      await db.deleteFrom('visits').where('sid', '=', sid).execute();
    },
  };
}
