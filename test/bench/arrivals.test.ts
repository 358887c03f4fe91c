import { describe, expect, it } from 'vitest';
import { random } from '../../src/registry/generator/random.ts';
import { arrivals, offer } from './arrivals.ts';

describe('arrivals of an open model', () => {
  it('come at the rate, in order, and end in time', () => {
    const times = arrivals({ rate: 100, seconds: 100, random: random(7).next });
    // the number of a Poisson process deviates by its square root; four times that is once in fifteen thousand
    expect(Math.abs(times.length - 10_000)).toBeLessThan(400);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(100);
  });

  it('have gaps that are exponential: most are short, some are long', () => {
    const times = arrivals({ rate: 100, seconds: 100, random: random(8).next });
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const shorter = gaps.filter((gap) => gap < 0.01).length / gaps.length;
    expect(shorter).toBeGreaterThan(0.61);
    expect(shorter).toBeLessThan(0.65);
    expect(gaps.some((gap) => gap > 0.05)).toBe(true);
  });

  it('are the same for the same numbers', () => {
    const once = () => arrivals({ rate: 10, seconds: 5, random: random(1, 2).next });
    expect(once()).toEqual(once());
  });
});

describe('operations that arrive', () => {
  it('do not wait for each other', async () => {
    const under = Promise.withResolvers<void>();
    let begun = 0;
    const done = offer([0, 0, 0], async () => {
      begun += 1;
      // nobody gets an answer before all three have asked
      if (begun === 3) under.resolve();
      await under.promise;
    });
    expect(await done).toHaveLength(3);
  });

  it('are timed from when they were due, not from when they could begin', async () => {
    const late = await offer([0, 0], async () => {
      const until = performance.now() + 30;
      // a generator that is held up, as by a server that answers all at once
      while (performance.now() < until);
    });
    expect(late[0]).toBeGreaterThanOrEqual(30);
    expect(late[1]).toBeGreaterThanOrEqual(60);
  });
});
