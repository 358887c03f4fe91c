import type { AccountRow, CitizenRow, HouseholdRow } from '../../store/schema.ts';
import { createGenerator } from './household.ts';

/** Households that follow one another, as the rows of one transaction. */
export interface Batch {
  /** Index of the first. */
  from: number;
  /** Index of the one after the last. */
  upTo: number;
  citizens: CitizenRow[];
  households: HouseholdRow[];
  accounts: AccountRow[];
}

/** What is wanted of a batch at most. */
export interface Limits {
  /** The household that reaches this number is the last. */
  citizens: number;
  /** Whoever would come after that many has none. */
  accounts: number;
}

/** Some 20,000 citizens: so many that commits cost nothing, and few enough to hold several in memory. */
export const householdsInBatch = 6_000;

/** Makes batches of one seed; every account has the same password hash. */
export function createBatches(seed: number, passwordHash: string): (from: number, limits?: Limits) => Batch {
  const makeHousehold = createGenerator(seed);
  return (from, limits = { citizens: Infinity, accounts: Infinity }) => {
    const batch: Batch = { from, upTo: from, citizens: [], households: [], accounts: [] };
    while (batch.upTo < from + householdsInBatch && batch.citizens.length < limits.citizens) {
      const { household, citizens, accounts } = makeHousehold(batch.upTo);
      batch.households.push(household);
      batch.citizens.push(...citizens);
      for (const account of accounts.slice(0, Math.max(0, limits.accounts - batch.accounts.length)))
        batch.accounts.push({ ...account, password_hash: passwordHash });
      batch.upTo += 1;
    }
    return batch;
  };
}
