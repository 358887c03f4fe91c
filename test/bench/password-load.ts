import { atLeast, type Figures, information } from './figures.ts';
import { drive, type Measured, measure, percentile, rangeOf } from './load.ts';
import { lanes } from './operations.ts';
import type { Contender } from './comparison.ts';

/** Logins with a real password a second, of one core that hashes and does everything else too. */
const fewest = 90;

/** Stretches in which the time is spent; the cheapest one counts. */
const rounds = 4;

/**
 * Logins with argon2id. What one core can do follows from processor time per login; the rate that was seen is given
 * beside it, because others may have used the core meanwhile.
 */
export async function measurePasswords({ target, operations }: Contender, seconds: number): Promise<Figures> {
  const load = { seconds: seconds / rounds, most: 1000, lanes, work: operations.login };
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measure(target, load));
  const cpu = rangeOf(measured.map((one) => one.cpuMsPerOperation)).least;
  return {
    'full login with password: capacity of one core': atLeast(fewest, 1000 / cpu, 'logins/s'),
    'full login with password: CPU': information(cpu, 'ms/op'),
    'full login with password: CPU of the main thread': information(
      rangeOf(measured.map((one) => one.mainMsPerOperation)).least,
      'ms/op',
    ),
    'full login with password: rate': information(best(measured), 'op/s'),
  };
}

/** Logins of level 2. An account gets five codes in ten minutes, so the number of logins is bounded by that of people. */
export async function measureCodes({ target, operations }: Contender, seconds: number): Promise<Figures> {
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    measured.push(
      await measure(target, { seconds: seconds / rounds, most: 250, lanes, work: operations.loginWithCode }),
    );
  }
  return {
    'full login with password and code: CPU': information(
      rangeOf(measured.map((one) => one.cpuMsPerOperation)).least,
      'ms/op',
    ),
    'full login with password and code: rate': information(best(measured), 'op/s'),
  };
}

/** How long a code flow with an ES256 signature takes when nothing else happens, and while passwords are hashed. */
export async function measureLatency({ operations }: Contender, seconds: number): Promise<Figures> {
  const quiet = await latencies(operations.session, seconds);
  const [busy] = await Promise.all([
    latencies(operations.session, seconds),
    drive({ seconds, most: 1000, lanes, work: operations.login }),
  ]);
  const figures: Figures = {};
  for (const [when, times] of [
    ['alone', quiet],
    ['while hashing', busy],
  ] as const) {
    figures[`code flow with a session, ${when}: p50`] = information(percentile(times, 0.5), 'ms');
    figures[`code flow with a session, ${when}: p99`] = information(percentile(times, 0.99), 'ms');
  }
  return figures;
}

async function latencies(work: (lane: number, turn: number) => Promise<unknown>, seconds: number): Promise<number[]> {
  const times: number[] = [];
  await drive({
    seconds,
    most: 2000,
    lanes: 1,
    async work(lane, turn) {
      const started = performance.now();
      await work(lane, turn);
      times.push(performance.now() - started);
    },
  });
  return times;
}

function best(measured: Measured[]): number {
  return rangeOf(measured.map((one) => one.operationsPerSecond)).most;
}
