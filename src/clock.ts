import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The time of one instance. Nothing else in the program asks for the time: code of ours calls `now()`, and libraries
 * (oidc-provider and jose call `Date` themselves) see the same time when they run inside `run()`.
 *
 * Moving the clock does not move `setTimeout`, so stores check expiry themselves instead of trusting timers.
 */
export interface Clock {
  /** Milliseconds since 1970, as this instance sees them. */
  now(): number;
  /** Moves this instance forward by `milliseconds`; a browser refuses cookies that were dated back, so never backwards. */
  advance(milliseconds: number): void;
  /** Returns to the host's time. */
  reset(): void;
  /** Runs `work` so that `Date` tells this instance's time, across awaits too. */
  run<T>(work: () => T): T;
}

const offsets = new AsyncLocalStorage<{ offset: number }>();
const HostDate = globalThis.Date;
let installed = false;

/** Makes a clock that stands at the host's time. */
export function createClock(): Clock {
  const own = { offset: 0 };
  return {
    now: () => HostDate.now() + own.offset,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError(`the clock only moves forward, got ${milliseconds} ms`);
      installMovedDate();
      own.offset += milliseconds;
    },
    reset() {
      own.offset = 0;
    },
    run: (work) => offsets.run(own, work),
  };
}

/**
 * Replaces the global `Date` by one that adds the offset of the instance whose work is running. Outside any instance
 * the offset is absent, so a test's own timers and dates are untouched. Installed only when a clock is first moved.
 */
function installMovedDate(): void {
  if (installed) return;
  installed = true;
  const now = () => HostDate.now() + (offsets.getStore()?.offset ?? 0);
  globalThis.Date = new Proxy(HostDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new HostDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
}
