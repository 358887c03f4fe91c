import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

/** What a test bench may do to a provider on purpose. */
export interface Tamper {
  /** Takes hold of what the provider issues; before anybody else does. */
  attach(provider: Provider): void;
  /** Looks at an authorization request that was found good; what it throws goes to the relying party. */
  authorize(ctx: KoaContextWithOIDC): void;
}
