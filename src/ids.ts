import { v7 } from 'uuid';
import type { Clock } from './clock.ts';

/**
 * Makes ids whose order is the order in which they are made: UUIDv7 (RFC 9562 §5.7) of the instance's time, and still so
 * where many are made at once, where the clock stands still, and after it was set back.
 */
export function createIds(clock: Pick<Clock, 'now'>): () => string {
  let last = 0;
  let seq = 0;
  return () => {
    const now = Math.floor(clock.now());
    seq = now > last ? 0 : seq + 1;
    last = Math.max(last, now);
    return v7({ msecs: last, seq });
  };
}
