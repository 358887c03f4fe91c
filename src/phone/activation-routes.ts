import Router from '@koa/router';
import type { Context } from 'koa';
import type { Face } from '../accounts/phones.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import {
  codePage,
  credentialsPage,
  devicePage,
  newPasscodePage,
  readyPage,
  typedPasscodePage,
} from '../../views/phone/activate.ts';
import type { Problem } from '../../views/shown.ts';
import { type Form, type FormTokens, readForm } from '../web/forms.ts';
import { pageOf } from '../web/language.ts';
import type { Streams } from '../web/streams.ts';
import type { Activation, Standing, Walk } from './activation.ts';
import { browserName } from '../web/browser-name.ts';
import { redirect } from '../web/redirect.ts';
import type { Devices } from './device.ts';
import { subjectOf } from './enter.ts';
import { draw } from './held.ts';

export interface ActivationRoutesParts {
  activation: Activation;
  /** Browsers that signed in before have a count of their own in the throttle. */
  browsers: { nameFor(ctx: Context, number: string): string | undefined; remember(ctx: Context, number: string): void };
  clock: Clock;
  devices: Devices;
  formTokens: FormTokens;
  /** Lab only: where a text message can be read. */
  inboxPath: ((number: string) => string) | undefined;
  streams: Streams;
}

const minutes = 5;

/**
 * The pages of an activation:
 *
 *     GET  /phone/activate                number and password
 *     POST /phone/activate                begins
 *     GET  /phone/activate/:id            the page of the step that is due
 *     POST /phone/activate/:id/:step      code, resend, passcode, ask, take, card, new-passcode, finish
 *     GET  /phone/activate/:id/follow     what the old phone has answered, live
 */
