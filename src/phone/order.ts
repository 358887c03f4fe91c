/** The steps of an activation; `ready` is when everything is proven. */
export type ActivationStep = 'code' | 'passcode' | 'device' | 'new-passcode' | 'ready';

/** What somebody who activates a phone has proven so far, beside number and password. */
export interface Proven {
  code: boolean;
  /** Typed rightly, or chosen anew. */
  passcode: boolean;
  /** Card and face were shown instead of it. */
  forgotten: boolean;
  /** The old phone agreed, or card and face were shown. */
  device: boolean;
}

export const nothingProven: Proven = { code: false, passcode: false, forgotten: false, device: false };

/** What the account has. */
export interface Has {
  passcode: 'none' | 'set' | 'locked';
  /** Another phone is in use and would end. */
  replaces: boolean;
}

/**
 * The step that is due. The whole order of an activation is this function; a passcode is chosen last, so that nobody sets
 * one who could not prove everything else.
 */
export function stepDue(proven: Proven, { passcode, replaces }: Has): ActivationStep {
  if (!proven.code) return 'code';
  if (passcode !== 'none' && !proven.passcode && !proven.forgotten) return 'passcode';
  if (replaces && !proven.device) return 'device';
  return proven.passcode ? 'ready' : 'new-passcode';
}
