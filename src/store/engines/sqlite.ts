import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AbortableQueryOptions,
  type Compilable,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  sql,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import { problem, type VneidError } from '../../errors.ts';
import type { Database } from '../engine.ts';
import { insertRows } from './image.ts';
import type { Schema } from '../schema.ts';

/** A database in one file, or in memory: one connection, one transaction at a time. */
export function overSqlite(sqlite: DatabaseSync): Database {
  const prepared = preparedOnce(sqlite);
  const db = new PromptKysely(sqlite, prepared);
  return {
    db,
    // bare statements, inside the one transaction that there is
    async bulk(_on, table, rows) {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first) as (keyof typeof first)[];
      spoken(() => insertRows(sqlite, table, rows, columns));
    },
    packing: 'serialize' in sqlite ? 'image' : undefined,
    // what is attached takes part in every transaction, so it is there before one begins and until it has ended
    async loading(packs, work) {
      const attached: string[] = [];
      try {
        for (const { table, bytes } of packs) {
          sqlite.exec(`attach ':memory:' as packed_${table}`);
          attached.push(`packed_${table}`);
          sqlite.deserialize(bytes, { dbName: `packed_${table}` });
        }
        // with it end all statements of the connection
        prepared.forget();
        return await work(async () => {
          for (const { table, columns } of packs) {
            const names = columns.join(', ');
            spoken(() =>
              sqlite.exec(`insert into main.${table} (${names}) select ${names} from packed_${table}.${table}`),
            );
          }
        });
      } finally {
        for (const name of attached) sqlite.exec(`detach ${name}`);
      }
    },
    async indices(on, tables) {
      const { rows } = await sql<{ name: string; sql: string }>`
        select name, sql from sqlite_master
        where type = 'index' and sql is not null and tbl_name in (${sql.join(tables)}) order by name`.execute(on);
      return rows;
    },
    async makeIndices(on, indices) {
      // rows are sorted in as much memory as the cache has, by this many threads beside
      sqlite.exec('pragma cache_size = -131072; pragma threads = 2');
      try {
        for (const index of indices) await sql.raw(index).execute(on);
      } finally {
        sqlite.exec('pragma cache_size = -2000; pragma threads = 0');
      }
    },
    unhurried: (work) => work(db),
    snapshot: () => ('serialize' in sqlite ? sqlite.serialize() : undefined),
    connections: () => ({ busy: 0, waiting: 0 }),
    close: () => db.destroy(),
  };
}

/** Milliseconds that a statement, or the beginning of a transaction, waits for those of other processes. */
const patience = 5_000;
/** The lower byte of all kinds of a result code (https://www.sqlite.org/rescode.html). */
const [busy, full] = [5, 13];

/** @throws VneidError `database.full`, `database.unavailable` where SQLite says so, each with what it said as its cause */
function spoken<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (kindOf(cause) === full) throw because(cause, problem('database.full', {}, { 'Retry-After': '10' }));
    if (kindOf(cause) === busy) throw because(cause, problem('database.unavailable', {}, { 'Retry-After': '5' }));
    throw cause;
  }
}

/** Whether another process, or another handle, has what was asked for. */
export function isBusy(cause: unknown): boolean {
  return kindOf(cause) === busy;
}

function kindOf(cause: unknown): number {
  return ((cause as { errcode?: number }).errcode ?? 0) & 0xff;
}

function because(cause: unknown, thrown: VneidError): VneidError {
  return Object.assign(thrown, { cause });
}

/**
 * Answers a query that was compiled before at once, where no transaction is under way that it would have to wait for: to go
 * through the layers that see to that takes twice as long as SQLite does, and a login asks some.
 */
class PromptKysely extends Kysely<Schema> {
  readonly #sqlite: DatabaseSync;
  readonly #statements: Statements;

  constructor(sqlite: DatabaseSync, statements: Statements) {
    super({ dialect: new SharedSqliteDialect(sqlite, { database: statements }) });
    this.#sqlite = sqlite;
    this.#statements = statements;
  }

