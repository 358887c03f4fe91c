import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import { type ArtifactStore, consumedAt, type Links, type Listed, type Payload, type Which } from '../artifacts.ts';
import { createExpiry, type Expiring } from './expiry.ts';

/** How many expired artifacts leave before other work gets a turn. */
const slice = 1_000;
/** Milliseconds between two sweeps. */
const pause = 1_000;

interface Artifact extends Expiring {
  room: Room;
  id: string;
  payload: Payload;
  /** Seconds since 1970, once used. */
  consumed: number | undefined;
  links: Links | undefined;
}

/** One kind: a namespace with its own maps, so that an id can never be found under another kind. */
interface Room {
  artifacts: Map<string, Artifact>;
  uid: Map<string, Artifact>;
  userCode: Map<string, Artifact>;
}

/**
 * Keeps artifacts in this process, gone with it. Nothing living is ever evicted: a store that holds `limit` living
 * artifacts refuses new ones.
 * @param limit how many artifacts may live at once
 * @throws VneidError `store.full` with Retry-After, from whatever would have added one too many
 */
export function createMemoryArtifacts({ clock, limit = 500_000 }: { clock: Clock; limit?: number }): ArtifactStore {
  const rooms = new Map<string, Room>();
  const grants = new Map<string, Set<Artifact>>();
  const expiry = createExpiry<Artifact>();
  let held = 0;

  const now = () => clock.now() / 1000;

  function roomOf(kind: string): Room {
    let room = rooms.get(kind);
    if (!room) {
      room = { artifacts: new Map(), uid: new Map(), userCode: new Map() };
      rooms.set(kind, room);
    }
    return room;
  }

  function living(kind: string, id: string): Artifact | undefined {
    const artifact = rooms.get(kind)?.artifacts.get(id);
    if (artifact === undefined || artifact.expiresAt > now()) return artifact;
    forget(artifact);
    return undefined;
  }

  function keep(kind: string, id: string, payload: Payload, expiresAt: number, links: Links | undefined): Artifact {
    if (held >= limit) makeRoom();
    const room = roomOf(kind);
    const artifact: Artifact = { room, id, payload, consumed: undefined, links, expiresAt, place: -1 };
    room.artifacts.set(id, artifact);
    held += 1;
    if (expiresAt !== Number.POSITIVE_INFINITY) expiry.add(artifact);
    if (links !== undefined) link(artifact, links);
    return artifact;
  }

  function link(artifact: Artifact, { grantId, uid, userCode }: Links): void {
    if (uid !== undefined) artifact.room.uid.set(uid, artifact);
    if (userCode !== undefined) artifact.room.userCode.set(userCode, artifact);
    if (grantId === undefined) return;
    const granted = grants.get(grantId);
    if (granted) granted.add(artifact);
    else grants.set(grantId, new Set([artifact]));
  }

  function forget(artifact: Artifact): void {
    const { room, id, links } = artifact;
    room.artifacts.delete(id);
    held -= 1;
    expiry.remove(artifact);
    if (links === undefined) return;
    const { grantId, uid, userCode } = links;
    // a later artifact may have taken the link over, as a session does when its id is renewed
    if (uid !== undefined && room.uid.get(uid) === artifact) room.uid.delete(uid);
    if (userCode !== undefined && room.userCode.get(userCode) === artifact) room.userCode.delete(userCode);
    if (grantId === undefined) return;
    const granted = grants.get(grantId);
    if (granted?.delete(artifact) && granted.size === 0) grants.delete(grantId);
  }

  function forgetAll(): void {
    rooms.clear();
    grants.clear();
    expiry.clear();
    held = 0;
  }

  function makeRoom(): void {
    const first = expiry.first();
    if (first !== undefined && first.expiresAt <= now()) return forget(first);
    const wait = first === undefined ? 60 : Math.min(60, Math.ceil(first.expiresAt - now()));
    throw problem('store.full', {}, { 'Retry-After': String(wait) });
  }

  /** Forgets one slice of what has expired; tells whether there is more. */
  function sweep(): boolean {
    const at = now();
    for (let swept = 0; swept < slice; swept += 1) {
      const first = expiry.first();
      if (first === undefined || first.expiresAt > at) return false;
      forget(first);
    }
    return true;
  }

  function sweepOn(): void {
    if (sweep()) setImmediate(sweepOn).unref();
  }
  const sweeper = setInterval(sweepOn, pause).unref();

  /** The first `limit` that fit. Cut back whenever twice as many are held, so that a page of many costs no sorting of all. */
  function firstOf(kind: string, { limit, after = '', where = {} }: Which): Artifact[] {
    const at = now();
    const wanted = Object.entries(where);
    const cut = (some: Artifact[]) => some.sort(byId).slice(0, limit);
    let found: Artifact[] = [];
    let last: string | undefined;
    for (const artifact of rooms.get(kind)?.artifacts.values() ?? []) {
      const { id, payload, expiresAt } = artifact;
      if (id <= after || (last !== undefined && id > last) || expiresAt <= at) continue;
      if (!wanted.every(([name, text]) => has(payload, name, text))) continue;
      found.push(artifact);
      if (found.length < 2 * limit) continue;
      found = cut(found);
      last = found.at(-1)?.id;
    }
    return cut(found);
  }

  return {
    async put(kind, id, payload, expiresAt = Number.POSITIVE_INFINITY, links) {
      const before = living(kind, id);
      if (before !== undefined) forget(before);
      if (expiresAt <= now()) return;
      const artifact = keep(kind, id, copyOf(payload), expiresAt, links && { ...links });
      artifact.consumed = before?.consumed ?? consumedAt(payload, now());
    },
    async add(kind, id, payload, expiresAt) {
      if (living(kind, id) !== undefined || expiresAt <= now()) return false;
      keep(kind, id, copyOf(payload), expiresAt, undefined);
      return true;
    },
    async get(kind, id) {
      const artifact = living(kind, id);
      return artifact && shown(artifact);
    },
    async findBy(kind, link, value) {
      const id = rooms.get(kind)?.[link].get(value)?.id;
      const artifact = id === undefined ? undefined : living(kind, id);
      return artifact && shown(artifact);
    },
    async consume(kind, id) {
      const artifact = living(kind, id);
      if (artifact === undefined || artifact.consumed !== undefined) return false;
      artifact.consumed = Math.floor(now());
      return true;
    },
    async take(kind, id) {
      const artifact = living(kind, id);
      if (artifact === undefined) return undefined;
      forget(artifact);
      return shown(artifact);
    },
    async remove(kind, ...ids) {
      for (const id of ids) {
        const artifact = rooms.get(kind)?.artifacts.get(id);
        if (artifact !== undefined) forget(artifact);
      }
    },
    async removeByGrant(grantId) {
      for (const artifact of grants.get(grantId) ?? []) forget(artifact);
    },
    async count(kind, id, expiresAt) {
      const counter = living(kind, id);
      if (counter === undefined) {
        if (expiresAt > now()) keep(kind, id, { count: 1 }, expiresAt, undefined);
        return 1;
      }
      const count = Number(counter.payload.count ?? 0) + 1;
      counter.payload.count = count;
      return count;
    },
    async list(kind, which) {
      return firstOf(kind, which).map(listed);
    },
    async all() {
      const at = now();
      return [...rooms].flatMap(([kind, { artifacts }]) =>
        [...artifacts.values()]
          .filter(({ expiresAt }) => expiresAt > at)
          .map((artifact) => ({ kind, ...listed(artifact), links: { ...artifact.links } })),
      );
    },
    async clear() {
      forgetAll();
    },
    async size() {
      while (sweep()) await nextTurn();
      return held;
    },
    async close() {
      clearInterval(sweeper);
      forgetAll();
    },
  };
}

