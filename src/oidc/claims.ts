import type { Account } from '../accounts/accounts.ts';
import type { Clock } from '../clock.ts';
import type { Registry } from '../registry/citizens.ts';
import { dateIn } from '../registry/dates.ts';
import { claimTable as table, type Subject } from './claim-table.ts';

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
  return Object.entries(table).map(([claim, entry]) => ({
    scope: entry.scope,
    claim,
    meaning: entry[language],
    example: JSON.stringify(entry.example),
  }));
}

/** Reads the claims of the given scopes; a claim the registry has nothing for is left out (OIDC Core §5.3.2). */
export type ClaimsReader = (account: Account, scopes: readonly string[]) => Promise<Record<string, unknown>>;

export function createClaimsReader({ registry, clock }: { registry: Registry; clock: Clock }): ClaimsReader {
  return async (account, scopes) => {
    const names = claimsOf(scopes);
    if (names.length === 0) return {};
    const citizen = await registry.byId(account.citizenId);
    if (!citizen) return {};
    const family = scopes.includes('family') ? await registry.family(citizen) : [];
    const subject: Subject = { citizen, account, family, today: dateIn(clock.now()) };
    return Object.fromEntries(
      names
        .map((name) => [name, table[name]?.read(subject)])
        .filter(([, value]) => value !== null && value !== undefined),
    );
  };
}

/** One thing that would be shared, as the consent page lists it. */
export interface SharedItem {
  claim: string;
  label: string;
  value: string;
  sensitive: boolean;
}

/** Claims in words, in the order of the table. */
export function describeValues(claims: Record<string, unknown>, language: 'vi' | 'en'): SharedItem[] {
  return Object.entries(table).flatMap(([claim, { show, sensitive, within, ...entry }]) => {
    const value = claims[claim];
    if (value === undefined || (within !== undefined && claims[within] !== undefined)) return [];
    const words = show ? show(value as never, language) : String(value);
    return words === '' ? [] : [{ claim, label: entry[language], value: words, sensitive: sensitive ?? false }];
  });
}

function claimsOf(scopes: readonly string[]): string[] {
  return Object.entries(table).flatMap(([claim, { scope }]) => (scopes.includes(scope) ? [claim] : []));
}
