import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { createIds } from '../ids.ts';
import { type AuthenticationLevel, ceilingOf } from '../levels.ts';
import { createSeal } from '../seal.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { Signals } from '../store/signals.ts';
import type { ApprovalRow, Schema } from '../store/schema.ts';
import { type Account, type Accounts, usable } from './accounts.ts';
import { createAllowance } from './allowance.ts';
import { type Answer, createApprovalFactors } from './approval-factors.ts';
import { createApprovalRows } from './approval-rows.ts';
import { type Approval, approvalOf, type Ask } from './approval.ts';
import type { Passcodes } from './passcodes.ts';
import type { Passkeys } from './passkeys.ts';
import type { Phone } from './phones.ts';

/**
 * Approval requests: someone asks, a phone answers, it expires. QR login, push, CIBA, the approval of one transaction
 * and the change of a phone are all one of these. What may happen once is one UPDATE that names the state it leaves, so
 * of any number of answers at once one counts.
 *
 *     waiting ──scan──▶ scanned ──▶ confirmed ──▶ used
 *        └──────(push, CIBA)─────────▲   └ declined · refused · replaced · (expired, by the clock)
 */
export interface Approvals {
  /**
   * Asks; what was asked before by the same reference is worth nothing from then on. A request that lights up a phone costs
   * one of the account's few places, so that nobody is bombed with requests until they give in (MITRE ATT&CK T1621).
   * @throws VneidError `login.slowDown` above five in ten minutes for the account
   */
  ask(request: NewApproval): Promise<Approval>;
  get(id: string): Promise<Approval | undefined>;
  /** What the QR code of a request says behind the `#`; only the page it belongs to may show it. */
  ticketOf(id: string): string;
  /** The newest request of a walk, a CIBA request or a phone. */
  byReference(reference: string): Promise<Approval | undefined>;
  /** What waits for an answer of this account, newest first. */
  pending(accountId: string): Promise<Approval[]>;
  /** What was asked of this account, newest first. */
  history(accountId: string, limit?: number): Promise<Approval[]>;
  /**
   * A phone has read a QR code: from now on the request is this phone's to answer. Another phone that reads it later ends
   * it, because then two people have seen the code.
   * @param text what the code says: `<issuer>/phone/scan#<ticket>`, or the ticket alone
   * @throws VneidError `approval.unknown`, `approval.expired`, `approval.answered`, `approval.secondScan`,
   *   `approval.otherPerson`, `approval.level`, `account.barred`
   */
  scan(text: string, phone: Phone): Promise<Approval>;
  /**
   * Says yes. The number has to be the one shown where it was asked, and the factors have to reach the level asked for.
   * @throws VneidError `approval.unknown` (also when it is another's), `approval.expired`, `approval.answered`,
   *   `approval.level`, `approval.number`, `account.barred`, and those of `ApprovalFactors.prove`
   */
  confirm(id: string, phone: Phone, answer: Answer): Promise<Approval>;
  /** Says no. @throws VneidError as `confirm` does for the request itself */
  decline(id: string, phone: Phone): Promise<Approval>;
  /** The asker shows a new code, or waits no more: this one is worth nothing. */
  replace(id: string): Promise<void>;
  /**
   * The asker takes the answer, once.
   * @returns undefined when it is not confirmed, or was taken before
   */
  use(id: string): Promise<Approval | undefined>;
  /** Its time is over now, whatever the clock says; what was answered and taken stays as it is. */
  expire(id: string): Promise<Approval>;
  /** Hears of every change of a request, by its id; returns how to stop. */
  watch(id: string, changed: () => void): () => void;
  /** Hears of every request and answer that concerns an account. */
  watchAccount(accountId: string, changed: () => void): () => void;
  /** Runs before an answer, or an end that was not the clock's, is known to anybody else; CIBA tells the provider here. */
  onAnswer(listener: (approval: Approval) => Promise<void>): void;
}

export interface NewApproval {
  kind: Approval['kind'];
  /** What waits for the answer: the uid of a walk, the id of a CIBA request, the id of an activation. */
  reference: string;
  /** Whose phone may answer; undefined only for a QR code that anyone may scan. */
  accountId?: string | undefined;
  clientId?: string | undefined;
  ask: Ask;
  /** Authentication level that the answer has to reach. */
  level: AuthenticationLevel;
  /** False where no page of ours shows the two digits (CIBA). */
  numbered: boolean;
  /** Seconds; 300 unless told. */
  lifetime?: number | undefined;
}