export function activationRoutes(parts: ActivationRoutesParts): Router {
  const { activation, browsers, clock, devices, formTokens, inboxPath, streams } = parts;
  const router = new Router();

  const walkOf = (ctx: Context): Walk => ({
    id: String(ctx.params.id),
    browser: devices.guest(ctx),
    address: ctx.ip,
  });

  const steps: Record<string, (walk: Walk, form: Form, ctx: Context) => Promise<Standing>> = {
    code: (walk, form) => activation.code(walk, form.get('otp') ?? ''),
    resend: (walk) => activation.resend(walk),
    passcode: (walk, form) => activation.passcode(walk, form.get('passcode') ?? ''),
    ask: (walk, _form, ctx) => activation.askOld(walk, ctx.get('user-agent').slice(0, 300)),
    take: (walk) => activation.takeOld(walk),
    card: (walk, form) => activation.card(walk, faceIn(form)),
    'new-passcode': (walk, form) => activation.newPasscode(walk, form.get('passcode') ?? '', form.get('again') ?? ''),
    finish: (walk) => activation.look(walk),
  };

  router.get('/phone/activate', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    draw(ctx, beginPage(ctx, ''));
  });

  router.post('/phone/activate', async (ctx) => {
    const { fields } = await readForm(ctx);
    formTokens.check(subjectOf(devices.guest(ctx)), fields.get('csrf'));
    const typed = (fields.get('login') ?? '').slice(0, 64);
    try {
      const { id } = await activation.begin({
        number: typed,
        password: fields.get('password') ?? '',
        browser: devices.guest(ctx),
        address: ctx.ip,
        known: browsers.nameFor(ctx, typed.normalize('NFKC').replaceAll(/[\s.]/g, '')),
      });
      redirect(ctx, `/phone/activate/${id}`);
    } catch (thrown) {
      const told = refusal(ctx, thrown);
      const field = (thrown as VneidError).code === 'login.badNumber' ? ('login' as const) : ('password' as const);
      draw(ctx, beginPage(ctx, typed, { ...told, field }));
    }
  });

  router.get('/phone/activate/:id', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    try {
      draw(ctx, stepPage(ctx, await activation.look(walkOf(ctx))));
    } catch (thrown) {
      if (await handedOver(ctx, thrown)) return;
      draw(ctx, beginPage(ctx, '', refusal(ctx, thrown)));
    }
  });

  router.post('/phone/activate/:id/:step', async (ctx) => {
    const { fields } = await readForm(ctx);
    const walk = walkOf(ctx);
    formTokens.check(subjectOf(walk.browser), fields.get('csrf'));
    const name = String(ctx.params.step);
    if (!Object.hasOwn(steps, name)) throw problem('request.notFound');
    try {
      const now = await (steps[name] as (typeof steps)['code'])(walk, fields, ctx);
      if (now.step !== 'ready') return redirect(ctx, `/phone/activate/${walk.id}`);
      const { phone, secret } = await activation.finish(walk, browserName(ctx.get('user-agent'), 'vi'));
      devices.put(ctx, phone, secret);
      browsers.remember(ctx, now.account.number);
      return redirect(ctx, '/phone');
    } catch (thrown) {
      const { code } = thrown as VneidError;
      // an earlier or later step, from a back button or a guess: the page that is due is shown
      if (code === 'activation.notNow') return redirect(ctx, `/phone/activate/${walk.id}`);
      if (await handedOver(ctx, thrown)) return;
      const told = refusal(ctx, thrown);
      if (code === 'activation.expired') return draw(ctx, beginPage(ctx, '', told));
      const field = fieldOf(name);
      return draw(
        ctx,
        stepPage(ctx, await activation.look(walk), { ...told, ...(field && { field }) }, faceIn(fields)),
      );
    }
  });

  router.get('/phone/activate/:id/follow', async (ctx) => {
    const walk = walkOf(ctx);
    const { approval } = await activation.look(walk);
    if (!approval) throw problem('request.notFound');
    await streams.follow(ctx, {
      async read() {
        const now = await activation.look(walk);
        return now.step === 'device' ? (now.approval?.state ?? 'replaced') : 'over';
      },
      hear: (changed) => activation.watch(approval.id, changed),
    });
  });
  // a page that came of a form is asked for again: in another language, or as the old phone has answered
  router.get('/phone/activate/:id/:step', (ctx) =>
    redirect(ctx, `/phone/activate/${encodeURIComponent(walkOf(ctx).id)}`),
  );

  /** Whether it was over because it has ended well: then this browser gets what it may have missed. */
  async function handedOver(ctx: Context, thrown: unknown): Promise<boolean> {
    const over = thrown instanceof VneidError && thrown.code === 'activation.expired';
    const bound = over ? await activation.again(walkOf(ctx)) : undefined;
    if (!bound) return false;
    devices.put(ctx, bound, bound.secret);
    redirect(ctx, '/phone');
    return true;
  }

  function beginPage(ctx: Context, login: string, problem?: Problem): unknown {
    return credentialsPage(pageOf(ctx), {
      csrf: formTokens.make(subjectOf(devices.guest(ctx))),
      action: '/phone/activate',
      cancel: '/phone',
      login,
      problem,
    });
  }

  /** The page of the step that is due. */
  function stepPage(ctx: Context, now: Standing, problem?: Problem, face: Face = 'matches'): unknown {
    const page = pageOf(ctx);
    const at = (step: string) => `/phone/activate/${now.id}/${step}`;
    const walk = { csrf: formTokens.make(subjectOf(devices.guest(ctx))), cancel: '/phone', problem };
    switch (now.step) {
      case 'code':
        return codePage(page, {
          ...walk,
          action: at('code'),
          resendAction: at('resend'),
          maskedPhone: now.maskedPhone,
          minutes,
          inbox: inboxPath?.(now.account.number),
        });
      case 'passcode':
        return typedPasscodePage(page, {
          ...walk,
          action: at('passcode'),
          locked: now.passcode === 'locked',
          cardAction: at('card'),
          face,
        });
      case 'device':
        return devicePage(page, {
          ...walk,
          action: at('ask'),
          old: now.old?.name ?? '',
          cardAction: at('card'),
          face,
          request: now.approval && {
            state: now.approval.state,
            number: now.approval.number ?? '',
            secondsLeft: Math.max(0, Math.ceil((now.approval.expiresAt - clock.now()) / 1000)),
            follow: at('follow'),
            takeAction: at('take'),
          },
        });
      case 'new-passcode':
        return newPasscodePage(page, { ...walk, action: at('new-passcode') });
      case 'ready':
        return readyPage(page, { ...walk, action: at('finish') });
    }
  }

  return router;
}

/** What was refused, in the reader's language, with the status and headers of the answer. */
function refusal(ctx: Context, thrown: unknown): Problem {
  if (!(thrown instanceof VneidError)) throw thrown;
  ctx.status = thrown.status;
  for (const [name, value] of Object.entries(thrown.headers)) ctx.set(name, value);
  return thrown.explain(pageOf(ctx).language);
}

function fieldOf(step: string): Problem['field'] {
  if (step === 'code') return 'otp';
  if (step === 'card') return 'card';
  return step === 'passcode' || step === 'new-passcode' ? 'passcode' : undefined;
}

/** The lab's part of the form; without it there is no camera that could see anybody. */
function faceIn(form: Form): Face {
  const face = form.get('face');
  return face === 'matches' || face === 'differs' ? face : 'no-camera';
}
