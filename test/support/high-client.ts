import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import type { ClientRegistration, Instance } from '../../src/index.ts';
import { Browser } from './browser.ts';
import { authorizationRequest, redeem, type Request, signIn } from './relying-party.ts';

/** A key of a relying party: to say who it is, to sign requests, or to bind tokens to. */
export interface Key extends CryptoKeyPair {
  alg: string;
  /** The public half, as a registration has it. */
  jwk: JWK & { kty: string };
}

/** A relying party of the high class, with the keys that only it holds. */
export interface HighClient {
  registration: ClientRegistration;
  /** Signs client assertions and request objects. */
  key: Key;
  /** What its tokens are bound to. */
  dpop: Key;
}

export async function createKey(alg = 'ES256', use = 'sig'): Promise<Key> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  return { ...pair, alg, jwk: { ...jwk, kty: String(jwk.kty), kid: await calculateJwkThumbprint(jwk), alg, use } };
}

/** Everything that a registration of the high class need not say stands by itself: see src/oidc/clients/profile.ts. */
export async function createHighClient(beyond: Partial<ClientRegistration> = {}): Promise<HighClient> {
  const [key, dpop] = await Promise.all([createKey(), createKey()]);
  return {
    key,
    dpop,
    registration: {
      client_id: 'high-app',
      client_name: 'Ứng dụng cần bảo đảm cao',
      profile: 'high',
      redirect_uris: ['http://localhost:9/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile phone email offline_access',
      jwks: { keys: [key.jwk] },
      ...beyond,
    },
  };
}

/** openid-client set up for it; `dpop` goes along with every call that is bound to a key. */
export async function highParty(
  vneid: Pick<Instance, 'issuer'>,
  { registration, key, dpop }: HighClient,
  metadata: Partial<oidc.ClientMetadata> = {},
): Promise<{ configuration: oidc.Configuration; dpop: { DPoP: oidc.DPoPHandle } }> {
  const id = registration.client_id;
  const by = oidc.PrivateKeyJwt({ key: key.privateKey, kid: String(key.jwk.kid) });
  const configuration = await oidc.discovery(new URL(vneid.issuer), id, metadata, by, {
    execute: [oidc.allowInsecureRequests],
  });
  return { configuration, dpop: { DPoP: oidc.getDPoPHandle(configuration, dpop) } };
}

/** Pushes a request, and returns the address for the browser with what is needed to redeem the answer. */
export async function pushedRequest(
  configuration: oidc.Configuration,
  parameters: Record<string, string> = {},
  options: oidc.DPoPOptions = {},
): Promise<Request> {
  const { url, ...kept } = await authorizationRequest(configuration, parameters);
  return { ...kept, url: await oidc.buildAuthorizationUrlWithPAR(configuration, url.searchParams, options) };
}

/** The whole of it: a pushed request, a browser that signs in, tokens that are bound to the key. */
export async function signInHigh(
  vneid: Instance,
  client: HighClient,
  { browser = new Browser(), parameters = {} }: { browser?: Browser; parameters?: Record<string, string> } = {},
) {
  const party = await highParty(vneid, client);
  const request = await pushedRequest(party.configuration, parameters);
  const { url } = await signIn(vneid, browser, request.url);
  const tokens = await redeem(party.configuration, { ...request, url }, party.dpop);
  return { ...party, tokens, sub: tokens.claims()?.sub ?? '' };
}

/** What stands in a token of a test: a claim that is undefined is left out. */
type Claims = Record<string, unknown>;

/** Any token, signed by any key. */
export function signed({ alg, privateKey, jwk }: Key, claims: Claims, header: Claims = {}): Promise<string> {
  return new SignJWT(present(claims)).setProtectedHeader({ alg, kid: String(jwk.kid), ...header }).sign(privateKey);
}

/** A client assertion as it should be (RFC 7523 §3), but for what a test changes. */
export function assertionOf(
  { issuer }: Pick<Instance, 'issuer'>,
  { registration: { client_id: id }, key }: HighClient,
  { by = key, header, ...claims }: Claims & { by?: Key; header?: Claims } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return signed(
    by,
    { iss: id, sub: id, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60, ...claims },
    header ?? {},
  );
}

/** The fields of a form that bring it. */
export async function assertionFields(...how: Parameters<typeof assertionOf>): Promise<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertionOf(...how),
  };
}

/** A DPoP proof as it should be (RFC 9449 §4.2), but for what a test changes. */
export async function proofOf(key: Key, claims: Claims, header: Claims = {}): Promise<string> {
  const { kty, crv, x, y, n, e } = key.jwk;
  return new SignJWT(present({ jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims }))
    .setProtectedHeader({ typ: 'dpop+jwt', alg: key.alg, jwk: present({ kty, crv, x, y, n, e }), ...header })
    .sign(key.privateKey);
}

function present(members: Claims): Claims {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
