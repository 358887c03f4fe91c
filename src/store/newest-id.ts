import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Tables whose order is that of ids as `createIds` makes them. */
const ordered = ['approvals', 'audit', 'consents', 'inbox_messages'] as const;

/** The id made last, by whichever instance and clock; undefined where none was. What is made next has to come after it. */
export async function newestId(db: Kysely<Schema>): Promise<string | undefined> {
  const newest = await Promise.all(
    ordered.map((table) =>
      db
        .selectFrom(table as 'audit')
        .select(({ fn }) => fn.max('id').as('id'))
        .executeTakeFirst(),
    ),
  );
  return newest
    .flatMap((row) => row?.id ?? [])
    .toSorted()
    .at(-1);
}
