import { type Accounts, usable } from '../accounts/accounts.ts';
import type { ClaimsReader } from './claims.ts';

/**
 * Whose account it is, as the library asks. A locked, closed or deceased account is not found, so every token of it stops
 * working at once (CVE-2026-1609).
 */
export async function findAccount(accounts: Accounts, readClaims: ClaimsReader, id: string) {
  const account = await accounts.byId(id);
  if (!account || !usable(account)) return undefined;
  return {
    accountId: account.id,
    // ID tokens carry no claims of scopes (OIDC Core §5.4), so the registry is not asked for them
    claims: async (use: string, scope: string) => ({
      sub: account.id,
      ...(use === 'userinfo' && (await readClaims(account, scope.split(' ')))),
    }),
  };
}
