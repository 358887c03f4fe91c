import { createHash, randomBytes } from 'node:crypto';
import { type Account, type Accounts, usable } from '../accounts/accounts.ts';
import type { Approval } from '../accounts/approval.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Inbox } from '../accounts/inbox.ts';
import { maskPhone } from '../accounts/masking.ts';
import type { Otp } from '../accounts/otp.ts';
import type { Passcodes } from '../accounts/passcodes.ts';
import type { Face, Phone, Phones } from '../accounts/phones.ts';
import type { Throttle } from '../accounts/throttle.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { hasValidCard } from '../registry/card.ts';
import type { Registry } from '../registry/citizens.ts';
import { dateIn } from '../registry/dates.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { activatedNotice } from './notices.ts';
import { type ActivationStep, nothingProven, type Proven, stepDue } from './order.ts';

/**
 * How somebody earns a phone. Each step proves something, and the order is that of `order.ts`:
 *
 *     begin (number, password) ─▶ code ─▶ passcode ─▶ device ─▶ new-passcode ─▶ ready ─▶ finish
 *                                            └─ forgotten or locked: card chip and face ─▶ new-passcode
 *
 * `device` is due when another phone is in use: the old one agrees, or the card's chip is read and the face compared (both
 * simulated). A passcode is only ever set when everything else is proven. `ready` has a page of its own where the old phone
 * has ended meanwhile. What was proven is kept for 15 minutes and belongs to the browser that began.
 */
export interface Activation {
  /**
   * Number and password; sends the code. Every refusal looks alike and takes the same work.
   * @throws VneidError `login.badNumber`, `login.wrong`, `login.slowDown`, `login.busy`
   */
  begin(credentials: Credentials): Promise<Standing>;
  /** @throws VneidError `activation.expired`, as do all that follow; those also `activation.notNow` out of order */
  look(walk: Walk): Promise<Standing>;
  /** @throws VneidError `login.slowDown` */
  resend(walk: Walk): Promise<Standing>;
  /** @throws VneidError `otp.malformed`, `otp.wrong`, `otp.expired`, `login.slowDown` */
  code(walk: Walk, code: string): Promise<Standing>;
  /** @throws VneidError those of `Passcodes.check` */
  passcode(walk: Walk, passcode: string): Promise<Standing>;
  /** Asks the phone in use; a request made before is worth nothing from then on. @throws VneidError `login.slowDown` */
  askOld(walk: Walk, browser: string): Promise<Standing>;
  /** Takes the old phone's yes. @throws VneidError `activation.notNow` while there is none */
  takeOld(walk: Walk): Promise<Standing>;
  /**
   * Card chip and face, in place of the old phone or of a forgotten passcode.
   * @param face what the camera sees: a switch of the lab
   * @throws VneidError `activation.noCard`, `face.differs`, `face.noCamera`
   */
  card(walk: Walk, face: Face): Promise<Standing>;
  /** @throws VneidError `passcode.differ`, `passcode.malformed`, `passcode.common` */
  newPasscode(walk: Walk, passcode: string, again: string): Promise<Standing>;
  /** Binds the phone, once. @throws VneidError `activation.notNow` before everything is proven */
  finish(walk: Walk, name: string): Promise<{ phone: Phone; secret: string }>;
  /**
   * The phone that this browser's activation has bound, with a new secret: the answer with the first was thrown away when a
   * button was pressed twice. Undefined when there is none, or it has ended.
   */
  again(walk: Walk): Promise<{ id: string; secret: string } | undefined>;
  /** Hears when the request to the old phone changes; returns how to stop. */
  watch(approvalId: string, changed: () => void): () => void;
}

export interface Credentials {
  number: string;
  password: string;
  /** A secret of the browser that activates. */
  browser: string;
  /** Peer address, for the throttle and the audit. */
  address: string;
  /** The browser's name for the throttle, when it signed in to this account before. */
  known?: string | undefined;
}

/** One activation, and the browser that says it is its own. */
export interface Walk {
  id: string;
  browser: string;
  address: string;
}

