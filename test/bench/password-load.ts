import { cheapest, type Contender, type Row } from './comparison.ts';
import { atLeast, atMost, type Figures, information } from './figures.ts';
import { drive, measure, percentile, rangeOf } from './load.ts';
import { lanes, type Operation } from './operations.ts';

/** Logins with a real password a second, of one core that hashes and does everything else too. */
const fewest = 100;
/** Milliseconds that the event loop may be late, p99, while passwords are checked as fast as they come. */
const latest = 20;

/**
 * What one core can do follows from processor time per login; the rate that was seen is given beside it, because others
 * may have used the core meanwhile.
 */
export function passwordFigures(rows: Row[]): Figures {
  const row = rows.find(({ scenario, target }) => scenario === 'password' && target === 'memory');
  if (!row) return {};
  const main = row.rounds.flatMap(({ mainMsPerOperation: ms }) => (ms === undefined ? [] : [ms]));
  return {
    'full login with password: capacity of one core': atLeast(fewest, 1000 / cheapest(row), 'logins/s'),
    'full login with password: CPU of the main thread': information(rangeOf(main).least, 'ms/op'),
  };
}

/**
 * What others notice of hashing: how late the event loop is, and how long a code flow with an ES256 signature takes when
 * nothing else happens and while passwords are checked.
 */
export async function measureLatency({ target, operations }: Contender, seconds: number): Promise<Figures> {
  const { session, password } = operations.by;
  if (!session || !password) throw new Error(`${target.name} has no passwords to check`);
  const quiet = await latencies(session, seconds);
  const hashing = { seconds, most: 5000, lanes, work: password };
  target.watchLoop();
  const { loopDelayMs = Number.NaN } = await measure(target, hashing);
  const [busy] = await Promise.all([latencies(session, seconds), drive(hashing)]);
  const figures: Figures = { 'event loop under full password load: p99': atMost(latest, loopDelayMs, 'ms') };
  for (const [when, times] of [
    ['alone', quiet],
    ['while hashing', busy],
  ] as const) {
    figures[`code flow with a session, ${when}: p50`] = information(percentile(times, 0.5), 'ms');
    figures[`code flow with a session, ${when}: p99`] = information(percentile(times, 0.99), 'ms');
  }
  return figures;
}

async function latencies(work: Operation, seconds: number): Promise<number[]> {
  const times: number[] = [];
  await drive({
    seconds,
    most: 2000,
    lanes: 1,
    async work() {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    },
  });
  return times;
}
