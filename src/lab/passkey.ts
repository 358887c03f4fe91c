import type { Accounts } from '../accounts/accounts.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import { problem } from '../errors.ts';
import { type Authenticator, createAuthenticator, type Make } from './authenticator.ts';

/**
 * Gives a citizen a passkey in software, without the sign-in that adding one takes: the authenticator that holds it
 * answers what the page of a sign-in asks in `data-options`, or lies where a test wants to see it refused.
 */
export function createPasskeyControl({
  accounts,
  issuer,
  passkeys,
}: {
  accounts: Accounts;
  issuer: string;
  passkeys: Passkeys;
}): (number: string, make?: Omit<Make, 'origin'>) => Promise<Authenticator> {
  return async (number, make = {}) => {
    const account = await accounts.byNumber(number);
    if (!account) throw problem('account.unknown', { account: number.slice(0, 12) });
    const authenticator = createAuthenticator({ origin: new URL(issuer).origin, ...make });
    const response = JSON.stringify(authenticator.create(await passkeys.creationOptions(account)));
    await passkeys.register(account, { response, name: 'Khóa truy cập giả lập' });
    return authenticator;
  };
}
