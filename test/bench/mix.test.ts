import { expect, it } from 'vitest';
import { bottleneckOf } from './bottleneck.ts';
import { kindAt } from './mix.ts';
import { createPool } from './pool.ts';

it('the mix has the shares measured at login.gov, without those that sign up', () => {
  const draws = Array.from({ length: 9068 }, (_, index) => kindAt(index / 9068));
  const count = (kind: string) => draws.filter((one) => one === kind).length;
  const whole = draws.length / (3922 + 3420 + 885 + 885);
  expect(count('remembered')).toBeCloseTo(3922 * whole, -1);
  expect(count('withCode')).toBeCloseTo(3420 * whole, -1);
  expect(count('nobody')).toBeCloseTo(885 * whole, -1);
  expect(count('wrongPassword')).toBeCloseTo(885 * whole, -1);
});

it('the bottleneck is whoever had a core for itself', () => {
  const idle = { server: 0.2, main: 0.2, stores: 0.1, generator: 0.3 };
  expect(bottleneckOf(idle)).toMatch(/no core was full/);
  expect(bottleneckOf({ ...idle, server: 0.99, main: 0.9 })).toBe("the server's main thread");
  expect(bottleneckOf({ ...idle, server: 0.99, main: 0.2 })).toBe("the server's other threads");
  expect(bottleneckOf({ ...idle, server: 0.99, main: undefined })).toBe("the server's core");
  expect(bottleneckOf({ ...idle, generator: 0.97 })).toBe('the generator');
  expect(bottleneckOf({ ...idle, stores: 0.97 })).toBe('the stores behind the server');
});

it('a pool lends a thing to one at a time, and what comes back takes its place', async () => {
  const pool = createPool(['first']);
  const seen: string[] = [];
  const held = Promise.withResolvers<string>();
  const one = pool.lend((item) => {
    seen.push(item);
    return held.promise;
  });
  const two = pool.lend(async (item) => {
    seen.push(item);
    return item;
  });
  await Promise.resolve();
  expect(seen).toEqual(['first']);
  held.resolve('second');
  await Promise.all([one, two]);
  expect(seen).toEqual(['first', 'second']);
});
