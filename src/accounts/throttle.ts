import { hash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { maskNumber } from './masking.ts';
import { networkOf } from './network.ts';

/**
 * Slows down guessing. Failures are counted per account and per address over all methods together; delays grow and
 * always end. Every guess is an attempt: `check` before looking at any credential, then exactly one of `failed`,
 * `released`, `succeeded`.
 */
export interface Throttle {
  /**
   * Reserves an attempt; only then may a credential be looked at. Of many at once no more get one than are left.
   * @throws VneidError `login.slowDown` with `seconds`, also in Retry-After
   */
  check(who: Attempter): Promise<Attempt>;
  /** The credential was wrong, whichever it was. */
  failed(attempt: Attempt): Promise<void>;
  /**
   * The whole login succeeded, all factors: forgets the failures of this account and this browser, not the address's; those
   * of second factors only when it had one.
   * Gives the attempt back when it is one; attempts may have been released before.
   */
  succeeded(who: Attempter | Attempt): Promise<void>;
  /**
   * Gives the attempt back: the credential was right but another is still due, or it was not looked at (queue full).
   * A right password must not count as success, or whoever knows it could guess one-time codes for ever. Need not be
   * waited for, and never throws.
   */
  released(attempt: Attempt): Promise<void>;
}

export interface Attempter {
  /** The personal number as typed, whether or not it exists. */
  login: string;
  /** The peer's IP address. */
  address: string;
  /**
   * Names a browser that logged in to this very account before; the caller has verified its signed cookie. It is
   * counted by itself, so that strangers' failures do not delay the owner there.
   */
  browser?: string | undefined;
  /**
   * True of a factor that is asked for after a password. Who comes that far knows the password, and with it alone signs in
   * where that is enough, from as many browsers as they like: so these are counted by account at every browser as well.
   */
  second?: boolean | undefined;
}

/** A reserved attempt; hand it back with the outcome. One that never comes back is free again after a minute. */
export interface Attempt extends Attempter {
  readonly places: readonly Place[];
}

/** One of the places a bucket has in its present round. */
export interface Place {
  readonly bucket: Bucket;
  readonly round: Round;
  readonly index: number;
}

/** How one kind of bucket behaves; times in seconds. */
export interface Limit {
  /** Failures before the first delay. */
  free: number;
  /** Failures after each delay before the next one. */
  afterDelay: number;
  firstDelay: number;
  /** Delays double up to this. */
  longestDelay: number;
  /** Failures are forgotten this long after the first attempt, or after the last delay. */
  forgetAfter: number;
}

export type Limits = Record<'account' | 'second' | 'browser' | 'address', Limit>;

const minute = 60;
const hour = 60 * minute;

/**
 * About a hundred guesses a day against one account (NIST SP 800-63B-4 §3.2.2). An address may stand for a whole
 * office, so it has more, and its longest delay leaves the office working.
 */
export const usualLimits: Limits = {
  account: { free: 5, afterDelay: 1, firstDelay: 30, longestDelay: 15 * minute, forgetAfter: 24 * hour },
  second: { free: 5, afterDelay: 1, firstDelay: 30, longestDelay: 15 * minute, forgetAfter: 24 * hour },
  browser: { free: 5, afterDelay: 1, firstDelay: 30, longestDelay: 15 * minute, forgetAfter: 24 * hour },
  address: { free: 100, afterDelay: 20, firstDelay: 30, longestDelay: 15 * minute, forgetAfter: hour },
};

/** What failures are added up for: an account name, a browser on an account, an address. */
interface Bucket {
  readonly kind: keyof Limits;
  /** Key in the store; a hash, because people type passwords into the wrong field. */
  readonly id: string;
  /** What the audit may show. */
  readonly shown: string;
}

/**
 * The attempts between two delays. Round 0 has `free` places, later ones have `afterDelay`. When every place has failed the
 * next round begins, and it opens only after its delay.
 */
interface Round {
  /** Changes when the bucket is reset, so that what is left of earlier rounds is never met again. */
  readonly era: string;
  readonly number: number;
  /** Milliseconds since 1970; between the two nobody may try. */
  readonly closedAt: number;
  readonly opensAt: number;
  /** Seconds since 1970: when all of this is forgotten. */
  readonly endsAt: number;
}

/** Seconds an attempt may take before its place is free again; a wait behind a full queue is far below. */
const lease = 60;
/** Advice, in seconds, when every attempt left is being made at this moment. */
const inFlight = 1;
/** Milliseconds between two looks for a place that somebody's right password has given back. */
const pause = 25;

export interface ThrottleOptions {
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  /** Replaces `usualLimits`, each kind as a whole. */
  limits?: Partial<Limits>;
  /**
   * Milliseconds to wait while every attempt left is being made at this moment; 2000 by default. Tests of somebody's
   * app sign in as one citizen many times at once, and each of them is right.
   */
  patience?: number;
}

/** Makes the throttle of one instance. */
export function createThrottle({ artifacts, clock, events, limits: own, patience = 2000 }: ThrottleOptions): Throttle {
  const limits: Limits = { ...usualLimits, ...own };
  const secondsNow = () => clock.now() / 1000;

  const read = async (bucket: Bucket) => (await artifacts.get('throttle.round', bucket.id)) as Round | undefined;

  /** @throws VneidError `login.slowDown` while nobody may try */
  function judge(round: Round | undefined): void {
    const now = clock.now();
    // a round that closed in the future was written before a tester set the clock back
    if (round && round.closedAt <= now && now < round.opensAt) throw slowDown((round.opensAt - now) / 1000);
  }

  /** Takes a place in the bucket's round, as it was read; waits a moment for one that is only being used, or throws. */
  async function take(bucket: Bucket, known: Round | undefined): Promise<Place> {
    for (let waited = 0, round = known; ; waited += pause) {
      const place = round ? await takeIn(bucket, round) : await open(bucket);
      if (place) return place;
      if (waited >= patience) throw slowDown(inFlight);
      if (round) await setTimeout(pause);
      round = await read(bucket);
      judge(round);
    }
  }

  async function takeIn(bucket: Bucket, round: Round): Promise<Place | undefined> {
    const places = placesOf(limits[bucket.kind], round);
    // beginning anywhere makes finding a free place quick while most are free
    const start = Math.floor(Math.random() * places);
    for (let step = 0; step < places; step += 1) {
      const place: Place = { bucket, round, index: (start + step) % places };
      if (await hold(place)) return place;
    }
    return undefined;
  }

  /** The first attempt opens the first round, and takes a place in it; undefined when somebody else has just opened it. */
  async function open(bucket: Bucket): Promise<Place | undefined> {
    const endsAt = Math.ceil(secondsNow() + limits[bucket.kind].forgetAfter);
    const round: Round = { era: randomUUID(), number: 0, closedAt: 0, opensAt: 0, endsAt };
    const place: Place = { bucket, round, index: 0 };
    const [opened] = await Promise.all([artifacts.add('throttle.round', bucket.id, { ...round }, endsAt), hold(place)]);
    if (opened) return place;
    await giveBack([place]);
    return undefined;
  }

  function hold(place: Place): Promise<boolean> {
    const until = Math.min(Math.ceil(secondsNow() + lease), place.round.endsAt);
    return artifacts.add('throttle.place', idOf(place), {}, until);
  }

  async function giveBack(places: readonly Place[]): Promise<void> {
    if (places.length > 0) await artifacts.remove('throttle.place', ...places.map(idOf));
  }

  /**
   * Keeps the place taken; the failure that takes the last one closes the bucket. Where the store is gone in the middle of it
   * the place is free again after its lease, and who fails next finishes what was begun: nobody waits for a round that
   * never closes.
   */
  async function fail({ bucket, round, index }: Place): Promise<void> {
    const present = await artifacts.get('throttle.round', bucket.id);
    if (present?.era !== round.era || present.number !== round.number) return;
    const failures = await artifacts.count('throttle.failures', `${round.era}:${round.number}`, round.endsAt);
    const limit = limits[bucket.kind];
    if (failures < placesOf(limit, round)) {
      await artifacts.put('throttle.place', idOf({ bucket, round, index }), {}, round.endsAt);
      return;
    }
    const seconds = Math.min(limit.firstDelay * 2 ** round.number, limit.longestDelay);
    const closedAt = clock.now();
    const opensAt = closedAt + seconds * 1000;
    const endsAt = Math.ceil(opensAt / 1000 + limit.forgetAfter);
    const next: Round = { era: round.era, number: round.number + 1, closedAt, opensAt, endsAt };
    await artifacts.put('throttle.round', bucket.id, { ...next }, endsAt);
    events.emit('throttle.delayed', {
      key: bucket.shown,
      failures: limit.free + limit.afterDelay * round.number,
      seconds,
    });
  }

  return {
    async check(who) {
      const buckets = bucketsOf(who);
      // all at once, for a store may be far away; none is held before all are known to be open
      const rounds = await Promise.all(buckets.map(read));
      rounds.forEach(judge);
      const taken = await Promise.allSettled(buckets.map((bucket, index) => take(bucket, rounds[index])));
      const places = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const refused = taken.find((one) => one.status === 'rejected');
      if (!refused) return { ...who, places };
      await giveBack(places);
      throw refused.reason;
    },
    async failed({ places }) {
      for (const place of places) await fail(place);
    },
    async succeeded(who) {
      if ('places' in who) await giveBack(who.places);
      await Promise.all(ownBuckets(who).map(({ id }) => artifacts.remove('throttle.round', id)));
    },
    // what cannot be given back is free again after a minute
    released: ({ places }) => giveBack(places).catch(() => {}),
  };
}

/** The buckets an attempt counts in; the address first, so that a delayed address cannot hold places of an account. */
function bucketsOf(who: Attempter): Bucket[] {
  const [account, ...others] = ownBuckets(who);
  if (who.browser !== undefined) return others;
  const network = networkOf(who.address);
  return [bucketOf('address', `address ${network}`, [network]), account, ...others];
}

/** Those in which nobody else counts, which a success forgives: the account's first. */
function ownBuckets({ login, browser, second }: Attempter): [Bucket, ...Bucket[]] {
  const name = nameOf(login);
  const shown = maskNumber(name);
  return [
    bucketOf('account', `account ${shown}`, [name]),
    ...(browser === undefined ? [] : [bucketOf('browser', `browser ${shown}`, [browser, name])]),
    ...(second ? [bucketOf('second', `second factor ${shown}`, [name])] : []),
  ];
}

function bucketOf(kind: keyof Limits, shown: string, parts: string[]): Bucket {
  return {
    kind,
    shown,
    id: hash('sha256', JSON.stringify([kind, ...parts]), 'base64url'),
  };
}

/** Spaces, dashes and full-width digits are no way to a fresh count. */
function nameOf(login: string): string {
  return login
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

function placesOf(limit: Limit, round: Round): number {
  return round.number === 0 ? limit.free : limit.afterDelay;
}

function idOf({ round, index }: Place): string {
  return `${round.era}:${round.number}:${index}`;
}

function slowDown(wait: number) {
  const seconds = Math.max(1, Math.ceil(wait));
  return problem('login.slowDown', { seconds }, { 'Retry-After': String(seconds) });
}
