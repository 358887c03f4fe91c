import { describe, expect, test } from 'vitest';
import type { AuthenticationLevel, Method } from '../../src/levels.ts';
import { reachOf, stepsFrom } from '../../src/login/order.ts';

/** The order of a login as a table: what is known, what was proven, what is wanted, and the steps that may come. */
const everything = { code: true, phone: true };
const onlyCode = { code: true, phone: false };
const nothing = { code: false, phone: false };
type Row = [string, 0 | 1 | 2, Method[], AuthenticationLevel, AuthenticationLevel, typeof everything, string];

/** What it is, account level (0: nobody yet), proven, wanted, least, at hand, the steps. */
const table: Row[] = [
  ['nobody yet', 0, [], 1, 1, nothing, 'password passkey qr'],
  ['nobody yet, level 2', 0, [], 2, 2, nothing, 'password passkey qr'],
  ['nobody yet, 3 or else 2', 0, [], 3, 2, nothing, 'password passkey qr'],
  ['nobody yet, level 3: a passkey never gets there', 0, [], 3, 3, nothing, 'qr password'],
  ['a password is level 1', 2, ['password'], 1, 1, everything, ''],
  ['level 2 after a password', 2, ['password'], 2, 2, everything, 'otp push qr'],
  ['level 2, no phone with the app', 2, ['password'], 2, 2, onlyCode, 'otp'],
  ['level 2, no phone at all', 2, ['password'], 2, 2, nothing, 'unmet'],
  ['2 or else 1, no phone at all', 2, ['password'], 2, 1, nothing, ''],
  ['password and code are level 2', 2, ['password', 'otp'], 2, 2, everything, ''],
  ['level 3 after password and code: no further code', 2, ['password', 'otp'], 3, 3, everything, 'push qr'],
  ['3 or else 2, no phone with the app', 2, ['password', 'otp'], 3, 2, onlyCode, ''],
  ['level 3, no phone with the app', 2, ['password', 'otp'], 3, 3, onlyCode, 'unmet'],
  ['level 4 after a password: never by a code', 2, ['password'], 4, 4, everything, 'push qr'],
  ['a passkey is level 2', 2, ['passkey'], 2, 2, onlyCode, ''],
  ['level 4 after a passkey', 2, ['synced-passkey'], 4, 4, everything, 'push qr'],
  ['phone and face are level 3, and a password makes 4', 2, ['phone', 'face'], 4, 4, everything, 'push qr password'],
  ['all of it is level 4', 2, ['phone', 'passcode', 'face'], 4, 4, everything, ''],
  ['an account of level 1 ends at 1', 1, ['password'], 2, 2, everything, 'unmet'],
  ['an account of level 1, 2 or else 1', 1, ['password'], 2, 1, everything, ''],
];

test.each(table)('%s', (_what, level, used, wanted, least, means, steps) => {
  const account = level === 0 ? undefined : { level };
  const situation = { prompt: 'login', account, used, need: { wanted, least }, means, transaction: false };
  expect(stepsFrom({ ...situation, undecided: true }).join(' ')).toBe(steps);
});

describe('when the prompt is for consent', () => {
  const situation = { prompt: 'consent', account: { level: 2 as const }, used: ['password' as const] };
  const need = { wanted: 1 as const, least: 1 as const };
  test.each([
    [true, true, everything, 'transaction'],
    [true, false, everything, 'transaction'],
    [true, true, onlyCode, 'unmet'],
    [false, true, everything, 'consent'],
    [false, false, everything, ''],
  ])('transaction %s, something undecided %s', (transaction, undecided, means, steps) => {
    expect(stepsFrom({ ...situation, need, transaction, undecided, means }).join(' ')).toBe(steps);
  });
});

test('what the phone of an account of level 1 says approves nothing', () => {
  const situation = { prompt: 'consent', account: { level: 1 as const }, used: ['password' as const] };
  const need = { wanted: 1 as const, least: 1 as const };
  const steps = stepsFrom({ ...situation, need, means: everything, transaction: true, undecided: false });
  expect(steps).toEqual(['unmet']);
});

test('nobody is led past what an account can reach', () => {
  expect(reachOf({ level: 1 }, [], everything)).toBe(1);
  expect(reachOf({ level: 2 }, [], nothing)).toBe(1);
  expect(reachOf({ level: 2 }, [], onlyCode)).toBe(2);
  expect(reachOf({ level: 2 }, ['passkey'], nothing)).toBe(2);
  expect(reachOf({ level: 2 }, [], everything)).toBe(4);
});
