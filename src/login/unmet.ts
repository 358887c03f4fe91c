import type { Account } from '../accounts/accounts.ts';
import type { EventHub } from '../events.ts';
import type { AuthenticationLevel } from '../levels.ts';
import { unmetPage } from '../../views/login/unmet.ts';
import { shownClient } from './client.ts';
import { reachOf } from './order.ts';
import type { Step } from './step.ts';

/**
 * The account cannot reach the level that was asked for: the page says how it could, and the relying party gets
 * `unmet_authentication_requirements` (OpenID Connect Core Error Code unmet_authentication_requirements 1.0).
 */
export function unmetStep({ events }: { events: EventHub }): Step {
  return {
    async show(login) {
      const account = login.account as Account;
      const reached = reachOf(account, login.used, { code: account.phone !== null, phone: false });
      return unmetPage(login.page(), {
        action: `/login/${login.uid}/unmet`,
        csrf: login.csrf,
        client: shownClient(login),
        // a transaction is approved on the phone, whatever the level
        needed: login.transaction ? 2 : (login.need.least as Exclude<AuthenticationLevel, 1>),
        reached: reached || 1,
        lacks: account.level === 1 ? 'level' : 'phone',
      });
    },

    async submit(login) {
      const reason = 'the account cannot reach the authentication level that was asked for';
      events.emit('login.refused', {
        uid: login.uid,
        client: login.client.id,
        ...(login.account && { account: login.account.id }),
        ...(login.through && { through: login.through }),
        reason,
      });
      return { kind: 'finish', result: { error: 'unmet_authentication_requirements', error_description: reason } };
    },
  };
}
