import { expect, test } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createLine } from '../../src/login/line.ts';

const secret = Buffer.alloc(32, 1);

test('the first to come is the first, at any instance, and a place is lost by who goes home', () => {
  const clock = createClock();
  clock.freeze();
  const [here, there] = [createLine({ clock, secret, most: 10 }), createLine({ clock, secret, most: 10 })];
  const first = here.join() ?? '';
  clock.advance(1);
  const second = there.join() ?? '';
  clock.advance(1);
  const third = here.join() ?? '';
  expect([here.place(first), here.place(third), here.place(second), here.place(third)]).toEqual([1, 2, 2, 3]);
  expect([there.place(third), there.place(first)]).toEqual([2, 1]);
  here.leave(first);
  expect([here.place(second), here.size()]).toEqual([1, 2]);
  for (const ticket of [second, third]) here.told(ticket, 10);
  clock.advance(10_000);
  here.place(third);
  here.told(third, 10);
  clock.advance(6_000);
  expect([here.place(third), here.size()]).toEqual([1, 1]);
  // and had again by who was only late
  expect([here.place(second), here.place(third)]).toEqual([1, 2]);
});

test('nobody writes a ticket, and a full line takes nobody', () => {
  const clock = createClock();
  const line = createLine({ clock, secret, most: 2 });
  const ticket = line.join() ?? '';
  // of two who come within a millisecond, chance tells
  clock.advance(1);
  line.join();
  expect(line.join()).toBeUndefined();
  const [, ...rest] = ticket.split('.');
  for (const forged of [['000000000000001', ...rest].join('.'), '', '..', `${ticket}x`, undefined])
    expect(line.place(forged)).toBeUndefined();
  const other = createLine({ clock, secret: Buffer.alloc(32, 2), most: 2 });
  expect(other.place(ticket)).toBeUndefined();
  expect(line.place(ticket)).toBe(1);
});
