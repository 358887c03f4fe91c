import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { createRegistry } from '../../src/registry/citizens.ts';
import { seed } from '../../src/registry/seed.ts';
import { openDatabase } from '../../src/store/database.ts';

/** A disk without room, as SQLite sees one: a file that may have no more pages. */
const clock = createClock();
const full = { code: 'database.full', status: 503, headers: { 'Retry-After': '10' } };

test('a full disk is said to be one, nothing of a change is kept, and with room all goes on', async () => {
  const database = await openDatabase(':memory:');
  const registry = createRegistry({ db: database.db, clock, events: createEvents() });
  const room = async (pages: number) => void (await sql.raw(`pragma max_page_count = ${pages}`).execute(database.db));
  const people = { database, citizens: 500, seed: 1, passwordHash: async () => 'hash', clock };
  await room(1);

  await expect(seed(people)).rejects.toMatchObject(full);
  const add = () => registry.add({ name: `Trần Văn ${'A'.repeat(40)}`, sex: 'male', birthDate: '1990-01-01' });
  const refused = await addUntilRefused(add);
  expect(refused).toMatchObject(full);
  const before = await registry.count();
  await expect(add()).rejects.toMatchObject(full);
  expect(await registry.count()).toBe(before);

  await room(1_000_000);
  await add();
  await seed(people);
  expect(await registry.count()).toBeGreaterThan(before + 500);
  await database.close();
});

async function addUntilRefused(add: () => Promise<unknown>): Promise<unknown> {
  for (let tries = 0; tries < 10_000; tries += 1) {
    try {
      await add();
    } catch (thrown) {
      return thrown;
    }
  }
  throw new Error('never refused');
}
