import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** Has the database refuse UPDATE and DELETE of the audit, in the words of each. */
export async function refuseChanges(db: Kysely<unknown>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const refuse = "begin raise exception 'audit is append-only'; end";
  if (isPostgres)
    await sql.raw(`create function audit_stays() returns trigger language plpgsql as $$ ${refuse} $$`).execute(db);
  const then = isPostgres
    ? 'for each row execute function audit_stays()'
    : "begin select raise(abort, 'audit is append-only'); end";
  for (const verb of ['update', 'delete'])
    await sql.raw(`create trigger audit_no_${verb} before ${verb} on audit ${then}`).execute(db);
}
