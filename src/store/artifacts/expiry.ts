/**
 * What expires next: a binary heap of everything that has an end, earliest first. Each member knows its own place, so
 * that one which is overwritten or removed leaves at once instead of lying about until its time has come.
 * Adding, moving and removing cost O(log n); looking at the earliest costs nothing, and no operation scans.
 */
export interface Expiry<T extends Expiring> {
  /** The member that expires first. */
  first(): T | undefined;
  add(member: T): void;
  /** Does nothing to one that is not in. */
  remove(member: T): void;
  clear(): void;
}

export interface Expiring {
  /** Seconds since 1970. */
  expiresAt: number;
  /** Its index in the heap, -1 when it is not in. Only the heap writes it. */
  place: number;
}

export function createExpiry<T extends Expiring>(): Expiry<T> {
  const heap: T[] = [];

  function rise(member: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as T;
      if (parent.expiresAt <= member.expiresAt) break;
      heap[place] = parent;
      parent.place = place;
      place = above;
    }
    heap[place] = member;
    member.place = place;
  }

  function sink(member: T, from: number): void {
    const { length } = heap;
    let place = from;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= length) break;
      const right = below + 1;
      if (right < length && (heap[right] as T).expiresAt < (heap[below] as T).expiresAt) below = right;
      const child = heap[below] as T;
      if (child.expiresAt >= member.expiresAt) break;
      heap[place] = child;
      child.place = place;
      place = below;
    }
    heap[place] = member;
    member.place = place;
  }

  return {
    first: () => heap[0],
    add(member) {
      heap.push(member);
      rise(member, heap.length - 1);
    },
    remove(member) {
      const { place } = member;
      if (place < 0) return;
      member.place = -1;
      const last = heap.pop() as T;
      if (last === member) return;
      if (place > 0 && (heap[(place - 1) >> 1] as T).expiresAt > last.expiresAt) rise(last, place);
      else sink(last, place);
    },
    clear() {
      heap.length = 0;
    },
  };
}
