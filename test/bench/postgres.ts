import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { createRegistry } from '../../src/registry/citizens.ts';
import { seed } from '../../src/registry/seed.ts';
import { openDatabase } from '../../src/store/database.ts';
import { ask, databaseAt, startPostgres } from '../support/postgres.ts';

/**
 * People in PostgreSQL: how quickly they are made, and found. Run alone: `node test/bench/postgres.ts 1000000`.
 */
const citizens = Number(process.argv[2] ?? 1_000_000);
const server = await startPostgres(['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB']);
try {
  await ask(server.url, 'create database people');
  const database = await openDatabase(databaseAt(server.url, 'people'));
  const clock = createClock();
  const registry = createRegistry({ db: database.db, clock, events: createEvents() });
  const began = performance.now();
  const { done } = await seed({ database, citizens, seed: 1, passwordHash: async () => 'hash', clock });
  const seconds = (performance.now() - began) / 1000;
  say(`seeded ${done} citizens in ${seconds.toFixed(1)} s: ${Math.round(done / seconds)}/s, indices included`);

  const sample = await database.db.selectFrom('citizens').select(['number', 'full_name']).limit(200_000).execute();
  const one = () => sample[Math.floor(Math.random() * sample.length)] ?? { number: '', full_name: '' };
  await measure('lookup by number', 20_000, () => registry.find(one().number));
  await measure('search by name, 50 a page', 2_000, () => registry.search({ q: one().full_name, limit: 50 }));
  await measure('search by family and middle name', 2_000, () =>
    registry.search({ q: one().full_name.split(' ').slice(0, 2).join(' '), limit: 50 }),
  );
  const crowd = performance.now();
  const ways = Array.from({ length: 10 }, async () => {
    for (let turn = 0; turn < 2_000; turn += 1) await registry.find(one().number);
  });
  await Promise.all(ways);
  say(`ten at once: ${Math.round(20_000 / ((performance.now() - crowd) / 1000))} lookups/s`);
  await database.close();
} finally {
  await server.stop();
}

async function measure(what: string, times: number, call: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let turn = 0; turn < times + 500; turn += 1) {
    const began = performance.now();
    await call();
    if (turn >= 500) took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (took.length - 1))]?.toFixed(3);
  say(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
