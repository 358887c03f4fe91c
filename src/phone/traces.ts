import Router from '@koa/router';
import type { Phones } from '../accounts/phones.ts';
import { describeAccess } from '../oidc/claims/access.ts';
import { claimOf, scopeOf } from '../oidc/claims/asked.ts';
import { describeClaims } from '../oidc/claims/claims.ts';
import type { KeptConsent } from '../oidc/consents.ts';
import type { Resources } from '../oidc/clients/resources.ts';
import { devicesPage } from '../../views/phone/devices.ts';
import { sharedPage, type SharedShown } from '../../views/phone/consents.ts';
import type { Language } from '../web/language.ts';
import { redirect } from '../web/redirect.ts';
import type { Screens } from './held.ts';
import { endedNotice } from './notices.ts';
import { withdraw, type WithdrawalParts } from './withdrawal.ts';

export interface TracesParts extends WithdrawalParts {
  phones: Phones;
  resources: Resources;
  screens: Screens;
}

/**
 * Which phones there were, and who holds this person's data:
 *
 *     GET  /phone/devices                    the phone in use and those before
 *     POST /phone/devices/lost               ends it
 *     GET  /phone/shared                     what was agreed to
 *     POST /phone/shared/:id/withdraw        takes it back
 */
export function traceRoutes(parts: TracesParts): Router {
  const { clients, consents, inbox, phones, resources, screens } = parts;
  const router = new Router();

  router.get(
    '/phone/devices',
    screens.show(async (held) =>
      devicesPage(held.page, {
        device: await screens.frame(held),
        lostAction: '/phone/devices/lost',
        phones: (await phones.history(held.account.id)).map((phone) => ({
          name: phone.name,
          activatedAt: isoOf(phone.activatedAt),
          seenAt: isoOf(phone.seenAt),
          ended:
            phone.endedAt !== null && phone.endedBecause
              ? { at: isoOf(phone.endedAt), because: phone.endedBecause }
              : undefined,
        })),
      }),
    ),
  );

  router.post(
    '/phone/devices/lost',
    screens.submit(async ({ account, phone }) => {
      await phones.end(phone.id, 'lost');
      await inbox.deliver(endedNotice(account, phone));
      return '/phone';
    }),
  );

  // a page that came of a form is asked for again in another language
  router.get('/phone/devices/lost', (ctx) => redirect(ctx, '/phone/devices'));
  router.get('/phone/shared/:id/withdraw', (ctx) => redirect(ctx, '/phone/shared'));

  router.get(
    '/phone/shared',
    screens.show(async (held) => {
      const { page, account, ctx } = held;
      const all = await consents.list(account.id);
      const withdrawn = all.find(({ id, withdrawnAt }) => id === ctx.query.withdrawn && withdrawnAt !== null);
      return sharedPage(page, {
        device: await screens.frame(held),
        consents: all.map((consent) => shownIn(page.language, consent)),
        withdrawn: withdrawn && nameOf(withdrawn.clientId),
      });
    }),
  );

  router.post(
    '/phone/shared/:id/withdraw',
    screens.submit(async ({ account, ctx }) => {
      const consent = String(ctx.params.id);
      await withdraw(parts, account, consent);
      return `/phone/shared?withdrawn=${encodeURIComponent(consent)}`;
    }),
  );

  /** A client that is no longer registered is called by its id. */
  function nameOf(clientId: string): string {
    return clients.get(clientId)?.name ?? clientId;
  }

  function shownIn(language: Language, consent: KeptConsent): SharedShown {
    const client = clients.get(consent.clientId);
    const [scopes, claims] = [consent.scopes.map(scopeOf), consent.scopes.map(claimOf)];
    return {
      client: nameOf(consent.clientId),
      owner: client?.owner[language] ?? '',
      purposes: (client?.purposes ?? [])
        .filter((purpose) => purpose.scopes.some((scope) => scopes.includes(scope)))
        .map((purpose) => purpose[language]),
      items: [
        ...describeClaims(language)
          .filter(({ scope, claim }) => consent.scopes.includes(scope) || claims.includes(claim))
          .map(({ meaning }) => meaning),
        ...describeAccess(consent.scopes, resources, language).map(({ what, api }) => `${what} (${api})`),
      ],
      givenAt: isoOf(consent.givenAt),
      withdrawnAt: consent.withdrawnAt === null ? undefined : isoOf(consent.withdrawnAt),
      receipt: consent.id,
      withdrawAction: `/phone/shared/${consent.id}/withdraw`,
    };
  }

  return router;
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
