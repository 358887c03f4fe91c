import Router from '@koa/router';
import type { Context } from 'koa';
import { type Accounts, barOf } from '../accounts/accounts.ts';
import type { Passcodes } from '../accounts/passcodes.ts';
import type { Phones } from '../accounts/phones.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { cast, castPasscode } from '../registry/cast.ts';
import type { Registry } from '../registry/citizens.ts';
import { type CastMemberShown, startPage } from '../../views/phone/start.ts';
import { type FormTokens, readForm } from '../web/forms.ts';
import { type Language, pageOf } from '../web/language.ts';
import { browserName } from '../web/browser-name.ts';
import { redirect } from '../web/redirect.ts';
import type { Devices } from './device.ts';
import { draw, holderShown } from './held.ts';

export interface EnterParts {
  accounts: Accounts;
  clock: Clock;
  devices: Devices;
  formTokens: FormTokens;
  /** Whether this is a test bench, where anybody may pick up anybody's phone. */
  lab: boolean;
  passcodes: Passcodes;
  phones: Phones;
  registry: Registry;
}

/** The page of a browser that is no phone yet, or no longer; in the lab also the way to be anybody's. */
export interface Enter {
  router: Router;
  startPage(ctx: Context): Promise<unknown>;
}

/**
 *     GET  /phone/cast    lab only: everybody whose phone can be put into this browser
 *     POST /phone/cast    lab only: puts it there
 */
export function createEnter(parts: EnterParts): Enter {
  const { accounts, clock, devices, formTokens, lab, passcodes, phones, registry } = parts;
  const router = new Router();

  async function members(language: Language): Promise<CastMemberShown[]> {
    const shown = cast.map(async (member) => {
      const [citizen, account] = [await registry.byId(member.id), await accounts.byNumber(member.number)];
      return citizen && account ? [{ citizen, account, member }] : [];
    });
    return (await Promise.all(shown)).flat().map(({ citizen, account, member }) => ({
      ...holderShown(citizen, clock.now()),
      case: language === 'vi' ? member.caseVi : member.caseEn,
      barred: barOf(account) !== undefined,
    }));
  }

  async function start(ctx: Context): Promise<unknown> {
    const former = await devices.formerPhoneOf(ctx);
    const page = pageOf(ctx);
    return startPage(page, {
      csrf: formTokens.make(subjectOf(devices.guest(ctx))),
      activate: '/phone/activate',
      ...(lab && { cast: { action: '/phone/cast', members: await members(page.language) } }),
      ...(former?.endedBecause && { ended: { because: former.endedBecause, name: former.name } }),
    });
  }

  router.get('/phone/cast', async (ctx) => {
    if (!lab) throw problem('request.notFound');
    ctx.set('Cache-Control', 'no-store');
    draw(ctx, await start(ctx));
  });

  router.post('/phone/cast', async (ctx) => {
    if (!lab) throw problem('request.notFound');
    const { fields } = await readForm(ctx);
    formTokens.check(subjectOf(devices.guest(ctx)), fields.get('csrf'));
    const number = (fields.get('citizen') ?? '').slice(0, 12);
    const account = await accounts.byNumber(number);
    if (!account) throw problem('citizen.unknown', { number });
    const inUse = await phones.active(account.id);
    if (inUse) devices.put(ctx, inUse, await phones.handOver(inUse.id));
    else {
      if ((await passcodes.state(account.id)) === 'none') await passcodes.set(account.id, castPasscode);
      const { phone, secret } = await phones.bind(account.id, { name: browserName(ctx.get('user-agent'), 'vi') });
      devices.put(ctx, phone, secret);
    }
    redirect(ctx, '/phone');
  });

  return { router, startPage: start };
}

/** What the forms of a browser that is no phone act on. */
export function subjectOf(guest: string): string {
  return `guest:${guest}`;
}
