import { VneidError } from '../../errors.ts';
import { short } from './parameters.ts';
import type { Decision, Prompt, Said, Timeline } from './timeline.ts';

/** What is noted of one request while it runs. */
export interface Note {
  /** Milliseconds since 1970, and on the clock that only goes forward. */
  at: number;
  started: number;
  path: string;
  /** What parts of the program said of it, in order. */
  decisions: Decision[];
  /** What the library refused. */
  refusals: Refusal[];
  /** Why the library sent the browser to our pages. */
  prompt: Prompt | undefined;
  /** What the library sends the browser back with. */
  response: Record<string, unknown> | undefined;
  /** What went through the whole program, to be answered by it. */
  thrown: unknown;
  /** What else was said with it: names by which more may be heard of its login, who signed in, and how surely. */
  names: string[];
  account: string | undefined;
  acr: string | undefined;
  /** Where it belongs, once it is over. */
  timeline: Timeline | undefined;
  over: boolean;
}

/** An error of the library, or one that it was handed. */
export type Refusal = Error & {
  error?: string | undefined;
  error_description?: string | undefined;
  error_detail?: string | undefined;
  code?: unknown;
};

export function createNote(at: number, path: string): Note {
  return {
    at,
    path,
    started: performance.now(),
    decisions: [],
    refusals: [],
    prompt: undefined,
    response: undefined,
    thrown: undefined,
    names: [],
    account: undefined,
    acr: undefined,
    timeline: undefined,
    over: false,
  };
}

/** What an app hears while a person has not answered yet, or when it has to show a proof once more. */
const passing = new Set(['authorization_pending', 'slow_down', 'use_dpop_nonce']);

/** Everything that went wrong, as decisions. */
export function failuresOf({ refusals, thrown }: Note): Decision[] {
  const failures = refusals.map(failureOf);
  if (thrown instanceof VneidError) {
    const { code, status } = thrown;
    failures.push({ decision: 'failure', ok: false, facts: { error: code, status }, said: saidBy(thrown) });
  } else if (thrown !== undefined) failures.push({ decision: 'failure', ok: false, facts: { error: 'server_error' } });
  return failures;
}

/** What an error of the catalogue says, in both languages. */
export function saidBy(error: VneidError): Said {
  return { code: error.code, vi: error.explain('vi'), en: error.explain('en') };
}

function failureOf(refusal: Refusal): Decision {
  const { error = 'server_error', error_description: description } = refusal;
  const reason = error === 'server_error' ? undefined : reasonOf(refusal);
  return {
    decision: 'failure',
    ok: passing.has(error) ? undefined : false,
    facts: {
      error,
      ...(description !== undefined && { description: short(description) }),
      ...(reason !== undefined && reason !== description && { reason }),
    },
  };
}

/** What was wrong in the first place: the library tells one error by another. A parser quotes what it was given. */
function reasonOf(refusal: Refusal): string | undefined {
  let reason = refusal.error_detail ?? refusal.error_description;
  for (let cause = refusal.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SyntaxError) break;
    if (cause.message !== '') reason = cause.message;
  }
  return reason && short(reason.replaceAll(/"[^]*"/g, '"…"'));
}
