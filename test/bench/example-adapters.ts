import { DatabaseSync } from 'node:sqlite';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { createClient } from 'redis';

/**
 * Stores for the bare provider, in the shape of the library's published examples: measuring sticks, for nothing else.
 * They read and then write, so a code can be used twice at once; what ours does beyond them is part of what is compared.
 */
export type AdapterFactory = (kind: string) => Adapter;

/**
 * A plain Map. The library's own in-memory store keeps the thousand artifacts used last and forgets living sessions under
 * load; this one never forgets anything.
 */
export function mapAdapter(): AdapterFactory {
  const kept = new Map<string, AdapterPayload>();
  const byUid = new Map<string, string>();
  const byGrant = new Map<string, Set<string>>();
  return (kind) => ({
    async upsert(id, payload) {
      const key = `${kind}:${id}`;
      kept.set(key, payload);
      if (kind === 'Session' && payload.uid) byUid.set(payload.uid, id);
      if (!payload.grantId) return;
      const granted = byGrant.get(payload.grantId);
      if (granted) granted.add(key);
      else byGrant.set(payload.grantId, new Set([key]));
    },
    find: async (id) => kept.get(`${kind}:${id}`),
    findByUid: async (uid) => kept.get(`${kind}:${byUid.get(uid)}`),
    findByUserCode: async () => undefined,
    async consume(id) {
      const payload = kept.get(`${kind}:${id}`);
      if (payload) payload.consumed = now();
    },
    async destroy(id) {
      kept.delete(`${kind}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const key of byGrant.get(grantId) ?? []) kept.delete(key);
      byGrant.delete(grantId);
    },
  });
}

/** Kinds that end with their grant. */
const grantable = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);
/** Kinds that are marked when used, and so are a hash in Redis; the others are text. */
const consumable = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** The example for Redis: JSON in a hash or in text, indices of grant and session, each write in one MULTI. */
export async function redisAdapter(url: string): Promise<AdapterFactory> {
  const redis = createClient({ url, disableClientInfo: true, maintNotifications: 'disabled' });
  await redis.connect();
  return (kind) => {
    const keyOf = (id: string) => `oidc:${kind}:${id}`;
    const parsed = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as AdapterPayload));
    return {
      async upsert(id, payload, expiresIn = 0) {
        const key = keyOf(id);
        const multi = redis.multi();
        if (consumable.has(kind)) multi.hSet(key, { payload: JSON.stringify(payload) });
        else multi.set(key, JSON.stringify(payload));
        if (expiresIn) multi.expire(key, expiresIn);
        if (grantable.has(kind) && payload.grantId) {
          const granted = `oidc:grant:${payload.grantId}`;
          multi.rPush(granted, key);
          const left = await redis.ttl(granted);
          if (expiresIn > left) multi.expire(granted, expiresIn);
        }
        if (payload.uid) multi.set(`oidc:uid:${payload.uid}`, id, { EX: expiresIn || 1_000_000 });
        await multi.exec();
      },
      async find(id) {
        if (!consumable.has(kind)) return parsed(await redis.get(keyOf(id)));
        const { payload, ...rest } = await redis.hGetAll(keyOf(id));
        return payload === undefined ? undefined : { ...rest, ...parsed(payload) };
      },
      async findByUid(uid) {
        const id = await redis.get(`oidc:uid:${uid}`);
        return id === null ? undefined : parsed(await redis.get(keyOf(id)));
      },
      findByUserCode: async () => undefined,
      async consume(id) {
        await redis.hSet(keyOf(id), 'consumed', now());
      },
      async destroy(id) {
        await redis.del(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        const granted = `oidc:grant:${grantId}`;
        const multi = redis.multi();
        for (const key of await redis.lRange(granted, 0, -1)) multi.del(key);
        multi.del(granted);
        await multi.exec();
      },
    };
  };
}

/** The examples' one table for a database, in SQLite: upsert and find, each by itself, written ahead. */
export function sqliteAdapter(file: string): AdapterFactory {
  const db = new DatabaseSync(file);
  db.exec(`pragma journal_mode = wal; pragma synchronous = normal;
    create table oidc (kind text, id text, payload text, grant_id text, uid text, expires_at integer, consumed_at integer,
      primary key (kind, id));
    create index oidc_grant on oidc (grant_id); create index oidc_uid on oidc (uid)`);
  const upsert = db.prepare(`insert into oidc (kind, id, payload, grant_id, uid, expires_at) values (?, ?, ?, ?, ?, ?)
    on conflict (kind, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
      uid = excluded.uid, expires_at = excluded.expires_at`);
  const byId = db.prepare('select payload, consumed_at from oidc where kind = ? and id = ? and expires_at > ?');
  const byUid = db.prepare('select payload, consumed_at from oidc where kind = ? and uid = ? and expires_at > ?');
  const consume = db.prepare('update oidc set consumed_at = ? where kind = ? and id = ?');
  const destroy = db.prepare('delete from oidc where kind = ? and id = ?');
  const revoke = db.prepare('delete from oidc where grant_id = ?');
  const read = (row: unknown) => {
    if (!row) return undefined;
    const { payload, consumed_at: consumed } = row as { payload: string; consumed_at: number | null };
    return { ...(JSON.parse(payload) as AdapterPayload), ...(consumed && { consumed }) };
  };
  return (kind) => ({
    async upsert(id, payload, expiresIn = 0) {
      const { grantId = null, uid = null } = payload;
      upsert.run(kind, id, JSON.stringify(payload), grantId, uid, now() + (expiresIn || 1_000_000));
    },
    find: async (id) => read(byId.get(kind, id, now())),
    findByUid: async (uid) => read(byUid.get(kind, uid, now())),
    findByUserCode: async () => undefined,
    async consume(id) {
      consume.run(now(), kind, id);
    },
    async destroy(id) {
      destroy.run(kind, id);
    },
    async revokeByGrantId(grantId) {
      revoke.run(grantId);
    },
  });
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
