import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';

/**
 * Who waits, the first to come first. A ticket says when its holder came, and nobody but this installation can write one:
 * so any instance knows the place of whoever comes to it, also of those whom another told to wait.
 */
export interface Line {
  /** The place of this ticket, 1 for the first, and that its holder is still there; undefined for one that is none. */
  place(ticket: string | undefined): number | undefined;
  /** A ticket for the end of the line; undefined when it is full. */
  join(): string | undefined;
  leave(ticket: string): void;
  size(): number;
}

interface Waiting {
  /** Milliseconds since 1970 in a fixed width, then chance: the order of texts is that of time. */
  key: string;
  /** When they last asked: milliseconds since 1970. */
  seen: number;
}

/** Who has not asked for so many milliseconds has gone home; that is looked after so often. */
const [patience, often] = [90_000, 5_000];

/** @param secret at least 32 bytes, for nothing else */
export function createLine({ clock, secret, most }: { clock: Clock; secret: Buffer; most: number }): Line {
  let line: Waiting[] = [];
  let looked = clock.now();
  const seal = (key: string) => createHmac('sha256', secret).update(key).digest('base64url').slice(0, 22);

  function keyOf(ticket: string): string | undefined {
    const [at = '', chance = '', given = ''] = ticket.split('.');
    const key = `${at}.${chance}`;
    const [right, shown] = [Buffer.from(seal(key)), Buffer.from(given)];
    return right.length === shown.length && timingSafeEqual(right, shown) ? key : undefined;
  }

  /** Where a key is, or would be. */
  function indexOf(key: string): number {
    let [low, high] = [0, line.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((line[middle]?.key ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function forgetAbsent(now: number): void {
    if (Math.abs(now - looked) < often) return;
    looked = now;
    line = line.filter(({ seen }) => now - seen < patience);
  }

  return {
    place(ticket) {
      const key = ticket === undefined ? undefined : keyOf(ticket);
      if (key === undefined) return undefined;
      const now = clock.now();
      forgetAbsent(now);
      const index = indexOf(key);
      const known = line[index];
      if (known?.key === key) known.seen = now;
      // a ticket of another instance, or of somebody who was away
      else if (line.length >= most) return undefined;
      else line.splice(index, 0, { key, seen: now });
      return index + 1;
    },
    join() {
      const now = clock.now();
      forgetAbsent(now);
      if (line.length >= most) return undefined;
      const key = `${String(Math.floor(now)).padStart(15, '0')}.${randomBytes(9).toString('base64url')}`;
      line.splice(indexOf(key), 0, { key, seen: now });
      return `${key}.${seal(key)}`;
    },
    leave(ticket) {
      const key = keyOf(ticket) ?? '';
      const index = indexOf(key);
      if (line[index]?.key === key) line.splice(index, 1);
    },
    size: () => line.length,
  };
}
