import type { Accounts } from '../accounts/accounts.ts';
import type { Attempt, Throttle } from '../accounts/throttle.ts';
import { type ErrorCode, problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { passwordPage } from '../../views/login/password.ts';
import type { KnownBrowsers } from './browsers.ts';
import { shownClient } from './client.ts';
import type { Login, Outcome, Retry, Step } from './step.ts';

/**
 * Personal number and password. Unknown number, wrong password and locked account look alike and take the same work;
 * only the audit knows which it was.
 */
export function passwordStep({
  accounts,
  browsers,
  events,
  throttle,
}: {
  accounts: Accounts;
  browsers: KnownBrowsers;
  events: EventHub;
  throttle: Throttle;
}): Step {
  return {
    async show(login, again) {
      return passwordPage(login.page, {
        action: `/login/${login.uid}/password`,
        cancelAction: `/login/${login.uid}/cancel`,
        csrf: login.csrf,
        client: shownClient(login),
        base: `/login/${login.uid}`,
        others: login.ways.filter((way) => way !== 'password' && way !== 'passkey'),
        login: again?.typed?.login ?? hint(login),
        level: login.need.wanted,
        ...(again && { problem: again.problem }),
      });
    },

    async submit(login, { fields }) {
      const typed = (fields.get('login') ?? '').slice(0, 64);
      const number = typed.normalize('NFKC').replaceAll(/[\s.]/g, '');
      if (!/^\d{12}$/.test(number))
        return retry(login, problem('login.badNumber', { length: number.length }), typed, 'login');

      const who = { login: number, address: login.address, browser: browsers.nameFor(login.ctx, number) };
      let attempt: Attempt | undefined;
      try {
        attempt = await throttle.check(who);
        const answer = await accounts.verifyPassword(number, fields.get('password') ?? '');
        if (!answer.ok) {
          await throttle.failed(attempt);
          events.emit('login.failed', {
            uid: login.uid,
            client: login.client.id,
            method: 'password',
            ...(answer.account && { account: answer.account.id }),
            reason: answer.reason,
            address: login.address,
          });
          return retry(login, problem('login.wrong'), typed, 'password');
        }
        // perhaps not the last factor: only the hub knows when a login has succeeded and failures are forgiven
        await throttle.released(attempt);
        return { kind: 'proved', methods: ['password'], account: answer.account };
      } catch (thrown) {
        if (!(thrown instanceof VneidError)) throw thrown;
        if (attempt && thrown.code === ('login.busy' satisfies ErrorCode)) await throttle.released(attempt);
        return retry(login, thrown, typed, 'password');
      }
    },
  };
}

/** The page again, with what was wrong and the number as it was typed. */
function retry(login: Login, failure: VneidError, typed: string, field: 'login' | 'password'): Outcome {
  const again: Retry = {
    status: failure.status,
    problem: { ...failure.explain(login.page.language), field },
    typed: { login: typed },
    headers: failure.headers,
  };
  return { kind: 'retry', retry: again };
}

/** `login_hint` when it is a personal number (OIDC Core §3.1.2.1); anything else would only be in the way. */
function hint({ params }: Login): string {
  return typeof params.login_hint === 'string' && /^\d{12}$/.test(params.login_hint) ? params.login_hint : '';
}
