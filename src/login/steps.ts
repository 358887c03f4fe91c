import { consentStep } from './consent.ts';
import { otpStep } from './otp.ts';
import type { StepName } from './order.ts';
import { passkeyStep } from './passkey.ts';
import { passwordStep } from './password.ts';
import { phoneStep } from './phone.ts';
import type { Step } from './step.ts';
import { unmetStep } from './unmet.ts';

type StepsParts = Parameters<typeof passwordStep>[0] &
  Omit<Parameters<typeof otpStep>[0], 'inboxPath'> &
  Parameters<typeof passkeyStep>[0] &
  Omit<Parameters<typeof phoneStep>[1], 'phonePath'> &
  Parameters<typeof unmetStep>[0] &
  Parameters<typeof consentStep>[0] & {
    /** Whether this is a test bench: its pages lead to the phone and the inbox. */
    lab: boolean;
  };

/** Every step of a login by name, each ready to show its page and to judge what comes back. */
export function createSteps(parts: StepsParts): Record<StepName, Step> {
  const { lab } = parts;
  const onPhone = { ...parts, phonePath: lab ? '/phone' : undefined };
  return {
    password: passwordStep(parts),
    otp: otpStep({ ...parts, inboxPath: lab ? (number) => `/lab/inbox/${number}` : undefined }),
    passkey: passkeyStep(parts),
    qr: phoneStep('qr', onPhone),
    push: phoneStep('push', onPhone),
    transaction: phoneStep('transaction', onPhone),
    unmet: unmetStep(parts),
    consent: consentStep(parts),
  };
}
