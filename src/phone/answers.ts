import Router from '@koa/router';
import type { Approval } from '../accounts/approval.ts';
import { choicesOf } from '../accounts/approval.ts';
import { passkeySubject } from '../accounts/approval-factors.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import { describeClaims } from '../oidc/claims/claims.ts';
import { type ApprovalProps, approvalPage, type ApprovalShown } from '../../views/phone/approval.ts';
import { scanPage } from '../../views/phone/scan.ts';
import type { Problem } from '../../views/shown.ts';
import type { Form } from '../web/forms.ts';
import type { Language } from '../web/language.ts';
import { browserName } from '../web/browser-name.ts';
import { draw, type Held, type Screens } from './held.ts';
import { codePattern } from './presentations.ts';

export interface AnswersParts {
  approvals: Approvals;
  clock: Clock;
  issuer: string;
  passkeys: Passkeys;
  screens: Screens;
}

/**
 * What is asked of this phone, and what is scanned with it:
 *
 *     GET  /phone/approvals/:id    who asks, from where, for what; afterwards what became of it
 *     POST /phone/approvals/:id    yes or no
 *     GET  /phone/scan             the camera
 *     POST /phone/scan             what a code said
 */
export function answerRoutes({ approvals, clock, issuer, passkeys, screens }: AnswersParts): Router {
  const router = new Router();

  /** A request of this person; whose it is not does not learn that it exists. */
  async function own({ phone }: Held, id: string): Promise<Approval> {
    const approval = await approvals.get(id);
    if (approval?.accountId !== phone.accountId) throw problem('approval.unknown');
    const open = approval.state === 'waiting' || approval.state === 'scanned';
    if (open && approval.kind === 'qr' && approval.phoneId !== phone.id) throw problem('approval.unknown');
    return approval;
  }

  async function show(held: Held, id: string, more: Pick<ApprovalProps, 'chosen' | 'problem'> = {}): Promise<unknown> {
    const approval = shownIn(held.page.language, await own(held, id), clock.now());
    const device = await screens.frame(held);
    const [any] = await passkeys.list(held.account.id);
    const passkey = any && JSON.stringify(passkeys.requestOptions(passkeySubject(id)));
    return approvalPage(held.page, { device, action: `/phone/approvals/${id}`, approval, passkey, ...more });
  }

  router.get(
    '/phone/approvals/:id',
    screens.show((held) => show(held, String(held.ctx.params.id))),
  );

  router.post(
    '/phone/approvals/:id',
    screens.submit(async (held, form) => {
      const id = String(held.ctx.params.id);
      const chosen = { number: form.get('number'), face: form.get('face') === 'yes' };
      try {
        if (form.get('decision') === 'allow') await confirm(held, id, chosen, form);
        // whatever is not a clear yes is a no
        else await approvals.decline(id, held.phone);
      } catch (thrown) {
        if (!(thrown instanceof VneidError) || thrown.code === 'approval.unknown') throw thrown;
        const { ctx, page } = held;
        ctx.status = thrown.status;
        draw(ctx, await show(held, id, { chosen, problem: withField(thrown, page.language) }));
        return undefined;
      }
      return `/phone/approvals/${id}`;
    }),
  );

  async function confirm(
    held: Held,
    id: string,
    { number, face }: { number: string | undefined; face: boolean },
    form: Form,
  ): Promise<void> {
    // no choice is not a wrong choice, which would end the request
    if ((await own(held, id)).number !== undefined && !number) throw problem('approval.choose');
    const [passcode, passkey] = ['passcode', 'passkey'].map((name) => form.get(name) || undefined);
    await approvals.confirm(id, held.phone, { number, face, passcode, passkey });
  }

  router.get(
    '/phone/scan',
    screens.show(async (held) => scanPage(held.page, { device: await screens.frame(held), action: '/phone/scan' })),
  );

  router.post(
    '/phone/scan',
    screens.submit(async (held, form) => {
      const text = (form.get('code') ?? '').trim();
      const document = documentIn(text, issuer);
      if (document) return `/verify/${document}`;
      try {
        return `/phone/approvals/${(await approvals.scan(text, held.phone)).id}`;
      } catch (thrown) {
        if (!(thrown instanceof VneidError)) throw thrown;
        const { ctx, page } = held;
        ctx.status = thrown.status;
        const told: Problem = { ...thrown.explain(page.language), field: 'code' };
        const device = await screens.frame(held);
        draw(ctx, scanPage(page, { device, action: '/phone/scan', problem: told, typed: text.slice(0, 2000) }));
        return undefined;
      }
    }),
  );

  return router;
}

/** The code of a document that somebody shows: `<issuer>/verify/<code>`. */
function documentIn(text: string, issuer: string): string | undefined {
  const start = `${issuer}/verify/`;
  const code = text.startsWith(start) ? text.slice(start.length) : '';
  return codePattern.test(code) ? code : undefined;
}

function withField(thrown: VneidError, language: Language): Problem {
  const told = thrown.explain(language);
  if (thrown.code === 'approval.choose') return { ...told, field: 'number' };
  return thrown.code.startsWith('passcode.') ? { ...told, field: 'passcode' } : told;
}

function shownIn(language: Language, approval: Approval, now: number): ApprovalShown {
  const { kind, state, reason, ask, level, expiresAt, askedAt } = approval;
  const meanings = describeClaims(language);
  return {
    kind,
    state,
    reason,
    client: { name: ask.client.name, owner: ask.client.owner[language], origin: ask.client.origin },
    from: ask.from && { address: ask.from.address, browser: browserName(ask.from.browser, language) },
    text: ask.text,
    purposes: (ask.purposes ?? []).map((purpose) => ({
      text: purpose[language],
      items: meanings.filter(({ scope }) => purpose.scopes.includes(scope)).map(({ meaning }) => meaning),
    })),
    choices: choicesOf(approval),
    level,
    secondsLeft: Math.max(0, Math.ceil((expiresAt - now) / 1000)),
    askedAt: new Date(askedAt).toISOString(),
  };
}
