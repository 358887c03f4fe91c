import { bottleneckOf } from './bottleneck.ts';
import type { Target } from './target.ts';

/** What one stretch of load cost. */
export interface Measured {
  operations: number;
  cpuMsPerOperation: number;
  /** Of that, the thread that answers requests. */
  mainMsPerOperation: number | undefined;
  /** Of Redis and PostgreSQL, beside it. */
  storesMsPerOperation: number;
  operationsPerSecond: number;
  /** What kept it from being more. */
  bottleneck: string;
  /** How late the event loop was, p99; undefined unless it is watched. */
  loopDelayMs: number | undefined;
}

export interface Load {
  /** Stops after this long … */
  seconds: number;
  /** … or after so many operations, whichever comes first. */
  most: number;
  /** Operations under way at the same time. */
  lanes: number;
  /** One operation; it throws when anything is not as it should be, and that ends the bench. */
  work: (lane: number, turn: number) => Promise<unknown>;
}

/** Runs operations one after the other in every lane, and asks the server what they cost it. */
export async function measure(target: Target, load: Load): Promise<Measured> {
  const before = { ...(await target.usage()), stores: target.storesCpuMs(), own: process.cpuUsage() };
  const started = performance.now();
  const operations = await drive(load);
  const elapsed = performance.now() - started;
  const own = process.cpuUsage(before.own);
  const after = await target.usage();
  const [cpuMs, storesMs] = [after.cpuMs - before.cpuMs, target.storesCpuMs() - before.stores];
  const mainMs = after.mainMs === undefined || before.mainMs === undefined ? undefined : after.mainMs - before.mainMs;
  return {
    operations,
    cpuMsPerOperation: cpuMs / operations,
    mainMsPerOperation: mainMs === undefined ? undefined : mainMs / operations,
    storesMsPerOperation: storesMs / operations,
    operationsPerSecond: (operations * 1000) / elapsed,
    bottleneck: bottleneckOf({
      server: cpuMs / elapsed,
      main: mainMs === undefined ? undefined : mainMs / elapsed,
      stores: storesMs / elapsed,
      generator: (own.user + own.system) / 1000 / elapsed,
    }),
    loopDelayMs: after.loopDelayMs,
  };
}

/** The load alone; tells how many operations it was. */
export async function drive({ seconds, most, lanes, work }: Load): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let begun = 0;
  const turns = Array.from({ length: lanes }, async (_, lane) => {
    while (begun < most && performance.now() < until) {
      begun += 1;
      await work(lane, begun - 1);
    }
  });
  await Promise.all(turns);
  return begun;
}

/** Least, most, and how far above the least the middle one is. */
export function rangeOf(values: number[]): { least: number; most: number; spread: number } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { least, most, spread: (percentile(values, 0.5) - least) / least };
}

/** The value below which a share of all values lies. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
