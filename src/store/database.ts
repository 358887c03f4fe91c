import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Config } from '../config.ts';
import { problem } from '../errors.ts';
import type { Database } from './engine.ts';
import { openSqlite, overSqlite } from './engines/sqlite.ts';
import { migrations } from './migrations.ts';
import { type Schema, tableNames } from './schema.ts';
import { untilAlone } from './transactions.ts';

export type { Database } from './engine.ts';
export { openSqlite } from './engines/sqlite.ts';

/** How a database is opened. */
export interface Opening {
  /** Connections to PostgreSQL at most. */
  pool?: number;
  /** Whether it is brought up to date here; where it is not, one that is behind is refused. */
  migrates?: boolean;
}

/** Where the database is, and how it is opened: a shared one is brought up to date by a bench, else by `vneid migrate`. */
export function databaseOf(config: Config): { place: string; pool: number; migrates: boolean } {
  const { data, databasePool: pool, databaseUrl, mode } = config;
  const file = data === ':memory:' ? data : join(data, 'vneid.sqlite');
  return { place: databaseUrl || file, pool, migrates: databaseUrl === '' || mode === 'lab' };
}

/** Milliseconds that PostgreSQL may take for a statement. */
const patience = 10_000;

/**
 * Opens a database. One that a newer version has brought further is as good: old and new serve side by side.
 * @param place path of the SQLite file, ":memory:", or a `postgres://` address
 * @throws VneidError `database.behind`, `database.unavailable`
 */
export async function openDatabase(place: string, opening: Opening = {}): Promise<Database> {
  const { pool = 10, migrates = true } = opening;
  return opened(place, pool, async (database) => {
    if (migrates) return void (await migrate(database));
    const missing = await pending(database.db);
    if (missing.length > 0) throw problem('database.behind', { missing: missing.join(', ') });
  });
}

/**
 * Brings a database up to date; of many that do so at once, one does.
 * @returns what was done, oldest first
 * @throws VneidError `database.unavailable`
 */
export async function migrateDatabase(place: string): Promise<string[]> {
  let done: string[] = [];
  const database = await opened(place, 2, async (one) => {
    done = await migrate(one);
  });
  await database.close();
  return done;
}

/** A database that is ready, or closed again. */
async function opened(place: string, pool: number, ready: (one: Database) => Promise<void>): Promise<Database> {
  const database = /^postgres(ql)?:/.test(place)
    ? (await import('./engines/postgres.ts')).openPostgres(place, { pool, patience })
    : overSqlite(openSqlite(place));
  try {
    await ready(database);
    return database;
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

/**
 * On PostgreSQL all of it is one transaction, and the names of what was done are keys: of many that begin at once one is
 * done, and the others fail on what it made, look again, and find nothing left to do.
 */
async function migrate(database: Database): Promise<string[]> {
  for (let left = await pending(database.db); left.length > 0; ) {
    try {
      return await untilAlone(() => database.unhurried(migrateOnce));
    } catch (cause) {
      const now = await pending(database.db);
      if (now.length === left.length) throw cause;
      left = now;
    }
  }
  return [];
}

async function migrateOnce(on: Kysely<Schema>): Promise<string[]> {
  const { error, results = [] } = await migratorOf(on).migrateToLatest();
  if (error) throw error;
  return results.map(({ migrationName }) => migrationName);
}

async function pending(db: Kysely<Schema>): Promise<string[]> {
  const known = await migratorOf(db).getMigrations();
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

function migratorOf(db: Kysely<Schema>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}

/** A database in memory that begins as `snapshot`; a thousand times quicker than making it anew. */
export function copyDatabase(snapshot: Uint8Array): Database {
  const sqlite = openSqlite(':memory:');
  sqlite.deserialize(snapshot);
  return overSqlite(sqlite);
}

/** The tables of ours and their columns; a database that is shared may have others, which are nobody's business here. */
export async function tablesOf(db: Kysely<Schema>): Promise<{ name: keyof Schema; columns: string[] }[]> {
  const found = new Map((await db.introspection.getTables()).map(({ name, columns }) => [name, columns]));
  return tableNames.map((name) => ({ name, columns: (found.get(name) ?? []).map((column) => column.name) }));
}

/** Forgets all rows but those of the audit, which takes no part in what is undone. */
export async function emptied(db: Kysely<Schema>): Promise<void> {
  for (const name of tableNames) if (name !== 'audit') await db.deleteFrom(name).execute();
}
