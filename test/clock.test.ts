import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Clock, createClock } from '../src/clock.ts';

/** The time of one instance, and of nobody else. */
const HostDate = Date;
const hour = 3_600_000;

afterEach(() => vi.restoreAllMocks());

/** Has the host's time pass without anybody waiting for it. */
function passing() {
  const { now } = HostDate;
  let passed = 0;
  vi.spyOn(HostDate, 'now').mockImplementation(() => now() + passed);
  return (milliseconds: number) => {
    passed += milliseconds;
  };
}

/** The host's time, seen between two looks at it. */
function isNow(time: number, ahead = 0): void {
  const now = HostDate.now() + ahead;
  expect(time).toBeLessThanOrEqual(now);
  expect(time).toBeGreaterThan(now - 30_000);
}

test('a clock that nobody moves leaves Date as it is', () => {
  const clock = createClock();
  clock.resume();
  clock.reset();
  isNow(clock.now());
  isNow(clock.run(() => Date.now()));
  expect(clock.state()).toMatchObject({ offset: 0, frozen: false });
  expect(globalThis.Date).toBe(HostDate);
});

describe('inside its work, and only there', () => {
  const everyWay = (clock: Clock) =>
    clock.run(() => [Date.now(), new Date().getTime(), Date.parse(Date()), new (class extends Date {})().getTime()]);

  test('Date tells its time in every way there is to ask', async () => {
    const clock = createClock();
    clock.advance(48 * hour);
    for (const time of everyWay(clock)) isNow(time, 48 * hour);
    await clock.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      isNow(Date.now(), 48 * hour);
    });
    isNow(Date.now());
    isNow(new Date().getTime());
  });

  test('what has a time of its own keeps it', () => {
    const clock = createClock();
    clock.advance(48 * hour);
    clock.run(() => {
      expect(new Date(0).getTime()).toBe(0);
      expect(new Date(2026, 0, 2).getMonth()).toBe(0);
      expect(Date.UTC(1970, 0, 1)).toBe(0);
      expect(Date.parse('1970-01-01T00:00:01Z')).toBe(1000);
      expect(structuredClone(new Date(7))).toEqual(new Date(7));
    });
    expect([new Date() instanceof Date, new Date() instanceof HostDate, Date.name]).toEqual([true, true, 'Date']);
  });

  test('two clocks are two times, also one inside the other', async () => {
    const [one, other, still] = [createClock(), createClock(), createClock()];
    one.advance(hour);
    other.freeze();
    other.advance(5 * hour);
    const stopped = other.now();
    await one.run(async () => {
      await Promise.all([
        other.run(async () => {
          await Promise.resolve();
          expect(Date.now()).toBe(stopped);
        }),
        still.run(async () => {
          await Promise.resolve();
          isNow(Date.now());
        }),
      ]);
      isNow(Date.now(), hour);
    });
  });

  test('timers take as long as they take', async () => {
    const clock = createClock();
    const order: string[] = [];
    const wait = (name: string, milliseconds: number) =>
      new Promise<void>((resolve) => {
        setTimeout(() => {
          order.push(name);
          resolve();
        }, milliseconds);
      });
    const begun = performance.now();
    await clock.run(async () => {
      const late = wait('late', 20);
      clock.advance(1000 * hour);
      clock.freeze();
      await Promise.all([late, wait('soon', 1)]);
    });
    expect(order).toEqual(['soon', 'late']);
    expect(performance.now() - begun).toBeGreaterThan(15);
  });
});

describe('a clock that stands still', () => {
  test('stands while the host goes on, and only moves when told', () => {
    const clock = createClock();
    const pass = passing();
    clock.freeze();
    const stopped = clock.now();
    pass(hour);
    expect([clock.now(), clock.run(() => Date.now())]).toEqual([stopped, stopped]);
    clock.advance(500);
    expect(clock.now()).toBe(stopped + 500);
    clock.freeze();
    pass(hour);
    expect(clock.run(() => new Date().getTime())).toBe(stopped + 500);
    const { offset, ...state } = clock.state();
    expect(state).toEqual({ now: stopped + 500, frozen: true });
    isNow(stopped + 500, offset);
    isNow(Date.now());
  });

  test('goes on from where it stood, behind the host', () => {
    const clock = createClock();
    const pass = passing();
    clock.advance(60_000);
    clock.freeze();
    const stopped = clock.now();
    pass(hour);
    clock.resume();
    pass(1000);
    expect(clock.now() - stopped).toBeGreaterThanOrEqual(1000);
    isNow(clock.now(), 60_000 - hour);
    expect(clock.state().frozen).toBe(false);
    clock.resume();
    isNow(clock.now(), 60_000 - hour);
  });

  test('is at the host’s time again after a reset', () => {
    const clock = createClock();
    const pass = passing();
    clock.freeze();
    pass(hour);
    clock.reset();
    isNow(clock.now());
    pass(hour);
    isNow(clock.run(() => Date.now()));
  });
});

test.each([-1, Number.NaN])('does not go by %d', (milliseconds) => {
  expect(() => createClock().advance(milliseconds)).toThrow(RangeError);
});
