/** A registration, in the names of Dynamic Client Registration, however it came. */
type Registration = Readonly<Record<string, unknown>>;

/** What does not fit, in the words of an error about a registration. */
export interface Misfit {
  path: string[];
  found: string;
  expected: string;
}

/** How a client says who it is, when its registration leaves it open. */
export function authenticationOf(client: Registration): string {
  const byKey = (client.jwks ?? client.jwks_uri) ? 'private_key_jwt' : 'none';
  return String(client.token_endpoint_auth_method ?? (client.client_secret ? 'client_secret_basic' : byKey));
}

/**
 * The first thing that does not fit together, of what would otherwise show when the first citizen signs in: answers that
 * are encrypted to no key, secrets too short to sign with, grants for clients that cannot say who they are, addresses
 * that are not what they look like, and codes that nobody asks for.
 */
export function misfitOf(client: Registration): Misfit | undefined {
  return unproven(client) ?? shortSecret(client) ?? missingKey(client) ?? misleading(client) ?? userCode(client);
}

/** RFC 6749 §4.4 and CIBA Core §4 have these for clients that prove who they are. */
const provenOnly = ['client_credentials', 'urn:openid:params:grant-type:ciba'];

function unproven(client: Registration): Misfit | undefined {
  if (authenticationOf(client) !== 'none' || !Array.isArray(client.grant_types)) return undefined;
  const grant = client.grant_types.find((name) => provenOnly.includes(String(name)));
  return grant === undefined
    ? undefined
    : {
        path: ['grant_types'],
        found: `${String(grant)} for a client that does not say who it is (none)`,
        expected: 'client_secret, jwks or jwks_uri, or a certificate (RFC 6749 §4.4, CIBA Core §4)',
      };
}

/** A key for HS256 is as long as its hash (RFC 7518 §3.2). */
function shortSecret(client: Registration): Misfit | undefined {
  const secret = String(client.client_secret ?? '');
  if (authenticationOf(client) !== 'client_secret_jwt' || secret === '' || secret.length >= 32) return undefined;
  return {
    path: ['client_secret'],
    found: `client_secret of ${secret.length} characters with client_secret_jwt`,
    expected: 'at least 32 characters (RFC 7518 §3.2)',
  };
}

/** Types of key for each way to encrypt: `profile.ts` has the list of what is offered. */
const kinds: Record<string, string[]> = {
  'RSA-OAEP': ['RSA'],
  'RSA-OAEP-256': ['RSA'],
  'ECDH-ES': ['EC', 'OKP'],
  'ECDH-ES+A128KW': ['EC', 'OKP'],
  'ECDH-ES+A256KW': ['EC', 'OKP'],
};

/** What stands behind a `jwks_uri` may change. */
function missingKey(client: Registration): Misfit | undefined {
  const keys = (client.jwks as { keys?: unknown } | undefined)?.keys;
  if (!Array.isArray(keys)) return undefined;
  for (const answer of ['id_token', 'userinfo', 'authorization', 'introspection']) {
    const name = `${answer}_encrypted_response_alg`;
    const alg = String(client[name]);
    const wanted = kinds[alg];
    if (wanted && !keys.some((key: Key | null) => key && fits(key, alg, wanted)))
      return {
        path: [name],
        found: `${name} ${alg} without a key for it in jwks`,
        expected: `a key of ${wanted.join(' or ')}`,
      };
  }
  return undefined;
}

/** Where browsers are sent, and what people read. */
const addressed = ['redirect_uris', 'post_logout_redirect_uris', 'client_uri', 'policy_uri', 'tos_uri'];

/** Addresses are compared letter by letter (RFC 9700 §2.1), so a star stands for itself; before an @ there is no host. */
function misleading(client: Registration): Misfit | undefined {
  for (const name of addressed) {
    const addresses = [client[name] ?? []].flat() as string[];
    const found = addresses.find((item) => /^[^/]*\/\/[^/]*[@*]/.test(item));
    if (found !== undefined)
      return { path: [name], found, expected: 'an address without a star or a user in its host' };
  }
  return undefined;
}

/** The phone has a passcode of its own, which no app is told (CIBA Core §7.1 `user_code`). */
function userCode(client: Registration): Misfit | undefined {
  const name = 'backchannel_user_code_parameter';
  return client[name] === true
    ? { path: [name], found: 'true', expected: 'false: there are no user codes' }
    : undefined;
}

interface Key {
  kty?: unknown;
  use?: unknown;
  alg?: unknown;
}

function fits({ kty, use = 'enc', alg: only }: Key, alg: string, wanted: string[]): boolean {
  return wanted.includes(String(kty)) && use === 'enc' && (only ?? alg) === alg;
}
