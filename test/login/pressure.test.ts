import { expect, test } from 'vitest';
import { createPressure } from '../../src/login/pressure.ts';

/** A server that does so many requests in a second, and people who come as they like; time is made here. */
function play({
  served,
  arrivals,
  seconds,
}: {
  served: number;
  arrivals: (second: number) => number;
  seconds: number;
}) {
  let at = 0;
  const pressure = createPressure(() => at);
  const underWay: { began: number; done: () => void }[] = [];
  const took: number[] = [];
  const perSecond = Array.from({ length: seconds }, () => 0);
  let [line, due, able] = [0, 0, 0];
  const step = 10;
  for (; at < seconds * 1000; at += step) {
    const second = Math.floor(at / 1000);
    due += (arrivals(second) * step) / 1000;
    for (; due >= 1; due -= 1) line += 1;
    // who waits asks once in three seconds, all spread evenly
    for (let ask = Math.ceil((line * step) / 3000); ask > 0 && line > 0; ask -= 1) {
      if (!pressure.admits(1, line, 3)) break;
      line -= 1;
      perSecond[second] = (perSecond[second] ?? 0) + 1;
      underWay.push({ began: at, done: pressure.begin() });
    }
    able = Math.min(able + (served * step) / 1000, served);
    for (; able >= 1 && underWay.length > 0; able -= 1) {
      const first = underWay.shift();
      first?.done();
      took.push(at - (first?.began ?? at));
    }
    if (underWay.length === 0) able = Math.min(able, 1);
  }
  return { took: took.toSorted((a, b) => a - b), perSecond, line, pressure };
}

test('whoever comes to a server that has time begins at once', () => {
  const { perSecond, line } = play({ served: 100, arrivals: () => 60, seconds: 20 });
  expect(line).toBeLessThanOrEqual(60);
  expect(Math.max(...perSecond)).toBeLessThanOrEqual(120);
  expect(perSecond.slice(2).every((count) => count >= 50)).toBe(true);
});

test('of ten times as many as can be served, about as many begin as can be, and what they begin is quick', () => {
  const { took, perSecond, line } = play({ served: 50, arrivals: () => 500, seconds: 40 });
  const later = perSecond.slice(20);
  const mean = later.reduce((sum, count) => sum + count, 0) / later.length;
  expect(mean).toBeGreaterThan(30);
  expect(mean).toBeLessThan(55);
  expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(1000);
  expect(line).toBeGreaterThan(10_000);
});

test('when the rush is over, all who come begin again', () => {
  const { perSecond, line } = play({ served: 50, arrivals: (second) => (second < 10 ? 200 : 5), seconds: 90 });
  expect(line).toBeLessThan(5);
  expect(perSecond.slice(-10).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(45);
});

test('when it is quieter again the front begins, and a place far back does not', () => {
  let at = 0;
  const pressure = createPressure(() => at);
  const underWay = Array.from({ length: 100 }, () => pressure.begin());
  for (at = 300; at < 1_000; at += 300) expect(pressure.admits(1, 1_000, 3)).toBe(false);
  for (const done of underWay) done();
  at += 1_000;
  expect([pressure.admits(900, 1_000, 3), pressure.admits(1, 1_000, 3)]).toEqual([false, true]);
  expect(pressure.secondsTo(900)).toBeGreaterThan(60);
});

test('while more and more come, as many go on being served as can be, from the beginning', () => {
  const { took, perSecond } = play({ served: 50, arrivals: (second) => 20 * second, seconds: 25 });
  const rush = perSecond.slice(4);
  expect(rush.reduce((sum, count) => sum + count, 0) / rush.length).toBeGreaterThan(40);
  expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(500);
});

test('what is under way takes its time, and as many as before begin afterwards, nearly', () => {
  let at = 0;
  const pressure = createPressure(() => at);
  for (let quick = 0; quick < 25; quick += 1) pressure.begin()();
  at = 250;
  const begun = Array.from({ length: 10 }, () => pressure.admits(1, 0, 3));
  expect(begun).not.toContain(false);
  const underWay = Array.from({ length: 60 }, () => pressure.begin());
  for (at = 500; at < 3_500; at += 250) expect(pressure.admits(1, 100, 3)).toBe(false);
  for (const done of underWay) done();
  let later = 0;
  for (const end = at + 1_000; at < end; at += 10) if (pressure.admits(1, 100, 3)) later += 1;
  expect(later).toBeGreaterThan(20);
  expect(later).toBeLessThan(40);
});
