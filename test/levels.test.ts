import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amrOf, levelOf, type Method, methods, methodsOfAmr } from '../src/levels.ts';

/** Decree 69/2024 Art 20, as combinations of methods. */
test.each<[number, Method[]]>([
  [0, []],
  [1, ['password']],
  [1, ['otp']],
  [1, ['phone']],
  [1, ['face']],
  [2, ['password', 'otp']],
  [2, ['passkey']],
  [2, ['synced-passkey']],
  [2, ['phone', 'passcode']],
  [1, ['password', 'passcode']],
  [3, ['phone', 'face']],
  [4, ['phone', 'face', 'passcode']],
  [4, ['password', 'phone', 'face']],
  [3, ['passkey', 'face']],
  [2, ['synced-passkey', 'face']],
  [2, ['synced-passkey', 'password', 'otp']],
  [3, ['synced-passkey', 'phone', 'face']],
])('level %i: %j', (level, used) => {
  expect(levelOf(used)).toBe(level);
});

const some = fc.subarray(Object.keys(methods) as Method[]);

test('proving more never lowers a level, and order does not matter', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      expect(levelOf([...a, ...b])).toBeGreaterThanOrEqual(levelOf(a));
      expect(levelOf([...b, ...a])).toBe(levelOf([...a, ...b]));
    }),
  );
});

test('a synced passkey never lifts anyone above 2 (NIST SP 800-63B-4)', () => {
  fc.assert(
    fc.property(some, (used) => {
      const without = used.filter((method) => method !== 'synced-passkey');
      expect(levelOf([...without, 'synced-passkey'])).toBeLessThanOrEqual(Math.max(2, levelOf(without)));
    }),
  );
});

test('what a session remembers by its amr is never worth more than what was proven', () => {
  fc.assert(
    fc.property(some, (used) => {
      expect(levelOf(methodsOfAmr(amrOf(used)))).toBe(levelOf(used));
    }),
  );
});
