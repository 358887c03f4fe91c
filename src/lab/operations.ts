import type { Operation } from './operation.ts';
import * as clock from './operations/clock.ts';
import * as inbox from './operations/inbox.ts';
import * as initialAccessTokens from './operations/initial-access-tokens.ts';
import * as logouts from './operations/logouts.ts';
import * as phones from './operations/phones.ts';
import * as tenants from './operations/tenants.ts';

/** Everything that the bench can do, by family and verb. */
export const operations = {
  inbox,
  phones,
  logouts,
  initialAccessTokens,
  tenants,
  clock,
} satisfies Record<string, Record<string, Operation>>;

/** One operation with its name, `phones.approve`. */
export interface NamedOperation {
  name: string;
  family: string;
  verb: string;
  operation: Operation;
}

/** The same as a list, in the order of the table. */
export const everyOperation: readonly NamedOperation[] = Object.entries(operations).flatMap(([family, verbs]) =>
  Object.entries(verbs as Record<string, Operation>).map(([verb, said]) => ({
    name: `${family}.${verb}`,
    family,
    verb,
    operation: said,
  })),
);
