import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { cast } from '../../src/registry/cast.ts';
import type { Citizen } from '../../src/registry/citizen.ts';
import { createRegistry, type Registry } from '../../src/registry/citizens.ts';
import { createDocuments } from '../../src/registry/documents.ts';
import { seed } from '../../src/registry/seed.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { tableNames } from '../../src/store/schema.ts';
import { inTransaction } from '../../src/store/transactions.ts';
import { allAtOnce } from '../accounts/far.ts';
import { newDatabase, newPlace, rowsOf } from '../support/database.ts';

/**
 * What SQLite does one after the other, PostgreSQL does at once. Most of these fail when a transaction is no more than
 * PostgreSQL makes of it by itself (READ COMMITTED).
 */
const clock = createClock();
const passwordHash = async () => 'hash';
let database: Database;
let registry: Registry;

beforeEach(async () => {
  database = await newDatabase();
  registry = createRegistry({ db: database.db, clock, events: createEvents() });
  await seed({ database, citizens: 0, seed: 1, passwordHash, clock });
});
afterEach(() => database.close());

const suitor = (index: number) => ({
  name: `Trần Văn ${'ABCDEFGH'[index]}`,
  sex: 'male' as const,
  birthDate: '1990-05-05',
});
const bride = { name: 'Nguyễn Thị Chung', sex: 'female' as const, birthDate: '1991-06-06' };

describe('at once', () => {
  test('many marry the same person: one does', async () => {
    const { id, number } = await registry.add(bride);
    const suitors: Citizen[] = [];
    for (let index = 0; index < 8; index += 1) suitors.push(await registry.add(suitor(index)));
    const { through, refused } = await allAtOnce(8, (index) =>
      registry.change(suitors[index]?.id ?? '', { spouse: { number } }),
    );
    expect({ through, refused }).toEqual({ through: 1, refused: { 'registry.unfit': 7 } });
    const married = await rowsOf(database, `select id from citizens where spouse_id = '${id}'`);
    expect(married).toHaveLength(1);
    expect((await registry.byId(id))?.spouse?.id).toBe(married[0]?.id);
  });

  test('many are given the same number: one gets it, the others hear that it is taken', async () => {
    const outcome = await allAtOnce(8, (index) => registry.add({ ...suitor(index), number: '001090777777' }));
    expect(outcome).toEqual({ through: 1, refused: { 'registry.numberTaken': 7 } });
  });

  test('a number is given away and taken: it is nobody’s second', async () => {
    const { id, number } = await registry.add(suitor(0));
    const outcome = await allAtOnce(8, (index) =>
      index % 2 === 0
        ? registry.renumber(id, number.replace(/\d{4}$/, String(1000 + index)), 'wrong-registration')
        : registry.add({ ...suitor(index), number }),
    );
    expect(outcome).toEqual({ through: 4, refused: { 'registry.numberTaken': 4 } });
    expect(await registry.formerNumbers(id)).toHaveLength(4);
  });

  test('many join the household of one who has none: it is one household', async () => {
    const head = await registry.add(suitor(0));
    const others: Citizen[] = [];
    for (let index = 1; index <= 6; index += 1) others.push(await registry.add(suitor(index)));
    const outcome = await allAtOnce(6, (index) =>
      registry.change(others[index]?.id ?? '', { household: { head: head.number } }),
    );
    expect(outcome).toEqual({ through: 6, refused: {} });
    const homes = await rowsOf(database, `select id from households where head_id = '${head.id}'`);
    expect(homes).toHaveLength(1);
    expect((await registry.household(String(homes[0]?.id)))?.members).toHaveLength(7);
  });

  test('many ask for somebody’s papers: they are made once', async () => {
    const documents = createDocuments({ db: database.db, clock, events: createEvents() });
    const an = await registry.find(cast[0]?.number ?? '');
    if (!an) throw new Error('An is not there');
    const asked = await Promise.all(Array.from({ length: 20 }, () => documents.documentsOf(an)));
    for (const papers of asked) expect(papers).toEqual(asked[0]);
    expect(asked[0]).toHaveLength(3);
  });

  test('two make people: each is made once', async () => {
    const { place, drop } = await newPlace();
    const both = await Promise.all([openDatabase(place), openDatabase(place)]);
    await Promise.all(both.map((one) => seed({ database: one, citizens: 45_000, seed: 1, passwordHash, clock })));
    await seed({ database, citizens: 45_000, seed: 1, passwordHash, clock });
    expect(await fingerprint(both[0])).toBe(await fingerprint(database));
    for (const one of both) await one.close();
    await drop();
  });
});

describe('a transaction', () => {
  test('sees one moment, whatever others do meanwhile', async () => {
    const seen = await inTransaction(database.db, async (on) => {
      const before = await on.selectFrom('citizens').select('id').execute();
      await registry.add(bride);
      return [before.length, (await on.selectFrom('citizens').select('id').execute()).length];
    });
    expect(seen).toEqual([cast.length, cast.length]);
    expect(await registry.count()).toBe(cast.length + 1);
  });

  test('that others came in the way of is begun again', async () => {
    await database.db.insertInto('facts').values({ name: 'n', value: '1' }).execute();
    const one = (db: typeof database.db) =>
      db.selectFrom('facts').select('value').where('name', '=', 'n').executeTakeFirstOrThrow();
    let begun = 0;
    await inTransaction(database.db, async (on) => {
      begun += 1;
      const { value } = await one(on);
      if (begun === 1) await database.db.updateTable('facts').set({ value: '5' }).where('name', '=', 'n').execute();
      await on
        .updateTable('facts')
        .set({ value: String(Number(value) + 1) })
        .where('name', '=', 'n')
        .execute();
    });
    expect(begun).toBe(2);
    expect(await one(database.db)).toEqual({ value: '6' });
  });

  test('that others come in the way of every time is given up, and is a 503', async () => {
    await database.db.insertInto('facts').values({ name: 'n', value: '0' }).execute();
    const write = (db: typeof database.db, value: string) =>
      db.updateTable('facts').set({ value }).where('name', '=', 'n').execute();
    const work = inTransaction(database.db, async (on) => {
      await on.selectFrom('facts').selectAll().execute();
      await write(database.db, 'theirs');
      await write(on, 'ours');
    });
    await expect(work).rejects.toMatchObject({ code: 'database.unavailable', status: 503 });
    expect(await rowsOf(database, "select value from facts where name = 'n'")).toEqual([{ value: 'theirs' }]);
  });
});

async function fingerprint(one: Database): Promise<string> {
  const hash = createHash('sha256');
  for (const table of tableNames)
    for (const row of await rowsOf(one, `select * from ${table} order by 1, 2`)) hash.update(JSON.stringify(row));
  return hash.digest('hex');
}
