import { createHash, createHmac } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ClaimsParameter, Configuration, KoaContextWithOIDC, Provider as ProviderType } from 'oidc-provider';
import { type Accounts, usable } from '../accounts/accounts.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { acrValues } from '../levels.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { createCookieSigner } from '../web/cookies.ts';
import { createAdapterFactory } from './adapter.ts';
import { finishAnswer, turnPostsIntoGets } from './answers.ts';
import type { Ciba } from './ciba.ts';
import { claimsByScope, type ClaimsReader } from './claims.ts';
import type { Clients } from './clients.ts';
import type { Consents } from './consents.ts';
import type { KeyRing } from './keys.ts';
import { errors, Provider } from './library.ts';
import { createLocalFetch } from './local-fetch.ts';
import { createPolicy } from './policy.ts';
import { transactionApprovals, transactionResource } from './transactions.ts';

/** What the library cannot draw itself. */
export interface ProviderPages {
  /** An error that cannot be sent back to the relying party. */
  renderError: NonNullable<Configuration['renderError']>;
  /** "Do you want to sign out?"; `form` is HTML to include. */
  logout(ctx: KoaContextWithOIDC, form: string): void;
  loggedOut(ctx: KoaContextWithOIDC): void;
}

export interface ProviderDependencies {
  issuer: string;
  keys: KeyRing;
  artifacts: ArtifactStore;
  accounts: Accounts;
  ciba: Ciba;
  readClaims: ClaimsReader;
  clients: Clients;
  consents: Consents;
  events: EventHub;
  pages: ProviderPages;
  /** Where a person is sent to sign in or consent. */
  loginPath: (uid: string) => string;
  /** True where relying parties may be reached on this machine and in private networks. */
  localNetwork: boolean;
  /** True behind a proxy whose X-Forwarded-* headers can be believed. */
  trustProxy: boolean;
  /** What runs before the provider's own routes. */
  before: Middleware[];
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

/**
 * Makes an OpenID provider. It holds no state of its own, so a new one can take over from an old one at any time:
 * that is how keys rotate without a restart.
 */
export function createProvider(parts: ProviderDependencies): ProviderType {
  const { issuer, keys, artifacts, clients, consents, events } = parts;
  const provider = new Provider(issuer, configure(parts));
  provider.proxy = parts.trustProxy;
  // the peer that the proxy itself saw is the last one; what stands before it anybody may have written
  provider.maxIpsCount = 1;
  // the library builds addresses, and sends cookies, by what the request and its headers say
  const { protocol, host } = new URL(issuer);
  Object.defineProperties(provider.request, { protocol: { value: protocol.slice(0, -1) }, host: { value: host } });
  for (const middleware of parts.before) provider.use(middleware);
  provider.use(turnPostsIntoGets);
  provider.use(finishAnswer);

  // the library reads before it writes; the store decides in one step (Hydra CVE-2020-5300 was that race)
  const replays = provider.ReplayDetection as unknown as {
    unique: (iss: string, jti: string, exp: number) => Promise<boolean>;
  };
  replays.unique = (iss, jti, exp) =>
    artifacts.add('ReplayDetection', createHash('sha256').update(`${iss} ${jti}`).digest('base64url'), { iss }, exp);

  parts.ciba.attach(provider);
  report(provider, events);
  return provider;

  /** Nor does it speak for anyone whose account may not be used now (CVE-2026-1609). */
  async function ownLivingTokensOnly(
    ctx: KoaContextWithOIDC,
    client: { clientId: string },
    token: { clientId?: string | undefined; accountId?: string | undefined },
  ): Promise<boolean> {
    if (!ownTokensOnly(ctx, client, token)) return false;
    if (token.accountId === undefined) return true;
    const account = await parts.accounts.byId(token.accountId);
    return account !== undefined && usable(account);
  }

  function configure({ accounts, readClaims, pages, loginPath }: ProviderDependencies): Configuration {
    const secure = issuer.startsWith('https:');
    const salt = keys.secret('pairwise');
    return {
      adapter: createAdapterFactory(artifacts),
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
        claimsParameter: { enabled: true, assertClaimsParameter: onlyAcr },
        clientCredentials: { enabled: true },
        introspection: { enabled: true, allowedPolicy: ownLivingTokensOnly },
        revocation: { enabled: true, allowedPolicy: ownTokensOnly },
        rpInitiatedLogout: { enabled: true, logoutSource: pages.logout, postLogoutSuccessSource: pages.loggedOut },
        dPoP: { enabled: true, nonceSecret: keys.secret('dpop') },
        richAuthorizationRequests: transactionApprovals,
        resourceIndicators: transactionResource,
      },
      scopes: ['openid', 'offline_access'],
      // who signed in, how surely and when is in every ID token, asked for or not
      claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], sid: null, ...claimsByScope },
      acrValues,
      subjectTypes: ['pairwise', 'public'],
      pairwiseIdentifier: (_ctx, accountId, client) =>
        createHmac('sha256', salt)
          .update(`${String(client.sectorIdentifier)} ${accountId}`)
          .digest('base64url'),
      findAccount: (_ctx, id) => findAccount(accounts, readClaims, id),
      loadExistingGrant: (ctx) => consents.grantFor(ctx),
      interactions: { policy: createPolicy(clients), url: (_ctx, interaction) => loginPath(interaction.uid) },
      pkce: { required: () => true },
      issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
      rotateRefreshToken: true,
      clientBasedCORS: (_ctx, origin, client) =>
        clients.get(client.clientId)?.addresses.some((item) => URL.parse(item)?.origin === origin) ?? false,
      enabledJWA: {
        idTokenSigningAlgValues: ['ES256', 'RS256', 'EdDSA', 'PS256'],
        clientAuthSigningAlgValues: ['ES256', 'RS256', 'EdDSA', 'PS256', 'HS256'],
      },
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
}

