import type { Kysely } from 'kysely';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';

/**
 * Indices are kept up to date row by row, in random order, and that is most of the work of a large seeding. So they are
 * taken away before and made anew after. Their SQL waits in the table `facts`, in the transaction that drops them:
 * whoever kills the work in between finds them restored by the next `seed`, which every start of the server asks for.
 */
const fact = 'seed.indices';

/** Drops the secondary indices of citizens, accounts and households, and writes down how to make them. */
export async function setIndicesAside(database: Database): Promise<void> {
  await inTransaction(database.db, async (on) => {
    // whoever does the same waits here and then begins anew: PostgreSQL cannot read an index that another is dropping
    await on
      .insertInto('facts')
      .values({ name: fact, value: '[]' })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(({ ref }) => ({ value: ref('facts.value') })))
      .execute();
    const indices = await database.indices(on, ['citizens', 'accounts', 'households']);
    if (indices.length === 0) return;
    // what an interrupted run left is kept, in case only some of the indices are there
    const known = [...(await remembered(on)), ...indices.map(({ sql }) => sql)];
    const value = JSON.stringify([...new Set(known)]);
    await on.updateTable('facts').set({ value }).where('name', '=', fact).execute();
    for (const { name } of indices) await on.schema.dropIndex(name).execute();
  });
}

/** Makes what {@link setIndicesAside} dropped; does nothing when nothing is missing. */
export async function restoreIndices(database: Database): Promise<void> {
  if ((await remembered(database.db)).length === 0) return;
  await database.unhurried((one) =>
    inTransaction(one, async (on) => {
      const missing = await remembered(on);
      await on.deleteFrom('facts').where('name', '=', fact).execute();
      await database.makeIndices(on, missing);
    }),
  );
}

async function remembered(db: Kysely<Schema>): Promise<string[]> {
  const row = await db.selectFrom('facts').select('value').where('name', '=', fact).executeTakeFirst();
  return row ? (JSON.parse(row.value) as string[]) : [];
}
