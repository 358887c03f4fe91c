import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Clock } from '../clock.ts';
import { accountId, cast, castPasscode } from '../registry/cast.ts';
import type { Database } from '../store/database.ts';
import type { PhoneRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import type { Passcodes } from './passcodes.ts';

/**
 * Gives the cast their passcode and, to those who have one, a bound phone: once in the life of a database, so that a phone
 * that a tester lost stays lost, and all of it or nothing, whoever ends it in between. It is how things stand at the
 * beginning and no event.
 * @param passcodesOn makes passcodes that are kept there
 */
export async function equipCast({
  database: { db },
  clock,
  passcodesOn,
}: {
  database: Database;
  clock: Clock;
  passcodesOn: (on: Kysely<Schema>) => Passcodes;
}): Promise<void> {
  await inTransaction(db, async (on) => {
    const { numInsertedOrUpdatedRows } = await on
      .insertInto('facts')
      .values({ name: 'cast-phones', value: 'done' })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return;
    const [now, passcodes] = [clock.now(), passcodesOn(on)];
    const phones: PhoneRow[] = [];
    for (const [index, { account, fullName }] of cast.entries()) {
      if (!account) continue;
      await passcodes.set(accountId(index + 1), castPasscode);
      if (!account.phone) continue;
      phones.push({
        id: v7({ msecs: now }),
        account_id: accountId(index + 1),
        name: `Điện thoại của ${fullName}`,
        // the hash of nothing: whoever picks the phone up gets a secret of their own (`handOver`)
        secret_hash: randomBytes(32).toString('hex'),
        face: 'matches',
        activated_at: now,
        seen_at: now,
        ended_at: null,
        ended_because: null,
      });
    }
    await on
      .insertInto('phones')
      .values(phones)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}
