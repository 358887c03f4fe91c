import type { Clock } from '../../clock.ts';
import type { VneidError } from '../../errors.ts';
import type { ArtifactStore, Kept, Links, Listed, Payload } from '../artifacts.ts';
import type { Redis } from '../redis.ts';
import { consume, count, follow, lead, write } from './redis-scripts.ts';
import { counter, decode, encode, memberOf, ofMember } from './redis-values.ts';

/** How many are looked at at once, where all of them are. */
const stretch = 500;

/**
 * Keeps artifacts in Redis or a Redis Cluster, for as many instances as like to share them.
 *
 *     vneid:<kind>:<id>            the artifact, one string: when it was used, when it ends, its links, its payload
 *     vneid-uid:<kind>:<uid>       the id that has this link; a code to type likewise
 *     vneid-grant:<grantId>        sorted set: what was put with this grant, by when it ends
 *
 * Whatever is decided once is decided on the artifact's one key, by one command or script, so that it is exact and works
 * in every slot of a Cluster. Links only lead to it: what they lead to has to say the same, so that one left over does no
 * harm. One server writes them in the same step; in a Cluster they go to nodes of their own at the same time, and nobody
 * gets an artifact whose link could not be written.
 *
 * Redis forgets by the host's time, from the time that is left by the instance's clock as it is written. A clock moved
 * forward is obeyed at once, as every artifact says when it ends; one that stands still does not make Redis wait.
 * Replication is asynchronous: a mark that a primary acknowledged just before it died may be lost with it. Of what is
 * used by clients of the high class the database keeps a mark as well (marks.ts).
 * @param prefix namespace of all keys, letters and digits
 * @param packsFrom what lives for more seconds than this is packed; see redis-values.ts
 * @throws VneidError `store.full` when memory is used up, `store.unreachable` when there is no answer, with Retry-After
 */
