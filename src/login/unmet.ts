import type { Account } from '../accounts/accounts.ts';
import type { EventHub } from '../events.ts';
import { type AuthenticationLevel, ceilingOf } from '../levels.ts';
import { unmetPage } from '../../views/login/unmet.ts';
import { shownClient } from './client.ts';
import type { Step } from './step.ts';

/**
 * The account cannot reach the level that was asked for: the page says how it could, and the relying party gets
 * `unmet_authentication_requirements` (OpenID Connect Core Error Code unmet_authentication_requirements 1.0).
 */
export function unmetStep({ events }: { events: EventHub }): Step {
  return {
    async show(login) {
      const { level } = login.account as Account;
      return unmetPage(login.page, {
        action: `/login/${login.uid}/unmet`,
        csrf: login.csrf,
        client: shownClient(login),
        needed: login.need.least as Exclude<AuthenticationLevel, 1>,
        reached: ceilingOf(level),
      });
    },

    async submit(login) {
      const reason = 'the account cannot reach the authentication level that was asked for';
      events.emit('login.refused', {
        uid: login.uid,
        client: login.client.id,
        ...(login.account && { account: login.account.id }),
        reason,
      });
      return { kind: 'finish', result: { error: 'unmet_authentication_requirements', error_description: reason } };
    },
  };
}
