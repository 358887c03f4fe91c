import type { Grant } from 'oidc-provider';
import { claimNamed, claimTable } from './claim-table.ts';
import { type VerifiedRequest, verifiedRequests } from './assurance/request.ts';

/**
 * What of a person a request asks for, beside whole scopes: single claims, by the `claims` parameter (OIDC Core §5.5).
 * Scopes and claims are decided alike and kept in one list, as items of a consent:
 *
 *     profile            everything of a scope
 *     claim:name         this claim of it alone
 *     verified:name      this claim with the proof of how it is known (OpenID Connect for Identity Assurance)
 */
const single = 'claim:';
const proven = 'verified:';

/** Where a request wants its answer. */
export type Place = 'userinfo' | 'id_token';

/** `claims`, parsed; the library and `assurance/request.ts` have checked it. */
export type ClaimsRequest = { [place in Place]?: Record<string, unknown> | undefined };

/**
 * Items that the `claims` parameter of a request asks for. What is not agreed with the client is none of them, nor what
 * nobody here knows: a claim that is not delivered is no error (OIDC Core §5.5.1).
 */
export function askedItems(claims: unknown, { scopes }: { scopes: readonly string[] }): string[] {
  const request = parsed(claims);
  const items = places.flatMap((place) => {
    const wanted = request[place] ?? {};
    const verified = verifiedRequests(wanted.verified_claims).flatMap(provenBy);
    return [...Object.keys(wanted).map((name) => `${single}${name}`), ...verified.map((name) => `${proven}${name}`)];
  });
  return [...new Set(items)].filter((item) => scopes.includes(scopeOf(item) ?? ''));
}

/** Items of `asked` that a grant knows nothing about yet: neither they nor, for a single claim, their scope was decided. */
export function undecidedItems(asked: readonly string[], grant: Pick<Grant, Decided>): string[] {
  const claims = new Set(grant.getOIDCClaimsEncountered());
  const scopes = new Set(grant.getOIDCScopeEncountered().split(' '));
  return asked.filter((item) => !claims.has(inGrant(item)) && !(isSingle(item) && scopes.has(scopeOf(item) ?? '')));
}
type Decided = 'getOIDCClaimsEncountered' | 'getOIDCScopeEncountered';

/** Single claims that a request asks for and an agreed scope has in it, as a grant names them. */
export function coveredClaims(claims: unknown, scopes: readonly string[]): string[] {
  const request = parsed(claims);
  return places
    .flatMap((place) => Object.keys(request[place] ?? {}))
    .filter((name) => scopes.includes(claimNamed(name)?.scope ?? ''));
}

/** The scope an item belongs to: itself, or that of its claim; undefined when nobody knows the claim. */
export function scopeOf(item: string): string | undefined {
  const claim = claimOf(item);
  return claim === undefined ? item : claimNamed(claim)?.scope;
}

/** The claim of an item that is one. */
export function claimOf(item: string): string | undefined {
  if (item.startsWith(single)) return item.slice(single.length);
  return item.startsWith(proven) ? item.slice(proven.length) : undefined;
}

/** True for one claim without proof: what a scope that it belongs to says as well. */
export function isSingle(item: string): boolean {
  return item.startsWith(single);
}

/** True for a claim with its proof. */
export function isProven(item: string): boolean {
  return item.startsWith(proven);
}

/** What the library's grant calls an item that is a claim: it looks for single ones by their name. */
export function inGrant(item: string): string {
  return isSingle(item) ? item.slice(single.length) : item;
}

/** How a grant says that a claim may go out with its proof. */
export function provenInGrant(claim: string): string {
  return `${proven}${claim}`;
}

/** What would go out with proof: the claims, and what the evidence tells of the person's papers. */
function provenBy({ claims, verification }: VerifiedRequest): string[] {
  const evidence = (verification.evidence ?? []).filter(({ type }) => type.value === 'document');
  const numbered = evidence.some((one) => Object.hasOwn(one.document_details ?? {}, 'document_number'));
  return [
    ...Object.keys(claims).filter((name) => claimNamed(name)?.verified !== undefined),
    ...(evidence.length > 0 ? [paper] : []),
    ...(numbered ? [paperNumber] : []),
  ];
}

/** The claims that evidence tells along with a document, and with its number: who may not have them gets none of it. */
export const paper = 'id_card' satisfies keyof typeof claimTable;
export const paperNumber = 'personal_number' satisfies keyof typeof claimTable;

const places = ['userinfo', 'id_token'] as const;

function parsed(claims: unknown): ClaimsRequest {
  return typeof claims === 'string' ? (JSON.parse(claims) as ClaimsRequest) : {};
}
