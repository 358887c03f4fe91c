import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';

/** The registry, accounts, consents and audit: Kysely for everyone, the bare handle for bulk work such as seeding. */
export interface Database {
  db: Kysely<Schema>;
  sqlite: DatabaseSync;
  close(): Promise<void>;
}

/**
 * Opens (and brings up to date) the database.
 * @param file path of the SQLite file, or ":memory:"
 */
export async function openDatabase(file: string): Promise<Database> {
  const database = over(openSqlite(file));
  const { db } = database;
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw error;
  return database;
}

function over(sqlite: DatabaseSync): Database {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: preparedOnce(sqlite) }) });
  return { db, sqlite, close: () => db.destroy() };
}

/** The tables of ours and their columns; what says how far the migrations are is not ours. */
export async function tablesOf(db: Kysely<Schema>): Promise<{ name: string; columns: string[] }[]> {
  const tables = await db.introspection.getTables();
  return tables.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) }));
}

/** Forgets all rows but those of the audit, which takes no part in what is undone. */
export async function emptied(db: Kysely<Schema>): Promise<void> {
  for (const { name } of await tablesOf(db)) if (name !== 'audit') await db.deleteFrom(name as keyof Schema).execute();
}

/** All bytes of a database, or undefined on a Node that cannot tell them (before 26). */
export function snapshotOf({ sqlite }: Database): Uint8Array | undefined {
  return 'serialize' in sqlite ? sqlite.serialize() : undefined;
}

/** A database in memory that begins as `snapshot`; a thousand times quicker than making it anew. */
export function copyDatabase(snapshot: Uint8Array): Database {
  const sqlite = openSqlite(':memory:');
  sqlite.deserialize(snapshot);
  return over(sqlite);
}

/** A SQLite handle with the settings every file of ours has: write-ahead log, fsync at checkpoints, 5 s of patience. */
export function openSqlite(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const sqlite = new DatabaseSync(file);
  sqlite.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000; pragma foreign_keys = on',
  );
  return sqlite;
}

/** Kysely prepares a statement for each query; keeping them makes a lookup more than twice as fast. */
function preparedOnce(sqlite: DatabaseSync) {
  const statements = new Map<string, { statement: StatementSync; reader: boolean }>();
  return {
    close: () => sqlite.close(),
    prepare(sql: string) {
      let entry = statements.get(sql);
      if (!entry) {
        const statement = sqlite.prepare(sql);
        entry = { statement, reader: statement.columns().length > 0 };
        if (statements.size < 500) statements.set(sql, entry);
      }
      const { statement, reader } = entry;
      return {
        reader,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters: readonly unknown[]) =>
          statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
      };
    },
  };
}