/**
 * Has the library look at every registration, so that one it would refuse stops the start and not the first citizen.
 * @throws VneidError clients.invalid
 */
export async function checkRegistrations(provider: ProviderType, clients: Clients): Promise<void> {
  for (const { id } of clients.list()) {
    await provider.Client.find(id).catch((cause: { error_description?: string; message: string }) => {
      const expected = cause.error_description ?? cause.message;
      throw problem('clients.invalid', { file: '', line: 0, found: `client ${id}`, expected });
    });
  }
}

/** Five minutes, or what the app asked for up to ten (CIBA Core §7.1 `requested_expiry`, ASVS 6.5.5). */
function requestLifetime({ oidc }: KoaContextWithOIDC): number {
  const asked = Number(oidc.params?.requested_expiry);
  return asked > 0 ? Math.min(asked, 600) : 300;
}

/** Of the claims parameter only `acr` is heard so far; whoever asks for more learns so instead of being passed over. */
async function onlyAcr(_ctx: KoaContextWithOIDC, { userinfo, id_token: idToken }: ClaimsParameter): Promise<void> {
  const other = [...Object.keys(userinfo ?? {}), ...Object.keys(idToken ?? {})].find((name) => name !== 'acr');
  if (other !== undefined)
    throw new errors.InvalidRequest(`claims: only id_token.acr can be asked for by itself, not ${other}; use scopes`);
}

/** A token speaks only to the client it was issued to (RFC 7662 §4, RFC 7009 §2.1). */
function ownTokensOnly(
  _ctx: KoaContextWithOIDC,
  client: { clientId: string },
  token: { clientId?: string | undefined },
): boolean {
  return token.clientId === client.clientId;
}

/** A locked, closed or deceased account is not found, so every token of it stops working at once (CVE-2026-1609). */
async function findAccount(accounts: Accounts, readClaims: ClaimsReader, id: string) {
  const account = await accounts.byId(id);
  if (!account || !usable(account)) return undefined;
  return {
    accountId: account.id,
    // ID tokens carry no claims of scopes (OIDC Core §5.4), so the registry is not asked for them
    claims: async (use: string, scope: string) => ({
      sub: account.id,
      ...(use === 'userinfo' && (await readClaims(account, scope.split(' ')))),
    }),
  };
}

/** Retells the library's events in our vocabulary. */
function report(provider: ProviderType, events: EventHub): void {
  const reasonOf = (error: { error?: string; message: string; error_detail?: string | undefined }) =>
    error.error_detail ?? error.message;
  provider.on('grant.success', (ctx) => {
    const { client, account, params } = ctx.oidc;
    events.emit('token.issued', {
      client: client?.clientId ?? '',
      ...(account && { account: account.accountId }),
      grantType: String(params?.grant_type),
    });
  });
  provider.on('grant.error', (ctx, error) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('token.refused', { ...(client && { client }), error: error.error, reason: reasonOf(error) });
  });
  provider.on('authorization.error', (ctx, error) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('authorization.refused', { ...(client && { client }), error: error.error, reason: reasonOf(error) });
  });
  provider.on('end_session.success', (ctx) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('session.ended', client ? { client } : {});
  });
  provider.on('server_error', (ctx, error) => {
    events.emit('server.error', { message: error.stack ?? error.message, path: ctx.path, method: ctx.method });
  });
}
