import type { InBoth } from '../../errors.ts';
import { z } from 'zod';
import { scopeNames } from '../claims/claims.ts';
import { weaknessOfSet } from '../keys/key-strength.ts';
import { misfitOf } from './misfits.ts';
import { weaknessOf, withStrongDefaults } from './profile.ts';
import { aLine, readable } from '../../readable.ts';

/** The `type` of an authorization detail (RFC 9396) that asks for the approval of a transaction. */
export const transactionType = 'vneid_transaction';

/** CIBA Core §4. */
export const cibaGrant = 'urn:openid:params:grant-type:ciba';
/** RFC 8628. */
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const address = z
  .string()
  .refine((value) => URL.canParse(value) && !value.includes('#'), 'an absolute address without a fragment');
/** What people read of an app, where they decide about it: see `readable.ts`. */
const words = z.string().refine(readable, aLine);
const bothLanguages = z.strictObject({ vi: words, en: words });
const scope = z.string().refine((value) => scopeNames.includes(value), `a scope of ${scopeNames.join(', ')}`);

const signing = z.enum(['ES256', 'RS256', 'EdDSA', 'PS256']);

/** Shape of a registration: names of Dynamic Client Registration, and ours (see clients.yaml). */
export const registration = z.strictObject({
  client_id: z.string().regex(/^[\x21-\x7e]{1,100}$/, 'printable characters without spaces'),
  client_name: words.optional(),
  client_secret: z.string().min(16, 'at least 16 characters').optional(),
  /** Which class of relying party it is: see `profile.ts`. */
  profile: z.enum(['baseline', 'high']).default('baseline'),
  client_uri: address.optional(),
  logo_uri: address.optional(),
  policy_uri: address.optional(),
  tos_uri: address.optional(),
  contacts: z.array(z.string()).optional(),
  /** Where a sign-in that did not begin at the relying party is begun (OIDC Core §4). */
  initiate_login_uri: address.optional(),
  application_type: z.enum(['web', 'native']).optional(),
  redirect_uris: z.array(address).default([]),
  post_logout_redirect_uris: z.array(address).default([]),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', cibaGrant, deviceGrant]))
    .optional(),
  response_types: z.array(z.literal('code')).optional(),
  response_modes: z
    .array(z.enum(['query', 'form_post', 'fragment', 'jwt', 'query.jwt', 'form_post.jwt', 'fragment.jwt']))
    .optional(),
  default_max_age: z.int().nonnegative().optional(),
  require_auth_time: z.boolean().optional(),
  scope: z.string().default('openid profile'),
  /** Pairwise unless told; see `subjectTypeOf`. */
  subject_type: z.enum(['pairwise', 'public']).optional(),
  sector_identifier_uri: address.optional(),
  id_token_signed_response_alg: signing.default('ES256'),
  id_token_encrypted_response_alg: z.string().optional(),
  id_token_encrypted_response_enc: z.string().optional(),
  userinfo_signed_response_alg: signing.optional(),
  userinfo_encrypted_response_alg: z.string().optional(),
  userinfo_encrypted_response_enc: z.string().optional(),
  authorization_signed_response_alg: signing.optional(),
  authorization_encrypted_response_alg: z.string().optional(),
  authorization_encrypted_response_enc: z.string().optional(),
  introspection_signed_response_alg: signing.optional(),
  introspection_encrypted_response_alg: z.string().optional(),
  introspection_encrypted_response_enc: z.string().optional(),
  request_object_signing_alg: signing.optional(),
  require_signed_request_object: z.boolean().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  token_endpoint_auth_method: z
    .enum([
      'none',
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
    .optional(),
  token_endpoint_auth_signing_alg: z.string().optional(),
  tls_client_auth_subject_dn: z.string().optional(),
  tls_client_auth_san_dns: z.string().optional(),
  tls_client_auth_san_uri: z.string().optional(),
  tls_client_auth_san_ip: z.string().optional(),
  tls_client_auth_san_email: z.string().optional(),
  jwks: z.strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) }).optional(),
  jwks_uri: address.optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  tls_client_certificate_bound_access_tokens: z.boolean().optional(),
  use_mtls_endpoint_aliases: z.boolean().optional(),
  backchannel_logout_uri: address.optional(),
  backchannel_logout_session_required: z.boolean().optional(),
  backchannel_authentication_request_signing_alg: signing.optional(),
  backchannel_token_delivery_mode: z.enum(['poll', 'ping']).optional(),
  backchannel_client_notification_endpoint: address.optional(),
  /** Protected APIs that it may ask a token for: identifiers of `resources.ts`. */
  resources: z.array(address).default([]),
  authorization_details_types: z.array(z.literal(transactionType)).optional(),
  owner: bothLanguages.optional(),
  minimum_level: level.default(1),
  fresh: z.boolean().default(false),
  purposes: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/),
        vi: words,
        en: words,
        scopes: z.array(scope).min(1),
        required: z.boolean().default(false),
      }),
    )
    .default([]),
});

