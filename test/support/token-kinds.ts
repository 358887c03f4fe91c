import { createPrivateKey, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Browser } from './browser.ts';
import { forge } from './forge.ts';
import { assertionOf, signed } from './high-client.ts';
import { newestCode } from './relying-party.ts';
import { api, atOneTimeCode, type World } from './token-world.ts';

/** A token that lives, with what belongs to it where it is presented rightly. */
export interface Specimen {
  value: string;
  /** The browser that it is bound to. */
  browser?: Browser;
  /** The address that it is good at. */
  at?: string;
  signature?: string;
}

export interface Kind {
  make(world: World): Promise<Specimen>;
  /** For those that an app takes, and not the provider: whether an app would. */
  living?(world: World, specimen: Specimen): Promise<boolean>;
}

const text = (value: unknown) => {
  if (typeof value !== 'string') throw new Error(`no token but ${JSON.stringify(value)}`);
  return value;
};

async function tokens(world: World, change: Record<string, string> = {}, headers?: Record<string, string>) {
  const { code } = await world.authorize(change);
  return (await world.redeem(text(code), headers)).body;
}

const forApp =
  (options: object) =>
  async ({ vneid, client }: World, { value }: Specimen) => {
    const keys = createRemoteJWKSet(new URL(`${vneid.issuer}/jwks`));
    const audience = client.registration.client_id;
    const currentDate = new Date(vneid.clock.now());
    return jwtVerify(value, keys, { issuer: vneid.issuer, audience, currentDate, ...options }).then(() => true);
  };

/** Everything that is issued here, or presented here. */
export const kinds: Record<string, Kind> = {
  'authorization code': { make: async (world) => ({ value: text((await world.authorize()).code) }) },
  'opaque access token': { make: async (world) => ({ value: text((await tokens(world)).access_token) }) },
  'access token bound to a key': {
    make: async (world) => ({
      value: text((await tokens(world, {}, { dpop: await world.proof('/token') })).access_token),
    }),
  },
  'JWT access token': {
    async make(world) {
      const { code } = await world.authorize({ resource: api, scope: 'openid cases:read' });
      return { value: text((await world.redeem(text(code), {}, { resource: api })).body.access_token) };
    },
    living: forApp({ typ: 'at+jwt', audience: api }),
  },
  'token of the app itself': {
    make: async (world) => ({
      value: text((await world.ask('/token', { grant_type: 'client_credentials' })).body.access_token),
    }),
  },
  'refresh token': {
    make: async (world) => ({
      value: text((await tokens(world, { scope: 'openid offline_access', prompt: 'consent' })).refresh_token),
    }),
  },
  'ID token': { make: async (world) => ({ value: text((await tokens(world)).id_token) }) },
  'logout token': {
    async make({ vneid, client, now }) {
      const jwk = vneid.keys.signingKeys().find(({ alg }) => alg === 'ES256') as JsonWebKey & { kid: string };
      const payload = {
        iss: vneid.issuer,
        aud: client.registration.client_id,
        sub: 'someone',
        sid: 'a-session',
        jti: randomUUID(),
        iat: now(),
        exp: now() + 120,
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      };
      const key = createPrivateKey({ key: jwk, format: 'jwk' });
      return { value: forge({ header: { alg: 'ES256', kid: jwk.kid, typ: 'logout+jwt' }, payload, key }) };
    },
    living: forApp({ typ: 'logout+jwt' }),
  },
  'client assertion': {
    make: async ({ vneid, client, now }) => ({
      value: await assertionOf(vneid, client, { iat: now(), exp: now() + 60 }),
    }),
  },
  'request object': {
    async make({ vneid, client: { key, registration }, now, request }) {
      const claims = { iss: registration.client_id, aud: vneid.issuer, iat: now(), nbf: now(), exp: now() + 60 };
      return { value: await signed(key, { ...Object.fromEntries(new URLSearchParams(request())), ...claims }) };
    },
  },
  'DPoP proof': { make: async (world) => ({ value: await world.proof('/token') }) },
  request_uri: {
    make: async (world) => ({
      value: text((await world.ask('/par', Object.fromEntries(new URLSearchParams(world.request())))).body.request_uri),
    }),
  },
  'device code': {
    make: async (world) => ({
      value: text((await world.ask('/device/authorize', { scope: 'openid' })).body.device_code),
    }),
  },
  'user code': {
    make: async (world) => ({
      value: text((await world.ask('/device/authorize', { scope: 'openid' })).body.user_code),
    }),
  },
  auth_req_id: {
    make: async (world) => ({
      value: text((await world.ask('/ciba', { scope: 'openid', login_hint: '001187000002' })).body.auth_req_id),
    }),
  },
  'registration access token': {
    async make({ vneid }) {
      const answer = await fetch(`${vneid.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['http://localhost:9/cb'] }),
      });
      const made = (await answer.json()) as Record<string, string>;
      return { value: text(made.registration_access_token), at: text(made.registration_client_uri) };
    },
  },
  'initial access token': {
    async make({ vneid }) {
      const answer = await fetch(`${vneid.issuer}/lab/api/initial-access-tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      return { value: text(((await answer.json()) as Record<string, string>).token) };
    },
    // a lab asks nobody for one: what a shared installation takes is in registration.test.ts
    living: async ({ vneid }, { value }) => (await vneid.artifacts.get('InitialAccessToken', value)) !== undefined,
  },
  'session cookie': {
    async make({ vneid, browser }) {
      const header = browser.cookieHeader(new URL(`${vneid.issuer}/authorize`));
      const cookies = new Map(header.split('; ').map((pair) => pair.split('=') as [string, string]));
      return { value: text(cookies.get('vneid.session')), signature: text(cookies.get('vneid.session.sig')) };
    },
  },
  'id of a sign-in under way': {
    async make(world) {
      const browser = await atOneTimeCode(world, '001187000002');
      return { value: text(browser.page().url.pathname.split('/')[2]), browser };
    },
  },
  'signed authorization response': {
    make: async (world) => ({ value: text((await world.authorize({ response_mode: 'query.jwt' })).response) }),
    living: forApp({}),
  },
  'signed answer of /introspect': {
    async make(world) {
      const token = text((await tokens(world)).access_token);
      const accept = { accept: 'application/token-introspection+jwt' };
      return { value: (await world.ask('/introspect', { token }, accept)).text };
    },
    living: forApp({ typ: 'token-introspection+jwt' }),
  },
  'signed answer of /userinfo': {
    async make(world) {
      const token = text((await tokens(world)).access_token);
      const answer = await fetch(`${world.vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
      return { value: await answer.text() };
    },
    living: forApp({}),
  },
  'one-time code': {
    async make(world) {
      const browser = await atOneTimeCode(world, '001084000011');
      return { value: await newestCode(world.vneid, '001084000011'), browser };
    },
  },
};