export function createRedisArtifacts({
  redis,
  clock,
  prefix = 'vneid',
  packsFrom = 3600,
}: {
  redis: Redis;
  clock: Clock;
  prefix?: string;
  packsFrom?: number;
}): ArtifactStore {
  const now = () => clock.now() / 1000;
  const artifactKey = (kind: string, id: string) => `${prefix}:${escaped(kind)}:${id}`;
  const linkKey = (link: 'uid' | 'userCode', kind: string, value: string) =>
    `${prefix}-${link}:${escaped(kind)}:${value}`;
  const grantKey = (grantId: string) => `${prefix}-grant:${grantId}`;

  const living = (kept: Kept | undefined) => (kept && endOf(kept) > now() ? kept : undefined);
  const bytes = (command: [name: string, key: string, ...rest: string[]]) => redis.send(command[1], command, 'bytes');
  const decoded = (key: string, value: unknown) => decode(key.slice(prefix.length + 1), value as Buffer | null);
  const read = async (key: string): Promise<Kept | undefined> => living(decoded(key, await bytes(['GET', key])));

  /** Runs what may need room; by a clock that was moved something may have ended that Redis still holds. */
  async function adding<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if ((error as VneidError).code !== 'store.full' || clock.state().offset <= 0) throw error;
      if (!(await sweep())) throw error;
      return write();
    }
  }

  async function sweep(): Promise<boolean> {
    let swept = false;
    for await (const [key, kept] of held(await keysFrom(`${prefix}:`))) {
      if (endOf(kept) > now()) continue;
      swept = true;
      await redis.send(key, ['UNLINK', key]);
    }
    return swept;
  }

  /** The keys of one kind, or of all kinds, in their order and each once. */
  async function keysFrom(start: string): Promise<string[]> {
    const keys = new Set<string>();
    for await (const some of redis.keys(`${start.replaceAll(/[*?[\]\\^]/g, '\\$&')}*`))
      for (const key of some) keys.add(key);
    return [...keys].sort((one, other) => (one < other ? -1 : 1));
  }

  /** What is held there, ended or not, a stretch at a time. */
  async function* held(keys: string[]) {
    for (let from = 0; from < keys.length; from += stretch) {
      const some = keys.slice(from, from + stretch);
      const values = await Promise.all(some.map((key) => bytes(['GET', key])));
      for (const [index, key] of some.entries()) {
        const kept = decoded(key, values[index]);
        if (kept) yield [key, kept] as const;
      }
    }
  }

  async function alive(): Promise<Kept[]> {
    const kept: Kept[] = [];
    for await (const [, one] of held(await keysFrom(`${prefix}:`))) if (living(one)) kept.push(one);
    return kept;
  }

  /** What leads to an artifact: keys, each with what it holds; an id, or a member of a grant. */
  function leadsTo(
    kind: string,
    id: string,
    { grantId, uid, userCode }: Links,
  ): [key: string, what: string | Buffer][] {
    const leads: [string, string | Buffer][] = [];
    if (uid !== undefined) leads.push([linkKey('uid', kind, uid), `=${id}`]);
    if (userCode !== undefined) leads.push([linkKey('userCode', kind, userCode), `=${id}`]);
    if (grantId !== undefined) leads.push([grantKey(grantId), Buffer.concat([Buffer.from('+'), memberOf(kind, id)])]);
    return leads;
  }

  async function followed(key: string, start: string): Promise<Found> {
    const id = (await redis.send(key, ['GET', key])) as string | null;
    return id === null ? [] : [id, await bytes(['GET', start + id])];
  }

  async function store(how: 'put' | 'add', kind: string, id: string, artifact: Omit<Kept, 'kind' | 'id'>) {
    const { expiresAt, links } = artifact;
    const [key, at] = [artifactKey(kind, id), now()];
    const life = lifeOf(expiresAt, at);
    if (life === undefined) {
      if (how === 'put') await redis.send(key, ['UNLINK', key]);
      return false;
    }
    const end = life === '' ? '' : String(expiresAt);
    const leads = leadsTo(kind, id, links);
    const value = encode({ kind, id, ...artifact }, { at, packs: Number(life) > packsFrom * 1000 });
    const args = [value, end, life, String(at), how];
    const written = await adding(async () => {
      if (!redis.clustered) {
        return redis.run(write, [key, ...leads.map(([lead]) => lead)], [...args, ...leads.map(([, what]) => what)]);
      }
      // from node to node, but all on their way at once
      const sent = leads.map(([one, what]) => redis.run(lead, [one], [what, end, life, String(at)]));
      return (await Promise.all([redis.run(write, [key], args), ...sent]))[0];
    });
    return written === 1;
  }

  return {
    async put(kind, id, payload, expiresAt, links = {}) {
      await store('put', kind, id, { payload, expiresAt, links });
    },
    add: (kind, id, payload, expiresAt) => store('add', kind, id, { payload, expiresAt, links: {} }),
    async get(kind, id) {
      return (await read(artifactKey(kind, id)))?.payload;
    },
    async findBy(kind, link, value) {
      const [key, start] = [linkKey(link, kind, value), artifactKey(kind, '')];
      const [id, found] = redis.clustered
        ? await followed(key, start)
        : (((await redis.run(follow, [key], [start], 'bytes')) ?? []) as Found);
      const kept = id === undefined ? undefined : living(decoded(start + String(id), found));
      return kept?.links[link] === value ? kept.payload : undefined;
    },
    async consume(kind, id) {
      return (await redis.run(consume, [artifactKey(kind, id)], [String(Math.floor(now())), String(now())])) === 1;
    },
    async take(kind, id) {
      const key = artifactKey(kind, id);
      return living(decoded(key, await bytes(['GETDEL', key])))?.payload;
    },
    async remove(kind, ...ids) {
      const keys = ids.map((id) => artifactKey(kind, id));
      const together = redis.clustered ? keys.map((key) => [key]) : [keys];
      await Promise.all(together.map((some) => redis.send(some[0] ?? '', ['UNLINK', ...some])));
    },
    async removeByGrant(grantId) {
      const index = grantKey(grantId);
      const members = (await bytes(['ZRANGE', index, '0', '-1'])) as Buffer[];
      await Promise.all(
        members.map(async (member) => {
          const key = artifactKey(...ofMember(member));
          const kept = await read(key);
          if (kept?.links.grantId === grantId) await redis.send(key, ['UNLINK', key]);
        }),
      );
      await redis.send(index, ['UNLINK', index]);
    },
    async count(kind, id, expiresAt) {
      const life = lifeOf(expiresAt, now());
      if (life === undefined) return 1;
      const args = [counter(expiresAt), life, String(now())];
      return Number(await adding(() => redis.run(count, [artifactKey(kind, id)], args)));
    },
    async list(kind, { limit, after = '', where = {} }) {
      const start = artifactKey(kind, '');
      const keys = (await keysFrom(start)).filter((key) => key > start + after);
      const found: Listed[] = [];
      for await (const [, kept] of held(keys)) {
        const { id, payload, expiresAt } = kept;
        if (!living(kept) || !Object.entries(where).every(([name, text]) => has(payload, name, text))) continue;
        found.push({ id, payload, expiresAt });
        if (found.length >= limit) break;
      }
      return found;
    },
    all: alive,
    async clear() {
      for (const start of [`${prefix}:`, `${prefix}-`]) {
        for (const key of await keysFrom(start)) await redis.send(key, ['UNLINK', key]);
      }
    },
    async size() {
      return (await alive()).length;
    },
    close: () => redis.close(),
  };
}

/** The id that a link leads to, and what is there. */
type Found = [id?: unknown, value?: unknown];

/** A kind may hold anything; a colon in it must not look like the one that ends it. */
function escaped(kind: string): string {
  return kind.replaceAll(/[%:]/g, (char) => (char === '%' ? '%25' : '%3A'));
}

/** Milliseconds that are left, as a text; '' for ever, undefined when it is over. */
function lifeOf(expiresAt: number | undefined, now: number): string | undefined {
  if (expiresAt === undefined || expiresAt === Number.POSITIVE_INFINITY) return '';
  return expiresAt > now ? String(Math.max(1, Math.ceil((expiresAt - now) * 1000))) : undefined;
}

const endOf = ({ expiresAt = Number.POSITIVE_INFINITY }: Kept) => expiresAt;

function has(payload: Payload, name: string, text: string): boolean {
  const member = payload[name];
  return typeof member === 'object' && member !== null && !Array.isArray(member)
    ? Object.hasOwn(member, text)
    : member === text;
}
