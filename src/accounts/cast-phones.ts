import { accountId, cast, castPasscode } from '../registry/cast.ts';
import type { Database } from '../store/database.ts';
import type { Passcodes } from './passcodes.ts';
import type { Phones } from './phones.ts';

/**
 * Gives the cast their passcode and, to those who have one, a bound phone: once in the life of a database, so that a phone
 * that a tester lost stays lost.
 */
export async function equipCast({
  database: { db },
  phones,
  passcodes,
}: {
  database: Database;
  phones: Phones;
  passcodes: Passcodes;
}): Promise<void> {
  const name = 'cast-phones';
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('facts')
    .values({ name, value: 'done' })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  for (const [index, { account, fullName }] of cast.entries()) {
    if (!account) continue;
    const id = accountId(index + 1);
    await passcodes.set(id, castPasscode);
    if (account.phone) await phones.bind(id, { name: `Điện thoại của ${fullName}` });
  }
}
