import type {
  AuthorizationDetailsForIntrospection,
  KoaContextWithOIDC,
  RichAuthorizationRequestsActiveConfiguration,
} from 'oidc-provider';
import { acrOf, type AuthenticationLevel, amrOf, levelOf, type Method } from '../levels.ts';
import { errors } from './library.ts';
import { aLine, readable } from '../readable.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { deviceGrant, transactionType } from './clients/registration.ts';

/**
 * The approval of one transaction, as a Rich Authorization Request (RFC 9396):
 *
 *     authorization_details=[{ "type": "vneid_transaction", "text": "Nộp hồ sơ H26.14-241125-0001" }]
 *
 * The citizen reads the text on their phone and says yes or no there. A yes goes into the token response of this one
 * authorization, with when and how it was given, and nowhere else: a refresh does not carry it on, and no session keeps it
 * (Decree 69/2024 Art 19.4: a result is no factor of another transaction).
 */
export function transactionApprovals(artifacts: ArtifactStore) {
  return {
    enabled: true,
    types: { [transactionType]: { validate: checkTransaction } },
    authorizationDetailsForGrantSource: (ctx) => approvedDetails(ctx, artifacts),
    authorizationDetailsForAccessToken: (_ctx, _token, source, grantType) =>
      ['authorization_code', deviceGrant].includes(grantType)
        ? (source as { rar?: Details } | undefined)?.rar
        : undefined,
    authorizationDetailsForIntrospection: (_ctx, token) => (token as { rar?: Details }).rar,
  } satisfies RichAuthorizationRequestsActiveConfiguration & {
    authorizationDetailsForIntrospection: AuthorizationDetailsForIntrospection;
  };
}

/**
 * What an approval is addressed to: the library wants one named with every authorization detail (RFC 9396 §9). It has no
 * scopes of its own, so the access token stays the ordinary one.
 */
export const transactionResource = {
  identifier: 'urn:vneid:transactions',
  named: ({ oidc }: KoaContextWithOIDC): string | undefined =>
    oidc.params?.authorization_details === undefined ? undefined : transactionResource.identifier,
};

/** Seconds: longer than any sign-in that an approval can be part of. */
const remembered = 86_400;

type Details = Record<string, unknown>[] & { type: string }[];

/** @throws InvalidAuthorizationDetails what was found and what would be right */
function checkTransaction(ctx: KoaContextWithOIDC, detail: Record<string, unknown>): void {
  if (asksItself(ctx))
    throw new errors.InvalidAuthorizationDetails(
      'a transaction is approved by way of /authorize or /device/authorize, and not here',
    );
  const unknown = Object.keys(detail).find((name) => name !== 'type' && name !== 'text');
  if (unknown !== undefined)
    throw new errors.InvalidAuthorizationDetails(`unknown member ${unknown}; a ${transactionType} has type and text`);
  const { text } = detail;
  if (typeof text !== 'string' || !readable(text))
    throw new errors.InvalidAuthorizationDetails(`text has to be ${aLine}`);
  const { length } = JSON.parse(String(ctx.oidc.params?.authorization_details)) as unknown[];
  if (length !== 1) throw new errors.InvalidAuthorizationDetails('one transaction is approved at a time');
}

/**
 * Whether an app asks for a token by itself, of which nobody hears; who redeems a code may say again what was asked with it
 * (RFC 9396 §6).
 */
function asksItself({ oidc }: KoaContextWithOIDC): boolean {
  return ['client_credentials', 'refresh_token'].includes(String(oidc.params?.grant_type));
}

/**
 * What was asked, with what the phone answered: once, though a browser may send the last page twice at the same moment.
 * @throws InvalidRequest when it was given out before
 */
async function approvedDetails(ctx: KoaContextWithOIDC, artifacts: ArtifactStore): Promise<Details | undefined> {
  const approved = (ctx.oidc.result as { approved?: { approval: string; methods: Method[]; at: number } } | undefined)
    ?.approved;
  if (!approved) return undefined;
  const [asked] = JSON.parse(String(ctx.oidc.params?.authorization_details)) as Details;
  const { approval, methods, at } = approved;
  if (!(await artifacts.add('transaction.told', approval, {}, at + remembered)))
    throw new errors.InvalidRequest('this approval was given out before');
  return [
    {
      ...asked,
      approval,
      approved_at: at,
      acr: acrOf(levelOf(methods) as AuthenticationLevel),
      amr: amrOf(methods),
    },
  ] as Details;
}
