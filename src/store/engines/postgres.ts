import {
  CompiledQuery,
  type DataTypeNode,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPool,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import pg from 'pg';
import type { Database } from '../engine.ts';
import { type Schema, tableNames } from '../schema.ts';
import { linesOf } from './lines.ts';
import { asUnavailable, createSpeakers } from './postgres-speaker.ts';

/** How a program holds on to a PostgreSQL database. */
export interface Hold {
  /** Connections at most; who finds none free waits 5 s for one. */
  pool: number;
  /** Milliseconds that a statement may take, unless it is unhurried. */
  patience: number;
}

/** Milliseconds until a connection is there, new or free. */
const connecting = 5_000;
/** Milliseconds that a connection is kept without work. */
const idle = 300_000;

/**
 * A database that many instances share. Asked for as little as may be, so that what is spread over many machines and
 * speaks as PostgreSQL does could take its place (test/postgres/asked.test.ts); none was tried. The order of text is that
 * of its bytes, as in SQLite, whatever the database's own is.
 * @param url `postgres://user:password@host:port/name`, or with `?host=` the folder of a socket
 */
export function openPostgres(url: string, { pool: most, patience }: Hold): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: most,
    connectionTimeoutMillis: connecting,
    idleTimeoutMillis: idle,
    statement_timeout: patience,
    keepAlive: true,
    application_name: 'vneid',
    // times are bigint, and milliseconds since 1970 are a number for the next 285,000 years
    types: {
      getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
    },
  });
  // a connection that breaks while nobody uses it is gone from the pool, and nobody's loss
  pool.on('error', () => {});
  const speakerOf = createSpeakers(patience);
  const connect = async () => {
    const client = await pool.connect().catch((cause: unknown) => {
      throw asUnavailable(cause);
    });
    return speakerOf(client);
  };
  const db = new Kysely<Schema>({
    dialect: new ByBytes({
      pool: { connect, end: () => pool.end(), options: pool.options } as unknown as PostgresPool,
    }),
  });

  return {
    db,
    async bulk(on, table, rows) {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first) as (keyof typeof first & string)[];
      await copy(on, table, columns, linesOf(rows, columns));
    },
    packing: 'lines',
    loading: (packs, work) =>
      work(async (on) => {
        for (const { table, columns, bytes } of packs) await copy(on, table, columns, [bytes]);
      }),
    async indices(on, tables) {
      const { rows } = await sql<{ name: string; sql: string }>`
        select indexname as name, indexdef as sql from pg_indexes
        where schemaname = current_schema() and tablename in (${sql.join(tables)})
          and indexname not in (select conname from pg_constraint where contype = 'p')
        order by indexname collate "C"`.execute(on);
      return rows;
    },
    async makeIndices(on, indices) {
      // for this transaction, and where there is such a setting
      await sql`
        select set_config(name, '256MB', true) from pg_settings where name = 'maintenance_work_mem'`.execute(on);
      for (const index of indices) await sql.raw(index).execute(on);
      // the planner knows what is there when it is told, and by itself a minute later
      for (const table of tableNames) await sql`analyze ${sql.table(table)}`.execute(on);
    },
    unhurried: (work) =>
      db.connection().execute(async (on) => {
        await sql`set statement_timeout = 0`.execute(on);
        try {
          return await work(on);
        } finally {
          await sql`reset statement_timeout`.execute(on);
        }
      }),
    snapshot: () => undefined,
    connections: () => ({ busy: pool.totalCount - pool.idleCount, waiting: pool.waitingCount }),
    close: () => db.destroy(),
  };
}

/** Has the server take lines in; the columns are in the order in which the lines have them. */
async function copy(
  on: Kysely<Schema>,
  table: keyof Schema,
  columns: readonly string[],
  lines: Iterable<string | Uint8Array>,
): Promise<void> {
  const names = columns.map((column) => `"${column}"`).join(', ');
  await on.executeQuery(CompiledQuery.raw(`copy "${table}" (${names}) from stdin`, [lines]));
}

class ByBytes extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new Lockless();
  }

  override createQueryCompiler(): PostgresQueryCompiler {
    return new ByBytesCompiler();
  }
}

/** Migrates without the advisory lock that not all have who speak as PostgreSQL does; see `migrate` in database.ts. */
class Lockless extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

class ByBytesCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}
