import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Schema } from './schema.ts';

/**
 * That something was used, in the database: a second opinion where the artifact store may lose its own. Redis answers
 * before its replicas have heard, so that a primary that dies can take a mark with it, and the replica that takes over
 * holds the artifact as if it were new.
 */
export interface Marks {
  /**
   * True for exactly one caller, of all instances.
   * @throws VneidError `database.unavailable` when nobody can tell
   */
  first(kind: string, id: string): Promise<boolean>;
}

/** Milliseconds that a mark is kept: longer than any artifact lives that is good once, but for refresh tokens. */
const kept = 3_600_000;
/** Milliseconds between two looks for marks that are over. */
const sweep = 60_000;

export function createMarks({ db, clock }: { db: Kysely<Schema>; clock: Clock }): Marks {
  let nextSweep = 0;
  return {
    async first(kind, id) {
      const now = clock.now();
      if (now >= nextSweep) {
        nextSweep = now + sweep;
        await db.deleteFrom('marks').where('expires_at', '<=', now).execute();
      }
      // who reads the database learns no code from it
      const mark = { id: createHash('sha256').update(`${kind} ${id}`).digest('base64url'), expires_at: now + kept };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('marks')
        .values(mark)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
