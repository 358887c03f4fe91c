import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import { type ArtifactStore, consumedAt, type Links, type Listed, type Payload } from '../artifacts.ts';
import { openSqlite } from '../database.ts';

/** How many expired artifacts leave in one statement, before other work gets a turn. */
const slice = 500;
/** How many a list looks at in one statement. */
const stretch = 2_000;
/** Milliseconds between two sweeps. */
const pause = 5_000;
/** https://www.sqlite.org/rescode.html: no space left, on the disk or under the file's own limit. */
const sqliteFull = 13;

/** `expires_at` and `consumed` are seconds since 1970; without an end, `expires_at` is infinite. */
const table = `
  create table if not exists artifacts (
    kind text not null,
    id text not null,
    payload text not null,
    expires_at real not null,
    consumed integer,
    grant_id text,
    uid text,
    user_code text,
    primary key (kind, id)
  ) strict;
  create index if not exists artifacts_expiry on artifacts (expires_at);
  create index if not exists artifacts_grant on artifacts (grant_id) where grant_id is not null;
  create index if not exists artifacts_uid on artifacts (kind, uid) where uid is not null;
  create index if not exists artifacts_user_code on artifacts (kind, user_code) where user_code is not null;
`;

interface Row {
  payload: string;
  consumed: number | null;
}

interface ListedRow extends Row {
  id: string;
  expires_at: number;
}

interface KeptRow extends ListedRow {
  kind: string;
  grant_id: string | null;
  uid: string | null;
  user_code: string | null;
}

/**
 * Keeps artifacts in a SQLite file of their own, so that people stay signed in over a restart. Several processes may
 * share the file: whatever happens once is decided by one statement, never by reading first and writing later.
 * Commits survive a crash of the process; a power cut may take the last moments with it (`synchronous = normal`).
 * @param file path of the file, or ":memory:"
 * @param limit how large the file may grow, in bytes; by default as large as the disk lets it
 * @throws VneidError `store.full` with Retry-After, when the disk or the limit leaves no room for one more
 */
