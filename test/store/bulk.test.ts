import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import type { CitizenRow } from '../../src/store/schema.ts';
import { inTransaction } from '../../src/store/transactions.ts';
import { citizenRow } from '../accounts/people.ts';
import { newDatabase } from '../support/database.ts';

/** Rows taken in many at a time are those that were given, whatever is written in them. */
let database: Database;
beforeEach(async () => {
  database = await newDatabase();
});
afterEach(() => database.close());

const awkward = [
  'a tab\there',
  'a line\nand another\r\nand a return\r',
  'back\\slash, \\N, \\., \\t',
  '\\.',
  '\\N',
  '',
  ' ',
  '"quoted", \'single\', $1, ?, {}',
  'Nguyễn Thị Hoà · Hòa · Ngu\u0302ye\u0302\u0303n',
  '𠀋 👩‍👩‍👧 \u{10ffff}',
  'x'.repeat(200_000),
];
const rows: CitizenRow[] = awkward.map((text, index) =>
  citizenRow({
    id: String(index).padStart(3, '0'),
    number: String(index),
    other_name: text,
    search_name: text,
    email: null,
  }),
);
const kept = () => database.db.selectFrom('citizens').selectAll().orderBy('id').execute();

test('every sign comes back, and nothing stays nothing', async () => {
  await inTransaction(database.db, (on) => database.bulk(on, 'citizens', rows));
  expect(await kept()).toEqual(rows);
});

test('rows that are taken in and rows that are inserted are alike', async () => {
  await inTransaction(database.db, (on) => database.bulk(on, 'citizens', rows));
  const taken = await kept();
  await database.db.deleteFrom('citizens').execute();
  for (const row of rows) await database.db.insertInto('citizens').values(row).execute();
  expect(taken).toEqual(await kept());
});

test('all or none: what the transaction does not keep is not there', async () => {
  const failing = inTransaction(database.db, async (on) => {
    await database.bulk(on, 'citizens', rows);
    throw new Error('thought better of it');
  });
  await expect(failing).rejects.toThrow('thought better of it');
  const twice = inTransaction(database.db, (on) => database.bulk(on, 'citizens', [...rows, ...rows.slice(0, 1)]));
  await expect(twice).rejects.toThrow(/unique/i);
  expect(await kept()).toEqual([]);
  await inTransaction(database.db, (on) => database.bulk(on, 'citizens', []));
  expect(await kept()).toEqual([]);
});
