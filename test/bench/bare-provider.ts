import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type Configuration, Provider } from 'oidc-provider';
import { reportTo } from './child.ts';
import { api, client } from './client.ts';
import { mapAdapter, redisAdapter, sqliteAdapter } from './example-adapters.ts';

/**
 * What ours is measured against: oidc-provider as it comes, with the same algorithms, features, cookies and kinds of
 * token, and a login that accepts whoever comes, with one redirect and without a page.
 * `--sqlite <file>` and `--redis <url>` give it a store such as the library's examples have, else it is a Map.
 */
const { values } = parseArgs({ options: { sqlite: { type: 'string' }, redis: { type: 'string' } } });
const adapter = values.redis
  ? await redisAdapter(values.redis)
  : values.sqlite
    ? sqliteAdapter(values.sqlite)
    : mapAdapter();
const server = createServer({ keepAliveTimeout: 65_000 });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, configuration());
let visitors = 0;
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  visitors += 1;
  const accountId = `account-${visitors % 1000}`;
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const result = {
    login: { accountId, acr: 'urn:vneid:loa:1', amr: ['pwd'], remember: true },
    consent: { grantId: await grant.save() },
  };
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  ctx.status = 303;
});
server.on('request', provider.callback());
reportTo(process, {
  ready: { issuer, people: Array.from({ length: 1000 }, (_, index) => ({ number: String(index), password: '' })) },
  stop: async () => server.closeAllConnections(),
});

function configuration(): Configuration {
  const salt = randomBytes(32);
  const ownTokensOnly = (_ctx: unknown, owner: { clientId: string }, token: { clientId?: string | undefined }) =>
    token.clientId === owner.clientId;
  return {
    adapter,
    clients: [{ ...client, response_types: ['code'], subject_type: 'pairwise' }],
    jwks: { keys: signingKeys() },
    routes: { authorization: '/authorize', token: '/token' },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: ownTokensOnly },
      revocation: { enabled: true, allowedPolicy: ownTokensOnly },
      dPoP: { enabled: true, nonceSecret: randomBytes(32) },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => false,
        getResourceServerInfo: (_ctx, audience) => ({
          scope: api.scopes.map(({ scope }) => scope).join(' '),
          audience,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], profile: ['name'], sid: null },
    acrValues: ['urn:vneid:loa:1', 'urn:vneid:loa:2'],
    subjectTypes: ['pairwise', 'public'],
    pairwiseIdentifier: (_ctx, accountId, { sectorIdentifier }) =>
      createHmac('sha256', salt)
        .update(`${String(sectorIdentifier)} ${accountId}`)
        .digest('base64url'),
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    // who has agreed once is not asked again, as with us
    loadExistingGrant: ({ oidc }) => {
      const id = oidc.result?.consent?.grantId ?? (oidc.client && oidc.session?.grantIdFor(oidc.client.clientId));
      return id ? oidc.provider.Grant.find(id) : undefined;
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    issueRefreshToken: (_ctx, owner) => owner.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256', 'EdDSA', 'PS256'] },
    cookies: { keys: [randomBytes(32).toString('base64url')], long: { signed: true }, short: { signed: true } },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 14 * 86_400,
      IdToken: 3600,
      Interaction: 1800,
      ClientCredentials: 600,
      RefreshToken: 14 * 86_400,
      Session: 12 * 3600,
    },
    conformIdTokenClaims: true,
  };
}

function signingKeys() {
  const pairs = [
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ] as const;
  return pairs.map(([alg, { privateKey }]) => ({
    ...privateKey.export({ format: 'jwk' }),
    kid: alg,
    alg,
    use: 'sig',
  })) as NonNullable<Configuration['jwks']>['keys'];
}