export interface ApprovalsOptions {
  db: Kysely<Schema>;
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  accounts: Accounts;
  passcodes: Passcodes;
  passkeys: Passkeys;
  signals: Signals;
  /** At least 32 bytes: makes QR codes that nobody can guess from a request's id. */
  secret: Buffer;
  /** Requests that may reach one account in ten minutes. */
  most?: number;
  /** The newest id of earlier. */
  after?: string | undefined;
}

/** Characters of a seal in a ticket. */
const sealed = 22;
/** Seconds that a request stays open, as the real QR code does. */
const usualLifetime = 300;
/** Makes the approval requests of one instance. */
export function createApprovals(options: ApprovalsOptions): Approvals {
  const { db, artifacts, clock, events, accounts, passcodes, passkeys, signals, secret, most = 5, after } = options;
  const allowance = createAllowance({ artifacts, clock, kind: 'approval.ask', most, period: 600 });
  const factors = createApprovalFactors({ passcodes, passkeys });
  const rows = createApprovalRows({ db, clock });
  const nextId = createIds(clock, after);
  const listeners: ((approval: Approval) => Promise<void>)[] = [];

  const seal = createSeal(secret);
  const ticketOf = (id: string) => `${id}.${seal.of(id).slice(0, sealed)}`;

  /** The request that a ticket of ours is for. */
  function genuine(ticket: string): string {
    const [id = '', ...given] = ticket.split('.');
    if (!seal.fits(id, given.join('.'), sealed)) throw problem('approval.unknown');
    return id;
  }

  const read = (row: ApprovalRow) => approvalOf(row, clock.now());

  async function changed(id: string): Promise<Approval> {
    const approval = read((await rows.get(id)) as ApprovalRow);
    signals.tell(`approval:${id}`);
    if (approval.accountId) signals.tell(`account:${approval.accountId}`);
    return approval;
  }

  /** Those who have to know before anybody else. */
  async function tellFirst(id: string): Promise<Approval> {
    const approval = read((await rows.get(id)) as ApprovalRow);
    for (const listener of listeners) await listener(approval);
    return approval;
  }

  async function answered(id: string): Promise<Approval> {
    const approval = await tellFirst(id);
    events.emit('approval.answered', {
      approval: id,
      kind: approval.kind,
      state: approval.state,
      ...(approval.reason && { reason: approval.reason }),
      ...(approval.accountId && { account: approval.accountId }),
      ...(approval.clientId && { client: approval.clientId }),
    });
    return changed(id);
  }

  /** Fails closed: what looked wrong ends the request, and the page that waits says why. */
  async function refuse(row: ApprovalRow, reason: NonNullable<ApprovalRow['reason']>, phone: Phone): Promise<void> {
    const to = { state: 'refused' as const, reason, phone_id: row.phone_id ?? phone.id, answered_at: clock.now() };
    if (await rows.move(row.id, ['waiting', 'scanned'], to)) await answered(row.id);
  }

  async function usableAccount(phone: Phone) {
    const account = await accounts.byId(phone.accountId);
    if (!account || !usable(account) || phone.endedAt !== null) throw problem('account.barred');
    return account;
  }

  /** The request, when it is this phone's to answer and still may be; and whose account it is, as it is now. */
  async function answerable(id: string, phone: Phone): Promise<{ row: ApprovalRow; account: Account }> {
    const row = await rows.get(id);
    // whose it is not does not learn that it exists
    if (row?.account_id !== phone.accountId) throw problem('approval.unknown');
    if (row.kind === 'qr' && row.phone_id !== phone.id) throw problem('approval.unknown');
    const account = await usableAccount(phone);
    const { state } = read(row);
    if (state === 'expired') throw problem('approval.expired');
    if (state !== 'scanned' && state !== 'waiting') throw problem('approval.answered');
    return { row, account };
  }

  return {
    async ask({ kind, reference, accountId, clientId, ask, level, numbered, lifetime = usualLifetime }) {
      if (accountId && kind !== 'qr') await allowance.take(accountId);
      const now = clock.now();
      const id = nextId();
      const row: ApprovalRow = {
        id,
        kind,
        state: 'waiting',
        reason: null,
        account_id: accountId ?? null,
        phone_id: null,
        client_id: clientId ?? null,
        reference,
        ask: JSON.stringify(ask),
        number: numbered ? String(randomInt(10, 100)) : null,
        level,
        methods: null,
        asked_at: now,
        expires_at: now + lifetime * 1000,
        answered_at: null,
      };
      await rows.insert(row);
      for (const older of await rows.replaceOlder(reference)) await changed(older);
      events.emit('approval.asked', {
        approval: id,
        kind,
        ...(accountId && { account: accountId }),
        ...(clientId && { client: clientId }),
      });
      return changed(id);
    },

    ticketOf,

    async get(id) {
      const row = await rows.get(id);
      return row && read(row);
    },

    async byReference(reference) {
      const row = await rows.newest(reference);
      return row && read(row);
    },
    pending: async (accountId) => (await rows.pending(accountId)).map(read),
    history: async (accountId, limit = 50) => (await rows.history(accountId, limit)).map(read),

    async scan(text, phone) {
      const id = genuine(text.trim().split('#').at(-1) ?? '');
      for (;;) {
        const row = await rows.get(id);
        if (row?.kind !== 'qr') throw problem('approval.unknown');
        const account = await usableAccount(phone);
        const { state } = read(row);
        if (state === 'expired') throw problem('approval.expired');
        if (state === 'scanned' && row.phone_id !== phone.id) {
          await refuse(row, 'second-scan', phone);
          throw problem('approval.secondScan');
        }
        if (state === 'scanned') return read(row);
        if (state !== 'waiting') throw problem('approval.answered');
        if (row.account_id !== null && row.account_id !== phone.accountId) {
          await refuse(row, 'other-person', phone);
          throw problem('approval.otherPerson');
        }
        // the real one asks for level 2 before a QR code may be used
        if (account.level === 1 || ceilingOf(account.level) < row.level) {
          await refuse(row, 'level', phone);
          throw problem('approval.level');
        }
        const to = { state: 'scanned' as const, account_id: phone.accountId, phone_id: phone.id };
        if (await rows.move(id, ['waiting'], to)) return changed(id);
        // somebody was quicker, perhaps this very phone: judged again by what has become of it
      }
    },

    async confirm(id, phone, answer) {
      const { row, account } = await answerable(id, phone);
      // lowered since it was asked; who changes their phone signs in nowhere, and may be of any level
      if (row.kind !== 'phone' && ceilingOf(account.level) < row.level) {
        await refuse(row, 'level', phone);
        throw problem('approval.level');
      }
      if (row.number !== null && row.number !== answer.number?.trim()) {
        await refuse(row, 'number', phone);
        throw problem('approval.number');
      }
      const methods = await factors.prove(id, phone, answer, row.level);
      const to = { state: 'confirmed' as const, phone_id: phone.id, answered_at: clock.now() };
      // a phone may have been ended while its answer was looked at
      if (!(await rows.move(id, ['waiting', 'scanned'], { ...to, methods: JSON.stringify(methods) }, phone.id)))
        throw problem('approval.answered');
      return answered(id);
    },

    async decline(id, phone) {
      await answerable(id, phone);
      const to = { state: 'declined' as const, phone_id: phone.id, answered_at: clock.now() };
      if (!(await rows.move(id, ['waiting', 'scanned'], to))) throw problem('approval.answered');
      return answered(id);
    },

    async replace(id) {
      // what was confirmed and not taken goes too: the page that asked no longer waits for it
      if (await rows.move(id, ['waiting', 'scanned', 'confirmed'], { state: 'replaced' })) await changed(id);
    },

    async use(id) {
      if (!(await rows.move(id, ['confirmed'], { state: 'used' }))) return undefined;
      return changed(id);
    },

    async expire(id) {
      if (await rows.move(id, ['waiting', 'scanned', 'confirmed'], { expires_at: clock.now() })) await tellFirst(id);
      return changed(id);
    },

    watch: (id, heard) => signals.hear(`approval:${id}`, heard),
    watchAccount: (accountId, heard) => signals.hear(`account:${accountId}`, heard),
    onAnswer: (listener) => void listeners.push(listener),
  };
}
