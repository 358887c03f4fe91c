import type { Context } from 'koa';
import type { ActiveFaults } from './active.ts';
import { another } from './lies.ts';

/** What userinfo says in the open; what is signed is changed where it is signed, in `tokens.ts`. */
export function createUserinfo({ active }: { active: ActiveFaults }) {
  return {
    after(ctx: Context): void {
      const told = ctx.body as { sub: string } | string | undefined;
      if (ctx.status !== 200 || typeof told !== 'object') return;
      const { client, account } = ctx.oidc as { client?: { clientId: string }; account?: { accountId: string } };
      const about = { client: client?.clientId, account: account?.accountId };
      for (const setting of active.at('userinfo.', about)) {
        ctx.body = { ...told, sub: another(told.sub) };
        active.struck(setting, { ...about, endpoint: 'userinfo' });
      }
    },
  };
}
