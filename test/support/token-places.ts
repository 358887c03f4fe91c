import { createHash } from 'node:crypto';
import { Browser } from './browser.ts';
import { atCallback, post } from './relying-party.ts';
import type { Specimen } from './token-kinds.ts';
import { atOneTimeCode, cibaGrant, deviceGrant, type World } from './token-world.ts';

/** Where something is presented, and for what it is taken there. */
export interface Place {
  takes: string[];
  taken(world: World, specimen: Specimen): Promise<Seen>;
}

/** What was answered; `error` is that of OAuth, wherever it stood, or how else it was refused. */
export interface Seen {
  taken: boolean;
  status: number;
  error?: unknown;
}

const seen = (taken: boolean, { status, body }: { status: number; body?: Record<string, unknown> }): Seen => ({
  taken,
  status,
  error: body?.error,
});

/** Asks /token; what an answer that has not come yet says is as good as one. */
const atToken =
  (grant: string, name: string, more: Record<string, string> = {}) =>
  async (world: World, { value }: Specimen) => {
    const answer = await world.ask('/token', { grant_type: grant, [name]: value, ...more });
    return seen(answer.status === 200 || answer.body.error === 'authorization_pending', answer);
  };

/** Asks /authorize in a browser where nobody is signed in, with what a browser may be sent with. */
async function atAuthorize({ vneid }: World, query: string, cookie = '') {
  const answer = await fetch(`${vneid.issuer}/authorize?${query}`, {
    redirect: 'manual',
    headers: { accept: 'application/json', cookie },
  });
  const location = answer.headers.get('location') ?? '';
  const back = URL.parse(location);
  const error = back?.searchParams.get('error') ?? /"error":"(\w+)"/.exec(await answer.text())?.[1];
  const body = { error };
  return {
    status: answer.status,
    body,
    begun: location.startsWith('/login/'),
    code: back?.searchParams.has('code') ?? false,
  };
}

async function atUserinfo({ vneid }: World, headers: Record<string, string>): Promise<Seen> {
  const answer = await fetch(`${vneid.issuer}/userinfo`, { headers });
  return { taken: answer.status === 200, status: answer.status, error: answer.headers.get('www-authenticate') };
}

const introspected = async (world: World, token: string) => {
  const answer = await world.ask('/introspect', { token });
  return { ...answer, active: answer.body.active === true };
};
const ofAccess = ['opaque access token', 'access token bound to a key', 'token of the app itself', 'refresh token'];

