import type { Account } from '../accounts/accounts.ts';
import { maskPhone } from '../accounts/masking.ts';
import type { Otp } from '../accounts/otp.ts';
import type { Throttle } from '../accounts/throttle.ts';
import { VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { otpPage } from '../../views/login/otp.ts';
import type { KnownBrowsers } from './browsers.ts';
import { shownClient } from './client.ts';
import type { Login, Step } from './step.ts';

const minutes = 5;

/** A six-digit code, sent to the citizen's own phone. Wrong codes count with wrong passwords. */
export function otpStep({
  browsers,
  events,
  inboxPath,
  otp,
  throttle,
}: {
  browsers: KnownBrowsers;
  events: EventHub;
  /** Lab only: where the text can be read. */
  inboxPath: ((number: string) => string) | undefined;
  otp: Otp;
  throttle: Throttle;
}): Step {
  const send = (login: Login, account: Account) =>
    otp.send({ uid: login.uid, account, citizen: { id: account.citizenId, phone: account.phone } });

  return {
    async enter(login) {
      await send(login, login.account as Account);
    },

    async show(login, again) {
      const account = login.account as Account;
      return otpPage(login.page(), {
        action: `/login/${login.uid}/otp`,
        resendAction: `/login/${login.uid}/otp`,
        cancelAction: `/login/${login.uid}/cancel`,
        csrf: login.csrf,
        client: shownClient(login),
        base: `/login/${login.uid}`,
        others: login.ways.filter((way) => way !== 'otp'),
        enough: login.enough,
        maskedPhone: maskPhone(account.phone ?? ''),
        minutes,
        ...(inboxPath && { inbox: inboxPath(account.number) }),
        ...(again && { problem: again.problem }),
      });
    },

    async submit(login, { fields }) {
      const account = login.account as Account;
      try {
        if (fields.has('resend')) {
          await send(login, account);
          return { kind: 'again' };
        }
        const attempt = await throttle.check({
          login: account.number,
          address: login.address,
          browser: browsers.nameFor(login.ctx, account.number),
          second: true,
        });
        try {
          await otp.check({ uid: login.uid, account, code: fields.get('otp') ?? '' });
        } catch (thrown) {
          const wrong = thrown instanceof VneidError && thrown.code === 'otp.wrong';
          await (wrong ? throttle.failed(attempt) : throttle.released(attempt));
          throw thrown;
        }
        await throttle.released(attempt);
        return { kind: 'proved', methods: ['otp'], account };
      } catch (thrown) {
        if (!(thrown instanceof VneidError)) throw thrown;
        events.emit('login.failed', {
          uid: login.uid,
          client: login.client.id,
          method: 'otp',
          account: account.id,
          reason: thrown.code,
          address: login.address,
        });
        return {
          kind: 'retry',
          retry: {
            status: thrown.status,
            problem: { ...thrown.explain(login.page().language), field: 'otp' },
            headers: thrown.headers,
          },
        };
      }
    },
  };
}
