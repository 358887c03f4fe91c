import type { Passkeys } from '../accounts/passkeys.ts';
import { passwordPage } from '../../views/login/password.ts';
import { shownClient } from './client.ts';
import type { Login, Retry } from './step.ts';

/** The first page of a login, which two steps share: number and password, and a passkey where the browser can. */
export function signInPage(passkeys: Passkeys, login: Login, again?: Retry): unknown {
  const base = `/login/${login.uid}`;
  return passwordPage(login.page(), {
    action: `${base}/password`,
    cancelAction: `${base}/cancel`,
    csrf: login.csrf,
    client: shownClient(login),
    base,
    others: login.ways.filter((way) => way !== 'password' && way !== 'passkey'),
    login: again?.typed?.login ?? hint(login),
    level: login.need.wanted,
    ...(again && { problem: again.problem }),
    ...(login.ways.includes('passkey') && {
      passkey: {
        action: `${base}/passkey`,
        // a new one with every page: it is good for five minutes, and kept nowhere
        options: JSON.stringify(passkeys.requestOptions(login.uid)),
        unknown: again?.unknownPasskey,
      },
    }),
  });
}

/** `login_hint` when it is a personal number (OIDC Core §3.1.2.1); anything else would only be in the way. */
function hint({ params }: Login): string {
  return typeof params.login_hint === 'string' && /^\d{12}$/.test(params.login_hint) ? params.login_hint : '';
}
