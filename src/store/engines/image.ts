import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Schema } from '../schema.ts';

/** A table of a database in memory that has nothing else, as bytes; SQLite copies from it six times as fast as it is told rows. */
export function imageOf<T extends keyof Schema>(
  table: T,
  rows: readonly Schema[T][],
  columns: (keyof Schema[T])[],
): Uint8Array<ArrayBuffer> {
  const sqlite = new DatabaseSync(':memory:');
  try {
    sqlite.exec(`create table ${table} (${columns.join(', ')})`);
    sqlite.exec('begin');
    insertRows(sqlite, table, rows, columns);
    sqlite.exec('commit');
    return sqlite.serialize();
  } finally {
    sqlite.close();
  }
}

/** Puts rows into a table one by one, in the transaction that there is. */
export function insertRows<T extends keyof Schema>(
  sqlite: DatabaseSync,
  table: T,
  rows: readonly Schema[T][],
  columns: (keyof Schema[T])[],
): void {
  const insert = sqlite.prepare(
    `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(...columns.map((column) => (row[column] ?? null) as SQLInputValue));
}
