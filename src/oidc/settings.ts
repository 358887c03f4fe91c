import { createHmac } from 'node:crypto';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../clock.ts';
import { acrValues } from '../levels.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { createCookieSigner } from '../web/cookies.ts';
import { createAdapterFactory } from './adapter.ts';
import type { Ciba } from './ciba.ts';
import { claimsByScope, type ClaimsReader } from './claims.ts';
import type { Clients } from './clients.ts';
import type { Consents } from './consents.ts';
import { extraClientMetadata, registrationFeatures } from './dynamic-registration.ts';
import { findAccount } from './holder.ts';
import { introspectionRules, ownTokensOnly } from './introspection.ts';
import type { KeyRing } from './keys.ts';
import { createLocalFetch } from './local-fetch.ts';
import { createPolicy } from './policy.ts';
import { algorithms } from './profile.ts';
import { assertionRules, fapiProfile, pkceRequired, requestObjectRules } from './profile-rules.ts';
import { resourceIndicators, type Resources } from './resources.ts';
import { rotates } from './rotation.ts';
import { transactionApprovals } from './transactions.ts';

/** What the library cannot draw itself. */
export interface ProviderPages {
  /** An error that cannot be sent back to the relying party. */
  renderError: NonNullable<Configuration['renderError']>;
  /** "Do you want to sign out?"; `form` is HTML to include. */
  logout(ctx: KoaContextWithOIDC, form: string): void;
  loggedOut(ctx: KoaContextWithOIDC): void;
}

export interface SettingsParts {
  issuer: string;
  clock: Clock;
  keys: KeyRing;
  artifacts: ArtifactStore;
  accounts: Accounts;
  ciba: Ciba;
  readClaims: ClaimsReader;
  resources: Resources;
  clients: Clients;
  consents: Consents;
  pages: ProviderPages;
  /** Where a person is sent to sign in or consent. */
  loginPath: (uid: string) => string;
  /** True where relying parties may be reached on this machine and in private networks. */
  localNetwork: boolean;
  /** True where anyone may register a relying party. */
  openRegistration: boolean;
  /** True under the conformance profile: see `pkceRequired`. */
  lenient: boolean;
}

/** Lifetimes in seconds. Codes live at most a minute (ASVS 10.4.3), sessions at most 12 hours (NIST 800-63B AAL2/3). */
const lifetimes = {
  AccessToken: 3600,
  AuthorizationCode: 60,
  BackchannelAuthenticationRequest: requestLifetime,
  ClientCredentials: 600,
  Grant: 14 * 86_400,
  IdToken: 3600,
  Interaction: 1800,
  RefreshToken: 14 * 86_400,
  Session: 12 * 3600,
};

/** Everything the library is told: one entry for each thing it can do, each made where that thing is explained. */
export function settingsOf(parts: SettingsParts): Configuration {
  const { issuer, keys, artifacts, accounts, clients, consents, pages, readClaims, resources } = parts;
  const secure = issuer.startsWith('https:');
  const salt = keys.secret('pairwise');
  return {
    adapter: createAdapterFactory(artifacts, clients.dynamic),
    clients: clients.metadata(),
    jwks: { keys: keys.signingKeys() },
    routes: {
      authorization: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      end_session: '/logout',
      pushed_authorization_request: '/par',
      registration: '/register',
      introspection: '/introspect',
      revocation: '/revoke',
      code_verification: '/device',
      device_authorization: '/device/authorize',
      backchannel_authentication: '/ciba',
    },
    features: {
      devInteractions: { enabled: false },
      ciba: parts.ciba.feature,
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: keys.secret('dpop') },
      encryption: { enabled: true },
      fapi: { enabled: true, profile: fapiProfile(clients) },
      introspection: { enabled: true, allowedPolicy: introspectionRules(accounts, resources) },
      jwtIntrospection: { enabled: true },
      jwtResponseModes: { enabled: true },
      jwtUserinfo: { enabled: true },
      ...registrationFeatures({ open: parts.openRegistration }),
      requestObjects: { enabled: true, assertJwtClaimsAndHeader: requestObjectRules(clients, parts.clock) },
      resourceIndicators: resourceIndicators(resources, clients),
      revocation: { enabled: true, allowedPolicy: ownTokensOnly },
      richAuthorizationRequests: transactionApprovals,
      rpInitiatedLogout: { enabled: true, logoutSource: pages.logout, postLogoutSuccessSource: pages.loggedOut },
    },
    scopes: ['openid', 'offline_access'],
    // who signed in, how surely and when is in every ID token, asked for or not
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], sid: null, ...claimsByScope },
    acrValues,
    responseTypes: ['code'],
    subjectTypes: ['pairwise', 'public'],
    pairwiseIdentifier: (_ctx, accountId, client) =>
      createHmac('sha256', salt)
        .update(`${String(client.sectorIdentifier)} ${accountId}`)
        .digest('base64url'),
    findAccount: (_ctx, id) => findAccount(accounts, readClaims, id),
    loadExistingGrant: (ctx) => consents.grantFor(ctx),
    interactions: { policy: createPolicy(clients), url: (_ctx, interaction) => parts.loginPath(interaction.uid) },
    extraClientMetadata,
    pkce: { required: pkceRequired(clients, { lenient: parts.lenient }) },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: rotates(clients),
    clientBasedCORS: (_ctx, origin, client) =>
      clients.get(client.clientId)?.addresses.some((item) => URL.parse(item)?.origin === origin) ?? false,
    enabledJWA: algorithms,
    assertJwtClientAuthClaimsAndHeader: assertionRules(clients, issuer),
    ttl: lifetimes,
    cookies: {
      keys: createCookieSigner(keys.secret('cookies')) as unknown as string[],
      // `__Host-` asks for the path "/", which the two cookies of a single login must not have
      names: secure
        ? { session: '__Host-vneid.session', interaction: '__Secure-vneid.login', resume: '__Secure-vneid.resume' }
        : { session: 'vneid.session', interaction: 'vneid.login', resume: 'vneid.resume' },
      long: { httpOnly: true, sameSite: 'lax', secure, signed: true },
      short: { httpOnly: true, sameSite: 'lax', secure, signed: true },
    },
    renderError: pages.renderError,
    ...(parts.localNetwork && { fetch: createLocalFetch(clients) }),
    conformIdTokenClaims: true,
  };
}

/** Five minutes, or what the app asked for up to ten (CIBA Core §7.1 `requested_expiry`, ASVS 6.5.5). */
function requestLifetime({ oidc }: KoaContextWithOIDC): number {
  const asked = Number(oidc.params?.requested_expiry);
  return asked > 0 ? Math.min(asked, 600) : 300;
}
