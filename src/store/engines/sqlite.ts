import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  sql,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import type { Database } from '../engine.ts';
import type { Schema } from '../schema.ts';

/** A database in one file, or in memory: one connection, one transaction at a time. */
export function overSqlite(sqlite: DatabaseSync): Database {
  const db = new Kysely<Schema>({ dialect: new SharedSqliteDialect({ database: preparedOnce(sqlite) }) });
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
    connections: () => ({ busy: 0, waiting: 0 }),
    close: () => db.destroy(),
  };
}

/** Milliseconds that a statement, or the beginning of a transaction, waits for those of other processes. */
const patience = 5_000;
/** SQLITE_BUSY, the lower byte of all its kinds (https://www.sqlite.org/rescode.html). */
const busy = 5;

class SharedSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new SharedSqliteDriver(this.#config);
  }
}

/**
 * A transaction has the file to itself from its first word on: one that reads and then writes would be refused where another
 * process has written in between. It waits for its turn without keeping the process from everything else.
 */
class SharedSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    for (let waited = 0; ; ) {
      await connection.executeQuery(CompiledQuery.raw('pragma busy_timeout = 0'));
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
        return;
      } catch (cause) {
        const { errcode = 0 } = cause as { errcode?: number };
        if ((errcode & 0xff) !== busy || waited > patience) throw cause;
      } finally {
        await connection.executeQuery(CompiledQuery.raw(`pragma busy_timeout = ${patience}`));
      }
      const turn = 1 + Math.random() * 9;
      await pause(turn);
      waited += turn;
    }
  }
}

/** A SQLite handle with the settings every file of ours has: write-ahead log, fsync at checkpoints, 5 s of patience. */
export function openSqlite(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const sqlite = new DatabaseSync(file);
  sqlite.exec(`pragma busy_timeout = ${patience}`);
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on');
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
