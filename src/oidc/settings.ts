import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../clock.ts';
import { acrValues } from '../levels.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { Marks } from '../store/marks.ts';
import { createCookieSigner } from '../web/cookies.ts';
import { createAdapterFactory } from './adapter.ts';
import { assuranceMetadata } from './claims/assurance/evidence.ts';
import { checkClaimsParameter } from './claims/assurance/request.ts';
import type { Ciba } from './ciba.ts';
import { claimsByScope, type ClaimsReader } from './claims/claims.ts';
import type { Clients } from './clients/clients.ts';
import { type Consents, grantLifetime } from './consents.ts';
import type { Device } from './device.ts';
import { extraClientMetadata, registrationFeatures } from './clients/dynamic-registration.ts';
import { findAccount, referencesBy } from './claims/holder.ts';
import { introspectionRules, revocationRules } from './introspection.ts';
import { createFetch } from './fetch.ts';
import type { KeyRing } from './keys/keys.ts';
import { SigningKey } from './keys/signing-key.ts';
import type { MutualTls } from './mutual-tls.ts';
import { createPolicy } from './policy.ts';
import { algorithms, signedWith } from './clients/profile.ts';
import { assertionRules, fapiProfile, pkceRequired, proofRules, requestObjectRules } from './clients/profile-rules.ts';
import { resourceIndicators, type Resources } from './clients/resources.ts';
import { rotates } from './rotation.ts';
import { endsGrant } from './sessions.ts';
import { createSubjects, findBehindHint, sectorOf } from './clients/subjects.ts';
import type { Tamper } from './tamper.ts';
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
  /** What browsers hold the cookie of a session to (RFC 6265bis §4.1.3). */
  cookiePrefix: string;
  clock: Clock;
  keys: KeyRing;
  artifacts: ArtifactStore;
  /** Beside an artifact store that may forget. */
  marks: Marks | undefined;
  accounts: Accounts;
  ciba: Ciba;
  device: Device;
  mutualTls: MutualTls;
  readClaims: ClaimsReader;
  resources: Resources;
  clients: Clients;
  consents: Consents;
  pages: ProviderPages;
  tamper: Tamper;
  /** Where a person is sent to sign in or consent. */
  loginPath: (uid: string) => string;
  /** True where relying parties may be reached on this machine and in private networks. */
  localNetwork: boolean;
  /** True where anyone may register a relying party. */
  openRegistration: boolean;
  /** True under the conformance profile: see `pkceRequired`, `signedWith` and `responseTypes`. */
  lenient: boolean;
}

const [hours, days] = [3_600, 86_400];
/** Seconds until a session that nobody uses ends: at most 12 hours (NIST 800-63B AAL2/3). */
const unused = 12 * hours;

/** Lifetimes in seconds. Codes live at most a minute (ASVS 10.4.3). */
const lifetimes = {
  AccessToken: asTheResourceSays(3600),
  AuthorizationCode: 60,
  BackchannelAuthenticationRequest: requestLifetime,
  ClientCredentials: asTheResourceSays(600),
  DeviceCode: 600,
  Grant: grantLifetime,
  IdToken: 3600,
  Interaction: 1800,
  RefreshToken: (_ctx: unknown, { expiresWithSession }: { expiresWithSession?: boolean | undefined }) =>
    // one that ends with its session is not kept for what it is no good for
    expiresWithSession ? unused : 14 * days,
  Session: unused,
};

