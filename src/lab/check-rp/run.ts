import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import { getToKnow } from './acquaintance.ts';
import { type App, logsIn } from './app.ts';
import { type Attempt, attempt } from './attempt.ts';
import { openChromium } from './chromium.ts';
import type { Bilingual, Deviation } from './deviation.ts';
import { deviations, named } from './deviations.ts';
import { isForEveryone, openLab } from './lab.ts';
import { peopleFrom } from './people.ts';
import type { Report, Result } from './report.ts';

export interface CheckOptions {
  /** What begins a login at the app. */
  start: string;
  /** Text or selector by which somebody is seen to be logged in; learned unless told. */
  loggedIn?: string | undefined;
  /** Personal number of who logs in; the cast unless told. */
  citizen?: string | undefined;
  /** Where the emulator answers; a tenant's address too. */
  url: string;
  operatorToken: string;
  /** Families, faults or deviations; all unless told. */
  only?: readonly string[] | undefined;
  /** The browser's program. */
  chromium: string;
  clock: Clock;
  /** Seconds that everything may take, 170 unless told; what then has not been tried is told as such. */
  seconds?: number | undefined;
  /** Hears of the app once it is known, then of every result. */
  onProgress?: ((said: Progress) => void) | undefined;
  /** Ends it: faults are cleared all the same. */
  signal?: AbortSignal | undefined;
}

export type Progress =
  | { kind: 'known'; report: Omit<Report, 'results' | 'seconds'>; total: number }
  | { kind: 'result'; result: Result; done: number; total: number };

/** Milliseconds that one page may take. */
const limit = 15_000;

/**
 * Logs in to an app properly, then once for each deviation, one after the other, each in a browser of its own.
 * @throws VneidError `check.unknownDeviation`, `check.noLab`, and what `getToKnow` throws
 */
export async function checkRp(options: CheckOptions): Promise<Report> {
  const { clock, only, signal, onProgress, seconds = 170 } = options;
  const chosen = only ? named(only) : deviations;
  for (const name of only ?? [])
    if (named([name]).length === 0)
      throw problem('check.unknownDeviation', { name, known: deviations.map((one) => one.name).join(', ') });
  const began = performance.now();
  const lab = await openLab(options);
  const browser = await openChromium(options.chromium);
  // whatever waits for the browser fails then, and what was set is cleared on the way out
  const stop = () => void browser.close();
  signal?.addEventListener('abort', stop);
  try {
    const people = peopleFrom(options.citizen);
    const { start, loggedIn } = options;
    const [vocabulary, app] = await Promise.all([
      lab.vocabulary(),
      getToKnow({ browser, lab, people, start, loggedIn, entrance: { pressed: false }, limit }),
    ]);
    const { client, mark } = app;
    const report = { start, client, issuer: lab.issuer, citizen: people.now.number, mark, at: clock.now() };
    onProgress?.({ kind: 'known', report, total: chosen.length });
    const results: Result[] = [];
    const alone = options.operatorToken === '' || /\/t\/[^/]+$/.test(lab.issuer);
    const trials = trialsOf(app, alone, began + seconds * 1000);
    for (const deviation of chosen) {
      const at = performance.now();
      const found = await trials(deviation);
      const result = {
        deviation,
        about: aboutOf(deviation, vocabulary),
        ...found,
        seconds: (performance.now() - at) / 1000,
      };
      results.push(result);
      onProgress?.({ kind: 'result', result, done: results.length, total: chosen.length });
    }
    return { ...report, seconds: (performance.now() - began) / 1000, results };
  } catch (thrown) {
    throw signal?.aborted ? problem('check.stopped') : thrown;
  } finally {
    signal?.removeEventListener('abort', stop);
    await browser.close();
  }
}

/**
 * One deviation after the other; those of which nothing can be known any more are passed over.
 * @param alone whether nobody else is disturbed by what everyone of the instance meets
 */
function trialsOf(app: App, alone: boolean, until: number): (deviation: Deviation) => Promise<Attempt> {
  let down = false;
  let logout: Attempt | undefined;
  return async (deviation) => {
    if (down) return { verdict: 'skipped', outcome: 'app-down' };
    if (performance.now() > until) return { verdict: 'skipped', outcome: 'no-time' };
    const { does, expects } = deviation;
    if (!alone && typeof does !== 'string' && isForEveryone(does)) return { verdict: 'skipped', outcome: 'not-alone' };
    // an app that hears no proper logout token cannot be deceived by another
    if (expects === 'kept' && logout?.verdict !== 'pass')
      return { verdict: 'skipped', outcome: logout?.verdict === 'skipped' ? logout.outcome : 'not-known' };
    const found = await attempt(deviation, app, until);
    if (expects === 'ended') logout = found;
    if (found.outcome === 'broken-after') down = !(await logsIn(app));
    return found;
  };
}

/** What was done to the app: in the words of the table, or in those of the lab. */
function aboutOf({ about, does, name }: Deviation, vocabulary: Map<string, Bilingual>): Bilingual {
  const known = about ?? (typeof does === 'string' ? undefined : vocabulary.get(does.fault));
  if (!known) return { vi: name, en: name };
  if (about || typeof does === 'string' || does.endpoint === undefined) return known;
  return { vi: `${does.endpoint} endpoint: ${known.vi}`, en: `${does.endpoint} endpoint: ${known.en}` };
}
