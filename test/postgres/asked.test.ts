import pg from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { startVneid } from '../../src/index.ts';
import { castPasswordHash } from '../../src/registry/cast.ts';
import { seed } from '../../src/registry/seed.ts';
import { migrateDatabase, openDatabase } from '../../src/store/database.ts';
import { Browser } from '../support/browser.ts';
import { newPostgres } from '../support/database.ts';
import { authorizationRequest, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/**
 * What some of those lack that speak as PostgreSQL does and are spread over many machines, by what CockroachDB 26.3 and
 * YugabyteDB 2025 tell of themselves under "PostgreSQL compatibility"; and words about the upkeep of a single server.
 */
const beyond: readonly [what: string, found: RegExp][] = [
  ['an advisory lock', /\bpg_\w*advisory/],
  ['a lock of a whole table', /^lock\b/],
  ['messages between sessions', /^(listen|notify|unlisten)\b|\bpg_notify/],
  ['a table of one session', /\b(temp|temporary|unlogged) table\b/],
  ['numbers from a sequence', /\b(small|big)?serial\b|\bcreate sequence\b|\bnextval\b|\bas identity\b/],
  ['a constraint that is no key', /\bexclude using\b|\bdeferrable\b/],
  ['a generated column', /\bgenerated always\b/],
  ['inheritance', /\binherits\b/],
  ['an index that is no ordinary one', /\busing (gist|spgist|gin|brin|hash)\b/],
  ['two phases of a commit', /^(prepare transaction|commit prepared)/],
  ['where a row lies, or when it was written', /\b(ctid|xmin|xmax)\b|\btxid_|\bpg_current_xact/],
  ['a cursor', /^(declare|fetch)\b/],
  ['the upkeep of one server', /^(vacuum|cluster|reindex)\b|^analyze$/],
  ['a setting of one server', /^set (local )?(?!statement_timeout\b|transaction\b)/],
];

const asked = new Set<string>();

beforeAll(async () => {
  const { url, drop } = await newPostgres({ template: 'template1' });
  const { query } = pg.Client.prototype;
  const ear = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...words: unknown[]
  ) {
    const [what] = words as [string | { text: string }];
    asked.add((typeof what === 'string' ? what : what.text).trim().replaceAll(/\s+/g, ' ').toLowerCase());
    return Reflect.apply(query, this, words) as unknown;
  });
  try {
    await live(url);
  } finally {
    ear.mockRestore();
  }
  await drop();
});

/** A new database is made and filled in the way for many people, and somebody signs in. */
async function live(databaseUrl: string): Promise<void> {
  await migrateDatabase(databaseUrl);
  const database = await openDatabase(databaseUrl, { migrates: false });
  const people = { citizens: 200, seed: 1, many: 100, passwordHash: async () => castPasswordHash };
  await seed({ database, ...people, clock: createClock() });
  await database.close();
  await using vneid = await startVneid({ databaseUrl, citizens: 200, seed: 1, clients: [testClient] });
  const { url } = await authorizationRequest(await relyingParty(vneid));
  await signIn(vneid, new Browser(), url);
}

test('all that a life of a database takes was heard', () => {
  for (const one of [
    /^create table "citizens"/,
    /^create trigger/,
    /^copy "citizens"/,
    /^analyze/,
    /^insert into "consents"/,
  ])
    expect([...asked].filter((text) => one.test(text))).not.toEqual([]);
});

test.each(beyond)('a database is asked for nothing that not all have: %s', (_what, found) => {
  expect([...asked].filter((text) => found.test(text))).toEqual([]);
});
