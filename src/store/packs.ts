import type { Schema } from './schema.ts';
import { imageOf } from './engines/image.ts';
import { linesOf } from './engines/lines.ts';

/** How an engine wants many rows: as a database of SQLite, or as the lines that PostgreSQL's COPY reads. */
export type Packing = 'image' | 'lines';

/** Rows of one table, packed by whoever has made them, on any thread, for `loading` of an engine to take in. */
export interface Pack {
  table: keyof Schema;
  columns: string[];
  bytes: Uint8Array<ArrayBuffer>;
}

/** Packs rows, all of which have the keys of the first; nothing comes of none. */
export function pack<T extends keyof Schema>(packing: Packing, table: T, rows: readonly Schema[T][]): Pack[] {
  const [first] = rows;
  if (!first) return [];
  const columns = Object.keys(first) as (keyof Schema[T] & string)[];
  const bytes =
    packing === 'image'
      ? imageOf(table, rows, columns)
      : new TextEncoder().encode([...linesOf(rows, columns)].join(''));
  return [{ table, columns, bytes }];
}
