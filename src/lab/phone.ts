import type { Account, Accounts } from '../accounts/accounts.ts';
import type { Approval } from '../accounts/approval.ts';
import type { Answer } from '../accounts/approval-factors.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Inbox } from '../accounts/inbox.ts';
import type { Passcodes } from '../accounts/passcodes.ts';
import type { Face, Phone, Phones } from '../accounts/phones.ts';
import { problem } from '../errors.ts';
import { endedNotice, lockedNotice } from '../phone/notices.ts';
import { castPasscode } from '../registry/cast.ts';

/**
 * The phone of one citizen, in a tester's hand: everything a person does on it, without a browser. What is asked may be
 * answered with the chosen factors, declined, let expire, or simply left alone.
 */
export interface PhoneControl {
  /** The phone in use. @throws VneidError `phone.unknown` when there is none, `citizen.unknown` */
  phone(): Promise<Phone>;
  /** What waits for an answer, newest first. */
  approvals(): Promise<Approval[]>;
  /** Reads a QR code. @param code what it says; on the sign-in page it is `[data-code]` */
  scan(code: string): Promise<Approval>;
  /**
   * Says yes, to the newest request unless told which: by passcode unless told how, with the right number unless told
   * another. The passcode is the cast's unless told.
   * @throws VneidError those of `Approvals.confirm`; `approval.none` when nothing waits
   */
  approve(how?: Approving): Promise<Approval>;
  decline(which?: Which): Promise<Approval>;
  /** The time of a request is over now. @throws VneidError as `approve` does for the request itself */
  expire(which?: Which): Promise<Approval>;
  /** What the camera sees from now on. */
  face(face: Face): Promise<Phone>;
  /** A new phone, bound without the ceremony; the one before ends. Who has no passcode gets the cast's. */
  bind(details?: { name?: string | undefined; face?: Face | undefined }): Promise<Phone>;
  /** The phone is gone: it answers nothing any more, and its holder has a notice. */
  lose(): Promise<void>;
  /**
   * The account is locked, as its holder can do on the phone, and their apps and they hear of it; or no longer.
   * @throws VneidError `account.closed`
   */
  lock(): Promise<void>;
  unlock(): Promise<void>;
}

/** The request meant; the newest that waits unless told. */
export interface Which {
  approval?: string | undefined;
}

export interface Approving extends Which {
  factors?: readonly ('passcode' | 'face')[] | undefined;
  passcode?: string | undefined;
  /** The two digits chosen. */
  number?: string | undefined;
}

export interface PhoneControlParts {
  accounts: Accounts;
  approvals: Approvals;
  inbox: Inbox;
  passcodes: Passcodes;
  phones: Phones;
}

/** Hands out the phone of whoever has the personal number. */
export function createPhoneControl(parts: PhoneControlParts): (number: string) => PhoneControl {
  const { accounts, approvals, inbox, passcodes, phones } = parts;

  async function accountOf(number: string): Promise<Account> {
    const account = await accounts.byNumber(number);
    if (!account) throw problem('account.unknown', { account: number.slice(0, 12) });
    return account;
  }

  /** A lock is of an account that there still is: taking it away opens none that was closed. */
  async function openAccountOf(number: string): Promise<Account> {
    const account = await accountOf(number);
    if (account.state === 'closed') throw problem('account.closed', { number });
    return account;
  }

  async function inUse(number: string): Promise<Phone> {
    const phone = await phones.active((await accountOf(number)).id);
    if (!phone) throw problem('phone.unknown');
    return phone;
  }

  /** The request named, or the newest that waits. */
  async function which({ accountId }: Phone, id: string | undefined): Promise<Approval> {
    const approval = id === undefined ? (await approvals.pending(accountId))[0] : await approvals.get(id);
    if (!approval) throw problem(id === undefined ? 'approval.none' : 'approval.unknown');
    return approval;
  }

  return (number) => ({
    phone: () => inUse(number),
    approvals: async () => approvals.pending((await accountOf(number)).id),
    scan: async (code) => approvals.scan(code, await inUse(number)),
    async approve({ approval: id, factors = ['passcode'], passcode = castPasscode, number: chosen } = {}) {
      const phone = await inUse(number);
      const approval = await which(phone, id);
      const answer: Answer = {
        number: chosen ?? approval.number,
        ...(factors.includes('passcode') && { passcode }),
        face: factors.includes('face'),
      };
      return approvals.confirm(approval.id, phone, answer);
    },
    async decline({ approval: id } = {}) {
      const phone = await inUse(number);
      return approvals.decline((await which(phone, id)).id, phone);
    },
    async expire({ approval: id } = {}) {
      const phone = await inUse(number);
      const { id: meant, state, accountId } = await which(phone, id);
      if (accountId !== phone.accountId) throw problem('approval.unknown');
      if (state === 'expired') throw problem('approval.expired');
      if (state !== 'waiting' && state !== 'scanned' && state !== 'confirmed') throw problem('approval.answered');
      return approvals.expire(meant);
    },
    async face(face) {
      const phone = await inUse(number);
      await phones.setFace(phone.id, face);
      return { ...phone, face };
    },
    async bind({ name = 'Điện thoại giả lập', face = 'matches' } = {}) {
      const { id } = await accountOf(number);
      if ((await passcodes.state(id)) === 'none') await passcodes.set(id, castPasscode);
      return (await phones.bind(id, { name, face })).phone;
    },
    async lose() {
      const phone = await inUse(number);
      await phones.end(phone.id, 'lost');
      await inbox.deliver(endedNotice(await accountOf(number), phone));
    },
    async lock() {
      const { id } = await openAccountOf(number);
      await inbox.deliver(lockedNotice(await accounts.change(id, { state: 'locked', reason: 'requested' })));
    },
    async unlock() {
      await accounts.change((await openAccountOf(number)).id, { state: 'active' });
    },
  });
}
