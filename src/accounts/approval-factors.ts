import { problem } from '../errors.ts';
import { type AuthenticationLevel, levelOf, type Method } from '../levels.ts';
import type { Passcodes } from './passcodes.ts';
import type { Passkeys } from './passkeys.ts';
import type { Phone } from './phones.ts';

/** What a person did on the phone. */
export interface Answer {
  /** The two digits chosen. */
  number?: string | undefined;
  passcode?: string | undefined;
  /** JSON of what a passkey on this device answered when it was asked for `passkeySubject` of the request. */
  passkey?: string | undefined;
  /** They looked into the camera. */
  face?: boolean | undefined;
}

/** What a person shows on the phone beside having it. */
export interface ApprovalFactors {
  /**
   * The methods that an answer proves; throws before anything is answered when one of them is wrong.
   * @param id the request, which the passkey was asked for
   * @throws VneidError `approval.factors` when they do not reach the level, `face.differs`, `face.noCamera`, and those of
   *   `Passcodes.check` and `Passkeys.authenticate`
   */
  prove(id: string, phone: Phone, answer: Answer, level: AuthenticationLevel): Promise<Method[]>;
}

/** What a passkey has to be asked for when it answers a request. */
export function passkeySubject(id: string): string {
  return `approval:${id}`;
}

export function createApprovalFactors({
  passcodes,
  passkeys,
}: {
  passcodes: Passcodes;
  passkeys: Passkeys;
}): ApprovalFactors {
  return {
    async prove(id, phone, { passcode, passkey, face }, level) {
      // a passkey of either kind is worth the same beside the phone: its user was verified, nobody knows how
      const brought: Method[] = ['phone'];
      if (passcode) brought.push('passcode');
      if (passkey) brought.push('passkey');
      if (face) brought.push('face');
      if (brought.length === 1 || levelOf(brought) < level) throw problem('approval.factors', { level });
      if (passcode) await passcodes.check(phone.accountId, passcode);
      if (face && phone.face === 'no-camera') throw problem('face.noCamera');
      if (face && phone.face === 'differs') throw problem('face.differs');
      if (!passkey) return brought;
      const shown = await passkeys.authenticate({ subject: passkeySubject(id), response: passkey });
      if (shown.account.id !== phone.accountId) throw problem('passkey.foreign', { account: shown.account.id });
      return brought.flatMap((method) => (method === 'passkey' ? shown.methods : [method]));
    },
  };
}
