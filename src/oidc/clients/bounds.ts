import { errors } from '../library.ts';
import type { Checked } from './registration.ts';

/**
 * What an operator has set of an app that registered itself: its own changes stay within (RFC 7592 §2.2 leaves it to the
 * server what it takes). Kept with what it registered, and shown to nobody.
 */
export interface Bounds {
  minimum_level?: Checked['minimum_level'];
  scope?: Checked['scope'];
}

/** The member of a kept registration that has them. */
export const boundsMember = 'bounds_by_hand';

type Bounded = Pick<Checked, 'minimum_level' | 'scope'>;

/** The bounds after a change by hand: whatever it changed is bound to what it is now. */
export function boundsAfter(bounds: Bounds = {}, before: Bounded, now: Bounded): Bounds {
  return {
    ...bounds,
    ...(before.minimum_level !== now.minimum_level && { minimum_level: now.minimum_level }),
    ...(before.scope !== now.scope && { scope: now.scope }),
  };
}

/** @throws InvalidClientMetadata when an app asks for more than an operator has set */
export function keepWithin({ minimum_level: least = 1, scope }: Bounds = {}, asked: Partial<Bounded>): void {
  if ((asked.minimum_level ?? 1) < least)
    throw new errors.InvalidClientMetadata(`minimum_level: an operator has set ${least}, and it may not be less`);
  const set = scope?.split(' ');
  const beyond = (asked.scope ?? '').split(' ').find((one) => set && !set.includes(one));
  if (beyond !== undefined)
    throw new errors.InvalidClientMetadata(`scope: an operator has set "${scope}", and "${beyond}" is not in it`);
}
