import type { Clock } from '../../src/clock.ts';

/** A clock that moves only when told, so that a slow machine changes no answer. */
export function createStillClock(): Clock {
  const start = Date.UTC(2024, 10, 23, 1, 0, 0);
  let now = start;
  return {
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
    reset() {
      now = start;
    },
    freeze() {},
    resume() {},
    stand({ now: at }) {
      now = at;
    },
    state: () => ({ now, offset: 0, frozen: true }),
    run: (work) => work(),
  };
}
