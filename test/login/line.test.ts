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
  here.begin(first);
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

test('a ticket that goes from hand to hand lets in no more than a person who goes back', () => {
  const clock = createClock();
  clock.freeze();
  const line = createLine({ clock, secret, most: 10 });
  const [first, second] = [line.join() ?? '', line.join() ?? ''].sort();
  const began = Array.from({ length: 10 }, () => {
    const place = line.place(first);
    line.begin(place === undefined ? undefined : first);
    return place;
  });
  expect(began.filter((place) => place === 1).length).toBe(3);
  expect([line.place(first), line.place(second)]).toEqual([undefined, 1]);
});

test('a ticket of another day is none, nor one whose turn was long ago; that of who still waits is', () => {
  const clock = createClock();
  clock.freeze();
  const line = createLine({ clock, secret, most: 10 });
  const minute = 60_000;
  const [kept, waits] = [line.join() ?? '', line.join() ?? ''];
  for (let waited = 0; waited < 60; waited += 1) {
    line.told(waits, 60);
    clock.advance(minute);
    expect(line.place(waits)).toBe(1);
    line.begin(undefined);
  }
  // as long as somebody waits who came with them, they have missed nothing
  expect(line.place(kept)).toBeDefined();
  for (const ticket of [kept, waits]) line.begin(ticket);
  clock.advance(6 * minute);
  line.begin(undefined);
  expect(line.place(kept)).toBeUndefined();
  // and who comes after the clock was set back waits as anybody
  clock.reset();
  clock.advance(2_000);
  const next = line.join() ?? '';
  expect(line.place(next)).toBe(1);
});