/** Everything the library is told: one entry for each thing it can do, each made where that thing is explained. */
export function settingsOf(parts: SettingsParts): Configuration {
  const { issuer, cookiePrefix, keys, accounts, clients, consents, pages, readClaims, resources } = parts;
  const secure = issuer.startsWith('https:');
  const subjects = createSubjects(keys.secret('pairwise'));
  const subjectOf = (accountId: string, client: Client) =>
    client.subjectType === 'pairwise' ? subjects.of(accountId, sectorOf(client)) : accountId;
  const offered = signedWith(parts);
  const jwa = algorithms(offered);
  const authenticated: NonNullable<Configuration['clientAuthMethods']> = [
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'none',
    ...parts.mutualTls.methods,
  ];
  return {
    adapter: createAdapterFactory(parts),
    jwks: {
      keys: keys
        .signingKeys()
        .filter(({ alg }) => offered.some((own) => own === alg))
        .map((jwk) => new SigningKey(jwk)),
    },
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
      backchannelLogout: { enabled: true },
      ciba: parts.ciba.feature,
      claimsParameter: { enabled: true, assertClaimsParameter: checkClaimsParameter },
      clientCredentials: { enabled: true },
      deviceFlow: parts.device.feature,
      dPoP: { enabled: true, nonceSecret: keys.secret('dpop'), requireNonce: proofRules },
      encryption: { enabled: true },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      fapi: { enabled: true, profile: fapiProfile(clients) },
      introspection: { enabled: true, allowedPolicy: introspectionRules(accounts, clients, resources) },
      jwtIntrospection: { enabled: true },
      jwtResponseModes: { enabled: true },
      jwtUserinfo: { enabled: true },
      mTLS: parts.mutualTls.feature,
      ...registrationFeatures({ open: parts.openRegistration }),
      requestObjects: { enabled: true, assertJwtClaimsAndHeader: requestObjectRules(clients, parts.clock) },
      resourceIndicators: resourceIndicators(resources, clients),
      revocation: { enabled: true, allowedPolicy: revocationRules },
      richAuthorizationRequests: transactionApprovals(parts.artifacts),
      rpInitiatedLogout: { enabled: true, logoutSource: pages.logout, postLogoutSuccessSource: pages.loggedOut },
    },
    discovery: {
      ...assuranceMetadata,
      // said of the token endpoint by the library; RFC 8414 §2 has both for each, where a JWT says who somebody is
      introspection_endpoint_auth_methods_supported: authenticated,
      introspection_endpoint_auth_signing_alg_values_supported: jwa.clientAuthSigningAlgValues,
      revocation_endpoint_auth_methods_supported: authenticated,
      revocation_endpoint_auth_signing_alg_values_supported: jwa.clientAuthSigningAlgValues,
      ui_locales_supported: ['vi', 'en'],
    },
    scopes: ['openid', 'offline_access'],
    // who signed in, how surely and when is in every ID token, asked for or not; verified claims are where they are read
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'verified_claims'], sid: null, ...claimsByScope },
    acrValues,
    clientAuthMethods: authenticated,
    // tokens in the front channel are for the suite alone, which asks them of whoever registers clients (RFC 9700 §2.1.2)
    responseTypes: parts.lenient ? ['code', 'id_token', 'id_token token'] : ['code'],
    subjectTypes: ['pairwise', 'public'],
    pairwiseIdentifier: (_ctx, accountId, client) => subjectOf(accountId, client),
    findAccount: findBehindHint(
      subjects,
      findAccount({ accounts, clients, readClaims, referenceFor: referencesBy(keys.secret('verification')) }),
    ),
    loadExistingGrant: (ctx) => consents.grantFor(ctx),
    interactions: {
      policy: createPolicy({ clients, tamper: parts.tamper, subjectOf }),
      url: (_ctx, interaction) => parts.loginPath(interaction.uid),
    },
    extraClientMetadata: extraClientMetadata(parts),
    // OIDC Core §3.1.2.1: required, also where there is but one to choose from
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: pkceRequired(clients, { lenient: parts.lenient }) },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: rotates(clients),
    revokeGrantPolicy: endsGrant,
    clientBasedCORS: (_ctx, origin, client) =>
      clients.get(client.clientId)?.addresses.some((item) => URL.parse(item)?.origin === origin) ?? false,
    enabledJWA: jwa,
    assertJwtClientAuthClaimsAndHeader: assertionRules(clients, parts.clock, issuer),
    ttl: lifetimes,
    cookies: {
      keys: createCookieSigner(keys.secret('cookies')) as unknown as string[],
      // `__Host-` asks for the path "/", which the two cookies of a single login must not have
      names: {
        session: `${cookiePrefix}vneid.session`,
        interaction: `${secure ? '__Secure-' : ''}vneid.login`,
        resume: `${secure ? '__Secure-' : ''}vneid.resume`,
      },
      long: { httpOnly: true, sameSite: 'lax', secure, signed: true },
      short: { httpOnly: true, sameSite: 'lax', secure, signed: true },
    },
    renderError: pages.renderError,
    fetch: createFetch(parts),
    conformIdTokenClaims: true,
  };
}

/** What an API has said of tokens for it, or else so long. */
function asTheResourceSays(otherwise: number) {
  return (_ctx: unknown, token: { resourceServer?: { accessTokenTTL?: number | undefined } | undefined }): number =>
    token.resourceServer?.accessTokenTTL ?? otherwise;
}

/** Five minutes, or what the app asked for up to ten (CIBA Core §7.1 `requested_expiry`, ASVS 6.5.5). */
function requestLifetime({ oidc }: KoaContextWithOIDC): number {
  const asked = Number(oidc.params?.requested_expiry);
  return asked > 0 ? Math.min(asked, 600) : 300;
}
