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
  /** Its holder was told to ask again in so many seconds; who does not has gone home. */
  told(ticket: string, seconds: number): void;
  leave(ticket: string): void;
  size(): number;
}

interface Waiting {
  /** Milliseconds since 1970 in a fixed width, then chance: the order of texts is that of time. */
  key: string;
  /** Until when they are waited for: milliseconds since 1970. */
  until: number;
}

/**
 * Who does not come so many milliseconds after the time that they were told has gone home, or has the page where a browser
 * lets it sleep; whoever comes back has the old place.
 */
const patience = 5_000;
/** It is looked after so often. */
const often = 1_000;

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

  /** Where the holder of a ticket is, when they are there. */
  function find(ticket: string): [index: number, waiting: Waiting | undefined] {
    const key = keyOf(ticket) ?? '';
    const index = indexOf(key);
    const found = line[index];
    return [index, found?.key === key ? found : undefined];
  }

  function forgetAbsent(now: number): void {
    if (Math.abs(now - looked) < often) return;
    looked = now;
    line = line.filter(({ until }) => now < until);
  }

  return {
    place(ticket) {
      const key = ticket === undefined ? undefined : keyOf(ticket);
      if (key === undefined) return undefined;
      const now = clock.now();
      forgetAbsent(now);
      const index = indexOf(key);
      if (line[index]?.key !== key) {
        // a ticket of another instance, or of somebody who was away
        if (line.length >= most) return undefined;
        line.splice(index, 0, { key, until: now + patience });
      }
      return index + 1;
    },
    join() {
      const now = clock.now();
      forgetAbsent(now);
      if (line.length >= most) return undefined;
      const key = `${String(Math.floor(now)).padStart(15, '0')}.${randomBytes(9).toString('base64url')}`;
      line.splice(indexOf(key), 0, { key, until: now + patience });
      return `${key}.${seal(key)}`;
    },
    told(ticket, seconds) {
      const [, waiting] = find(ticket);
      if (waiting) waiting.until = clock.now() + seconds * 1000 + patience;
    },
    leave(ticket) {
      const [index, waiting] = find(ticket);
      if (waiting) line.splice(index, 1);
    },
    size: () => line.length,
  };
}
