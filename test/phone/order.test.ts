import { expect, test } from 'vitest';
import { type Has, nothingProven, type Proven, stepDue } from '../../src/phone/order.ts';

const flags = [true, false];
const everything = flags.flatMap((code) =>
  flags.flatMap((passcode) =>
    flags.flatMap((forgotten) => flags.map((device) => ({ code, passcode, forgotten, device }))),
  ),
);
const accounts = (['none', 'set', 'locked'] as const).flatMap((passcode) =>
  flags.map((replaces) => ({ passcode, replaces })),
);

test.each<[string, Partial<Proven>, Has]>([
  ['code', {}, { passcode: 'set', replaces: true }],
  ['passcode', { code: true }, { passcode: 'set', replaces: true }],
  ['passcode', { code: true }, { passcode: 'locked', replaces: false }],
  ['device', { code: true, passcode: true }, { passcode: 'set', replaces: true }],
  ['ready', { code: true, passcode: true }, { passcode: 'set', replaces: false }],
  ['ready', { code: true, passcode: true, device: true }, { passcode: 'set', replaces: true }],
  ['new-passcode', { code: true }, { passcode: 'none', replaces: false }],
  ['device', { code: true }, { passcode: 'none', replaces: true }],
  ['new-passcode', { code: true, forgotten: true, device: true }, { passcode: 'locked', replaces: true }],
])('%s is due after %j where the account has %j', (step, proven, has) => {
  expect(stepDue({ ...nothingProven, ...proven }, has)).toBe(step);
});

test('nobody is ready without the code and a passcode, nor where a phone ends that did not agree', () => {
  for (const proven of everything)
    for (const has of accounts)
      if (stepDue(proven, has) === 'ready')
        expect([proven.code, proven.passcode, proven.device || !has.replaces]).toEqual([true, true, true]);
});

test('nobody chooses a passcode who has one and has neither typed it nor shown card and face', () => {
  for (const proven of everything)
    for (const has of accounts)
      if (stepDue(proven, has) === 'new-passcode' && has.passcode !== 'none') expect(proven.forgotten).toBe(true);
});
