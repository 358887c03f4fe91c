import type { Configuration } from 'oidc-provider';

/**
 * Two classes of relying party in one provider, told apart by one attribute of the registration:
 *
 * - `baseline`: what OpenID Connect Core asks of everyone;
 * - `high`: FAPI 2.0 Security Profile and, for what is signed, FAPI 2.0 Message Signing. Requests are pushed, tokens are
 *   bound to a key (DPoP) or a certificate (mutual TLS), and no secret is shared.
 */
export type Profile = 'baseline' | 'high';

/** FAPI 2.0 Security Profile §5.4.1. RS256 is what OIDC Core §15.1 has every provider offer, to `baseline` only. */
export const strongAlgorithms = ['ES256', 'PS256', 'EdDSA'] as const;
const everyAlgorithm = ['ES256', 'RS256', 'EdDSA', 'PS256'] as const;

export type SigningAlgorithm = (typeof everyAlgorithm)[number];

/**
 * What the provider signs with.
 * @param lenient true for the suite of the OpenID Foundation, which does not know keys of the kind OKP
 */
export function signedWith({ lenient }: { lenient: boolean }): SigningAlgorithm[] {
  return everyAlgorithm.filter((algorithm) => !lenient || algorithm !== 'EdDSA');
}

/** How a `high` client may say who it is: nothing that the provider knows as well (FAPI 2.0 Security Profile §5.3.2.1). */
export const strongAuthentication = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'] as const;

/**
 * Encryption: no RSA1_5, no shared secrets, nothing made from a password (PBES2), no compression (RFC 8725 §3.2, §3.6).
 * What is received encrypted is nothing at all: request objects are signed.
 */
const encryptedFor = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'RSA-OAEP', 'RSA-OAEP-256'] as const;
const encryptedBy = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const;

/** @param own what the provider itself signs with */
export function algorithms(own: SigningAlgorithm[]): NonNullable<Configuration['enabledJWA']> {
  return {
    authorizationSigningAlgValues: own,
    idTokenSigningAlgValues: own,
    introspectionSigningAlgValues: own,
    userinfoSigningAlgValues: own,
    clientAuthSigningAlgValues: [...everyAlgorithm, 'HS256'],
    dPoPSigningAlgValues: [...strongAlgorithms],
    requestObjectSigningAlgValues: [...everyAlgorithm],
    idTokenEncryptionAlgValues: [...encryptedFor],
    userinfoEncryptionAlgValues: [...encryptedFor],
    authorizationEncryptionAlgValues: [...encryptedFor],
    introspectionEncryptionAlgValues: [...encryptedFor],
    requestObjectEncryptionAlgValues: [],
    idTokenEncryptionEncValues: [...encryptedBy],
    userinfoEncryptionEncValues: [...encryptedBy],
    authorizationEncryptionEncValues: [...encryptedBy],
    introspectionEncryptionEncValues: [...encryptedBy],
    requestObjectEncryptionEncValues: [],
  };
}

/** Metadata of a registration that `high` decides, under the names of Dynamic Client Registration. */
export interface Decided {
  client_secret?: string | undefined;
  token_endpoint_auth_method?: string | undefined;
  dpop_bound_access_tokens?: boolean | undefined;
  tls_client_certificate_bound_access_tokens?: boolean | undefined;
  require_pushed_authorization_requests?: boolean | undefined;
  id_token_signed_response_alg?: string | undefined;
  authorization_signed_response_alg?: string | undefined;
  introspection_signed_response_alg?: string | undefined;
  userinfo_signed_response_alg?: string | undefined;
  request_object_signing_alg?: string | undefined;
  token_endpoint_auth_signing_alg?: string | undefined;
  backchannel_authentication_request_signing_alg?: string | undefined;
  grant_types?: readonly string[] | undefined;
  redirect_uris?: readonly string[] | undefined;
}

/** What a `high` client need not say: the strong choice stands where it says nothing. */
export function withStrongDefaults<Metadata extends Decided>(client: Metadata): Metadata {
  const tls = client.token_endpoint_auth_method?.endsWith('tls_client_auth') ?? false;
  const byCertificate = client.tls_client_certificate_bound_access_tokens ?? (tls && !client.dpop_bound_access_tokens);
  return {
    ...client,
    token_endpoint_auth_method: client.token_endpoint_auth_method ?? 'private_key_jwt',
    tls_client_certificate_bound_access_tokens: byCertificate,
    dpop_bound_access_tokens: client.dpop_bound_access_tokens ?? !byCertificate,
    require_pushed_authorization_requests: true,
    id_token_signed_response_alg: client.id_token_signed_response_alg ?? 'ES256',
    authorization_signed_response_alg: client.authorization_signed_response_alg ?? 'ES256',
    introspection_signed_response_alg: client.introspection_signed_response_alg ?? 'ES256',
    // FAPI-CIBA §5.2.2: requests are signed
    ...(client.grant_types?.includes('urn:openid:params:grant-type:ciba') && {
      backchannel_authentication_request_signing_alg: client.backchannel_authentication_request_signing_alg ?? 'ES256',
    }),
  };
}

/** The first thing that a `high` client may not have, in the words of an error about a registration. */
export function weaknessOf(client: Decided): { path: string[]; found: string; expected: string } | undefined {
  const method = client.token_endpoint_auth_method;
  if (!(strongAuthentication as readonly unknown[]).includes(method))
    return {
      path: ['token_endpoint_auth_method'],
      found: `${method} with profile high`,
      expected: strongAuthentication.join(', '),
    };
  if (client.client_secret !== undefined)
    return {
      path: ['client_secret'],
      found: 'client_secret with profile high',
      expected: 'none: a key of its own says who it is (FAPI 2.0 §5.3.2.1)',
    };
  for (const name of signed) {
    const algorithm = client[name];
    if (algorithm !== undefined && !(strongAlgorithms as readonly string[]).includes(algorithm))
      return { path: [name], found: `${algorithm} with profile high`, expected: strongAlgorithms.join(', ') };
  }
  if (!client.dpop_bound_access_tokens && !client.tls_client_certificate_bound_access_tokens)
    return {
      path: ['dpop_bound_access_tokens'],
      found: 'tokens bound to nothing',
      expected: 'dpop_bound_access_tokens or tls_client_certificate_bound_access_tokens (FAPI 2.0 §5.3.2.1)',
    };
  const plain = client.redirect_uris?.find((item) => item.startsWith('http:') && !isLoopback(item));
  if (plain !== undefined) return { path: ['redirect_uris'], found: plain, expected: 'https (FAPI 2.0 §5.3.2.2)' };
  return undefined;
}

const signed = [
  'id_token_signed_response_alg',
  'authorization_signed_response_alg',
  'introspection_signed_response_alg',
  'userinfo_signed_response_alg',
  'request_object_signing_alg',
  'token_endpoint_auth_signing_alg',
  'backchannel_authentication_request_signing_alg',
] as const;

function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}
