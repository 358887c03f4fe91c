import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Accounts } from '../accounts/accounts.ts';
import { vouches } from './claims/holder.ts';
import type { Clients } from './clients/clients.ts';
import type { Resources } from './clients/resources.ts';
import { errors } from './library.ts';

/** What is looked at of a token and of who presents it. */
interface Token {
  clientId?: string | undefined;
  accountId?: string | undefined;
  acr?: string | undefined;
  aud?: unknown;
}
interface Asker {
  clientId: string;
  clientAuthMethod?: string | undefined;
}

/**
 * A token can be revoked by the client that it was issued to, and another is told that it was not (RFC 7009 §2.1); but not
 * who has shown nothing but a name, so that nobody finds out by it which tokens there are.
 * @throws InvalidRequest
 */
export function revocationRules(_ctx: KoaContextWithOIDC, client: Asker, token: Token): boolean {
  if (token.clientId === client.clientId) return true;
  if (client.clientAuthMethod === 'none') return false;
  throw new errors.InvalidRequest('this token was issued to another client, and is not revoked');
}

/**
 * A token speaks to the client that it was issued to and to the API that it is for (RFC 7662 §4), and not for anyone whose
 * account does not vouch for it now.
 */
export function introspectionRules(accounts: Accounts, clients: Clients, resources: Resources) {
  return async (_ctx: KoaContextWithOIDC, client: Asker, token: Token): Promise<boolean> => {
    const served = typeof token.aud === 'string' && resources.get(token.aud)?.served_by.includes(client.clientId);
    if (token.clientId !== client.clientId && !served) return false;
    // who took its registration back left tokens behind
    if (!clients.get(token.clientId ?? '')) return false;
    if (token.accountId === undefined) return true;
    const account = await accounts.byId(token.accountId);
    return account !== undefined && vouches(account, token);
  };
}
