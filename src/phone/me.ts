import Router from '@koa/router';
import type { Accounts } from '../accounts/accounts.ts';
import type { Inbox } from '../accounts/inbox.ts';
import type { Passcodes } from '../accounts/passcodes.ts';
import type { Face, Phones } from '../accounts/phones.ts';
import { problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { writtenDate } from '../registry/dates.ts';
import { mePage, type MeProps } from '../../views/phone/me.ts';
import { redirect } from '../web/redirect.ts';
import { draw, type Held, type Screens } from './held.ts';
import { endedNotice, lockedNotice, passcodeNotice } from './notices.ts';

export interface MeParts {
  accounts: Accounts;
  events: EventHub;
  inbox: Inbox;
  /** Lab only: the camera can be set, and texts can be read where they are kept. */
  lab: boolean;
  passcodes: Passcodes;
  phones: Phones;
  screens: Screens;
}

/**
 * Cá nhân, and what changes the account itself:
 *
 *     GET  /phone/me             who this is
 *     POST /phone/me/passcode    another passcode, for the one in use
 *     POST /phone/me/lock        locks the account, for the passcode
 *     POST /phone/me/remove      takes the app off this phone
 *     POST /phone/me/face        lab only: what the camera sees
 */
export function meRoutes({ accounts, events, inbox, lab, passcodes, phones, screens }: MeParts): Router {
  const router = new Router();

  async function show(held: Held, more: Pick<MeProps, 'done' | 'problem'>): Promise<unknown> {
    const { page, phone, account, citizen } = held;
    const { birthDate } = citizen;
    return mePage(page, {
      device: await screens.frame(held),
      profile: {
        number: account.number,
        birthDate: page.language === 'vi' ? writtenDate(birthDate) : birthDate,
        phone: citizen.phone,
        email: citizen.email,
      },
      accountLevel: account.level,
      passcodeAction: '/phone/me/passcode',
      lockAction: '/phone/me/lock',
      removeAction: '/phone/me/remove',
      lab: lab ? { face: phone.face, faceAction: '/phone/me/face', inbox: `/lab/inbox/${account.number}` } : undefined,
      ...more,
    });
  }

  /** The page again, with what was wrong in which of its forms. */
  async function again(held: Held, form: 'passcode' | 'lock', thrown: unknown): Promise<undefined> {
    if (!(thrown instanceof VneidError)) throw thrown;
    held.ctx.status = thrown.status;
    const told = { ...thrown.explain(held.page.language), form };
    draw(held.ctx, await show(held, { done: undefined, problem: told }));
  }

  router.get(
    '/phone/me',
    screens.show((held) => {
      const { done } = held.ctx.query;
      return show(held, { done: done === 'passcode' || done === 'face' ? done : undefined });
    }),
  );

  // a page that came of a form is asked for again: in another language, or as there is something new
  router.get('/phone/me/:form', (ctx) => redirect(ctx, '/phone/me'));

  router.post(
    '/phone/me/passcode',
    screens.submit(async (held, form) => {
      const { account } = held;
      const [wanted, repeated] = [form.get('new') ?? '', form.get('again') ?? ''];
      try {
        if (wanted.trim() !== repeated.trim()) throw problem('passcode.differ');
        await passcodes.check(account.id, form.get('old') ?? '');
        await passcodes.set(account.id, wanted);
      } catch (thrown) {
        return again(held, 'passcode', thrown);
      }
      events.emit('passcode.changed', { account: account.id });
      await inbox.deliver(passcodeNotice(account));
      return '/phone/me?done=passcode';
    }),
  );

  router.post(
    '/phone/me/lock',
    screens.submit(async (held, form) => {
      const { account } = held;
      try {
        await passcodes.check(account.id, form.get('passcode') ?? '');
      } catch (thrown) {
        return again(held, 'lock', thrown);
      }
      await accounts.setState(account.id, 'locked', 'requested');
      events.emit('account.locked', { account: account.id, reason: 'requested' });
      await inbox.deliver(lockedNotice(account));
      return '/phone';
    }),
  );

  router.post(
    '/phone/me/remove',
    screens.submit(async ({ account, phone }) => {
      await phones.end(phone.id, 'removed');
      await inbox.deliver(endedNotice(account, phone));
      return '/phone';
    }, true),
  );

  router.post(
    '/phone/me/face',
    screens.submit(async ({ phone }, form) => {
      if (!lab) throw problem('request.notFound');
      const face = form.get('face');
      const known: Face[] = ['matches', 'differs', 'no-camera'];
      await phones.setFace(phone.id, known.find((one) => one === face) ?? phone.face);
      return '/phone/me?done=face';
    }),
  );

  return router;
}
