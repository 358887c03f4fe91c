import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/**
 * Slows down guessing. Failures are counted per account and per address over all methods together; delays grow and
 * always end. Every guess is an attempt: `check` before looking at any credential, then exactly one of `failed`,
 * `succeeded`, `released`.
 */
export interface Throttle {
  /**
   * Reserves an attempt; only then may a credential be looked at. Of many at once no more get one than are left.
   * @throws VneidError `login.slowDown` with `seconds`, also in Retry-After
   */
  check(who: Attempter): Promise<Attempt>;
  /** The credential was wrong, whichever it was. */
  failed(attempt: Attempt): Promise<void>;
  /** The whole login succeeded, all factors: forgets the failures of this account and this browser, not the address's. */
  succeeded(attempt: Attempt): Promise<void>;
  /**
   * Gives the attempt back: the credential was right but another is still due, or it was not looked at (queue full).
   * A right password must not count as success, or whoever knows it could guess one-time codes for ever.
   */
  released(attempt: Attempt): Promise<void>;
}

export interface Attempter {
  /** The personal number as typed, whether or not it exists. */
  login: string;
  /** The peer's IP address. */
  address: string;
  /** Names a browser that logged in to this very account before; the caller has verified its signed cookie. */
  browser?: string | undefined;
}

/** A reserved attempt; give it back to the throttle with the outcome. */
export interface Attempt extends Attempter {
  readonly places: readonly Place[];
}

/** One bucket's share of an attempt. */
export interface Place {
  bucket: string;
  id: string;
}

/** How one kind of bucket behaves; times in seconds. */
export interface Limit {
  /** Failures before the first delay. */
  free: number;
  /** Failures after each delay before the next one. */
  then: number;
  firstDelay: number;
  /** Delays double up to this. */
  longestDelay: number;
  /** Failures are forgotten this long after the first, or after the last delay. */
  forgetAfter: number;
}

export interface Limits {
  account: Limit;
  browser: Limit;
  address: Limit;
}

export interface ThrottleOptions {
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  limits?: Partial<Limits>;
}

/** Makes the throttle of one instance. */
export function createThrottle(_options: ThrottleOptions): Throttle {
  return {
    check: async (who) => ({ ...who, places: [] }),
    failed: async () => {},
    succeeded: async () => {},
    released: async () => {},
  };
}
