import { expect, test } from 'vitest';
import { acceptedTwice, createHistory, type Operation, recovery } from './history.ts';

/** The checker of the drills, with histories in which something is wrong. */
const token = (kind: 'code' | 'refresh', subject: string, at: number, more: Partial<Operation> = {}): Operation => ({
  kind,
  subject,
  client: 'baseline',
  began: at,
  ended: at + 5,
  outcome: 'ok',
  ...more,
});

test('a code is accepted once; a refusal, or no answer, is no second time', () => {
  const once = [
    token('code', 'a', 0, { brought: 'r1' }),
    token('code', 'a', 10, { outcome: 'refused' }),
    token('code', 'a', 20, { outcome: 'unknown' }),
  ];
  expect(acceptedTwice(once)).toEqual([]);
  const second = token('code', 'a', 30, { brought: 'r2' });
  expect(acceptedTwice([...once, second])).toEqual([[once[0], second]]);
});

test('a refresh token brings the same next one within ten seconds, until that was used', () => {
  const first = token('refresh', 'r1', 0, { brought: 'r2' });
  const again = token('refresh', 'r1', 9_000, { brought: 'r2' });
  expect(acceptedTwice([first, again])).toEqual([]);
  expect(acceptedTwice([first, token('refresh', 'r1', 9_000, { brought: 'other' })])).toHaveLength(1);
  expect(acceptedTwice([first, token('refresh', 'r1', 20_000, { brought: 'r2' })])).toHaveLength(1);
  expect(acceptedTwice([first, token('refresh', 'r2', 8_000, { brought: 'r3' }), again])).toHaveLength(1);
});

test('a refresh token that is bound to a key stays the same', () => {
  const bound = [0, 20_000, 40_000].map((at) => token('refresh', 'r', at, { client: 'high', brought: 'r' }));
  expect(acceptedTwice(bound)).toEqual([]);
});

test('what a fault cost is counted from when it struck', () => {
  const operations = [
    token('code', 'before', 0),
    token('code', 'lost', 100, { outcome: 'unknown' }),
    token('code', 'first', 400),
    token('code', 'late', 500, { outcome: 'unknown' }),
    token('code', 'last', 600),
  ];
  expect(recovery(operations, 90)).toEqual({ failed: 2, untilLastFailure: 415, nobodyServed: 315, servedAfter: 2 });
});

test('an answer, a refusal, "come again" and silence are told apart', async () => {
  const history = createHistory();
  for (const status of [200, 400, 503])
    await history.note({ kind: 'code', subject: String(status), client: 'baseline' }, async () => ({ status }));
  const silent = { kind: 'code', subject: 'silence', client: 'baseline' } as const;
  await history.note(silent, () => Promise.reject(new Error('socket hang up')));
  expect(history.operations.map(({ outcome }) => outcome)).toEqual(['ok', 'refused', 'unknown', 'unknown']);
});
