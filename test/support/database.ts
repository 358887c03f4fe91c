import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { tableNames } from '../../src/store/schema.ts';
import { ask, databaseAt } from './postgres.ts';

/** Where a test's data is: SQLite in memory, or PostgreSQL where the project of that name runs the file. */
export const onPostgres = (): boolean => inject('postgres') !== undefined;

/** The address of a new PostgreSQL database with our tables, and how to be rid of it. */
export async function newPostgres({ template = 'template' } = {}): Promise<{ url: string; drop(): Promise<void> }> {
  const server = inject('postgres');
  if (server === undefined) throw new Error('only the project "postgres" has a PostgreSQL');
  const name = `t${randomUUID().replaceAll('-', '')}`;
  await ask(server, `create database ${name} template ${template}`);
  return {
    url: databaseAt(server, name),
    drop: async () => void (await ask(server, `drop database ${name} with (force)`)),
  };
}

/** Where a database can be opened that others can open too, and how to be rid of it. */
export async function newPlace(): Promise<{ place: string; drop(): Promise<void> }> {
  if (onPostgres()) {
    const { url, drop } = await newPostgres();
    return { place: url, drop };
  }
  const folder = await mkdtemp(join(tmpdir(), 'vneid-database-'));
  return { place: join(folder, 'vneid.sqlite'), drop: () => rm(folder, { recursive: true }) };
}

/** Copies that tests of this file are done with; to empty one is ten times quicker than to make another. */
const free: { place: string; drop(): Promise<void> }[] = [];

/** A database of a test's own, with nobody in it. */
export async function newDatabase(): Promise<Database> {
  if (!onPostgres()) return openDatabase(':memory:');
  const own = free.pop() ?? (await newPlace());
  const database = await openDatabase(own.place);
  const ended = async () => {
    await database.close();
    await ask(own.place, `truncate ${tableNames.join(', ')}`).then(
      () => void free.push(own),
      // a test that took a table away
      () => own.drop(),
    );
  };
  let closing: Promise<void> | undefined;
  return { ...database, close: () => (closing ??= ended()) };
}

/** The same as options of `startVneid`. */
export async function databaseOptions(): Promise<{ databaseUrl?: string }> {
  return onPostgres() ? { databaseUrl: (await newPostgres()).url } : {};
}

/** Bare SQL, and its rows. */
export async function rowsOf(
  { db }: Pick<Database, 'db'>,
  statement: string,
): Promise<Record<string, string | number | null>[]> {
  return (await sql.raw<Record<string, string | number | null>>(statement).execute(db)).rows;
}

/** How the database would go about a query when reading everything were dear, in words that name the indices. */
export async function planOf({ db }: Database, query: string): Promise<string> {
  if (!onPostgres()) return words(await rowsOf({ db }, `explain query plan ${query}`), 'detail');
  return db.connection().execute(async (one) => {
    await sql`set enable_seqscan = off`.execute(one);
    return words(await rowsOf({ db: one }, `explain ${query}`), 'QUERY PLAN');
  });
}

const words = (rows: Record<string, unknown>[], column: string) => rows.map((row) => String(row[column])).join('; ');
