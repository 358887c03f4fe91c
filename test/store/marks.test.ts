import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Clock, createClock } from '../../src/clock.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createMarks, type Marks } from '../../src/store/marks.ts';
import { newDatabase, newPlace } from '../support/database.ts';

let database: Database;
let clock: Clock;
let marks: Marks;

beforeEach(async () => {
  database = await newDatabase();
  clock = createClock();
  marks = createMarks({ db: database.db, clock });
});
afterEach(() => database.close());

test('exactly one of many is first, of each kind', async () => {
  const tries = await Promise.all(Array.from({ length: 20 }, () => marks.first('AuthorizationCode', 'a')));
  expect(tries.filter((first) => first)).toHaveLength(1);
  expect(await marks.first('DeviceCode', 'a')).toBe(true);
});

test('exactly one of two processes is first, whatever both try at the same moment', async () => {
  const { place, drop } = await newPlace();
  await (await openDatabase(place)).close();
  const both = await Promise.all([inAnotherProcess(place), inAnotherProcess(place)]);
  // both were in the race, or nothing was shown
  expect(both.map(({ met }) => met)).toEqual([true, true]);
  expect(both.flatMap(({ won }) => won).sort((one, other) => one - other)).toEqual(
    Array.from({ length: 200 }, (_, id) => id),
  );
  await drop();
});

/** Tries to be the first of 200, ten at a time, once another process is there to do the same. */
async function inAnotherProcess(place: string): Promise<{ won: number[]; met: boolean }> {
  const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  const script = `
    import { setTimeout } from 'node:timers/promises';
    const { createClock } = await import(${source('clock.ts')});
    const { openDatabase } = await import(${source('store/database.ts')});
    const { createMarks } = await import(${source('store/marks.ts')});
    const database = await openDatabase(${JSON.stringify(place)});
    const { db } = database;
    const marks = createMarks({ db, clock: createClock() });
    await db.insertInto('facts').values({ name: 'here:' + process.pid, value: '' }).execute();
    let met = false;
    for (const patience = Date.now() + 20_000; !met && Date.now() < patience; await setTimeout(1))
      met = (await db.selectFrom('facts').select('name').where('name', 'like', 'here:%').execute()).length === 2;
    const won = [];
    for (let from = 0; from < 200; from += 10)
      await Promise.all(Array.from({ length: 10 }, async (_, nth) => {
        if (await marks.first('AuthorizationCode', 'code-' + (from + nth))) won.push(from + nth);
      }));
    await database.close();
    console.log(JSON.stringify({ won, met }));
  `;
  const args = ['--input-type=module-typescript', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as { won: number[]; met: boolean };
}

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
