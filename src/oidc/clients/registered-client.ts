import type { AuthenticationLevel } from '../../levels.ts';
import { sourcesOf } from '../../web/security.ts';
import type { Profile } from './profile.ts';
import type { Checked } from './registration.ts';

/** A relying party as our own pages and rules see it. */
export interface RegisteredClient {
  id: string;
  name: string;
  profile: Profile;
  uri: string | undefined;
  policyUri: string | undefined;
  tosUri: string | undefined;
  owner: { vi: string; en: string };
  minimumLevel: AuthenticationLevel;
  /** Never profits from an earlier session. */
  fresh: boolean;
  scopes: string[];
  /** Identifiers of protected APIs that it may ask a token for. */
  resources: string[];
  purposes: Purpose[];
  /** Where an answer from the phone is announced (CIBA ping). */
  notifiedAt: string | undefined;
  /** Where a sign-in that did not begin at the relying party is begun (OIDC Core §4). */
  initiateLoginUri: string | undefined;
  /** Where its keys are fetched (RFC 7591 §2), as the library asks for it. */
  jwksUri: string | undefined;
  /** Addresses a browser may be sent to for this client: redirects and its home. */
  addresses: string[];
  /** The same as a content policy names them. */
  sources: string[];
}

/** One reason for which some scopes are wanted (Law 91/2025 Art 9: each purpose on its own). */
export interface Purpose {
  id: string;
  vi: string;
  en: string;
  scopes: string[];
  required: boolean;
}

/** What of a registration our own pages and rules look at. */
type Registered = Pick<
  Checked,
  | 'client_id'
  | 'client_name'
  | 'client_uri'
  | 'policy_uri'
  | 'tos_uri'
  | 'profile'
  | 'owner'
  | 'minimum_level'
  | 'fresh'
  | 'scope'
  | 'purposes'
  | 'resources'
  | 'redirect_uris'
  | 'post_logout_redirect_uris'
  | 'backchannel_client_notification_endpoint'
  | 'initiate_login_uri'
  | 'jwks_uri'
>;

/** A registration, however it came; it has been looked at. */
type Said = Partial<Registered> & { client_id: string };

const unsaid = {
  profile: 'baseline',
  minimum_level: 1,
  fresh: false,
  scope: 'openid',
  purposes: [],
  resources: [],
  redirect_uris: [],
  post_logout_redirect_uris: [],
} as const satisfies Partial<Registered>;

/** What our own pages and rules see of a registration. */
export function describe(registration: Said): RegisteredClient {
  // of what came over the protocol only what it said is there
  const client: Registered = { ...unsaid, ...registration };
  const scopes = client.scope.split(' ');
  const name = client.client_name ?? client.client_id;
  const covered = new Set(client.purposes.flatMap((purpose) => purpose.scopes));
  const rest = scopes.filter((item) => item !== 'openid' && item !== 'offline_access' && !covered.has(item));
  const signIn: Purpose = {
    id: 'sign-in',
    vi: `Đăng nhập vào ${name}`,
    en: `Sign you in to ${name}`,
    scopes: rest,
    required: true,
  };
  const addresses = [client.client_uri, ...client.redirect_uris, ...client.post_logout_redirect_uris].filter(
    (item) => item !== undefined,
  );
  return {
    id: client.client_id,
    name,
    profile: client.profile,
    uri: client.client_uri,
    policyUri: client.policy_uri,
    tosUri: client.tos_uri,
    owner: client.owner ?? { vi: name, en: name },
    minimumLevel: client.minimum_level,
    fresh: client.fresh,
    notifiedAt: client.backchannel_client_notification_endpoint,
    initiateLoginUri: client.initiate_login_uri,
    jwksUri: client.jwks_uri && new URL(client.jwks_uri).href,
    scopes,
    resources: client.resources,
    purposes: rest.length > 0 || client.purposes.length === 0 ? [signIn, ...client.purposes] : client.purposes,
    addresses,
    sources: sourcesOf(addresses),
  };
}
