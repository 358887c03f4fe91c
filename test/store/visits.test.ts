import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, createClock } from '../../src/clock.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createVisitRows } from '../../src/store/visits.ts';
import { newDatabase, newPlace, planOf, rowsOf } from '../support/database.ts';

/** What keeps the visits of the city, on SQLite and PostgreSQL alike. */
let database: Database;
let clock: Clock;
let visits: ReturnType<typeof createVisitRows>;
const most = 40;

beforeEach(async () => {
  database = await newDatabase();
  clock = createClock();
  clock.freeze();
  visits = createVisitRows({ db: database.db, clock, most });
});
afterEach(() => database.close());

const stranger = (id: string, life = 1000) => ({
  id,
  pending: `{"of":"${id}"}`,
  citizen: null,
  sid: null,
  expires_at: clock.now() + life,
});
const signedIn = (id: string, sid: string, life = 1000) => ({
  ...stranger(id, life),
  pending: null,
  citizen: '{"name":"An"}',
  sid,
});
const ids = async () => (await rowsOf(database, 'select id from visits order by id')).map(({ id }) => id);

test('is found until it is over, and not when it was dropped', async () => {
  await visits.add(signedIn('one', 's'));
  await visits.add(stranger('two'));
  expect(await visits.find('one')).toMatchObject({ citizen: '{"name":"An"}', sid: 's' });
  await visits.drop('two');
  expect(await visits.find('two')).toBeUndefined();
  clock.advance(999);
  expect(await visits.find('one')).toBeDefined();
  clock.advance(1);
  expect(await visits.find('one')).toBeUndefined();
});

describe('a sign-in that has begun', () => {
  test('is taken once, of many who try at the same moment', async () => {
    await visits.add(stranger('one'));
    const taken = await Promise.all(Array.from({ length: 20 }, () => visits.take('one')));
    expect(taken.filter((pending) => pending !== undefined)).toEqual(['{"of":"one"}']);
    expect(await visits.find('one')).toMatchObject({ pending: null });
  });

  test('is taken once, of many at several instances', async () => {
    const { place, drop } = await newPlace();
    const instances = [await openDatabase(place), await openDatabase(place)];
    const stores = instances.map(({ db }) => createVisitRows({ db, clock }));
    for (let index = 0; index < 50; index += 1) {
      await stores[0]?.add(stranger(`v${index}`));
      const taken = await Promise.all([...stores, ...stores, ...stores].map((store) => store.take(`v${index}`)));
      expect(taken.filter((pending) => pending !== undefined)).toHaveLength(1);
    }
    for (const one of instances) await one.close();
    await drop();
  });

  test('takes the place of an earlier one, which can no longer be taken, and none is there once it is over', async () => {
    await visits.add(stranger('one'));
    expect(await visits.begin('one', 'second', clock.now() + 1000)).toBe(true);
    expect(await visits.take('one')).toBe('second');
    expect(await visits.take('one')).toBeUndefined();
    await visits.begin('one', 'third', clock.now() + 1000);
    clock.advance(1000);
    expect(await visits.take('one')).toBeUndefined();
    expect(await visits.begin('one', 'fourth', clock.now() + 1000)).toBe(false);
    expect(await visits.begin('nobody', 'first', clock.now() + 1000)).toBe(false);
  });

  test('gives a stranger time, and no more to whoever is signed in', async () => {
    await visits.add(stranger('stranger'));
    await visits.add(signedIn('citizen', 's'));
    clock.advance(500);
    for (const id of ['stranger', 'citizen']) expect(await visits.begin(id, 'x', clock.now() + 1000)).toBe(true);
    clock.advance(500);
    expect(await visits.find('stranger')).toBeDefined();
    expect(await visits.find('citizen')).toBeUndefined();
  });

  test('does not bring back who was signed out meanwhile', async () => {
    await visits.add(signedIn('one', 's'));
    await visits.dropSession('s');
    expect(await visits.begin('one', 'x', clock.now() + 1000)).toBe(false);
    expect(await ids()).toEqual([]);
  });
});

test('those of a session end together, and no others', async () => {
  for (const [id, sid] of [
    ['one', 's'],
    ['two', 's'],
    ['three', 't'],
  ] as const)
    await visits.add(signedIn(id, sid));
  await visits.add(stranger('four'));
  await visits.dropSession('s');
  expect(await ids()).toEqual(['four', 'three']);
});

test('what is over goes, when somebody comes a minute later', async () => {
  await visits.add(stranger('one'));
  await visits.add(signedIn('two', 's', 120_000));
  clock.advance(61_000);
  await visits.add(stranger('three'));
  expect(await ids()).toEqual(['three', 'two']);
});

describe('however many come', () => {
  test('the oldest strangers are forgotten, and nobody who is signed in', async () => {
    await visits.add(signedIn('citizen', 's', 10));
    for (let index = 100; index < 300; index += 1) await visits.add(stranger(`v${index}`, 1000 + index));
    const kept = await ids();
    expect(kept.length).toBeLessThanOrEqual(1 + most + most / 20);
    expect(kept[0]).toBe('citizen');
    expect(kept.at(-1)).toBe('v299');
    expect(kept[1]).toBe(`v${300 - (kept.length - 1)}`);
  });

  test('it is the index that tells who is too much, and who has the session', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => stranger(`v${index}`, index));
    await database.db.insertInto('visits').values(rows).execute();
    await rowsOf(database, 'analyze visits');
    const strangers = 'select expires_at from visits where sid is null';
    expect(await planOf(database, `${strangers} order by sid desc, expires_at desc limit 1 offset 40`)).toMatch(
      /^(?!.*(sort|temp)).*visits_session/i,
    );
    expect(await planOf(database, "delete from visits where sid = 's'")).toContain('visits_session');
    expect(await planOf(database, 'delete from visits where expires_at <= 1')).toContain('visits_expiry');
  });
});
