import type { Evidence } from './attempt.ts';
import type { Bilingual, Deviation } from './deviation.ts';
import type { Mark } from './mark.ts';
import type { Judgement, Verdict } from './verdict.ts';

/** What came of one deviation. */
export interface Result extends Judgement {
  deviation: Deviation;
  /** What was done to the app. */
  about: Bilingual;
  /** Seconds that it took. */
  seconds: number;
  evidence?: Evidence | undefined;
}

/** What came of them all. */
export interface Report {
  start: string;
  client: string;
  issuer: string;
  /** Who logged in. */
  citizen: string;
  mark: Mark;
  /** Milliseconds since 1970. */
  at: number;
  seconds: number;
  results: Result[];
}

export const verdicts = ['fail', 'warning', 'note', 'pass', 'skipped'] as const satisfies readonly Verdict[];

/** How many of each. */
export function countsOf({ results }: Pick<Report, 'results'>): Record<Verdict, number> {
  const counts = { fail: 0, warning: 0, note: 0, pass: 0, skipped: 0 };
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

/** 1 when something was accepted wrongly; 2 when nothing was, but not all was tried; 0 when the app is clean. */
export function exitCodeOf({ results }: Pick<Report, 'results'>): 0 | 1 | 2 {
  if (results.some(({ verdict }) => verdict === 'fail')) return 1;
  return results.some(({ outcome }) => outcome === 'no-time') ? 2 : 0;
}

/** What the report says of one deviation, flat: for the page and for JSON. */
export function shownTrial({ deviation, ...result }: Result) {
  const { name, weight, must, fix, specification } = deviation;
  return { name, weight, must, fix, specification, ...result };
}

/** The report for programs. */
export function reportJson({ results, at, ...report }: Report): object {
  return {
    ...report,
    at: new Date(at).toISOString(),
    counts: countsOf({ results }),
    results: results.map(shownTrial),
  };
}
