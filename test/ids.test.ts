import { expect, test } from 'vitest';
import { createIds } from '../src/ids.ts';

test('all come after one of a clock that was ahead', () => {
  const ahead = createIds({ now: () => 2_000_000 });
  const made = Array.from({ length: 10 }, ahead);
  const next = createIds({ now: () => 1_000_000 }, made.at(-1));
  const all = [...made, next(), next()];
  expect(all.toSorted()).toEqual(all);
});

test('an id that was written by hand has no time to come after', () => {
  const next = createIds({ now: () => 1_000_000 }, 'tin-1');
  expect([next(), next()].map((id) => id.slice(0, 13))).toEqual(['0000000f-4240', '0000000f-4240']);
});

/** Ids in the order in which they are made, whatever the clock does meanwhile. */
test.each<[string, (index: number) => number]>([
  ['while time passes', (index) => 1_000_000 + index],
  ['in one millisecond', () => 1_000_000],
  ['after the clock was set back', (index) => 1_000_000 - (index % 700) * 1000],
  ['in parts of a millisecond', (index) => 1_000_000 + index / 7],
])('%s', (_when, timeOf) => {
  let index = 0;
  const next = createIds({ now: () => timeOf(index) });
  const made = Array.from({ length: 2000 }, () => {
    index += 1;
    return next();
  });
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
