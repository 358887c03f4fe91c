import type { Configuration, ResourceServer } from 'oidc-provider';
import { z } from 'zod';
import { problem } from '../../errors.ts';
import type { Clients } from './clients.ts';
import { errors } from '../library.ts';
import { transactionResource } from '../transactions.ts';
import { betweenClients } from './registration.ts';

const words = z.strictObject({ vi: z.string().min(1), en: z.string().min(1) });

/**
 * A protected API, whose access tokens this provider issues (RFC 8707): relying parties name it by its identifier, and
 * the token is for it alone.
 */
export const resourceShape = z.strictObject({
  resource: z
    .string()
    .refine((value) => URL.canParse(value) && !value.includes('#'), 'an absolute URI without a fragment (RFC 8707 §2)'),
  name: words,
  /** What may be asked for there, in words for the consent page. */
  scopes: z.array(words.extend({ scope: z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/) })).min(1),
  /** `jwt`: the API checks the token itself (RFC 9068, `at+jwt`); `opaque`: it asks here (RFC 7662). */
  token: z.enum(['jwt', 'opaque']).default('jwt'),
  signed_by: z.enum(['ES256', 'RS256', 'EdDSA', 'PS256']).default('ES256'),
  /** Seconds that a token for it lives. */
  lifetime: z.int().min(1).max(3600).default(600),
  /** Clients that are this API: they may introspect tokens for it. */
  served_by: z.array(z.string()).default([]),
});

/** A resource as a person writes it, in YAML or in `startVneid({ resources })`. */
export type ResourceRegistration = z.input<typeof resourceShape>;
export type Resource = z.output<typeof resourceShape>;

export interface Resources {
  get(identifier: string): Resource | undefined;
  identifiers(): string[];
}

/** @throws VneidError clients.invalid when an identifier is there twice */
export function createResources(list: Resource[]): Resources {
  const known = new Map(list.map((item) => [item.resource, item]));
  const twice = list.find((item) => known.get(item.resource) !== item);
  if (twice) {
    const found = `resource ${twice.resource} twice`;
    throw problem('clients.invalid', { place: betweenClients, found, expected: 'each resource once' });
  }
  return { get: (identifier) => known.get(identifier), identifiers: () => [...known.keys()] };
}

/** The library's settings for them, and for the approval of transactions, which it wants addressed to a resource as well. */
export function resourceIndicators(
  resources: Resources,
  clients: Clients,
): NonNullable<NonNullable<Configuration['features']>['resourceIndicators']> {
  return {
    enabled: true,
    defaultResource: transactionResource.named,
    useGrantedResource: () => false,
    async getResourceServerInfo(_ctx, identifier, client): Promise<ResourceServer> {
      if (identifier === transactionResource.identifier) return { scope: '', accessTokenFormat: 'opaque' };
      const resource = resources.get(identifier);
      if (!resource) throw new errors.InvalidTarget('no such resource');
      if (!clients.get(client.clientId)?.resources.includes(identifier))
        throw new errors.InvalidTarget('this resource is not agreed for the client');
      return {
        scope: resource.scopes.map(({ scope }) => scope).join(' '),
        audience: identifier,
        accessTokenTTL: resource.lifetime,
        ...(resource.token === 'jwt'
          ? { accessTokenFormat: 'jwt', jwt: { sign: { alg: resource.signed_by } } }
          : { accessTokenFormat: 'opaque' }),
      };
    },
  };
}
