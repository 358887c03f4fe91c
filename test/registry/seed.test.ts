import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { cast } from '../../src/registry/cast.ts';
import { seed, type SeedOrder, seedOf } from '../../src/registry/seed.ts';
import { restoreIndices, setIndicesAside } from '../../src/registry/seed-indices.ts';
import { progressLine } from '../../src/registry/seed-progress.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import type { Index } from '../../src/store/engine.ts';
import { tableNames } from '../../src/store/schema.ts';
import { newDatabase, newPlace, rowsOf } from '../support/database.ts';

const clock = createClock();

function order(database: Database, citizens: number, more: Partial<SeedOrder> = {}): SeedOrder {
  return { database, citizens, seed: 1, passwordHash: async () => 'hash', clock, ...more };
}

/** Every byte of every table that seeding writes, and every index. */
async function fingerprint(database: Database): Promise<string> {
  const hash = createHash('sha256');
  for (const table of [
    'citizens',
    'households',
    'accounts',
    'cancelled_numbers',
    'organisations',
    'mandates',
    'facts',
  ]) {
    hash.update(table);
    for (const row of await rowsOf(database, `select * from ${table} order by 1, 2`)) hash.update(JSON.stringify(row));
  }
  return hash.update(JSON.stringify(await indices(database))).digest('hex');
}

function indices(database: Database): Promise<Index[]> {
  return database.indices(database.db, tableNames);
}

async function madeAtOnce(citizens: number, more: Partial<SeedOrder> = {}): Promise<string> {
  const database = await newDatabase();
  await seed(order(database, citizens, more));
  const print = await fingerprint(database);
  await database.close();
  return print;
}

let many: Promise<string> | undefined;
/** What 25,000 come to, made once for all who have to come to the same. */
const manyAtOnce = () => (many ??= madeAtOnce(25_000));