function byId({ id: one }: Artifact, { id: other }: Artifact): number {
  return one < other ? -1 : 1;
}

function has(payload: Payload, name: string, text: string): boolean {
  const member = payload[name];
  return typeof member === 'object' && member !== null && !Array.isArray(member)
    ? Object.hasOwn(member, text)
    : member === text;
}

function listed(artifact: Artifact): Listed {
  const { id, expiresAt } = artifact;
  return { id, payload: shown(artifact), expiresAt: expiresAt === Number.POSITIVE_INFINITY ? undefined : expiresAt };
}

function shown(artifact: Artifact): Payload {
  const payload = copyOf(artifact.payload);
  if (artifact.consumed !== undefined) payload.consumed = artifact.consumed;
  return payload;
}

/**
 * A copy that shares nothing with its original, of what JSON would keep of it: the same that other stores give back.
 * Measured on a session of 600 characters: 0.15 to 0.35 µs; JSON text there and back 1.6 µs, structuredClone 2.8 µs.
 */
function copyOf<T>(value: T): T {
  return copyOfValue(value) as T;
}

function copyOfValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyOfValue(item) ?? null);
  if (Object.getPrototypeOf(value) !== Object.prototype && 'toJSON' in value && typeof value.toJSON === 'function') {
    return copyOfValue(value.toJSON());
  }
  const copy = { ...value } as Payload;
  for (const name in copy) {
    const item = copy[name];
    if (typeof item === 'object') copy[name] = copyOfValue(item);
    else if (item === undefined) delete copy[name];
  }
  return copy;
}