/** How an activation stands. */
export interface Standing {
  id: string;
  step: ActivationStep;
  account: Account;
  /** "000 *** 4567", or undefined when the code is in the app's inbox. */
  maskedPhone: string | undefined;
  passcode: 'none' | 'set' | 'locked';
  /** The phone in use, which would end. */
  old: Phone | undefined;
  /** What the phone in use was asked, if it was. */
  approval: Approval | undefined;
}

export interface ActivationParts {
  accounts: Accounts;
  approvals: Approvals;
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  inbox: Inbox;
  issuer: string;
  otp: Otp;
  passcodes: Passcodes;
  phones: Phones;
  registry: Registry;
  throttle: Throttle;
}

/** What is kept between two requests. */
interface Kept extends Proven {
  accountId: string;
  /** Hash of the browser's secret. */
  browser: string;
  known?: string | undefined;
  /** Seconds since 1970. */
  endsAt: number;
}

const kind = 'activation';
/** Seconds. */
const lifetime = 900;

/** Makes the activation of phones of one instance. */
export function createActivation(parts: ActivationParts): Activation {
  const { accounts, approvals, artifacts, clock, events, inbox, otp, passcodes, phones, registry, throttle } = parts;

  async function load({ id, browser }: Walk): Promise<{ kept: Kept; account: Account }> {
    const kept = (await artifacts.get(kind, id)) as unknown as Kept | undefined;
    const account = kept?.browser === hashOf(browser) ? await accounts.byId(kept.accountId) : undefined;
    // locked since it was begun, and nobody is told so
    if (!kept || !account || !usable(account)) throw problem('activation.expired');
    return { kept, account };
  }

  async function standing(id: string, kept: Kept, account: Account): Promise<Standing> {
    const [passcode, old] = [await passcodes.state(account.id), await phones.active(account.id)];
    const asked = await approvals.byReference(referenceOf(id));
    return {
      id,
      account,
      passcode,
      old,
      step: stepDue(kept, { passcode, replaces: old !== undefined }),
      maskedPhone: account.phone === null ? undefined : maskPhone(account.phone),
      // what a phone said that has been ended since is no answer: its thief may be why it was
      approval: asked?.phoneId === undefined || asked.phoneId === old?.id ? asked : undefined,
    };
  }

  /** Runs one step when it is due; what went wrong is in the audit, under the step's name. */
  async function take(
    walk: Walk,
    due: readonly ActivationStep[],
    work: (found: { kept: Kept; account: Account; now: Standing }) => Promise<Partial<Kept> | void>,
  ): Promise<Standing> {
    const { kept, account } = await load(walk);
    const now = await standing(walk.id, kept, account);
    if (!due.includes(now.step)) throw problem('activation.notNow');
    try {
      const next: Kept = { ...kept, ...(await work({ kept, account, now })) };
      await artifacts.put(kind, walk.id, { ...next }, next.endsAt);
      return await standing(walk.id, next, account);
    } catch (thrown) {
      if (thrown instanceof VneidError) refused(now.step, thrown.code, walk.address, account);
      throw thrown;
    }
  }

  function refused(step: string, reason: string, address: string, account?: Account): void {
    events.emit('activation.refused', { ...(account && { account: account.id }), step, reason, address });
  }

  const send = (id: string, account: Account) =>
    otp.send({ uid: id, account, citizen: { id: account.citizenId, phone: account.phone }, for: 'activation' });

  return {
    async begin({ number: typed, password, browser, address, known }) {
      const number = typed.slice(0, 64).normalize('NFKC').replaceAll(/[\s.]/g, '');
      if (!/^\d{12}$/.test(number)) throw problem('login.badNumber', { length: number.length });
      const attempt = await throttle.check({ login: number, address, browser: known });
      const answer = await accounts.verifyPassword(number, password).catch(async (thrown: unknown) => {
        // the queue was full and nothing was looked at
        await throttle.released(attempt);
        throw thrown;
      });
      if (!answer.ok) {
        await throttle.failed(attempt);
        refused('password', answer.reason, address, answer.account);
        throw problem('login.wrong');
      }
      await throttle.released(attempt);
      const { account } = answer;
      const id = randomBytes(16).toString('base64url');
      const kept: Kept = {
        ...nothingProven,
        accountId: account.id,
        browser: hashOf(browser),
        known,
        endsAt: Math.ceil(clock.now() / 1000) + lifetime,
      };
      await send(id, account);
      await artifacts.put(kind, id, { ...kept }, kept.endsAt);
      return standing(id, kept, account);
    },

    async look(walk) {
      const { kept, account } = await load(walk);
      return standing(walk.id, kept, account);
    },

    resend: (walk) =>
      take(walk, ['code'], async ({ account }) => {
        await send(walk.id, account);
      }),

    code: (walk, code) =>
      take(walk, ['code'], async ({ kept, account }) => {
        const { known: browser } = kept;
        const attempt = await throttle.check({ login: account.number, address: walk.address, browser, second: true });
        try {
          await otp.check({ uid: walk.id, account, code });
        } catch (thrown) {
          const wrong = thrown instanceof VneidError && thrown.code === 'otp.wrong';
          await (wrong ? throttle.failed(attempt) : throttle.released(attempt));
          throw thrown;
        }
        await throttle.released(attempt);
        return { code: true };
      }),

    passcode: (walk, passcode) =>
      take(walk, ['passcode'], async ({ account }) => {
        await passcodes.check(account.id, passcode);
        return { passcode: true };
      }),

    askOld: (walk, browser) =>
      take(walk, ['device'], async ({ account }) => {
        await approvals.ask({
          kind: 'phone',
          reference: referenceOf(walk.id),
          accountId: account.id,
          ask: { client: { ...issuing, origin: parts.issuer }, from: { address: walk.address, browser } },
          level: 2,
          numbered: true,
        });
      }),

    takeOld: (walk) =>
      take(walk, ['device'], async ({ now }) => {
        if (!now.approval || !(await approvals.use(now.approval.id))) throw problem('activation.notNow');
        return { device: true };
      }),

    card: (walk, face) =>
      take(walk, ['passcode', 'device'], async ({ account, now }) => {
        const citizen = await registry.byId(account.citizenId);
        if (!citizen || !hasValidCard(citizen, dateIn(clock.now()))) throw problem('activation.noCard');
        if (face !== 'matches') throw problem(face === 'no-camera' ? 'face.noCamera' : 'face.differs');
        return { device: true, ...(now.step === 'passcode' && { forgotten: true }) };
      }),

    newPasscode: (walk, passcode, again) =>
      take(walk, ['new-passcode'], async ({ account }) => {
        if (passcode.trim() !== again.trim()) throw problem('passcode.differ');
        await passcodes.set(account.id, passcode);
        events.emit('passcode.changed', { account: account.id });
        return { passcode: true };
      }),

    async finish(walk, name) {
      const { kept, account } = await load(walk);
      const { step, old } = await standing(walk.id, kept, account);
      if (step !== 'ready') throw problem('activation.notNow');
      if (!(await artifacts.add('activation.done', walk.id, {}, kept.endsAt))) throw problem('activation.expired');
      await artifacts.remove(kind, walk.id);
      const bound = await phones.bind(account.id, { name });
      await artifacts.put('activation.done', walk.id, { ...kept, phone: bound.phone.id }, kept.endsAt);
      const { known: browser } = kept;
      await throttle.succeeded({ login: account.number, address: walk.address, browser, second: true });
      await inbox.deliver(activatedNotice(account, { name, old: old?.name, address: walk.address }));
      return bound;
    },

    async again({ id, browser }) {
      const done = (await artifacts.get('activation.done', id)) as Partial<Kept & { phone: string }> | undefined;
      if (done?.phone === undefined || done.browser !== hashOf(browser)) return undefined;
      const inUse = await phones.active(done.accountId ?? '');
      return inUse?.id === done.phone ? { id: inUse.id, secret: await phones.handOver(inUse.id) } : undefined;
    },

    watch: (approvalId, changed) => approvals.watch(approvalId, changed),
  };
}

/** Who asks the old phone: the app itself. */
const issuing = {
  name: 'VNeID',
  owner: { vi: 'Ứng dụng định danh (bộ giả lập)', en: 'The identity app (emulator)' },
};

function referenceOf(id: string): string {
  return `phone:${id}`;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