export const places: Record<string, Place> = {
  'code at /token': {
    takes: ['authorization code'],
    taken: async (world, { value }) => {
      const answer = await world.redeem(value);
      return seen(answer.status === 200, answer);
    },
  },
  'refresh_token at /token': { takes: ['refresh token'], taken: atToken('refresh_token', 'refresh_token') },
  'device_code at /token': { takes: ['device code'], taken: atToken(deviceGrant, 'device_code') },
  'auth_req_id at /token': { takes: ['auth_req_id'], taken: atToken(cibaGrant, 'auth_req_id') },
  'client_assertion at /token': {
    takes: ['client assertion'],
    async taken({ vneid, client }, { value }) {
      const answer = await post(vneid, '/token', {
        grant_type: 'client_credentials',
        client_id: client.registration.client_id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: value,
      });
      return seen(answer.status === 200, answer);
    },
  },
  'client_secret at /token': {
    takes: [],
    async taken({ vneid, client }, { value }) {
      const fields = {
        grant_type: 'client_credentials',
        client_id: client.registration.client_id,
        client_secret: value,
      };
      const answer = await post(vneid, '/token', fields);
      return seen(answer.status === 200, answer);
    },
  },
  'DPoP at /token': {
    takes: ['DPoP proof'],
    async taken(world, { value }) {
      const answer = await world.ask('/token', { grant_type: 'client_credentials' }, { dpop: value });
      return seen(answer.body.token_type === 'DPoP', answer);
    },
  },
  'DPoP at /userinfo': {
    takes: [],
    async taken(world, { value }) {
      const { code } = await world.authorize();
      const { body } = await world.redeem(String(code), { dpop: await world.proof('/token') });
      return atUserinfo(world, { authorization: `DPoP ${String(body.access_token)}`, dpop: value });
    },
  },
  'Bearer at /userinfo': {
    takes: ['opaque access token'],
    taken: (world, { value }) => atUserinfo(world, { authorization: `Bearer ${value}` }),
  },
  'DPoP-bound at /userinfo': {
    takes: ['access token bound to a key'],
    async taken(world, { value }) {
      const ath = createHash('sha256').update(value).digest('base64url');
      return atUserinfo(world, {
        authorization: `DPoP ${value}`,
        dpop: await world.proof('/userinfo', { htm: 'GET', ath }),
      });
    },
  },
  'token at /introspect': {
    takes: ofAccess,
    async taken(world, { value }) {
      const answer = await introspected(world, value);
      return { ...seen(answer.active, answer), error: answer.body.error ?? 'not active' };
    },
  },
  'request at /authorize': {
    takes: ['request object'],
    async taken(world, { value }) {
      const answer = await atAuthorize(world, world.request({ request: value }));
      return seen(answer.begun, answer);
    },
  },
  'request at /par': {
    takes: ['request object'],
    async taken(world, { value }) {
      const answer = await world.ask('/par', { request: value });
      return seen(answer.status === 201, answer);
    },
  },
  'request_uri at /authorize': {
    takes: ['request_uri'],
    async taken(world, { value }) {
      const { client_id: id } = world.client.registration;
      const answer = await atAuthorize(world, String(new URLSearchParams({ client_id: id, request_uri: value })));
      return seen(answer.begun, answer);
    },
  },
  'id_token_hint at /authorize': {
    takes: ['ID token'],
    async taken(world, { value }) {
      const answer = await atAuthorize(world, world.request({ id_token_hint: value, prompt: 'none' }));
      return seen(answer.body.error === 'login_required', answer);
    },
  },
  'id_token_hint at /logout': {
    takes: ['ID token'],
    async taken({ vneid }, { value }) {
      const answer = await fetch(`${vneid.issuer}/logout?${new URLSearchParams({ id_token_hint: value })}`, {
        redirect: 'manual',
        headers: { accept: 'application/json' },
      });
      const body = answer.status < 400 ? {} : ((await answer.json()) as Record<string, unknown>);
      return seen(answer.status < 400, { status: answer.status, body });
    },
  },
  'id_token_hint at /ciba': {
    takes: ['ID token'],
    async taken(world, { value }) {
      const answer = await world.ask('/ciba', { scope: 'openid', id_token_hint: value });
      return seen(answer.status === 200, answer);
    },
  },
  'login_hint_token at /ciba': {
    takes: [],
    async taken(world, { value }) {
      const answer = await world.ask('/ciba', { scope: 'openid', login_hint_token: value });
      return seen(answer.status === 200, answer);
    },
  },
  'Bearer at /register/:client': {
    takes: ['registration access token'],
    async taken({ vneid }, { value, at }) {
      // somebody else's registration, to whoever has none
      const made = await fetch(`${vneid.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['http://localhost:9/cb'] }),
      });
      const { registration_client_uri: uri } = (await made.json()) as Record<string, string>;
      const answer = await fetch(at ?? String(uri), { headers: { authorization: `Bearer ${value}` } });
      return seen(answer.status === 200, {
        status: answer.status,
        body: (await answer.json()) as Record<string, unknown>,
      });
    },
  },
  'the session’s cookie': {
    takes: ['session cookie'],
    async taken(world, { value, signature }) {
      // to a forger, the signature of a cookie that is good
      const mine = /vneid\.session\.sig=([^;]+)/.exec(
        world.browser.cookieHeader(new URL(`${world.vneid.issuer}/authorize`)),
      );
      const cookie = `vneid.session=${encodeURIComponent(value)}; vneid.session.sig=${signature ?? mine?.[1] ?? ''}`;
      const answer = await atAuthorize(world, world.request({ prompt: 'none' }), cookie);
      return seen(answer.code, answer);
    },
  },
  'the address of a sign-in': {
    takes: ['id of a sign-in under way'],
    async taken({ vneid }, { value, browser = new Browser() }) {
      const page = await browser.open(`${vneid.issuer}/login/${encodeURIComponent(value)}`);
      return { taken: page.status === 200, status: page.status };
    },
  },
  'the address after a sign-in': {
    takes: [],
    async taken({ vneid }, { value }) {
      const browser = new Browser();
      const page = await browser.open(`${vneid.issuer}/authorize/${encodeURIComponent(value)}`, { until: atCallback });
      return { taken: atCallback(page.url), status: page.status };
    },
  },
  'the field for a device’s code': {
    takes: ['user code'],
    async taken({ vneid }, { value }) {
      const browser = new Browser();
      await browser.open(`${vneid.issuer}/device`);
      const page = await browser.submit({ user_code: value });
      return { taken: page.html.includes('name="confirm"'), status: page.status, error: 'asked again' };
    },
  },
  'the field for a one-time code': {
    takes: ['one-time code'],
    async taken(world, { value, browser }) {
      const walk = browser ?? (await atOneTimeCode(world, '001080000013'));
      if (!walk.page().html.includes('name="otp"')) return { taken: false, status: 400 };
      const page = await walk.submit({ otp: value }, { until: atCallback });
      return { taken: atCallback(page.url) || page.html.includes('value="allow"'), status: page.status };
    },
  },
  // last: what is revoked cannot be presented again
  'token at /revoke': {
    takes: ofAccess,
    async taken(world, { value }) {
      const before = await introspected(world, value);
      const answer = await world.ask('/revoke', { token: value });
      const after = await introspected(world, value);
      return { ...seen(before.active && !after.active, answer), error: answer.body.error ?? 'nothing revoked' };
    },
  },
};
