import type { Deviation } from './deviation.ts';

/** What became of the page in the end. */
export type PageSeen = 'readable' | 'stack-trace' | 'blank' | 'hung' | 'loop' | 'gone';

/** What was seen of an app during one deviation. */
export interface Seen {
  /** How often the fault took place; the checker's own tricks always do. */
  met: number;
  loggedIn: boolean;
  page: PageSeen;
  /** Whether the browser came back from the provider. */
  back: boolean;
  /** Whether a proper login worked afterwards; nothing where nobody looked. */
  worksAfter?: boolean | undefined;
  /** Seconds until it was accepted, where that took more than one try. */
  later?: number | undefined;
}

/** What the app made of it. */
export type Outcome =
  | 'refused'
  | 'accepted'
  | 'accepted-later'
  | 'coped'
  | 'stack-trace'
  | 'blank'
  | 'hung'
  | 'loop'
  | 'gone'
  | 'broken-after'
  | 'kept'
  | 'ended'
  | 'not-met'
  | 'not-back'
  | 'not-asked'
  | 'not-told'
  | 'no-time'
  | 'not-alone'
  | 'app-down'
  | 'not-known';

export type Verdict = 'pass' | 'fail' | 'warning' | 'note' | 'skipped';

export interface Judgement {
  verdict: Verdict;
  outcome: Outcome;
}

/** Holds what was seen against what the app has to make of it. */
export function judge(deviation: Deviation, seen: Seen, { tls }: { tls: boolean }): Judgement {
  const { expects, sturdy, partly, stays } = deviation;
  const wrong = worseOf(tls && deviation.unlessTls ? 'should' : deviation.weight);
  // also of a fault that it never came upon: who keeps keys for ever does not ask where they were rotated
  if (seen.worksAfter === false) return { verdict: 'fail', outcome: 'broken-after' };
  if (seen.met === 0) return { verdict: 'skipped', outcome: 'not-met' };
  if (expects === 'refused' && seen.loggedIn) return { verdict: wrong, outcome: 'accepted' };
  if (seen.page !== 'readable') {
    // refused it has, but a person should be told so
    return { verdict: sturdy || seen.page === 'gone' ? 'fail' : 'warning', outcome: seen.page };
  }
  if (!seen.back && !stays) return { verdict: 'skipped', outcome: 'not-back' };
  switch (expects) {
    case 'refused':
      return { verdict: 'pass', outcome: 'refused' };
    case 'either':
      return { verdict: 'pass', outcome: seen.loggedIn ? 'accepted' : 'coped' };
    case 'accepted':
      if (!seen.loggedIn) return { verdict: wrong, outcome: 'refused' };
      if (seen.later !== undefined) return { verdict: 'pass', outcome: 'accepted-later' };
      return partly ? { verdict: 'skipped', outcome: 'not-known' } : { verdict: 'pass', outcome: 'accepted' };
    case 'kept':
      return seen.loggedIn ? { verdict: 'pass', outcome: 'kept' } : { verdict: wrong, outcome: 'ended' };
    case 'ended':
      return seen.loggedIn ? { verdict: wrong, outcome: 'kept' } : { verdict: 'pass', outcome: 'ended' };
  }
}

function worseOf(weight: Deviation['weight']): Verdict {
  return ({ must: 'fail', should: 'warning', may: 'note' } as const)[weight];
}

/** Marks of what a person should never see: frames of a stack, in the manner of many languages. */
const frames = [
  /^\s*at .+[:(].*:\d+/m,
  /\bat [\w.$<>]+\([^)]*\.(java|kt|scala):\d+\)/,
  /Traceback \(most recent call last\)/,
  /\.(php|py|rb|go|cs)(:|\(|:line | on line )\d+/,
  /node_modules[\\/]/,
];

/** @param text what a person can read on the page */
export function pageSeen(text: string): PageSeen {
  if (text.trim() === '') return 'blank';
  return frames.some((frame) => frame.test(text)) ? 'stack-trace' : 'readable';
}
