import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { type Database, migrateDatabase, openDatabase } from '../../src/store/database.ts';
import { type Hold, openPostgres } from '../../src/store/engines/postgres.ts';
import { migrations } from '../../src/store/migrations.ts';
import { tableNames } from '../../src/store/schema.ts';
import { citizenRow } from '../accounts/people.ts';
import { newPostgres, rowsOf } from '../support/database.ts';
import { ask } from '../support/postgres.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function empty(template = 'template1'): Promise<string> {
  const { url, drop } = await newPostgres({ template });
  ending.push(drop);
  return url;
}

async function held(hold: Partial<Hold> = {}): Promise<{ url: string; database: Database }> {
  const url = await empty('template');
  const database = openPostgres(url, { pool: 2, patience: 10_000, ...hold });
  ending.push(() => database.close());
  return { url, database };
}

/** Ends every connection to a database, as its failure would. */
const breakOff = (url: string) =>
  ask(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );

describe('migrations', () => {
  test('are run apart, tell what they did, and do nothing the second time', async () => {
    const url = await empty();
    await expect(openDatabase(url, { migrates: false })).rejects.toMatchObject({
      code: 'database.behind',
      facts: { missing: Object.keys(migrations).join(', ') },
    });
    expect(await migrateDatabase(url)).toEqual(Object.keys(migrations));
    expect(await migrateDatabase(url)).toEqual([]);
    const database = await openDatabase(url, { migrates: false });
    await database.close();
  });

  test('are run once by whoever comes first, when several come at once, also to what an earlier version left', async () => {
    const url = await empty();
    const atOnce = async () => (await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(url)))).flat();
    expect(await atOnce()).toEqual(Object.keys(migrations));
    await ask(url, 'drop table visits', "delete from kysely_migration where name like '%-visits'");
    expect(await atOnce()).toEqual(Object.keys(migrations).filter((name) => name.endsWith('-visits')));
  });

  test('of a newer version are no hindrance to an older one', async () => {
    const url = await empty('template');
    await ask(url, "insert into kysely_migration (name, timestamp) values ('2999-01-01-newer', '2999')");
    expect(await migrateDatabase(url)).toEqual([]);
    for (const migrates of [true, false]) await (await openDatabase(url, { migrates })).close();
  });
});

describe('text', () => {
  test('of every column is ordered by its bytes, though the database orders by language', async () => {
    const { database } = await held();
    const [own] = await rowsOf(database, `select 'đ' < 'e' as language, 'đ' collate "C" < 'e' as bytes`);
    expect(own).toEqual({ language: true, bytes: false });
    const columns = await rowsOf(
      database,
      `select attrelid::regclass::text as of, attname, collname from pg_attribute
       join pg_collation on pg_collation.oid = attcollation
       where attrelid::regclass::text in (${tableNames.map((name) => `'${name}'`).join(', ')}) and atttypid = 'text'::regtype`,
    );
    expect(columns.length).toBeGreaterThan(100);
    expect(columns.filter(({ collname }) => collname !== 'C')).toEqual([]);
  });

  test('is found by where it begins, in the order of bytes', async () => {
    const { database } = await held();
    const names = ['a', 'a b', 'ab', 'a-b', 'A', 'ă', 'z', 'đ', 'a\u{10ffff}', 'b', "a'b"];
    for (const [index, name] of names.entries())
      await database.db
        .insertInto('citizens')
        .values(citizenRow({ id: name, number: String(index), search_name: name }))
        .execute();
    const found = await database.db
      .selectFrom('citizens')
      .select('search_name')
      .where('search_name', '>=', 'a')
      .where('search_name', '<', 'a\u{10ffff}')
      .orderBy('search_name')
      .execute();
    const byBytes = names
      .filter((name) => name.startsWith('a') && name !== 'a\u{10ffff}')
      .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(found.map((row) => row.search_name)).toEqual(byBytes);
  });

  test('that has a NUL is kept without it, found by the same words, and no failure', async () => {
    const { database } = await held();
    await database.db.insertInto('facts').values({ name: 'a\0b', value: '1' }).execute();
    const found = await database.db.selectFrom('facts').select('name').where('name', '=', 'a\0b').execute();
    expect(found).toEqual([{ name: 'a\u{fffd}b' }]);
    await database.db.transaction().execute((on) => database.bulk(on, 'facts', [{ name: 'c\0', value: '\0' }]));
    expect(await rowsOf(database, "select value from facts where name like 'c%'")).toEqual([{ value: '\u{fffd}' }]);
  });
});

test('a time is a number', async () => {
  const { database } = await held();
  const at = Date.UTC(2026, 10, 26);
  await database.db
    .insertInto('audit')
    .values({ id: 'a', at, event: 'e', account_id: null, client_id: null, facts: '{}' })
    .execute();
  expect(await database.db.selectFrom('audit').select('at').execute()).toEqual([{ at }]);
});

