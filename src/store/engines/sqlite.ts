import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, sql, SqliteDialect } from 'kysely';
import type { Database } from '../engine.ts';
import type { Schema } from '../schema.ts';

/** A database in one file, or in memory: one connection, one transaction at a time. */
export function overSqlite(sqlite: DatabaseSync): Database {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: preparedOnce(sqlite) }) });
  return {
    db,
    // bare statements, inside the one transaction that there is
    async bulk(_on, table, rows) {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first) as (keyof typeof first)[];
      const places = columns.map(() => '?').join(', ');
      const insert = sqlite.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`);
      for (const row of rows) insert.run(...columns.map((column) => (row[column] ?? null) as SQLInputValue));
    },
    async indices(on, tables) {
      const { rows } = await sql<{ name: string; sql: string }>`
        select name, sql from sqlite_master
        where type = 'index' and sql is not null and tbl_name in (${sql.join(tables)}) order by name`.execute(on);
      return rows;
    },
    async makeIndices(on, indices) {
      for (const index of indices) await sql.raw(index).execute(on);
    },
    unhurried: (work) => work(db),
    snapshot: () => ('serialize' in sqlite ? sqlite.serialize() : undefined),
    close: () => db.destroy(),
  };
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
