import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Accounts, usable } from '../accounts/accounts.ts';
import type { Clients } from './clients/clients.ts';
import type { Resources } from './clients/resources.ts';

/** What is looked at of a token and of who presents it. */
interface Token {
  clientId?: string | undefined;
  accountId?: string | undefined;
  aud?: unknown;
}
interface Asker {
  clientId: string;
}

/** A token can be revoked by the client that it was issued to (RFC 7009 §2.1). */
export function ownTokensOnly(_ctx: KoaContextWithOIDC, client: Asker, token: Token): boolean {
  return token.clientId === client.clientId;
}

/**
 * A token speaks to the client that it was issued to and to the API that it is for (RFC 7662 §4), and not for anyone whose
 * account may not be used now (CVE-2026-1609).
 */
export function introspectionRules(accounts: Accounts, clients: Clients, resources: Resources) {
  return async (ctx: KoaContextWithOIDC, client: Asker, token: Token): Promise<boolean> => {
    const served = typeof token.aud === 'string' && resources.get(token.aud)?.served_by.includes(client.clientId);
    if (!ownTokensOnly(ctx, client, token) && !served) return false;
    // who took its registration back left tokens behind
    if (!clients.get(token.clientId ?? '')) return false;
    if (token.accountId === undefined) return true;
    const account = await accounts.byId(token.accountId);
    return account !== undefined && usable(account);
  };
}
