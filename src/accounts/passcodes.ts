import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { Schema } from '../store/schema.ts';

/**
 * Passcodes: the six digits typed into the phone. Wrong ones are counted per account over everything that asks for one
 * (approvals, unlocking the phone, changing it); the fifth in a row locks it until a new one is set.
 */
export interface Passcodes {
  /**
   * Sets a passcode and forgets the wrong tries.
   * @throws VneidError `passcode.malformed`, `passcode.common`
   */
  set(accountId: string, passcode: string): Promise<void>;
  /**
   * Returns when the passcode is right. Counted before it is compared: of many tries at once only five are looked at.
   * @throws VneidError `passcode.malformed` (costs no try), `passcode.wrong` with `left`, `passcode.locked`
   */
  check(accountId: string, passcode: string): Promise<void>;
  /** Forgets the wrong tries; it stays what it was. @throws VneidError `passcode.locked` when none was set */
  unlock(accountId: string): Promise<void>;
  /** Whether one is set and may still be tried. */
  state(accountId: string): Promise<'none' | 'set' | 'locked'>;
}

export interface PasscodesOptions {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
  /** At least 32 bytes, kept apart from the database: six digits under a plain hash would be read off in an hour. */
  secret: Buffer;
}

/** Wrong tries in a row that lock a passcode. */
export const mostPasscodeTries = 5;

/** Makes the passcodes of one instance. */
export function createPasscodes({ db, clock, events, secret }: PasscodesOptions): Passcodes {
  if (secret.length < 32) throw new RangeError(`the secret of passcodes has ${secret.length} bytes, not 32`);
  const hash = (accountId: string, digits: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([accountId, digits]))
      .digest('base64url');

  return {
    async set(accountId, passcode) {
      const digits = digitsOf(passcode);
      if (guessedFirst(digits)) throw problem('passcode.common');
      const values = { hash: hash(accountId, digits), failures: 0, set_at: clock.now() };
      await db
        .insertInto('passcodes')
        .values({ account_id: accountId, ...values })
        .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
        .execute();
    },

    async check(accountId, passcode) {
      const digits = digitsOf(passcode);
      const row = await db
        .updateTable('passcodes')
        .set((eb) => ({ failures: eb('failures', '+', 1) }))
        .where('account_id', '=', accountId)
        .where('failures', '<', mostPasscodeTries)
        .returning(['hash', 'failures'])
        .executeTakeFirst();
      if (!row) throw problem('passcode.locked');
      if (timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash(accountId, digits)))) {
        await db.updateTable('passcodes').set({ failures: 0 }).where('account_id', '=', accountId).execute();
        return;
      }
      const left = mostPasscodeTries - row.failures;
      if (left > 0) throw problem('passcode.wrong', { left });
      events.emit('passcode.locked', { account: accountId });
      throw problem('passcode.locked');
    },

    async unlock(accountId) {
      const { numUpdatedRows } = await db
        .updateTable('passcodes')
        .set({ failures: 0 })
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw problem('passcode.locked');
    },

    async state(accountId) {
      const row = await db
        .selectFrom('passcodes')
        .select('failures')
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      if (!row) return 'none';
      return row.failures < mostPasscodeTries ? 'set' : 'locked';
    },
  };
}

function digitsOf(passcode: string): string {
  const digits = passcode.normalize('NFKC').replaceAll(/\s/g, '');
  if (!/^[0-9]{6}$/.test(digits)) throw problem('passcode.malformed');
  return digits;
}

/** All alike, or counting up or down: what a thief types first. */
function guessedFirst(digits: string): boolean {
  return /^(.)\1*$/.test(digits) || '01234567890'.includes(digits) || '09876543210'.includes(digits);
}
