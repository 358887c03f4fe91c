import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createSeal } from '../seal.ts';

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
  /** Somebody begins, with a ticket or without one. A ticket is good for a few beginnings, for people go back. */
  begin(ticket: string | undefined): void;
  size(): number;
}

interface Waiting {
  /** Milliseconds since 1970 in a fixed width, then chance: the order of texts is that of time. */
  key: string;
  /** Until when they are waited for: milliseconds since 1970. */
  until: number;
}

/** Of the time in a key. */
const digits = 15;
/** Characters of a seal in a ticket. */
const sealed = 22;
/**
 * Who does not come so many milliseconds after the time that they were told has gone home, or has the page where a browser
 * lets it sleep; whoever comes back has the old place.
 */
const patience = 5_000;
/** It is looked after so often. */
const often = 1_000;
/** Who comes so many milliseconds after all who came with them have begun, comes anew. */
const grace = 300_000;
/** How often one ticket lets somebody begin, at this instance: as it can be copied, more would be a way around the line. */
const beginnings = 3;

/** Milliseconds since 1970. */
function cameAt(key: string): number {
  return Number(key.slice(0, digits));
}

/** @param secret at least 32 bytes, for nothing else */
export function createLine({ clock, secret, most }: { clock: Clock; secret: Buffer; most: number }): Line {
  let line: Waiting[] = [];
  let looked = clock.now();
  /** When the first of those who wait came, as far as it has got: milliseconds since 1970. */
  let turn = 0;
  /** How often tickets have let somebody begin whose turn was not long ago. */
  const begun = new Map<string, number>();
  const seal = createSeal(secret);

  function keyOf(ticket: string): string | undefined {
    const [at = '', chance = '', given = ''] = ticket.split('.');
    const key = `${at}.${chance}`;
    return seal.fits(key, given, sealed) ? key : undefined;
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

  /** A key whose turn is long over, or that has let in as many as it may. */
  function isOver(key: string): boolean {
    return cameAt(key) < turn - grace || (begun.get(key) ?? 0) >= beginnings;
  }

  function forgetAbsent(now: number): void {
    if (Math.abs(now - looked) < often) return;
    looked = now;
    line = line.filter(({ until }) => now < until);
    // a clock that was set back
    turn = Math.min(turn, now);
    for (const key of begun.keys()) if (cameAt(key) < turn - grace) begun.delete(key);
  }

  return {
    place(ticket) {
      const key = ticket === undefined ? undefined : keyOf(ticket);
      if (key === undefined) return undefined;
      const now = clock.now();
      forgetAbsent(now);
      if (isOver(key)) return undefined;
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
      const key = `${String(Math.floor(now)).padStart(digits, '0')}.${randomBytes(9).toString('base64url')}`;
      line.splice(indexOf(key), 0, { key, until: now + patience });
      return `${key}.${seal.of(key).slice(0, sealed)}`;
    },
    told(ticket, seconds) {
      const key = keyOf(ticket) ?? '';
      const waiting = line[indexOf(key)];
      if (waiting?.key === key) waiting.until = clock.now() + seconds * 1000 + patience;
    },
    begin(ticket) {
      const key = ticket === undefined ? undefined : keyOf(ticket);
      const index = key === undefined ? -1 : indexOf(key);
      if (key !== undefined && line[index]?.key === key) {
        line.splice(index, 1);
        begun.set(key, (begun.get(key) ?? 0) + 1);
      }
      const [first] = line;
      turn = Math.max(turn, first ? cameAt(first.key) : clock.now());
    },
    size: () => line.length,
  };
}