/** Where something stands that is about several registrations, of whatever file. */
export const betweenClients: InBoth = { vi: 'Các đăng ký ứng dụng', en: 'The registrations of clients' };

/** A registration as a person writes it, in YAML or in `startVneid({ clients })`. */
export type ClientRegistration = z.input<typeof registration>;
export type Checked = z.output<typeof registration>;

/** What single keys cannot show: that they fit together. */
export function inconsistency(
  client: Checked,
): { path: (string | number)[]; found: string; expected: string } | undefined {
  const unfit = client.profile === 'high' ? weaknessOf(client) : undefined;
  if (unfit) return unfit;
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
    // on the consent page one tick would be for both
    if (client.purposes.findIndex(({ id }) => id === purpose.id) !== index)
      return { path: ['purposes', index, 'id'], found: `purpose "${purpose.id}" twice`, expected: 'each id once' };
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
    if (client.subject_type === 'pairwise' && !client.jwks_uri && !client.sector_identifier_uri)
      return {
        path: ['subject_type'],
        found: 'pairwise with CIBA',
        expected: 'jwks_uri or sector_identifier_uri beside it (CIBA Core §4), or subject_type: public',
      };
  }
  if (client.jwks && client.jwks_uri)
    return { path: ['jwks_uri'], found: 'jwks and jwks_uri', expected: 'one of them (OIDC Registration §2)' };
  const weak = client.jwks && weaknessOfSet(client.jwks);
  if (weak) return { ...weak, path: ['jwks', ...weak.path] };
  if (client.token_endpoint_auth_method === 'private_key_jwt' && !client.jwks?.keys.length && !client.jwks_uri)
    return { path: [], found: 'private_key_jwt without a key', expected: 'jwks or jwks_uri with the public key' };
  if (client.token_endpoint_auth_method?.startsWith('client_secret') && !client.client_secret)
    return { path: [], found: 'no client_secret', expected: 'client_secret of at least 16 characters' };
  if (client.token_endpoint_auth_method === 'client_secret_jwt' && String(client.client_secret).length < 32)
    return {
      path: ['client_secret'],
      found: 'a short client_secret',
      expected: 'at least 32 characters, as client_secret_jwt signs with it (RFC 7518 §3.2)',
    };
  return misfitOf(client);
}

/** What who registers by itself and names no scope may ask for: what OIDC Core §5.4 has for everyone. */
export const ordinaryScopes = 'openid profile email phone address offline_access';

/** A registration with what its class decides. */
export function decided(client: Checked): Checked {
  return client.profile === 'high' ? withStrongDefaults(client) : client;
}

/**
 * Pairwise unless told. Who has no redirect_uri to tell whom a subject is for needs a jwks_uri or sector_identifier_uri for
 * that (CIBA Core §4; the library asks the same for devices), and is public without.
 */
export function subjectTypeOf(client: Checked): 'pairwise' | 'public' {
  const withoutBrowser = client.grant_types?.some((grant) => grant === cibaGrant || grant === deviceGrant) ?? false;
  const named = client.jwks_uri !== undefined || client.sector_identifier_uri !== undefined;
  return client.subject_type ?? (withoutBrowser && !named ? 'public' : 'pairwise');
}

/** What the library takes with https only. In a lab it may be registered by http, and the library is told otherwise. */
export const httpsOnly = [
  'backchannel_client_notification_endpoint',
  'initiate_login_uri',
  'sector_identifier_uri',
] as const;

/** Remembers an address, if it is one by http. */
export function notePlain(plain: Map<string, string>, address: string | undefined): void {
  if (address?.startsWith('http:')) plain.set(new URL(asHttps(address)).href, address);
}

/** An address as the library is told of it. */
export function asHttps(address: string): string {
  return address.replace(/^http:/, 'https:');
}
