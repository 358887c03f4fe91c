import type { Database } from '../store/database.ts';

/**
 * Indices are kept up to date row by row, in random order, and that is most of the work of a large seeding. So they are
 * taken away before and made anew after. Their SQL waits in the table `facts`, in the transaction that drops them:
 * whoever kills the work in between finds them restored by the next `seed`, which every start of the server asks for.
 */
const fact = 'seed.indices';

/** Drops the secondary indices of citizens, accounts and households, and writes down how to make them. */
export async function setIndicesAside({ db, sqlite }: Database): Promise<void> {
  await db.transaction().execute(async () => {
    const indices = sqlite
      .prepare("select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in (?, ?, ?)")
      .all('citizens', 'accounts', 'households')
      .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
    if (indices.length === 0) return;
    // what an interrupted run left is kept, in case only some of the indices are there
    const known = [...remembered(sqlite), ...indices.map(({ sql }) => sql)];
    sqlite
      .prepare('insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value')
      .run(fact, JSON.stringify([...new Set(known)]));
    for (const { name } of indices) sqlite.exec(`drop index "${name}"`);
  });
}

/** Makes what {@link setIndicesAside} dropped; does nothing when nothing is missing. */
export async function restoreIndices({ db, sqlite }: Database): Promise<void> {
  const missing = remembered(sqlite);
  if (missing.length === 0) return;
  await db.transaction().execute(async () => {
    for (const sql of missing) sqlite.exec(sql);
    sqlite.prepare('delete from facts where name = ?').run(fact);
  });
}

function remembered(sqlite: Database['sqlite']): string[] {
  const row = sqlite.prepare('select value from facts where name = ?').get(fact);
  return row ? (JSON.parse(String(row.value)) as string[]) : [];
}
