import type { Context, Middleware } from 'koa';
import { type Account, type Accounts, barOf } from '../accounts/accounts.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Inbox } from '../accounts/inbox.ts';
import type { Phone } from '../accounts/phones.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Citizen } from '../registry/citizen.ts';
import type { Registry } from '../registry/citizens.ts';
import { dateIn } from '../registry/dates.ts';
import { portraitOf } from '../registry/portrait.ts';
import { barredPage } from '../../views/phone/start.ts';
import type { DeviceShown, HolderShown } from '../../views/phone/frame.ts';
import { type Form, type FormTokens, readForm } from '../web/forms.ts';
import { bodyOf, type Page, pageOf } from '../web/language.ts';
import type { Source } from '../web/streams.ts';
import { redirect } from '../web/redirect.ts';
import type { Devices } from './device.ts';

/** A phone in a browser's hand, with whose it is: what every screen begins with. */
export interface Held {
  ctx: Context;
  page: Page;
  phone: Phone;
  account: Account;
  citizen: Citizen;
  /** Hidden value of every form of this phone. */
  csrf: string;
}

/** Hands requests to screens once it is known whose phone they come from. */
export interface Screens {
  /**
   * For a page: a browser without a phone goes to the first page, one whose account is barred is told so.
   * @param without what a browser without a phone gets instead
   */
  show(screen: (held: Held) => Promise<unknown>, without?: (ctx: Context) => Promise<unknown>): Middleware;
  /**
   * For a form of this phone; what it returns is where the browser goes, nothing when it has drawn a page itself.
   * @param evenBarred also when the account may not be used
   */
  submit(work: (held: Held, form: Form) => Promise<string | void>, evenBarred?: boolean): Middleware;
  /** What stands around every screen. */
  frame(held: Held): Promise<DeviceShown>;
  /** How this phone stands, live. @throws VneidError `phone.unknown` */
  follow(ctx: Context): Promise<Source>;
}

export interface ScreensParts {
  accounts: Accounts;
  approvals: Approvals;
  clock: Clock;
  devices: Devices;
  formTokens: FormTokens;
  inbox: Inbox;
  registry: Registry;
  /** Lab only: where another citizen's phone is put into this browser. */
  castPath: string | undefined;
}

/** Makes the beginning of every screen of one instance. */
export function createScreens(parts: ScreensParts): Screens {
  const { accounts, approvals, clock, devices, formTokens, inbox, registry, castPath } = parts;

  async function open(ctx: Context): Promise<Held | undefined> {
    const phone = await devices.phoneOf(ctx);
    const account = phone && (await accounts.byId(phone.accountId));
    const citizen = account && (await registry.byId(account.citizenId));
    if (!phone || !account || !citizen) return undefined;
    return { ctx, page: pageOf(ctx), phone, account, citizen, csrf: formTokens.make(phone.id) };
  }

  /** The account may not be used: nothing of it is shown, only what to do. */
  function refuse({ ctx, page, account, csrf }: Held): void {
    const own = account.state === 'locked' && account.stateReason === 'requested';
    const { fullName } = account;
    ctx.status = 403;
    draw(ctx, barredPage(page, { csrf, fullName, own, removeAction: '/phone/me/remove', cast: castPath }));
  }

  /** Says all that a screen could show anew, in one line: it changes when any of it does. */
  async function newsOf({ account }: Pick<Held, 'account'>): Promise<string> {
    const [waiting, [newest]] = await Promise.all([
      approvals.pending(account.id),
      inbox.messages(account.citizenId, { limit: 1 }),
    ]);
    return [...waiting.map(({ id, state }) => `${id}:${state}`), newest?.id ?? 'nothing'].join(' ');
  }

  return {
    show: (screen, without) => async (ctx) => {
      ctx.set('Cache-Control', 'no-store');
      const held = await open(ctx);
      if (!held) {
        if (without) draw(ctx, await without(ctx));
        else redirect(ctx, '/phone');
      } else if (barOf(held.account)) refuse(held);
      else draw(ctx, await screen(held));
    },

    submit:
      (work, evenBarred = false) =>
      async (ctx) => {
        const { fields } = await readForm(ctx);
        ctx.set('Cache-Control', 'no-store');
        const held = await open(ctx);
        if (!held) return redirect(ctx, '/phone');
        formTokens.check(held.phone.id, fields.get('csrf'));
        if (barOf(held.account) && !evenBarred) return refuse(held);
        const next = await work(held, fields);
        if (next !== undefined) redirect(ctx, next);
      },

    async frame(held) {
      const now = clock.now();
      const waiting = await approvals.pending(held.account.id);
      return {
        holder: holderShown(held.citizen, now),
        // the screen of a request says itself what it is
        pending: waiting
          .map((approval) => ({
            href: `/phone/approvals/${approval.id}`,
            kind: approval.kind,
            client: approval.ask.client.name,
            secondsLeft: Math.max(0, Math.ceil((approval.expiresAt - now) / 1000)),
          }))
          .filter(({ href }) => href !== held.ctx.path),
        news: await newsOf(held),
        csrf: held.csrf,
        cast: castPath,
      };
    },

    async follow(ctx) {
      const held = await open(ctx);
      if (!held) throw problem('phone.unknown');
      return {
        async read() {
          // ended, locked or given away since: the page asks again and is told
          const now = await open(ctx);
          return now && !barOf(now.account) ? newsOf(now) : 'over';
        },
        hear: (changed) => approvals.watchAccount(held.account.id, changed),
      };
    },
  };
}

/** Whose phone, or whose documents. */
export function holderShown(citizen: Citizen, now: number): HolderShown {
  const year = Number(dateIn(now).slice(0, 4));
  return { fullName: citizen.name.full, number: citizen.number, portrait: portraitOf(citizen, year) };
}

/** A drawn page as the answer; nothing when the screen has answered by itself. */
export function draw(ctx: Context, html: unknown): void {
  if (html === undefined) return;
  ctx.type = 'html';
  ctx.body = bodyOf(html);
}
