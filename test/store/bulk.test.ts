import { afterEach, beforeEach, expect, test } from 'vitest';
import { castRows } from '../../src/registry/cast.ts';
import type { Database } from '../../src/store/database.ts';
import type { CitizenRow, Schema } from '../../src/store/schema.ts';
import { type Pack, pack } from '../../src/store/packs.ts';
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
function packed<T extends keyof Schema>(table: T, some: readonly Schema[T][]): Pack[] {
  if (!database.packing) throw new Error('this Node has no packing');
  return pack(database.packing, table, some);
}
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

test('rows that were packed are taken in as they were, and what was asked before goes on to be answered', async () => {
  const packs = [...packed('citizens', rows), ...packed('facts', [{ name: 'a', value: '1' }]), ...packed('marks', [])];
  expect(await kept()).toEqual([]);
  await database.loading(packs, (load) => inTransaction(database.db, load));
  expect(await kept()).toEqual(rows);
  expect(await database.db.selectFrom('facts').selectAll().execute()).toEqual([{ name: 'a', value: '1' }]);
  await database.loading(packed('facts', [{ name: 'b', value: '2' }]), (load) => inTransaction(database.db, load));
  expect(await database.db.selectFrom('facts').select('name').orderBy('name').execute()).toHaveLength(2);
});

test('numbers that were packed are numbers', async () => {
  const [account] = castRows('hash').accounts;
  if (!account) throw new Error('the cast has accounts');
  await database.loading(packed('accounts', [account]), (load) => inTransaction(database.db, load));
  expect(await database.db.selectFrom('accounts').selectAll().execute()).toEqual([account]);
});

test('of what was packed the transaction keeps all or none', async () => {
  const twice = packed('citizens', [...rows, ...rows.slice(0, 1)]);
  const failing = database.loading(twice, (load) => inTransaction(database.db, load));
  await expect(failing).rejects.toThrow(/unique/i);
  expect(await kept()).toEqual([]);
  await database.loading(packed('citizens', rows), (load) => inTransaction(database.db, load));
  expect(await kept()).toEqual(rows);
});
