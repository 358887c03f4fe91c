import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { errors } from './library.ts';
import { type Decided, weaknessOf, withStrongDefaults } from './profile.ts';
import { registration } from './registration.ts';

/**
 * Relying parties that register themselves (OpenID Connect Dynamic Client Registration 1.0, RFC 7591) and manage what they
 * registered (RFC 7592): anyone in the lab, in a sandbox whoever has an initial access token from its operator.
 */
export function registrationFeatures({ open }: { open: boolean }) {
  return {
    registration: { enabled: true, initialAccessToken: !open },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
  } satisfies Configuration['features'];
}

/** What a registration of ours has beyond the standard's: the same members as in a clients file. */
const own = registration.pick({ profile: true, owner: true, minimum_level: true, fresh: true, purposes: true }).shape;

export const extraClientMetadata: NonNullable<Configuration['extraClientMetadata']> = {
  properties: Object.keys(own),
  validator(ctx, key, value, metadata) {
    if (value !== undefined) {
      const checked = z.safeParse(own[key as keyof typeof own], value);
      if (!checked.success)
        throw new errors.InvalidClientMetadata(`${key}: ${checked.error.issues[0]?.message ?? 'not understood'}`);
    }
    if (key === 'profile' && value === 'high') hold(ctx, metadata);
  },
};

type Written = Decided & Record<string, unknown>;

/** By now the library has put its own choice where the registration said nothing: that is not the client's wish. */
function hold(ctx: KoaContextWithOIDC | undefined, metadata: Written): void {
  const said = ctx?.oidc.body;
  const wishes = said ? Object.fromEntries(Object.entries(metadata).filter(([name]) => name in said)) : metadata;
  Object.assign(metadata, withStrongDefaults(wishes as Decided));
  delete metadata.client_secret;
  delete metadata.client_secret_expires_at;
  const weak = weaknessOf(metadata);
  if (weak) throw new errors.InvalidClientMetadata(`${weak.path.join('.')}: ${weak.found}; ${weak.expected}`);
}