describe('seeding', () => {
  it('makes the cast and as many people as asked, the last household complete', async () => {
    const database = await newDatabase();
    const { done, total } = await seed(order(database, 300));
    expect(total).toBe(300);
    expect(done).toBeGreaterThanOrEqual(300);
    expect(done).toBeLessThan(310);
    const [row] = await rowsOf(database, 'select count(*) as n, count(distinct number) as d from citizens');
    expect(row).toMatchObject({ n: done + cast.length, d: done + cast.length });
    const homeless = 'select count(*) as n from citizens where household_id not in (select id from households)';
    expect(await rowsOf(database, homeless)).toEqual([{ n: 0 }]);
    const stray = 'select count(*) as n from accounts where citizen_id not in (select id from citizens)';
    expect(await rowsOf(database, stray)).toEqual([{ n: 0 }]);
    expect(await seedOf(database)).toBe(1);
    await database.close();
  });

  it('does nothing the second time, and does not ask for a hash', async () => {
    const database = await newDatabase();
    await seed(order(database, 100));
    const before = await fingerprint(database);
    const again = order(database, 100, { passwordHash: () => Promise.reject(new Error('not needed')) });
    await seed(again);
    await seed({ ...again, citizens: 5 });
    expect(await fingerprint(database)).toBe(before);
    await database.close();
  });

  it('goes on to a larger number as if it had been asked for at once', async () => {
    const database = await newDatabase();
    for (const citizens of [0, 1, 150, 151, 400]) await seed(order(database, citizens));
    expect(await fingerprint(database)).toBe(await madeAtOnce(400));
    await database.close();
  });

  it('makes the same people for the same seed and others for another', async () => {
    expect(await madeAtOnce(200)).toBe(await madeAtOnce(200));
    const database = await newDatabase();
    await seed(order(database, 200, { seed: 2 }));
    expect(await fingerprint(database)).not.toBe(await madeAtOnce(200));
    await expect(seed(order(database, 300))).rejects.toMatchObject({
      code: 'registry.otherSeed',
      facts: { found: 2, asked: 1 },
    });
    await database.close();
  });

  it('opens as many accounts as asked for, to the first who can have one', async () => {
    const database = await newDatabase();
    const accounts = async () => {
      const rows = await rowsOf(database, 'select citizen_id from accounts order by citizen_id');
      return rows.map((row) => row.citizen_id);
    };
    await seed(order(database, 0));
    const ofCast = await accounts();
    for (const citizens of [150, 400]) await seed(order(database, citizens, { accounts: 120 }));
    const some = await accounts();
    expect(some).toHaveLength(ofCast.length + 120);
    expect(await fingerprint(database)).toBe(await madeAtOnce(400, { accounts: 120 }));
    await database.close();

    const all = await newDatabase();
    await seed(order(all, 400));
    const rows = await rowsOf(all, 'select citizen_id from accounts order by citizen_id');
    expect(rows.map((row) => row.citizen_id).slice(0, some.length)).toEqual(some);
    expect(rows.length).toBeGreaterThan(some.length);
    await all.close();
  });

  it('makes by several threads what one makes', async () => {
    const database = await newDatabase();
    for (const citizens of [2_000, 25_000]) await seed(order(database, citizens, { accounts: 8_000, many: 1 }));
    expect(await fingerprint(database)).toBe(await madeAtOnce(25_000, { accounts: 8_000 }));
    await database.close();
  });

  it('is done once when two begin at once', async () => {
    const { place, drop } = await newPlace();
    const both = [await openDatabase(place), await openDatabase(place)] as const;
    await Promise.all(both.map((one) => seed(order(one, 25_000, { many: 1 }))));
    expect(await fingerprint(both[0])).toBe(await manyAtOnce());
    for (const one of both) await one.close();
    await drop();
  });

  it('takes the indices away and makes them anew, however many do so at once', async () => {
    const { place, drop } = await newPlace();
    const all = [await openDatabase(place), await openDatabase(place), await openDatabase(place)] as const;
    const before = await indices(all[0]);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(all.map(setIndicesAside));
      await Promise.all(all.map(restoreIndices));
    }
    expect(await indices(all[0])).toEqual(before);
    for (const one of all) await one.close();
    await drop();
  });

  it('stops when told to, between two pieces of work, and goes on from there', async () => {
    const database = await newDatabase();
    const stop = new AbortController();
    const seen: number[] = [];
    const stopped = await seed(
      order(database, 25_000, {
        signal: stop.signal,
        onProgress: ({ done }) => {
          seen.push(done);
          stop.abort();
        },
      }),
    );
    expect(seen).toEqual([stopped.done]);
    expect(stopped.done).toBeLessThan(25_000);
    await seed(order(database, 25_000));
    expect(await fingerprint(database)).toBe(await manyAtOnce());
    await database.close();
  });

  it('survives being killed, and comes out the same', async () => {
    const { place, drop } = await newPlace();
    const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    const script = `
      import { seed } from ${source('registry/seed.ts')};
      import { openDatabase } from ${source('store/database.ts')};
      import { createClock } from ${source('clock.ts')};
      const database = await openDatabase(${JSON.stringify(place)});
      const onProgress = () => process.stdout.write('.');
      const passwordHash = async () => 'hash';
      await seed({ database, citizens: 60_000, many: 1, seed: 1, passwordHash, clock: createClock(), onProgress });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    child.stdout.once('data', () => child.kill('SIGKILL'));
    expect(await ended).toBe('SIGKILL');

    const database = await openDatabase(place);
    const [made] = await rowsOf(database, "select value from facts where name = 'seed'");
    const { citizens } = JSON.parse(String(made?.value));
    expect(citizens).toBeGreaterThan(0);
    expect(citizens).toBeLessThan(60_000);
    expect(await indices(database)).not.toContainEqual(expect.objectContaining({ name: 'citizens_number' }));
    await seed(order(database, citizens + 1));
    expect(await fingerprint(database)).toBe(await madeAtOnce(citizens + 1));
    await database.close();
    await drop();
  });

  it('brings back every index that it set aside, also after being set aside twice', async () => {
    const database = await newDatabase();
    const before = await indices(database);
    await setIndicesAside(database);
    const during = await indices(database);
    expect(during.length).toBeLessThan(before.length);
    await setIndicesAside(database);
    await restoreIndices(database);
    expect(await indices(database)).toEqual(before);
    await restoreIndices(database);
    expect(await indices(database)).toEqual(before);
    await database.close();
  });

  it('tells how far it is in one line', () => {
    const line = progressLine({ done: 420_000, total: 1_000_000, rate: 45_210.4, secondsLeft: 12.83 });
    expect(line).toBe('━━━━━━━━━━━─────────────────  42 %  420,000 of 1,000,000  45,210/s  0:13 left');
    expect(progressLine({ done: 303, total: 300, rate: 9000, secondsLeft: 0 })).toContain(
      '100 %  303 of 300  9,000/s  done',
    );
    expect(progressLine({ done: 0, total: 0, rate: 0, secondsLeft: 0 })).toContain('100 %');
    expect([...progressLine({ done: 9_999_999, total: 10_000_000, rate: 1, secondsLeft: 5999 })].length).toBeLessThan(
      90,
    );
  });
});