describe('statements', () => {
  const ofNumber = (database: Database, number: string) =>
    database.db.selectFrom('citizens').selectAll().where('number', '=', number).executeTakeFirst();
  const prepared = (database: Database) =>
    rowsOf(database, 'select name, statement from pg_prepared_statements order by prepare_time');

  test('are prepared once on each connection', async () => {
    const { database } = await held({ pool: 1 });
    for (let turn = 0; turn < 10; turn += 1) await ofNumber(database, String(turn));
    const statements = await prepared(database);
    expect(statements).toHaveLength(1);
    expect(statements[0]?.statement).toContain('"number" = $1');
  });

  test('are kept in bounds, and work beyond them', async () => {
    const { database } = await held({ pool: 1 });
    const texts = Array.from({ length: 520 }, (_, index) => index);
    for (const index of texts) {
      const { rows } = await sql<{
        n: number;
      }>`select ${index}::int as ${sql.ref(`n`)}, ${sql.lit(index)} as m`.execute(database.db);
      expect(rows).toEqual([{ n: index, m: index }]);
    }
    expect(await prepared(database)).toHaveLength(500);
  });

  test('that read a whole table go on when a newer version has added to it, also in a transaction', async () => {
    const { url, database } = await held({ pool: 1 });
    await database.db.insertInto('citizens').values(citizenRow()).execute();
    const { number } = citizenRow();
    expect(await ofNumber(database, number)).toMatchObject({ number });
    await ask(url, "alter table citizens add column newer text not null default 'new'");
    expect(await ofNumber(database, number)).toMatchObject({ number, newer: 'new' });
    expect(await ofNumber(database, number)).toMatchObject({ number });
  });
});

describe('a database that is not there', () => {
  const away = { code: 'database.unavailable', status: 503, headers: { 'Retry-After': '5' } };

  test('is said to be so: nobody listens, or the socket is gone', async () => {
    for (const url of ['postgres://nobody@127.0.0.1:1/x', 'postgres://nobody@localhost/x?host=%2Fnowhere'])
      await expect(openDatabase(url)).rejects.toMatchObject(away);
  });

  test('for a moment costs only those who were asking', async () => {
    const { url, database } = await held();
    const { db } = database;
    expect(await db.selectFrom('facts').selectAll().execute()).toEqual([]);
    await breakOff(url);
    // the connections that were idle are gone from the pool, or found broken by the first who asks
    await db
      .selectFrom('facts')
      .selectAll()
      .execute()
      .catch((cause: unknown) => expect(cause).toMatchObject(away));
    expect(await db.selectFrom('facts').selectAll().execute()).toEqual([]);

    const interrupted = db.transaction().execute(async (on) => {
      await on.insertInto('facts').values({ name: 'half', value: '' }).execute();
      await breakOff(url);
      await on.insertInto('facts').values({ name: 'done', value: '' }).execute();
    });
    await expect(interrupted).rejects.toMatchObject(away);
    expect(await db.selectFrom('facts').selectAll().execute()).toEqual([]);
  });

  test('does not hold anybody for longer than its patience', async () => {
    const { database } = await held({ patience: 200 });
    const slow = (seconds: number) => sql`select pg_sleep(${seconds})`;
    await expect(slow(30).execute(database.db)).rejects.toMatchObject(away);
    await database.unhurried((on) => slow(0.5).execute(on));
    await expect(slow(30).execute(database.db)).rejects.toMatchObject(away);
  });

  test('and says nothing at all is given up, its connection too', async () => {
    const { database } = await held({ patience: 200, pool: 1 });
    const [backend] = await rowsOf(database, 'select pg_backend_pid() as pid');
    const pid = Number(backend?.pid);
    process.kill(pid, 'SIGSTOP');
    try {
      const asked = database.db.selectFrom('facts').selectAll().where('name', '=', 'x').execute();
      await expect(asked).rejects.toMatchObject(away);
      expect(await database.db.selectFrom('facts').selectAll().where('name', '=', 'x').execute()).toEqual([]);
      const [other] = await rowsOf(database, 'select pg_backend_pid() as pid');
      expect(other?.pid).not.toBe(pid);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('and says nothing in the middle of a transaction is given up too', async () => {
    const { database } = await held({ patience: 200, pool: 1 });
    let pid = 0;
    const work = database.db.transaction().execute(async (on) => {
      pid = Number((await rowsOf({ db: on }, 'select pg_backend_pid() as pid'))[0]?.pid);
      process.kill(pid, 'SIGSTOP');
      await on.insertInto('facts').values({ name: 'x', value: '' }).execute();
    });
    try {
      await expect(work).rejects.toMatchObject(away);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await database.db.selectFrom('facts').selectAll().execute()).toEqual([]);
  });

  test('with all its connections in use, is waited for no longer than five seconds', async () => {
    const { database } = await held({ pool: 1 });
    await database.db.connection().execute(async () => {
      await expect(database.db.selectFrom('facts').selectAll().execute()).rejects.toMatchObject(away);
    });
    expect(await database.db.selectFrom('facts').selectAll().execute()).toEqual([]);
  });
});