export function createSqliteArtifacts({
  file,
  clock,
  limit,
}: {
  file: string;
  clock: Clock;
  limit?: number;
}): ArtifactStore {
  const sqlite = openSqlite(file);
  sqlite.exec(table);
  if (limit !== undefined) {
    const { page_size } = sqlite.prepare('pragma page_size').get() as { page_size: number };
    sqlite.exec(`pragma max_page_count = ${Math.max(1, Math.floor(limit / page_size))}`);
  }

  const living = 'kind = ? and id = ? and expires_at > ?';
  const statements = {
    put: sqlite.prepare(`
      insert into artifacts (kind, id, payload, expires_at, grant_id, uid, user_code, consumed)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      on conflict (kind, id) do update set payload = excluded.payload,
        consumed = coalesce(iif(expires_at > ?9, consumed, null), excluded.consumed), expires_at = excluded.expires_at,
        grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code`),
    add: sqlite.prepare(`
      insert into artifacts (kind, id, payload, expires_at, consumed) values (?, ?, ?, ?, ?)
      on conflict (kind, id) do update set payload = excluded.payload, expires_at = excluded.expires_at,
        consumed = excluded.consumed, grant_id = null, uid = null, user_code = null
      where expires_at <= ?`),
    get: sqlite.prepare(`select payload, consumed from artifacts where ${living}`),
    uid: sqlite.prepare(findBy('uid')),
    userCode: sqlite.prepare(findBy('user_code')),
    consume: sqlite.prepare(`update artifacts set consumed = ? where consumed is null and ${living}`),
    take: sqlite.prepare(`delete from artifacts where ${living} returning payload, consumed`),
    remove: sqlite.prepare('delete from artifacts where kind = ? and id = ?'),
    removeByGrant: sqlite.prepare('delete from artifacts where grant_id = ?'),
    count: sqlite.prepare(`
      insert into artifacts (kind, id, payload, expires_at) values (?, ?, '{"count":1}', ?)
      on conflict (kind, id) do update set
        payload = iif(expires_at > ?4, json_set(payload, '$.count', coalesce(payload ->> '$.count', 0) + 1), excluded.payload),
        consumed = iif(expires_at > ?4, consumed, null),
        expires_at = iif(expires_at > ?4, expires_at, excluded.expires_at)
      returning payload ->> '$.count' as count`),
    // as far as a list looks next; where there is no such id it looks at the rest, as every text comes before a blob
    reach: sqlite.prepare(`
      select id from artifacts where kind = ? and id > ? order by id limit 1 offset ${stretch - 1}`),
    list: sqlite.prepare(`
      select id, payload, consumed, expires_at from artifacts
      where kind = ?1 and id > ?2 and id <= coalesce(?3, x'') and expires_at > ?4 and not exists (
        select 1 from json_each(?5) as wanted where not exists (
          select 1 from json_each(payload, '$."' || wanted.key || '"') as member
          where coalesce(member.key, member.value) = wanted.value))
      order by id limit ?6`),
    all: sqlite.prepare(`
      select kind, id, payload, consumed, expires_at, grant_id, uid, user_code from artifacts where expires_at > ?`),
    clear: sqlite.prepare('delete from artifacts'),
    size: sqlite.prepare('select count(*) as size from artifacts where expires_at > ?'),
    firstEnd: sqlite.prepare('select min(expires_at) as at from artifacts'),
    sweep: sqlite.prepare(`
      delete from artifacts where rowid in (select rowid from artifacts where expires_at <= ? limit ${slice})`),
  };

  const now = () => clock.now() / 1000;

  /** Forgets one slice of what has expired; tells whether there may be more. */
  function sweep(): boolean {
    return statements.sweep.run(now()).changes === slice;
  }

  function sweepOn(): void {
    if (!sqlite.isOpen) return;
    try {
      if (sweep()) setImmediate(sweepOn).unref();
    } catch {
      // another process holds the file, or the disk is full: the next round tries again, and nothing reads expired rows
    }
  }
  const sweeper = setInterval(sweepOn, pause).unref();

  /** Runs something that adds; when there is no room, what has expired makes room first. */
  function adding<T>(write: () => T): T {
    for (;;) {
      try {
        return write();
      } catch (error) {
        if ((error as { errcode?: number }).errcode !== sqliteFull) throw error;
        if (!madeRoom()) throw full();
      }
    }
  }

  function madeRoom(): boolean {
    try {
      return Number(statements.sweep.run(now()).changes) > 0;
    } catch {
      return false;
    }
  }

  function full() {
    const { at } = statements.firstEnd.get() as { at: number | null };
    const wait = Math.min(60, Math.max(1, Math.ceil((at ?? Number.POSITIVE_INFINITY) - now())));
    return problem('store.full', {}, { 'Retry-After': String(wait) });
  }

  return {
    async put(kind, id, payload, expiresAt = Number.POSITIVE_INFINITY, links = {}) {
      const at = now();
      if (expiresAt <= at) {
        statements.remove.run(kind, id);
        return;
      }
      const used = consumedAt(payload, at) ?? null;
      const { grantId = null, uid = null, userCode = null } = links;
      adding(() => statements.put.run(kind, id, JSON.stringify(payload), expiresAt, grantId, uid, userCode, used, at));
    },
    async add(kind, id, payload, expiresAt) {
      const at = now();
      if (expiresAt <= at) return false;
      const used = consumedAt(payload, at) ?? null;
      return adding(() => statements.add.run(kind, id, JSON.stringify(payload), expiresAt, used, at).changes === 1);
    },
    async get(kind, id) {
      return shown(statements.get.get(kind, id, now()));
    },
    async findBy(kind, link, value) {
      return shown(statements[link].get(kind, value, now()));
    },
    async consume(kind, id) {
      const at = now();
      return statements.consume.run(Math.floor(at), kind, id, at).changes === 1;
    },
    async take(kind, id) {
      return shown(statements.take.get(kind, id, now()));
    },
    async remove(kind, ...ids) {
      for (const id of ids) statements.remove.run(kind, id);
    },
    async removeByGrant(grantId) {
      statements.removeByGrant.run(grantId);
    },
    async count(kind, id, expiresAt) {
      const row = adding(() => statements.count.get(kind, id, expiresAt, now()));
      return (row as { count: number }).count;
    },
    async list(kind, { limit, after = '', where = {} }) {
      const wanted = JSON.stringify(where);
      const found: ListedRow[] = [];
      for (let from: string | null = after; from !== null && found.length < limit; ) {
        const reach = statements.reach.get(kind, from) as { id: string } | undefined;
        const to: string | null = reach?.id ?? null;
        const rows = statements.list.all(kind, from, to, now(), wanted, limit - found.length);
        found.push(...(rows as unknown as ListedRow[]));
        from = to;
        if (from !== null) await nextTurn();
      }
      return found.map(listed);
    },
    async all() {
      return (statements.all.all(now()) as unknown as KeptRow[]).map((row) => ({
        kind: row.kind,
        ...listed(row),
        links: linksOf(row),
      }));
    },
    async clear() {
      statements.clear.run();
    },
    async size() {
      while (sweep()) await nextTurn();
      return (statements.size.get(now()) as { size: number }).size;
    },
    async close() {
      clearInterval(sweeper);
      if (sqlite.isOpen) sqlite.close();
    },
  };
}

function linksOf({ grant_id, uid, user_code }: KeptRow): Links {
  return { ...(grant_id && { grantId: grant_id }), ...(uid && { uid }), ...(user_code && { userCode: user_code }) };
}

function findBy(column: 'uid' | 'user_code'): string {
  return `select payload, consumed from artifacts where kind = ? and ${column} = ? and expires_at > ? order by rowid desc limit 1`;
}

function listed(row: ListedRow): Listed {
  const { id, expires_at: expiresAt } = row;
  return { id, payload: shown(row) as Payload, expiresAt: Number.isFinite(expiresAt) ? expiresAt : undefined };
}

function shown(row: unknown): Payload | undefined {
  if (row === undefined) return undefined;
  const { payload, consumed } = row as Row;
  const data = JSON.parse(payload) as Payload;
  if (consumed !== null) data.consumed = consumed;
  return data;
}
