import { readSigned } from '../accounts/passkey-answers.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import type { Throttle } from '../accounts/throttle.ts';
import { type ErrorCode, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { signInPage } from './sign-in-page.ts';
import type { Login, Outcome, Step } from './step.ts';

/** What happens to honest people: too late, sent twice, or a browser that sends something else. It is no guess. */
const noGuess: ReadonlySet<string> = new Set<ErrorCode>(['passkey.malformed', 'passkey.expired', 'passkey.used']);

/**
 * A passkey instead of number and password; nobody says first who they are. It shares the page of the password, and
 * without JavaScript or WebAuthn nothing of it is there. Wrong ones count with wrong passwords from the same address, and
 * by themselves: whose account it would have been is only known when it is right.
 */
export function passkeyStep({
  events,
  passkeys,
  throttle,
}: {
  events: EventHub;
  passkeys: Passkeys;
  throttle: Throttle;
}): Step {
  async function prove(login: Login, response: string): Promise<Outcome> {
    const { id } = readSigned(response);
    const attempt = await throttle.check({ login: id, address: login.address });
    try {
      const proof = await passkeys.authenticate({ subject: login.uid, response });
      await throttle.released(attempt);
      return { kind: 'proved', ...proof };
    } catch (thrown) {
      const wrong = thrown instanceof VneidError && thrown.status < 500 && !noGuess.has(thrown.code);
      await (wrong ? throttle.failed(attempt) : throttle.released(attempt));
      throw thrown;
    }
  }

  return {
    show: async (login, again) => signInPage(passkeys, login, again),

    async submit(login, { fields }) {
      try {
        return await prove(login, fields.get('credential') ?? '');
      } catch (thrown) {
        if (!(thrown instanceof VneidError)) throw thrown;
        const { account, passkey } = thrown.facts;
        events.emit('login.failed', {
          uid: login.uid,
          client: login.client.id,
          method: 'passkey',
          ...(account !== undefined && { account: String(account) }),
          reason: thrown.code,
          address: login.address,
        });
        return {
          kind: 'retry',
          retry: {
            status: thrown.status,
            problem: thrown.explain(login.page().language),
            headers: thrown.headers,
            ...(passkey !== undefined && { unknownPasskey: String(passkey) }),
          },
        };
      }
    },
  };
}
