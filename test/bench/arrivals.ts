import { setImmediate as soon, setTimeout as wait } from 'node:timers/promises';

/**
 * Arrivals of an open model: people do not wait for each other, so gaps are exponential (a Poisson process), and the next
 * one comes whether or not the last has been answered.
 * @param random numbers from 0 up to but not including 1
 * @returns seconds from the beginning, ascending
 */
export function arrivals({ rate, seconds, random }: { rate: number; seconds: number; random: () => number }): number[] {
  const times: number[] = [];
  for (let at = 0; ; ) {
    at -= Math.log(1 - random()) / rate;
    if (at >= seconds) return times;
    times.push(at);
  }
}

/**
 * Lets operations arrive at these times and waits for all of them.
 * @returns milliseconds from when each was due until it was done, so that a server that falls behind cannot hide it by
 *   making the next ones late ("coordinated omission")
 */
export async function offer(times: number[], work: () => Promise<unknown>): Promise<number[]> {
  const began = performance.now();
  const under: Promise<number>[] = [];
  for (const time of times) {
    const due = began + time * 1000;
    await until(due);
    under.push(work().then(() => performance.now() - due));
  }
  return Promise.all(under);
}

/** A timer alone may be a millisecond late, which is long beside an answer. */
async function until(due: number): Promise<void> {
  for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
    await (left > 2 ? wait(left - 2) : soon());
  }
}
