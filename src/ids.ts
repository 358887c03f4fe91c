import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from './clock.ts';

/**
 * Makes ids whose order is the order in which they are made: UUIDv7 (RFC 9562 §5.7) of the instance's time, and still so
 * where many are made at once, where the clock stands still, and after it was set back.
 * @param after an id of earlier, perhaps of a clock that was ahead: all come after it
 */
export function createIds(clock: Pick<Clock, 'now'>, after?: string): () => string {
  let last = after === undefined ? 0 : timeIn(after) + 1;
  let seq = 0;
  const random = createChance();
  return () => {
    const now = Math.floor(clock.now());
    seq = now > last ? 0 : seq + 1;
    last = Math.max(last, now);
    return v7({ msecs: last, seq, random: random() });
  };
}

/** Milliseconds since 1970: the first 48 bits. What a person wrote into a state file may be no such id, and has no time. */
function timeIn(id: string): number {
  const [, first = '', second = ''] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id) ?? [];
  return Number.parseInt(first + second || '0', 16);
}

/**
 * Sixteen random bytes at a time, got from the system for 256 ids at once: asking it costs more than all else of an id.
 * What is handed out is to be copied: it lies among the others'.
 */
export function createChance(): () => Uint8Array {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += 16;
    return pool.subarray(used - 16, used);
  };
}
