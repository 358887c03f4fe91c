import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/**
 * How often something may be done: sent to one account, whoever asks for it (codes, and requests that light up a phone), or
 * tried from one address.
 */
export interface Allowance {
  /**
   * Takes one of the places of an account or address; each is free again a period later. Of many at once no more get one
   * than are left.
   * @returns what gives the place back before
   * @throws VneidError `login.slowDown` with `seconds`, also in Retry-After
   */
  take(key: string): Promise<() => Promise<void>>;
}

export interface AllowanceOptions {
  artifacts: ArtifactStore;
  clock: Clock;
  /** Namespace in the store. */
  kind: string;
  /** Places within a period. */
  most: number;
  /** Seconds. */
  period: number;
}

/** Makes the allowance of one kind of doing. */
export function createAllowance({ artifacts, clock, kind, most, period }: AllowanceOptions): Allowance {
  const seconds = () => clock.now() / 1000;
  const places = (key: string) => Array.from({ length: most }, (_, place) => `${key}:${place}`);
  return {
    async take(key) {
      const until = Math.ceil(seconds() + period);
      for (const place of places(key))
        if (await artifacts.add(kind, place, { until }, until)) return () => artifacts.remove(kind, place);
      const found = await Promise.all(places(key).map((place) => artifacts.get(kind, place)));
      const taken = found.map((entry) => (entry?.until as number | undefined) ?? 0);
      // taken before a tester set the clock back; by less than a period the clock of another instance may be ahead
      const ahead = places(key).filter((_, index) => (taken[index] ?? 0) > until + period);
      if (ahead.length > 0) {
        await artifacts.remove(kind, ...ahead);
        return this.take(key);
      }
      const wait = Math.max(1, Math.ceil(Math.min(...taken) - seconds()));
      throw problem('login.slowDown', { seconds: wait }, { 'Retry-After': String(wait) });
    },
  };
}
