import type { Kysely, Transaction } from 'kysely';
import type { Pack, Packing } from './packs.ts';
import type { Schema } from './schema.ts';

/** The registry, accounts, consents and audit: Kysely for everyone, and what Kysely has no words for. */
export interface Database {
  db: Kysely<Schema>;
  /** Takes many rows in, in the quickest way there is. All have the keys of the first, which are columns. */
  bulk<T extends keyof Schema>(on: Transaction<Schema>, table: T, rows: readonly Schema[T][]): Promise<void>;
  /** How rows are packed for `loading`; undefined where nothing is made of it: a Node before 26. */
  packing: Packing | undefined;
  /** Work that takes packed rows in, when it calls `load` in its transaction. */
  loading<T>(
    packs: readonly Pack[],
    work: (load: (on: Transaction<Schema>) => Promise<void>) => Promise<T>,
  ): Promise<T>;
  /** The indices of some tables but those of their primary keys, each with the SQL that makes it. */
  indices(on: Kysely<Schema>, tables: readonly (keyof Schema)[]): Promise<Index[]>;
  /** Makes indices by their SQL. */
  makeIndices(on: Transaction<Schema>, indices: readonly string[]): Promise<void>;
  /** Work that may take as long as it likes, on one connection. */
  unhurried<T>(work: (on: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** All its bytes, or undefined where nobody can tell them: PostgreSQL, a Node before 26. */
  snapshot(): Uint8Array | undefined;
  /** How many connections are in use, and how many wait for one; SQLite is one that nobody waits for. */
  connections(): { busy: number; waiting: number };
  close(): Promise<void>;
}

export interface Index {
  name: string;
  sql: string;
}
