import type { Kysely } from 'kysely';
import type { ClientMetadata } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { AuthenticationLevel } from '../../levels.ts';
import type { Schema } from '../../store/schema.ts';
import { authenticationOf } from './misfits.ts';
import type { Profile } from './profile.ts';
import { asRegistered } from './dynamic-registration.ts';
import { asHttps, type Checked, cibaGrant, httpsOnly, notePlain, subjectTypeOf } from './registration.ts';

/**
 * Relying parties: who asks, and for what. Some are configured, in a file or by the caller of `startVneid`; others
 * register themselves (OpenID Connect Dynamic Client Registration), and are kept in the database. What the library needs
 * is split from what the login pages need.
 */
export interface Clients {
  /** The relying party with this id, or undefined. */
  get(id: string): RegisteredClient | undefined;
  /** Everyone else's: without VNeID's own pages. */
  list(): RegisteredClient[];
  /** The configured ones, as oidc-provider wants them. */
  metadata(): ClientMetadata[];
  /** Those that registered themselves, as oidc-provider keeps them. */
  dynamic: DynamicClients;
  /** Looks again at which have registered themselves, after the database was replaced. */
  reread(): Promise<void>;
  /** Addresses of which the library is told that they are https, and what they are. */
  plain: Map<string, string>;
}

export interface DynamicClients {
  find(id: string): ClientMetadata | undefined;
  /** Keeps a new registration, or what an old one has become. */
  put(id: string, metadata: ClientMetadata): Promise<void>;
  remove(id: string): Promise<void>;
}

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

/**
 * @param configured checked registrations
 * @param own VNeID's own pages, which are listed nowhere
 * @throws VneidError clients.invalid when a client_id is there twice
 */
export async function createClients({
  db,
  clock,
  configured,
  own,
}: {
  db: Kysely<Schema>;
  clock: Clock;
  configured: Checked[];
  own: Checked[];
}): Promise<Clients> {
  const fixed = new Map<string, Checked>();
  for (const client of [...configured, ...own]) {
    if (fixed.has(client.client_id)) {
      const found = `client_id ${client.client_id} twice`;
      throw problem('clients.invalid', { file: '', line: 0, found, expected: 'each client_id once' });
    }
    fixed.set(client.client_id, client);
  }
  const plain = new Map<string, string>();
  for (const client of fixed.values()) for (const name of httpsOnly) notePlain(plain, client[name]);
  const hidden = new Set(own.map((client) => client.client_id));
  const registered = new Map([...fixed].map(([id, client]) => [id, describe(client)]));
  const dynamic = new Map<string, ClientMetadata>();

  const know = (id: string, metadata: ClientMetadata) => {
    dynamic.set(id, metadata);
    registered.set(id, describe(whole(metadata)));
  };
  async function reread(): Promise<void> {
    for (const id of dynamic.keys()) registered.delete(id);
    dynamic.clear();
    const rows = await db.selectFrom('clients').select(['id', 'metadata']).orderBy('registered_at').execute();
    for (const { id, metadata } of rows) if (!fixed.has(id)) know(id, JSON.parse(metadata) as ClientMetadata);
  }
  await reread();

  return {
    get: (id) => registered.get(id),
    list: () => [...registered.values()].filter(({ id }) => !hidden.has(id)),
    reread,
    metadata: () => [...fixed.values()].map(toMetadata),
    plain,
    dynamic: {
      find: (id) => dynamic.get(id),
      async put(id, metadata) {
        const text = JSON.stringify(metadata);
        await db
          .insertInto('clients')
          .values({ id, metadata: text, registered_at: clock.now() })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ metadata: text }))
          .execute();
        know(id, JSON.parse(text) as ClientMetadata);
      },
      async remove(id) {
        await db.deleteFrom('clients').where('id', '=', id).execute();
        dynamic.delete(id);
        registered.delete(id);
      },
    },
  };
}

function describe(client: Registered): RegisteredClient {
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
    addresses: [client.client_uri, ...client.redirect_uris, ...client.post_logout_redirect_uris].filter(
      (item) => item !== undefined,
    ),
  };
}

/** A registration that came over HTTP; the library and `dynamic-registration.ts` have checked it. */
function whole(metadata: ClientMetadata): Registered {
  const said = asRegistered(metadata) as Partial<Registered> & { client_id: string };
  return {
    ...said,
    profile: said.profile ?? 'baseline',
    minimum_level: said.minimum_level ?? 1,
    fresh: said.fresh ?? false,
    scope: said.scope ?? 'openid',
    purposes: said.purposes ?? [],
    resources: said.resources ?? [],
    redirect_uris: said.redirect_uris ?? [],
    post_logout_redirect_uris: said.post_logout_redirect_uris ?? [],
  };
}

function toMetadata(client: Checked): ClientMetadata {
  const {
    owner: _owner,
    minimum_level: _level,
    fresh: _fresh,
    purposes: _purposes,
    profile: _profile,
    resources: _resources,
    ...standard
  } = client;
  const grantTypes = standard.grant_types ?? ['authorization_code'];
  const metadata = {
    ...standard,
    subject_type: subjectTypeOf(client),
    grant_types: grantTypes,
    ...Object.fromEntries(httpsOnly.map((name) => [name, client[name] && asHttps(client[name])])),
    ...(grantTypes.includes(cibaGrant) && {
      backchannel_token_delivery_mode: standard.backchannel_token_delivery_mode ?? 'poll',
    }),
    response_types: standard.response_types ?? (grantTypes.includes('authorization_code') ? ['code'] : []),
    token_endpoint_auth_method: authenticationOf(client),
  };
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ClientMetadata;
}
