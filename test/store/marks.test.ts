import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Clock, createClock } from '../../src/clock.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createMarks, type Marks } from '../../src/store/marks.ts';

let database: Database;
let clock: Clock;
let marks: Marks;

beforeEach(async () => {
  database = await openDatabase(':memory:');
  clock = createClock();
  marks = createMarks({ db: database.db, clock });
});
afterEach(() => database.close());

test('exactly one of many is first, of each kind', async () => {
  const tries = await Promise.all(Array.from({ length: 20 }, () => marks.first('AuthorizationCode', 'a')));
  expect(tries.filter((first) => first)).toHaveLength(1);
  expect(await marks.first('DeviceCode', 'a')).toBe(true);
});

test('a mark outlives what it is about, and then goes; what it says nobody can use', async () => {
  await marks.first('AuthorizationCode', 'the code');
  clock.advance(30 * 60_000);
  expect(await marks.first('AuthorizationCode', 'the code')).toBe(false);
  const rows = await database.db.selectFrom('marks').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain('the code');
  clock.advance(31 * 60_000);
  await marks.first('AuthorizationCode', 'another');
  expect(await database.db.selectFrom('marks').selectAll().execute()).toHaveLength(1);
});
