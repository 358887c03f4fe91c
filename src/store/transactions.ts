import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { problem } from '../errors.ts';
import type { Schema } from './schema.ts';

/**
 * What a database says of a transaction that others came in the way of, and that may be tried again: a serialization
 * failure, a deadlock (PostgreSQL App. A, class 40), and a statement that is older than a table (0A000). SQLite, which
 * has one transaction at a time, says none of it.
 */
const passing: ReadonlySet<unknown> = new Set(['40001', '40P01', '0A000']);
/** How often it is tried: as long as a dozen others want the very same rows, a few seconds at the longest. */
const most = 12;
/** Milliseconds to wait at the longest, at first and in the end. */
const [shortest, longest] = [10, 1_000];

/**
 * Reads and writes as if nobody else were there: serializable, and begun again where that could not be.
 * @param work what it does is undone before it is called again, so it asks the database and nobody else
 * @throws VneidError `database.unavailable` when others came in the way every time
 */
export function inTransaction<T>(db: Kysely<Schema>, work: (on: Transaction<Schema>) => Promise<T>): Promise<T> {
  return untilAlone(() => db.transaction().setIsolationLevel('serializable').execute(work));
}

/**
 * Has a transaction made again for as long as others come in its way.
 * @throws VneidError `database.unavailable` when they did every time
 */
export async function untilAlone<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (cause) {
      if (!passing.has((cause as { code?: unknown }).code)) throw cause;
      if (tries === most) throw problem('database.unavailable', {}, { 'Retry-After': '1' });
    }
    // all at different times, or they would meet again
    await pause(Math.random() * Math.min(longest, shortest * 2 ** (tries - 1)));
  }
}
