import type { Account } from '../../accounts/accounts.ts';
import type { Clock } from '../../clock.ts';
import type { Registry } from '../../registry/citizens.ts';
import { dateIn } from '../../registry/dates.ts';
import { type VerifiedWanted, verifiedClaims } from './assurance/verified-claims.ts';
import type { Subject } from './claim.ts';
import { claimNamed, claimTable as table } from './claim-table.ts';

/** Scopes a client may be registered for. */
export const scopeNames = [
  'openid',
  'offline_access',
  ...new Set(Object.values(table).map(({ scope }) => scope as string)),
];

/** `{ profile: ['name', …], … }`, as the provider's configuration wants it. */
export const claimsByScope: Record<string, string[]> = Object.fromEntries(
  [...new Set(Object.values(table).map(({ scope }) => scope))].map((scope) => [scope, claimsOf([scope])]),
);

/** The table for people: the home page shows it. */
export function describeClaims(
  language: 'vi' | 'en',
): { scope: string; claim: string; meaning: string; example: string }[] {
  return Object.entries(table).flatMap(([claim, entry]) =>
    entry.read ? [{ scope: entry.scope, claim, meaning: entry[language], example: JSON.stringify(entry.example) }] : [],
  );
}

/** What is wanted of a person. */
export interface Wanted {
  scopes?: readonly string[];
  /** Single claims, by name. */
  claims?: readonly string[];
  verified?: VerifiedWanted | undefined;
  /** Who is told. */
  client?: string | undefined;
  /** True for a page that shows the person what would be told. */
  shown?: true;
}

/**
 * Reads claims, `verified_claims` among them; one that the registry has nothing for is left out (OIDC Core §5.3.2). The
 * registry is asked once, and not at all when nothing is wanted of it.
 */
export type ClaimsReader = (account: Account, wanted: Wanted) => Promise<Record<string, unknown>>;

export interface ClaimsReaderParts {
  registry: Registry;
  clock: Clock;
  /** Standard claims of a person that the registry has nothing for; names are those of the table. */
  standardClaims?: ((account: Account) => Record<string, unknown>) | undefined;
}

export function createClaimsReader({ registry, clock, standardClaims }: ClaimsReaderParts): ClaimsReader {
  return async (account, { scopes = [], claims = [], verified }) => {
    const names = new Set([...claimsOf(scopes), ...claims].filter((name) => claimNamed(name)));
    if (names.size === 0 && verified === undefined) return {};
    const citizen = await registry.byId(account.citizenId);
    if (!citizen) return {};
    const family = names.has('family') ? await registry.family(citizen) : [];
    const subject: Subject = { citizen, account, family, today: dateIn(clock.now()) };
    const added = standardClaims?.(account) ?? {};
    const found = [...names].map((name) => [name, claimNamed(name)?.read?.(subject) ?? added[name]] as const);
    const proven = verified && verifiedClaims(subject, verified, clock.now());
    return Object.fromEntries(
      [...found, ['verified_claims', proven] as const].filter(([, value]) => value !== null && value !== undefined),
    );
  };
}

/** One thing that would be shared, as the consent page lists it. */
export interface SharedItem {
  claim: string;
  label: string;
  value: string;
  sensitive: boolean;
  /** Sent with the proof of how it is known. */
  proof: boolean;
}

/**
 * Claims in words, in the order of the table.
 * @param proven names of those that would be sent with proof
 */
export function describeValues(
  claims: Record<string, unknown>,
  language: 'vi' | 'en',
  proven: readonly string[] = [],
): SharedItem[] {
  return Object.entries(table).flatMap(([claim, { show, sensitive, within, ...entry }]) => {
    const value = claims[claim];
    const proof = proven.includes(claim);
    const told = within !== undefined && claims[within] !== undefined && (!proof || proven.includes(within));
    if (value === undefined || told) return [];
    const words = show ? show(value as never, language) : String(value);
    return words === '' ? [] : [{ claim, label: entry[language], value: words, sensitive: sensitive ?? false, proof }];
  });
}

function claimsOf(scopes: readonly string[]): string[] {
  return Object.entries(table).flatMap(([claim, { scope }]) => (scopes.includes(scope) ? [claim] : []));
}