  override async executeQuery<R>(
    query: CompiledQuery<R> | Compilable<R>,
    options?: AbortableQueryOptions,
  ): Promise<QueryResult<R>> {
    if (!('sql' in query) || this.#sqlite.isTransaction) return super.executeQuery(query, options);
    const { reader, all, run } = this.#statements.prepare(query.sql);
    if (reader) return { rows: all(query.parameters) as R[] };
    return { rows: [], numAffectedRows: BigInt(run(query.parameters).changes) };
  }
}

class SharedSqliteDialect extends SqliteDialect {
  readonly #sqlite: DatabaseSync;
  readonly #config: SqliteDialectConfig;

  constructor(sqlite: DatabaseSync, config: SqliteDialectConfig) {
    super(config);
    this.#sqlite = sqlite;
    this.#config = config;
  }

  override createDriver(): Driver {
    return new SharedSqliteDriver(this.#sqlite, this.#config);
  }

  override createAdapter(): SqliteAdapter {
    return new SharedSqliteAdapter();
  }
}

/** Has migrations run in a transaction, or two programs that begin on one new file would both make its tables. */
class SharedSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * A transaction has the file to itself from its first word on: one that reads and then writes would be refused where another
 * process has written in between. It waits for its turn without keeping the process from everything else.
 */
class SharedSqliteDriver extends SqliteDriver {
  readonly #sqlite: DatabaseSync;

  constructor(sqlite: DatabaseSync, config: SqliteDialectConfig) {
    super(config);
    this.#sqlite = sqlite;
  }

  override async beginTransaction(): Promise<void> {
    for (let waited = 0; ; ) {
      try {
        return this.#begin();
      } catch (cause) {
        if (!isBusy((cause as Error).cause) || waited > patience) throw cause;
      }
      const turn = 1 + Math.random() * 9;
      await pause(turn);
      waited += turn;
    }
  }

  /** All of it at once: a statement that others ask meanwhile has all its patience. */
  #begin(): void {
    this.#sqlite.exec('pragma busy_timeout = 0');
    try {
      spoken(() => this.#sqlite.exec('begin immediate'));
    } finally {
      this.#sqlite.exec(`pragma busy_timeout = ${patience}`);
    }
  }

  /** Where there was no room, SQLite has taken everything back by itself. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.isTransaction) await super.rollbackTransaction(connection);
  }
}

/**
 * A SQLite handle with the settings every file of ours has: write-ahead log, fsync at checkpoints, 5 s of patience.
 * @throws VneidError `database.file` where it is no such file, or one that may not be written
 */
export function openSqlite(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  try {
    const sqlite = new DatabaseSync(file);
    sqlite.exec(`pragma busy_timeout = ${patience}`);
    patiently(() => sqlite.exec('pragma journal_mode = wal'));
    sqlite.exec('pragma synchronous = normal; pragma foreign_keys = on');
    return sqlite;
  } catch (cause) {
    throw because(cause, problem('database.file', { file, reason: (cause as Error).message }));
  }
}

/** Who gives a new file its log while another does is refused at once, however long `busy_timeout` is. */
function patiently(work: () => void): void {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > end) throw cause;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 4);
  }
}

type Statements = ReturnType<typeof preparedOnce>;

/** Kysely prepares a statement for each query; keeping them makes a lookup more than twice as fast. */
function preparedOnce(sqlite: DatabaseSync) {
  const statements = new Map<string, { statement: StatementSync; reader: boolean }>();
  return {
    close: () => sqlite.close(),
    forget: () => statements.clear(),
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
        all: (parameters: readonly unknown[]) => spoken(() => statement.all(...(parameters as SQLInputValue[]))),
        run: (parameters: readonly unknown[]) => spoken(() => statement.run(...(parameters as SQLInputValue[]))),
        iterate: (parameters: readonly unknown[]) =>
          statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
      };
    },
  };
}
