import { z } from 'zod';
import { scopeNames } from './claims.ts';

/** The `type` of an authorization detail (RFC 9396) that asks for the approval of a transaction. */
export const transactionType = 'vneid_transaction';

/** CIBA Core §4. */
export const cibaGrant = 'urn:openid:params:grant-type:ciba';

const level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const address = z
  .string()
  .refine((value) => URL.canParse(value) && !value.includes('#'), 'an absolute address without a fragment');
const bothLanguages = z.strictObject({ vi: z.string().min(1), en: z.string().min(1) });
const scope = z.string().refine((value) => scopeNames.includes(value), `a scope of ${scopeNames.join(', ')}`);

/** Shape of a registration: names of Dynamic Client Registration, and ours (see clients.yaml). */
export const registration = z.strictObject({
  client_id: z.string().regex(/^[\x21-\x7e]{1,100}$/, 'printable characters without spaces'),
  client_name: z.string().min(1).optional(),
  client_secret: z.string().min(16, 'at least 16 characters').optional(),
  client_uri: address.optional(),
  policy_uri: address.optional(),
  application_type: z.enum(['web', 'native']).optional(),
  redirect_uris: z.array(address).default([]),
  post_logout_redirect_uris: z.array(address).default([]),
  grant_types: z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', cibaGrant])).optional(),
  response_types: z.array(z.literal('code')).optional(),
  scope: z.string().default('openid profile'),
  /** Pairwise unless told; CIBA Core §4 ties that to a jwks_uri, so a client of CIBA is public unless told. */
  subject_type: z.enum(['pairwise', 'public']).optional(),
  sector_identifier_uri: address.optional(),
  id_token_signed_response_alg: z.enum(['ES256', 'RS256', 'EdDSA', 'PS256']).default('ES256'),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'])
    .optional(),
  token_endpoint_auth_signing_alg: z.string().optional(),
  jwks: z.strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) }).optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  backchannel_token_delivery_mode: z.enum(['poll', 'ping']).optional(),
  backchannel_client_notification_endpoint: address.optional(),
  authorization_details_types: z.array(z.literal(transactionType)).optional(),
  owner: bothLanguages.optional(),
  minimum_level: level.default(1),
  fresh: z.boolean().default(false),
  purposes: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/),
        vi: z.string().min(1),
        en: z.string().min(1),
        scopes: z.array(scope).min(1),
        required: z.boolean().default(false),
      }),
    )
    .default([]),
});

/** A registration as a person writes it, in YAML or in `startVneid({ clients })`. */
export type ClientRegistration = z.input<typeof registration>;
export type Checked = z.output<typeof registration>;

/** What single keys cannot show: that they fit together. */
export function inconsistency(
  client: Checked,
): { path: (string | number)[]; found: string; expected: string } | undefined {
  const scopes = client.scope.split(' ');
  const strange = scopes.find((name) => !scopeNames.includes(name));
  if (strange !== undefined)
    return { path: ['scope'], found: `scope "${strange}"`, expected: `scopes of ${scopeNames.join(', ')}` };
  for (const [index, purpose] of client.purposes.entries()) {
    const beyond = purpose.scopes.find((name) => !scopes.includes(name));
    if (beyond !== undefined)
      return {
        path: ['purposes', index, 'scopes'],
        found: `scope "${beyond}"`,
        expected: `scopes of this client: ${client.scope}`,
      };
  }
  const hosts = new Set(client.redirect_uris.map((item) => new URL(item).host));
  if (subjectTypeOf(client) === 'pairwise' && hosts.size > 1 && !client.sector_identifier_uri) {
    return {
      path: ['redirect_uris'],
      found: `${hosts.size} hosts`,
      expected: 'one host, or sector_identifier_uri, or subject_type: public (OIDC Core §8.1)',
    };
  }
  const usesCode = (client.grant_types ?? ['authorization_code']).includes('authorization_code');
  if (usesCode && client.redirect_uris.length === 0)
    return { path: ['redirect_uris'], found: 'none', expected: 'at least one redirect_uri' };
  if (client.grant_types?.includes(cibaGrant)) {
    if (client.backchannel_token_delivery_mode === 'ping' && !client.backchannel_client_notification_endpoint)
      return {
        path: ['backchannel_token_delivery_mode'],
        found: 'ping without an address',
        expected: 'backchannel_client_notification_endpoint (CIBA Core §4)',
      };
    if (client.subject_type === 'pairwise')
      return {
        path: ['subject_type'],
        found: 'pairwise with CIBA',
        expected: 'subject_type: public (CIBA Core §4 wants a jwks_uri for pairwise, which cannot be registered here)',
      };
    if (!client.client_secret && !client.jwks)
      return { path: ['grant_types'], found: 'CIBA without a secret or key', expected: 'client_secret or jwks' };
  }
  if (client.token_endpoint_auth_method === 'private_key_jwt' && !client.jwks)
    return { path: [], found: 'private_key_jwt without jwks', expected: 'jwks with the public key' };
  if (client.token_endpoint_auth_method?.startsWith('client_secret') && !client.client_secret)
    return { path: [], found: 'no client_secret', expected: 'client_secret of at least 16 characters' };
  return undefined;
}

/** What the library is told; see `subject_type` above. */
export function subjectTypeOf({ subject_type: type, grant_types: grants }: Checked): 'pairwise' | 'public' {
  return type ?? (grants?.includes(cibaGrant) ? 'public' : 'pairwise');
}

/** An address as the library is told of it: it holds to https. */
export function asHttps(address: string): string {
  return address.replace(/^http:/, 'https:');
}
