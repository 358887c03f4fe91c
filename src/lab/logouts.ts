import Router from '@koa/router';
import type { Accounts } from '../accounts/accounts.ts';
import { maskNumber } from '../accounts/masking.ts';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import { type DeliveryShown, logoutsPage } from '../../views/lab/logouts.ts';
import { pageOf } from '../web/language.ts';

/** How many are shown. */
const most = 100;

export interface LogoutsParts {
  accounts: Accounts;
  audit: Audit;
  clients: Clients;
}

/** Which apps were told of ended sessions, newest first. */
export async function newestDeliveries({
  accounts,
  audit,
}: Pick<LogoutsParts, 'accounts' | 'audit'>): Promise<DeliveryShown[]> {
  const events = ['logout.told', 'logout.unheard'];
  const entries = (await Promise.all(events.map((event) => audit.list({ event, limit: most })))).flat();
  const shown = entries.toSorted((one, other) => (one.id < other.id ? 1 : -1)).slice(0, most);
  const ids = [...new Set(shown.map(({ account }) => account ?? ''))];
  const numbers = new Map(
    await Promise.all(
      ids.map(async (id) => {
        const account = await accounts.byId(id);
        return [id, account ? maskNumber(account.number) : id] as const;
      }),
    ),
  );
  return shown.map((entry) => deliveryOf(entry, numbers.get(entry.account ?? '') ?? ''));
}

/** The same as a page, `/lab/logouts`. */
export function logoutsRoutes(parts: LogoutsParts): Router {
  const router = new Router();
  router.get('/lab/logouts', async (ctx) => {
    const deliveries = await newestDeliveries(parts);
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = String(
      logoutsPage(pageOf(ctx), {
        deliveries: deliveries.map((one) => ({ ...one, client: parts.clients.get(one.client)?.name ?? one.client })),
      }),
    );
  });
  return router;
}

function deliveryOf({ at, event, client, facts }: AuditEntry, subject: string): DeliveryShown {
  const { attempt, reason, again } = facts as { attempt: number; reason?: string; again?: number };
  return {
    at: new Date(at).toISOString(),
    client: client ?? '',
    subject,
    attempt,
    outcome: event === 'logout.told' ? 'heard' : again === undefined ? 'given-up' : 'again',
    reason: reason ?? null,
    again: again ?? null,
  };
}
