import type { Account } from '../../accounts/accounts.ts';
import type { AccountLevel } from '../../levels.ts';
import type { Citizen } from '../../registry/citizen.ts';
import type { Relative } from '../../registry/citizens.ts';

/** What is to be known of a claim: `claim-table.ts` holds them all. */
export interface Claim {
  scope: Scope;
  vi: string;
  en: string;
  /** Sensitive personal data of Decree 356/2025/NĐ-CP: the consent page has to say so. */
  sensitive?: true;
  example: unknown;
  /** How the registry tells it; without this only the instance can (`standardClaims`), and it is not advertised on pages. */
  read?: (subject: Subject) => unknown;
  /** Level of account from which on it has been verified, so that it may be sent with proof; see `assurance/`. */
  verified?: AccountLevel;
  /** Said already by another claim of the same scope, so that the consent page need not repeat it. */
  within?: string;
  /** The value in words; by default as it is. */
  show?: (value: never, language: 'vi' | 'en') => string;
}

export type Scope = 'profile' | 'phone' | 'email' | 'address' | 'identity' | 'residence' | 'family' | 'background';

/** What claims are read from. */
export interface Subject {
  citizen: Citizen;
  account: Account;
  family: Relative[];
  /** `YYYY-MM-DD` in Viet Nam. */
  today: string;
}

/**
 * When the record was last touched by an officer, milliseconds since 1970: the account was opened or a card was issued.
 * Undefined for an account that was there from the beginning, and no card.
 */
export function recordedAt({ account, citizen }: Pick<Subject, 'account' | 'citizen'>): number | undefined {
  const issued = citizen.card ? Date.parse(`${citizen.card.issuedOn}T00:00:00+07:00`) : 0;
  return Math.max(account.createdAt, issued) || undefined;
}
