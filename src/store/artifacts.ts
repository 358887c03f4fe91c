/**
 * Artifacts: everything short-lived that a login leaves behind (sessions, codes, tokens, one-time codes, counters).
 * One contract, several stores (memory, SQLite; Redis later), one contract test in `test/store/contract.ts`.
 *
 * `kind` is a namespace: an id of one kind is never found under another (CVE-2026-4282 was that mistake).
 * Times are seconds since 1970; something ends at `expiresAt`, not after it. A store forgets what has expired, by the
 * instance's clock, and never evicts what has not: when it is full, what would add to it throws `store.full` with
 * Retry-After. A payload is data that JSON can write; neither side can change the other's copy.
 */
export interface ArtifactStore {
  /**
   * Writes or overwrites; without `expiresAt` it lives until removed. `links` lets `findBy` and `removeByGrant` find it.
   * What was consumed stays consumed when it is overwritten, so that a late write cannot make a used code good again.
   */
  put(kind: string, id: string, payload: Payload, expiresAt?: number, links?: Links): Promise<void>;
  /**
   * Writes only when nothing of that kind and id lives; tells whether it did. Exactly one of many callers wins, and
   * none when `expiresAt` has passed: what cannot be remembered must not be believed.
   */
  add(kind: string, id: string, payload: Payload, expiresAt: number): Promise<boolean>;
  /** Reads; the payload has `consumed` (seconds) after `consume`. */
  get(kind: string, id: string): Promise<Payload | undefined>;
  /** Reads by a link. While a session's id is being renewed two carry the same `uid`: the newer one is found. */
  findBy(kind: string, link: 'uid' | 'userCode', value: string): Promise<Payload | undefined>;
  /** Marks as used; true for exactly one caller, ever, false when it was used already or is not there. */
  consume(kind: string, id: string): Promise<boolean>;
  /** Reads and removes in one step; exactly one of many callers gets it. */
  take(kind: string, id: string): Promise<Payload | undefined>;
  remove(kind: string, ...ids: string[]): Promise<void>;
  /** Removes everything that was put with this grant. */
  removeByGrant(grantId: string): Promise<void>;
  /**
   * Adds one to a counter and returns it; the first call of a period sets when it starts again from nothing. A counter
   * is an artifact with the payload `{ count }`: `get` reads it without counting, `remove` starts it again.
   */
  count(kind: string, id: string, expiresAt: number): Promise<number>;
  /**
   * Some of a kind, in the order of their ids: for people and tests, not on the way of a login, as every call may look at
   * all of the kind. What is written meanwhile may be among them or not; what lives all the while is, once.
   */
  list(kind: string, which: Which): Promise<Listed[]>;
  /** Everything that lives, of every kind: to be kept elsewhere, and put again with its links. */
  all(): Promise<Kept[]>;
  /** Forgets everything. */
  clear(): Promise<void>;
  /** How many artifacts live, for metrics and tests. */
  size(): Promise<number>;
  /** Lets go of timers and files; nothing may be called afterwards but `close`. */
  close(): Promise<void>;
}

export type Payload = Record<string, unknown>;

export interface Which {
  /** How many at most. */
  limit: number;
  /** Only those whose id comes after this one. */
  after?: string | undefined;
  /** Only those whose payload has each of these members: as this very text, or as an object with a member of this name. */
  where?: Record<string, string> | undefined;
}

export interface Listed {
  id: string;
  /** With `consumed` (seconds) after `consume`. */
  payload: Payload;
  /** Undefined for what lives until it is removed. */
  expiresAt?: number | undefined;
}

export interface Kept extends Listed {
  kind: string;
  links: Links;
}

export interface Links {
  grantId?: string | undefined;
  uid?: string | undefined;
  userCode?: string | undefined;
}

/** When a payload itself says that it was used: seconds, or undefined. Stores take its word, as after a restore. */
export function consumedAt(payload: Payload, nowSeconds: number): number | undefined {
  const { consumed } = payload;
  if (typeof consumed === 'number' && consumed > 0) return consumed;
  return consumed ? Math.floor(nowSeconds) : undefined;
}
