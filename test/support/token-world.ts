import { createHash } from 'node:crypto';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from './browser.ts';
import { assertionFields, createHighClient, createKey, type HighClient, type Key, proofOf } from './high-client.ts';
import { post, said, signIn } from './relying-party.ts';

/** One client that may do everything, so that a token is never refused for whose it is, but for what it is. */
export interface World extends AsyncDisposable {
  vneid: Instance;
  client: HighClient;
  /** Where somebody is signed in. */
  browser: Browser;
  /** Binds tokens. */
  bound: Key;
  now(): number;
  /** The query of an authorization request that is right, but for what a test changes; signed in or not. */
  request(change?: Record<string, string | undefined>): string;
  /** What comes back of it in the browser that is signed in. */
  authorize(change?: Record<string, string | undefined>): Promise<Record<string, string>>;
  /** A form that the client posts, and says who it is. */
  ask(path: string, fields: Record<string, string>, headers?: Record<string, string>): ReturnType<typeof post>;
  /** What /token says to a code. */
  redeem(code: string, headers?: Record<string, string>, more?: Record<string, string>): ReturnType<typeof post>;
  proof(path: string, claims?: Record<string, unknown>): Promise<string>;
}

export const api = 'https://cases.example/';
const verifier = 'a-verifier-that-everybody-knows-as-this-is-a-test';
const callback = 'http://localhost:9/callback';
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
export const cibaGrant = 'urn:openid:params:grant-type:ciba';

export async function tokenWorld(): Promise<World> {
  const bound = await createKey();
  const client = await createHighClient({
    client_id: 'everything',
    profile: 'baseline',
    token_endpoint_auth_method: 'private_key_jwt',
    subject_type: 'public',
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant, cibaGrant],
    post_logout_redirect_uris: ['http://localhost:9/goodbye'],
    userinfo_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
    resources: [api],
  });
  const named = { vi: 'Hồ sơ', en: 'Cases' };
  const vneid = await startVneid({
    clients: [client.registration],
    resources: [{ resource: api, name: named, scopes: [{ scope: 'cases:read', ...named }] }],
    sends: 10_000,
  });
  const browser = new Browser();
  const now = () => Math.floor(vneid.clock.now() / 1000);
  const world: World = {
    vneid,
    client,
    browser,
    bound,
    now,
    request(change = {}) {
      const parameters = {
        client_id: client.registration.client_id,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid profile',
        nonce: 'n-0S6_WzA2Mj',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...change,
      };
      return String(
        new URLSearchParams(Object.entries(parameters).filter((pair): pair is [string, string] => !!pair[1])),
      );
    },
    async authorize(change) {
      return said((await signIn(vneid, browser, `${vneid.issuer}/authorize?${world.request(change)}`)).url);
    },
    async ask(path, fields, headers) {
      const times = { iat: now(), exp: now() + 60 };
      return post(vneid, path, { ...(await assertionFields(vneid, client, times)), ...fields }, headers);
    },
    redeem: (code, headers, more) =>
      world.ask(
        '/token',
        { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier, ...more },
        headers,
      ),
    proof: (path, claims = {}) => proofOf(bound, { htm: 'POST', htu: vneid.issuer + path, iat: now(), ...claims }),
    [Symbol.asyncDispose]: () => vneid.stop(),
  };
  await world.authorize();
  return world;
}

/** The page on which a one-time code is asked for, in a browser of its own. */
export async function atOneTimeCode(world: World, number: string): Promise<Browser> {
  const browser = new Browser();
  await browser.open(`${world.vneid.issuer}/authorize?${world.request({ acr_values: 'urn:vneid:loa:2' })}`);
  await browser.submit({ login: number, password: 'Hanoi@2024' });
  if (!browser.page().html.includes('name="otp"')) await browser.open(`${browser.page().url.pathname}?by=otp`);
  return browser;
}
