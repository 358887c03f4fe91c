import type { Accounts } from '../accounts/accounts.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import type { Attempt, Throttle } from '../accounts/throttle.ts';
import { problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { KnownBrowsers } from './browsers.ts';
import { signInPage } from './sign-in-page.ts';
import type { Login, Outcome, Retry, Step } from './step.ts';

/**
 * Personal number and password. Unknown number, wrong password and locked account look alike and take the same work;
 * only the audit knows which it was.
 */
export function passwordStep({
  accounts,
  browsers,
  events,
  passkeys,
  throttle,
}: {
  accounts: Accounts;
  browsers: KnownBrowsers;
  events: EventHub;
  passkeys: Passkeys;
  throttle: Throttle;
}): Step {
  return {
    show: async (login, again) => signInPage(passkeys, login, again),

    async submit(login, { fields }) {
      const typed = (fields.get('login') ?? '').slice(0, 64);
      const number = typed.normalize('NFKC').replaceAll(/[\s.]/g, '');
      if (!/^\d{12}$/.test(number))
        return retry(login, problem('login.badNumber', { length: number.length }), typed, 'login');

      const who = { login: number, address: login.address, browser: browsers.nameFor(login.ctx, number) };
      let attempt: Attempt | undefined;
      try {
        attempt = await throttle.check(who);
        const turn = login.account ? 'inWalk' : who.browser ? 'knownBrowser' : 'anybody';
        const answer = await accounts.verifyPassword(number, fields.get('password') ?? '', turn);
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
        void throttle.released(attempt);
        return { kind: 'proved', methods: ['password'], account: answer.account };
      } catch (thrown) {
        if (!(thrown instanceof VneidError)) throw thrown;
        // nothing was looked at: the queue was full, or the database is away
        if (attempt && thrown.status >= 500) await throttle.released(attempt);
        return retry(login, thrown, typed, 'password');
      }
    },
  };
}

/** The page again, with what was wrong and the number as it was typed. */
function retry(login: Login, failure: VneidError, typed: string, field: 'login' | 'password'): Outcome {
  const again: Retry = {
    status: failure.status,
    problem: { ...failure.explain(login.page().language), field },
    typed: { login: typed },
    headers: failure.headers,
  };
  return { kind: 'retry', retry: again };
}
