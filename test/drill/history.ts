/**
 * What a drill asked for and what came of it, for whoever checks afterwards that every answer can be true at once. A
 * refusal is an answer: it was not done. No answer, or one that says "come again", leaves open whether it was.
 */
export interface Operation {
  kind: 'registration' | 'login' | 'code' | 'refresh' | 'errand';
  /** The account, the code, the refresh token, the name of an errand. */
  subject: string;
  /** Who asks: the class of the relying party. */
  client: 'baseline' | 'high';
  /** Milliseconds of the drill's own clock. */
  began: number;
  ended: number;
  outcome: 'ok' | 'refused' | 'unknown';
  /** What an accepted token brought: the refresh token that follows it. */
  brought?: string | undefined;
  /** Why it was not accepted. */
  why?: string;
}

/** What a server said. */
export interface Said {
  status: number;
  /** The code of a refusal by OAuth, such as invalid_grant. */
  error?: string | undefined;
  brought?: string | undefined;
  /** Of whom it turned out to be. */
  subject?: string;
}

export interface History {
  operations: Operation[];
  /** Notes an operation; undefined unless it was accepted. */
  note(what: Pick<Operation, 'kind' | 'subject' | 'client'>, ask: () => Promise<Said>): Promise<Said | undefined>;
}

export function createHistory(): History {
  const operations: Operation[] = [];
  return {
    operations,
    async note(what, ask) {
      const began = performance.now();
      const said = await ask().catch((cause: Error) => ({ status: 0, error: cause.message }) satisfies Said);
      const ended = performance.now();
      const { status, error, brought } = said as Said;
      const accepted = status >= 200 && status < 300;
      const outcome = accepted ? 'ok' : status >= 400 && status < 500 ? 'refused' : 'unknown';
      operations.push({
        ...what,
        subject: (said as Said).subject ?? what.subject,
        began,
        ended,
        outcome,
        brought,
        ...(!accepted && { why: `${status} ${error ?? ''}`.slice(0, 160) }),
      });
      return accepted ? said : undefined;
    },
  };
}

/** Milliseconds in which the very same answer may be given to a refresh token once more (src/oidc/rotation.ts), and a second for its rounding. */
const grace = 11_000;

/**
 * Codes and refresh tokens that were accepted more often than once, with all that was said of each. A refresh token may
 * be asked for again while the one that follows it is unused, and brings that one then, and no other.
 */
export function acceptedTwice(operations: Operation[]): Operation[][] {
  const accepted = operations.filter(
    ({ kind, outcome }) => (kind === 'code' || kind === 'refresh') && outcome === 'ok',
  );
  const bySubject = Map.groupBy(accepted, ({ kind, subject }) => `${kind} ${subject}`);
  return [...bySubject.values()].filter((same) => {
    const [first] = same.toSorted((one, other) => one.ended - other.ended);
    if (!first || same.length === 1) return false;
    if (first.kind === 'code') return true;
    // bound to a key and not rotated: it is not used up
    if (first.brought === first.subject) return false;
    if (new Set(same.map(({ brought }) => brought)).size > 1) return true;
    const spent = Math.min(
      Number.POSITIVE_INFINITY,
      ...(bySubject.get(`refresh ${first.brought}`) ?? []).map(({ ended }) => ended),
    );
    return same.some(({ began }) => began > first.ended + grace || began > spent);
  });
}

/** How often each account was registered and signed in, as it was told. */
export function acknowledged(operations: Operation[], kind: 'registration' | 'login'): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of operations)
    if (one.kind === kind && one.outcome === 'ok') counts.set(one.subject, (counts.get(one.subject) ?? 0) + 1);
  return counts;
}

/**
 * What a fault cost those who came: how many were not served, how long until the last of them, and the longest time in
 * which nobody was, in milliseconds after `at`.
 */
export function recovery(operations: Operation[], at: number) {
  const after = operations.filter(({ ended }) => ended > at);
  const failures = after.filter(({ outcome }) => outcome === 'unknown');
  const served = after.filter(({ outcome }) => outcome === 'ok').map(({ ended }) => ended);
  let longest = 0;
  let last = at;
  for (const ended of served.toSorted((one, other) => one - other)) {
    longest = Math.max(longest, ended - last);
    last = ended;
  }
  return {
    failed: failures.length,
    untilLastFailure: Math.round(Math.max(at, ...failures.map(({ ended }) => ended)) - at),
    nobodyServed: Math.round(longest),
    servedAfter: served.length,
  };
}
