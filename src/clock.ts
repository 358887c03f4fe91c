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
  /** Moves this instance forward by `milliseconds`, also while it stands still; never back, for codes once over stay over. */
  advance(milliseconds: number): void;
  /** Stands still from now on. */
  freeze(): void;
  /** Goes on from where it stood: behind the host, when that is how long it stood. */
  resume(): void;
  /** Returns to the host's time, and goes. */
  reset(): void;
  /** Stands where another stood: at that moment or, where it goes, as far from the host's time, behind it too. */
  stand(as: { now: number; offset: number; frozen: boolean }): void;
  /** How it stands to the host's time. */
  state(): ClockState;
  /** Runs `work` so that `Date` tells this instance's time, across awaits too. */
  run<T>(work: () => T): T;
}

export interface ClockState {
  now: number;
  /** Milliseconds ahead of the host; less than zero is behind. */
  offset: number;
  frozen: boolean;
}

/** Where a clock stands: so far from the host's time or, frozen, at one moment. */
interface Setting {
  offset: number;
  stopped: number | undefined;
}

const settings = new AsyncLocalStorage<Setting>();
const HostDate = globalThis.Date;
let installed = false;

/** Makes a clock that stands at the host's time. */
export function createClock(): Clock {
  const own: Setting = { offset: 0, stopped: undefined };
  const now = () => timeOf(own);
  return {
    now,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError(`the clock only moves forward, got ${milliseconds} ms`);
      installMovedDate();
      // a time is a whole number of milliseconds, and is kept as one
      if (own.stopped === undefined) own.offset += Math.round(milliseconds);
      else own.stopped += Math.round(milliseconds);
    },
    freeze() {
      installMovedDate();
      own.stopped = now();
    },
    resume() {
      if (own.stopped !== undefined) own.offset = own.stopped - HostDate.now();
      own.stopped = undefined;
    },
    reset() {
      own.offset = 0;
      own.stopped = undefined;
    },
    stand({ now: at, offset, frozen }) {
      installMovedDate();
      own.offset = frozen ? 0 : Math.round(offset);
      own.stopped = frozen ? at : undefined;
    },
    state: () => ({ now: now(), offset: offsetOf(own), frozen: own.stopped !== undefined }),
    run: (work) => settings.run(own, work),
  };
}

function timeOf({ stopped, offset }: Setting): number {
  return stopped ?? HostDate.now() + offset;
}

function offsetOf({ stopped, offset }: Setting): number {
  return stopped === undefined ? offset : stopped - HostDate.now();
}

/**
 * Replaces the global `Date` by one that tells the time of the instance whose work is running. Outside any instance
 * that is the host's, so a test's own timers and dates are untouched. Installed only when a clock is first moved.
 */
function installMovedDate(): void {
  if (installed) return;
  installed = true;
  const now = () => {
    const setting = settings.getStore();
    return setting ? timeOf(setting) : HostDate.now();
  };
  globalThis.Date = new Proxy(HostDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new HostDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
}
