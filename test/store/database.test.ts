import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { tableNames } from '../../src/store/schema.ts';
import { inTransaction } from '../../src/store/transactions.ts';
import { newDatabase, newPlace, rowsOf } from '../support/database.ts';

it('makes the tables of a new database once, however many programs open it at once', async () => {
  const { place, drop } = await newPlace();
  const all = await Promise.all(Array.from({ length: 5 }, () => openDatabase(place)));
  for (const one of all) {
    expect(await rowsOf(one, `select count(*) as n from ${tableNames[0]}`)).toEqual([{ n: 0 }]);
    await one.close();
  }
  await drop();
});

it('shows nobody what a transaction may still take back', async () => {
  const { db, close } = await newDatabase();
  const all = db.selectFrom('marks').selectAll().compile();
  const write = db.insertInto('marks').values({ id: 'theirs', expires_at: 1 }).compile();
  let besides: Promise<unknown>[] = [];
  const undone = inTransaction(db, async (work) => {
    await work.insertInto('marks').values({ id: 'ours', expires_at: 1 }).execute();
    // somebody else's, who is not waited for
    besides = [db.executeQuery(all).then(({ rows }) => rows), db.executeQuery(write)];
    await work.executeQuery(all);
    throw new Error('taken back');
  });
  await expect(undone).rejects.toThrow('taken back');
  // where each has a connection of its own, the one that writes may be the quicker
  expect([[], [{ id: 'theirs', expires_at: 1 }]]).toContainEqual((await Promise.all(besides))[0]);
  expect((await db.executeQuery(all)).rows).toEqual([{ id: 'theirs', expires_at: 1 }]);
  await close();
});
