import type { Bench } from '../bench.ts';
import { claimTable } from '../../oidc/claims/claim-table.ts';
import type { Both, Input, Inspection, Jwk, World } from '../../../views/assets/inspector/report.js';

type Parts = Pick<Bench, 'clock' | 'issuer' | 'keys'>;

/** What every claim of a person means, as the consent page says it. */
export const claimsOfPerson: Record<string, Both> = Object.fromEntries(
  Object.entries(claimTable).map(([name, { vi, en }]) => [name, { vi, en }]),
);

/**
 * Inspects a token by the very modules that the page runs in the browser, with what the instance knows: its keys, its
 * time. Nothing of what was handed in is kept.
 */
export async function inspectToken({ clock, issuer, keys }: Parts, input: Input): Promise<Inspection> {
  // asked for by few; the provider has loaded jose already
  const [jose, { inspect }] = await Promise.all([import('jose'), import('../../../views/assets/inspector/inspect.js')]);
  const world: World = {
    jose,
    issuer,
    now: clock.now(),
    keys: keys.signingKeys().map(published),
    claims: claimsOfPerson,
  };
  return inspect(input, world);
}

/** A signing key as `/jwks` has it. */
function published({ kty, crv, x, y, n, e, kid, alg, use }: Jwk): Jwk {
  const members = { kty, crv, x, y, n, e, kid, alg, use };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
