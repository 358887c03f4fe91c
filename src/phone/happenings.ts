import Router from '@koa/router';
import type { Approvals } from '../accounts/approvals.ts';
import type { Inbox } from '../accounts/inbox.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../clock.ts';
import { levelOfAcr } from '../levels.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import { phoneHomePage } from '../../views/phone/home.ts';
import type { HappeningShown } from '../../views/phone/lines.ts';
import { historyPage, noticesPage } from '../../views/phone/notices.ts';
import type { Streams } from '../web/streams.ts';
import type { Enter } from './enter.ts';
import type { Held, Screens } from './held.ts';

export interface HappeningsParts {
  approvals: Approvals;
  audit: Audit;
  clients: Clients;
  clock: Clock;
  enter: Enter;
  inbox: Inbox;
  screens: Screens;
  streams: Streams;
}

/**
 * What happened and what is new:
 *
 *     GET /phone            the home screen; without a phone the way to one
 *     GET /phone/notices    what was sent and asked
 *     GET /phone/history    who signed in with this account
 *     GET /phone/follow     tells a page, live, that there is something new
 */
export function happeningRoutes(parts: HappeningsParts): Router {
  const { approvals, audit, clients, clock, enter, inbox, screens, streams } = parts;
  const router = new Router();
  const now = () => new Date(clock.now()).toISOString();

  /** What was sent to the citizen and asked of them, newest first. */
  async function noticesOf({ account, page }: Held, limit: number): Promise<HappeningShown[]> {
    const [messages, asked] = [
      await inbox.messages(account.citizenId, { limit }),
      await approvals.history(account.id, limit),
    ];
    const vi = page.language === 'vi';
    // a text to another number came to another phone
    const here = messages.filter(({ channel, recipient }) => channel !== 'sms' || recipient === account.phone);
    const shown: HappeningShown[] = [
      ...here.map((one) => ({
        what: 'message' as const,
        kind: one.kind,
        channel: one.channel,
        title: vi ? one.titleVi : one.titleEn,
        text: vi ? one.textVi : one.textEn,
        code: one.code ?? null,
        at: new Date(one.sentAt).toISOString(),
      })),
      ...asked.map((one) => ({
        what: 'approval' as const,
        kind: one.kind,
        state: one.state,
        client: one.ask.client.name,
        href: `/phone/approvals/${one.id}`,
        at: new Date(one.askedAt).toISOString(),
      })),
    ];
    // newest first; of the same moment in the order in which they came
    return shown.sort((a, b) => b.at.localeCompare(a.at)).slice(0, limit);
  }

  /** What a list looks like, in short: it differs when anything on it does. */
  const versionOf = (shown: readonly HappeningShown[]) =>
    `${shown.length} ${shown[0]?.at ?? ''} ${shown.map((one) => (one.what === 'approval' ? one.state[0] : '')).join('')}`;

  router.get(
    '/phone',
    screens.show(
      async (held) => {
        const newest = await noticesOf(held, 4);
        return phoneHomePage(held.page, {
          device: await screens.frame(held),
          version: versionOf(newest),
          accountLevel: held.account.level,
          newest,
        });
      },
      (ctx) => enter.startPage(ctx),
    ),
  );

  router.get(
    '/phone/notices',
    screens.show(async (held) => {
      const happened = await noticesOf(held, 100);
      const device = await screens.frame(held);
      return noticesPage(held.page, { device, version: versionOf(happened), happened, now: now() });
    }),
  );

  router.get(
    '/phone/history',
    screens.show(async (held) => {
      const entries = await audit.list({ account: held.account.id, event: 'login.succeeded', limit: 200 });
      const happened = entries.map(({ at, client, facts }) => ({
        what: 'sign-in' as const,
        client: clients.get(client ?? '')?.name ?? client ?? '',
        methods: Array.isArray(facts.amr) ? facts.amr.map(String) : [],
        level: levelOfAcr(String(facts.acr)),
        address: String(facts.address ?? ''),
        at: new Date(at).toISOString(),
      }));
      const device = await screens.frame(held);
      return historyPage(held.page, { device, version: entries[0]?.id ?? 'none', happened, now: now() });
    }),
  );

  router.get('/phone/follow', async (ctx) => streams.follow(ctx, await screens.follow(ctx)));

  return router;
}
