import { createHmac } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Account, type Accounts, usable } from '../../accounts/accounts.ts';
import { withinCeiling } from '../../levels.ts';
import type { VerifiedWanted } from './assurance/verified-claims.ts';
import { type ClaimsRequest, type Place, provenInGrant } from './asked.ts';
import { claimNamed } from './claim-table.ts';
import type { ClaimsReader } from './claims.ts';
import type { Clients } from '../clients/clients.ts';

export interface HolderParts {
  accounts: Accounts;
  clients: Clients;
  readClaims: ClaimsReader;
  referenceFor: References;
}

/**
 * Whether an account stands behind a token of it. One that is locked, closed or deceased stands behind none, so every token
 * stops working at once (CVE-2026-1609); nor does one that was lowered behind what says more than it can reach since: a
 * code, a refresh token, the answer to a device or to CIBA, of which an ID token would be made.
 */
export function vouches(account: Account, token?: { acr?: string | undefined }): boolean {
  return usable(account) && withinCeiling(account.level, token?.acr);
}

/** Whose account it is, as the library asks: none that does not vouch for what it was found by. */
export function findAccount({ accounts, clients, readClaims, referenceFor }: HolderParts) {
  return async (ctx: KoaContextWithOIDC, id: string, token?: Holding) => {
    const account = await accounts.byId(id);
    if (!account || !vouches(account, token)) return undefined;

    /**
     * ID tokens carry no claims of scopes (OIDC Core §5.4), so the registry is not asked for them; single claims are those
     * of the `claims` parameter that were agreed to.
     */
    const claims = async (use: string, scope: string, single: Record<string, unknown> = {}) => {
      const registered = clients.get(ctx.oidc.client?.clientId ?? '')?.scopes ?? [];
      const agreed = (name: string) => registered.includes(claimNamed(name)?.scope ?? '');
      const wanted = {
        // a token may be older than the registration as it is now
        scopes: use === 'userinfo' ? scope.split(' ').filter((name) => registered.includes(name)) : [],
        claims: Object.keys(single).filter(agreed),
        verified: verifiedWanted(token?.claims?.[use as Place]?.verified_claims, agreed),
        client: ctx.oidc.client?.clientId,
      };
      return { ...(await readClaims(account, wanted)), sub: id };
    };

    function verifiedWanted(asked: unknown, agreed: (claim: string) => boolean): VerifiedWanted | undefined {
      if (asked === undefined) return undefined;
      const granted = new Set(ctx.oidc.entities.Grant?.getOIDCClaims());
      return {
        asked,
        agreed: (claim) => agreed(claim) && granted.has(provenInGrant(claim)),
        reference: referenceFor(id, ctx.oidc.client?.clientId ?? ''),
      };
    }

    return { accountId: id, level: account.level, claims };
  };
}

/** What is looked at of what the account was found by. */
interface Holding {
  acr?: string | undefined;
  claims?: ClaimsRequest | undefined;
}

/** Names the identification of a person to one client: no two clients can tell by it that they have the same person. */
export type References = (accountId: string, clientId: string) => string;

export function referencesBy(secret: Uint8Array | string): References {
  return (accountId, clientId) => createHmac('sha256', secret).update(`${clientId} ${accountId}`).digest('base64url');
}
