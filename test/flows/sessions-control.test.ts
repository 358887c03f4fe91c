import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Provider } from 'oidc-provider';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { type RelyingServer, relyingServer } from '../support/relying-server.ts';
import { cibaGrant, deviceGrant } from '../support/token-world.ts';

/** Who is signed in, who granted what to whom, which tokens there are; and all of it over when a tester says so. */
const binh = '001187000002';
const api = 'https://cases.example/';
const callback = 'http://localhost:9/callback';

let vneid: Instance;
let app: RelyingServer;
let configuration: oidc.Configuration;

beforeAll(async () => {
  app = await relyingServer();
  const named = { vi: 'Hồ sơ', en: 'Cases' };
  vneid = await startVneid({
    cibaInterval: 0,
    clients: [
      {
        ...testClient,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant, cibaGrant],
        resources: [api],
        backchannel_logout_uri: `${app.origin}/logout`,
      },
      { ...testClient, client_id: 'other-app' },
      { ...testClient, client_id: 'quiet-app' },
    ],
    resources: [{ resource: api, name: named, scopes: [{ scope: 'cases:read', ...named }] }],
  });
  configuration = await relyingParty(vneid);
});
afterAll(async () => {
  await vneid.stop();
  await app[Symbol.asyncDispose]();
});

/** Signs in by hand: the browser, and what the app got. */
async function byHand(number = an.number, client = testClient.client_id) {
  const browser = new Browser();
  const party = await relyingParty(vneid, { id: client });
  const request = await authorizationRequest(party, { scope: 'openid profile offline_access', prompt: 'consent' });
  const { url } = await signIn(vneid, browser, request.url, { number, password: an.password });
  return { browser, party, tokens: await redeem(party, { ...request, url }) };
}

async function lab(method: string, path: string, body?: object) {
  const sent = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${vneid.issuer}/lab/api${path}`, { method, ...sent });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const heard = (event: 'logout.told') => new Promise<void>((resolve) => vneid.events.on(event, () => resolve()));
const auditOf = async (event: string) => (await vneid.audit.list({ event, limit: 1 }))[0];
const userinfo = (token: string) =>
  fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
const silently = async (browser: Browser) => {
  const { url } = await authorizationRequest(configuration);
  return atCallback((await browser.open(url, { until: atCallback })).url);
};
const refreshed = (token: string | undefined) =>
  oidc.refreshTokenGrant(configuration, String(token)).then(
    () => 'refreshed',
    (error: oidc.ResponseBodyError) => error.error,
  );

describe('sessions', () => {
  test('are listed page by page, by citizen and by app, and each is found by its id or its cookie', async () => {
    const { browser } = await byHand(an.number, 'other-app');
    for (const client of ['quiet-app', 'other-app']) await vneid.control.login(binh, { client });
    const all = await vneid.control.sessions.list();
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const { status, body } = await lab('GET', `/sessions?limit=1${after ? `&after=${after}` : ''}`);
      expect(status).toBe(200);
      const page = body as { sessions: { id: string }[]; next?: string };
      seen.push(...page.sessions.map(({ id }) => id));
      [after, more] = [page.next, page.next !== undefined];
    }
    expect(seen).toEqual(all.sessions.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);

    const hers = await vneid.control.sessions.list({ number: binh, client: 'quiet-app' });
    expect(hers.sessions).toMatchObject([
      {
        number: binh,
        acr: 'urn:vneid:loa:1',
        amr: ['pwd'],
        clients: [{ client: 'quiet-app', sid: expect.any(String) }],
      },
    ]);
    const cookie = /vneid\.session=([^;]+)/.exec(browser.cookieHeader(new URL(vneid.issuer)))?.[1] ?? '';
    expect(JSON.stringify(all)).not.toContain(cookie);
    const { session } = await vneid.control.sessions.get({ session: cookie });
    expect(session).toMatchObject({ number: an.number, clients: [{ client: 'other-app' }] });
    expect((await lab('GET', `/sessions/${session.id}`)).body).toEqual({ session });
    await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
    // the cookie has changed, the session has not
    expect((await vneid.control.sessions.get({ session: session.id })).session.clients).toHaveLength(2);
    await expect(vneid.control.sessions.get({ session: cookie })).rejects.toMatchObject({ code: 'session.unknown' });
  });

  test('end as by signing out: the app is told, the tokens end, the browser is asked again', async () => {
    const { browser } = await byHand();
    const request = await authorizationRequest(configuration);
    const page = await browser.open(request.url, { until: atCallback });
    const tokens = await redeem(configuration, { ...request, url: page.url });
    const cookie = /vneid\.session=([^;]+)/.exec(browser.cookieHeader(new URL(vneid.issuer)))?.[1] ?? '';
    const told = heard('logout.told');
    app.asked.length = 0;
    expect(await lab('DELETE', `/sessions/${cookie}`)).toEqual({ status: 200, body: {} });
    await told;
    expect(app.asked).toEqual(['POST /logout']);
    const account = await vneid.accounts.byNumber(an.number);
    expect((await auditOf('session.ended'))?.account).toBe(account?.id);
    expect(await userinfo(tokens.access_token)).toBe(401);
    const { tokens: listed } = await vneid.control.tokens.list({ number: an.number, kind: 'access', limit: 100 });
    expect(listed.filter(({ id }) => tokens.access_token.startsWith(id))).toEqual([]);
    expect(await silently(browser)).toBe(false);
    expect((await lab('DELETE', `/sessions/${cookie}`)).status).toBe(404);
  });

  test('expire at once: nobody is told, what outlives a session stays, the browser is asked again', async () => {
    const { browser, tokens } = await byHand();
    const { sessions } = await vneid.control.sessions.list({ number: an.number, client: testClient.client_id });
    app.asked.length = 0;
    for (const { id } of sessions) await vneid.control.sessions.expire({ session: id });
    expect(await vneid.control.sessions.list({ number: an.number, client: testClient.client_id })).toEqual({
      sessions: [],
    });
    expect(await silently(browser)).toBe(false);
    expect(await refreshed(tokens.refresh_token)).toBe('refreshed');
    expect(app.asked).toEqual([]);
  });
});

describe('grants', () => {
  test('say who granted what to whom, and end as the citizen would withdraw', async () => {
    const { tokens } = await byHand(binh);
    const { grants } = await vneid.control.grants.list({ number: binh, client: testClient.client_id });
    const newest = grants.find(({ consent }) => consent !== undefined);
    expect(newest).toMatchObject({ number: binh, granted: { scope: expect.stringContaining('profile') }, refused: {} });
    expect(newest?.id).toHaveLength(12);
    expect(await userinfo(tokens.access_token)).toBe(200);

    expect(await lab('DELETE', `/grants/${newest?.id}`)).toEqual({ status: 200, body: {} });
    expect((await auditOf('consent.withdrawn'))?.facts).toMatchObject({ client: 'test-app', consent: newest?.consent });
    const account = await vneid.accounts.byNumber(binh);
    expect((await vneid.inbox.messages(account?.citizenId ?? ''))[0]).toMatchObject({
      kind: 'receipt',
      textEn: expect.stringContaining(String(newest?.consent)),
    });
    expect(await userinfo(tokens.access_token)).toBe(401);
    expect(await refreshed(tokens.refresh_token)).toBe('invalid_grant');
    expect(await vneid.consents.current(account?.id ?? '', 'test-app')).toBeUndefined();
    expect((await lab('DELETE', `/grants/${newest?.id}`)).body).toMatchObject({ code: 'grant.unknown' });
  });

  test('expire at once: the tokens are refused, and the consent stays', async () => {
    const { browser, tokens } = await byHand();
    const { grants } = await vneid.control.grants.list({ number: an.number, client: testClient.client_id });
    for (const { id } of grants) await vneid.control.grants.expire({ grant: id });
    expect(await userinfo(tokens.access_token)).toBe(401);
    expect(await refreshed(tokens.refresh_token)).toBe('invalid_grant');
    expect(await silently(browser)).toBe(true);
  });
});

test('a refresh token that ends with the session is kept as long as a session that nobody uses', async () => {
  const kept = async (scope: string) => {
    const request = await authorizationRequest(configuration, { scope, prompt: 'consent' });
    const { url } = await signIn(vneid, new Browser(), request.url);
    const { refresh_token: token = '' } = await redeem(configuration, { ...request, url });
    const { tokens } = await vneid.control.tokens.list({ kind: 'refresh', number: an.number, limit: 200 });
    const expires = tokens.find(({ id }) => id === idOf(token))?.expiresAt ?? '';
    return Math.round((Date.parse(expires) - vneid.clock.now()) / 3_600_000);
  };
  expect([await kept('openid profile'), await kept('openid profile offline_access')]).toEqual([12, 14 * 24]);
});

describe('a grant that is made again from its consent', () => {
  /** Has grants wait to be kept until `all` holds. */
  function holdGrants(all: (waiting: number) => boolean) {
    const { artifacts } = vneid;
    const put = artifacts.put.bind(artifacts);
    const [first, last] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let waiting = 0;
    artifacts.put = async (kind, id, payload, ...rest) => {
      if (kind === 'Grant' && payload.consumed === undefined) {
        waiting += 1;
        first.resolve();
        if (all(waiting)) last.resolve();
        await last.promise;
      }
      return put(kind, id, payload, ...rest);
    };
    const letGo = () => {
      artifacts.put = put;
      last.resolve();
    };
    return { waits: first.promise, letGo };
  }
  const grantsOf = async (number: string) =>
    (await vneid.control.grants.list({ number, client: testClient.client_id })).grants;
  async function expireGrants(number: string): Promise<void> {
    for (const { id } of await grantsOf(number)) await vneid.control.grants.expire({ grant: id });
  }

  test('by two requests at once is one, so that nothing outlives the consent', async () => {
    const signedIn = [await byHand(binh), await byHand(binh)];
    await expireGrants(binh);
    const { letGo } = holdGrants((waiting) => waiting === 2);
    const tokens = await Promise.all(
      signedIn.map(async ({ browser, party }) => {
        const request = await authorizationRequest(party);
        const { url } = await browser.open(request.url, { until: atCallback });
        return (await redeem(party, { ...request, url })).access_token;
      }),
    );
    letGo();
    for (const token of tokens) expect(await userinfo(token)).toBe(200);
    const grant = (await grantsOf(binh)).find(({ consent }) => consent !== undefined)?.id ?? '';
    await vneid.control.grants.end({ grant });
    for (const token of tokens) expect(await userinfo(token)).toBe(401);
  });

  test('is none when the consent is withdrawn meanwhile: the person is asked', async () => {
    const { browser } = await byHand(binh);
    await expireGrants(binh);
    const accountId = (await vneid.accounts.byNumber(binh))?.id ?? '';
    const consent = (await vneid.consents.current(accountId, testClient.client_id))?.id ?? '';
    // there are no grants to end
    const provider = { AccessToken: { async revokeByGrantId() {} }, Grant: { async find() {} } } as unknown as Provider;
    const { waits, letGo } = holdGrants(() => false);
    const late = silently(browser);
    await waits;
    await vneid.consents.withdraw(provider, { accountId, consent });
    letGo();
    expect(await late).toBe(false);
  });
});

/** A token of each kind, and what is said to who presents it. */
interface Presented {
  make(): Promise<string>;
  /** Seconds that it lives. */
  lifetime: number;
  present(token: string): Promise<unknown>;
}
const form = async (path: string, fields: Record<string, string>) => {
  const { status, body } = await post(vneid, path, fields, basic());
  return { status, error: body.error, description: body.error_description };
};
const made = async (path: string, fields: Record<string, string>, member: string) =>
  String((await post(vneid, path, fields, basic())).body[member]);
const tokensOf = async (number = an.number) =>
  (await vneid.control.login(number, { client: testClient.client_id, tokens: true })).tokens;
let verifier = '';

const presented: Record<string, Presented> = {
  access: {
    make: async () => (await tokensOf()).access_token,
    lifetime: 3600,
    present: async (token) => {
      const answer = await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
      return [answer.status, answer.headers.get('www-authenticate')];
    },
  },
  refresh: {
    make: async () => String((await byHand()).tokens.refresh_token),
    lifetime: 14 * 86_400,
    present: (token) => form('/token', { grant_type: 'refresh_token', refresh_token: token }),
  },
  code: {
    async make() {
      const { redirect, codeVerifier = '' } = await vneid.control.login(an, { client: testClient.client_id });
      verifier = codeVerifier;
      return said(new URL(redirect)).code ?? '';
    },
    lifetime: 60,
    present: (code) =>
      form('/token', { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier }),
  },
  device: {
    make: () => made('/device/authorize', { scope: 'openid' }, 'device_code'),
    lifetime: 600,
    present: (code) => form('/token', { grant_type: deviceGrant, device_code: code }),
  },
  ciba: {
    make: () => made('/ciba', { scope: 'openid', login_hint: binh }, 'auth_req_id'),
    lifetime: 300,
    present: (id) => form('/token', { grant_type: cibaGrant, auth_req_id: id }),
  },
  pushed: {
    make: async () => {
      const { url } = await authorizationRequest(configuration);
      return made('/par', Object.fromEntries(url.searchParams), 'request_uri');
    },
    lifetime: 60,
    present: async (uri) => {
      const query = new URLSearchParams({ client_id: testClient.client_id, request_uri: uri });
      const answer = await fetch(`${vneid.issuer}/authorize?${query}`, { redirect: 'manual' });
      return [answer.status, /invalid_request_uri/.test(await answer.text())];
    },
  },
  client: {
    make: () => made('/token', { grant_type: 'client_credentials' }, 'access_token'),
    lifetime: 600,
    present: async (token) => (await post(vneid, '/introspect', { token }, basic())).body,
  },
  registration: {
    async make() {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ redirect_uris: [callback] });
      const answer = await fetch(`${vneid.issuer}/register`, { method: 'POST', headers, body });
      return String(((await answer.json()) as Record<string, string>).registration_access_token);
    },
    lifetime: 0,
    present: async () => undefined,
  },
  initial: {
    make: async () => (await vneid.control.initialAccessTokens.create({ lifetime: 60 })).token,
    lifetime: 60,
    present: async (token) => vneid.artifacts.get('InitialAccessToken', token),
  },
};
type Kind = NonNullable<NonNullable<Parameters<Instance['control']['tokens']['list']>[0]>['kind']>;
const kinds = Object.entries(presented) as [Kind, Presented][];
const idOf = (token: string) => (token.split(':').at(-1) ?? '').slice(0, 12);

describe('tokens', () => {
  test.each(kinds)('of kind %s are listed by their beginnings and never whole', async (kind, { make }) => {
    const token = await make();
    const { tokens } = await vneid.control.tokens.list({ kind, limit: 200 });
    const mine = tokens.filter(({ id }) => id === idOf(token));
    expect(mine).toMatchObject([{ kind }]);
    const everything = await vneid.control.tokens.list({ limit: 200 });
    expect(everything.tokens).toContainEqual(mine[0]);
    const client = mine[0]?.client;
    const ofApp = await vneid.control.tokens.list({ kind, limit: 200, ...(client && { client }) });
    expect(ofApp.tokens).toContainEqual(mine[0]);
    const ofAnother = await vneid.control.tokens.list({ kind, client: 'other-app' });
    expect(ofAnother.tokens).not.toContainEqual(mine[0]);
    expect(JSON.stringify(everything)).not.toContain(token.slice(-20));
  });

  test.each(kinds.filter(([, { lifetime }]) => lifetime > 0))(
    'of kind %s expire at once, and the client hears what it would hear when the time comes',
    async (kind, { make, lifetime, present }) => {
      const [whole, byHandle, left] = [await make(), await make(), await make()];
      // a code of another sign-in has another verifier: what is said of the time comes before
      const fresh = await make();
      expect(await lab('POST', `/tokens/${encodeURIComponent(whole)}/expire`, {})).toEqual({ status: 200, body: {} });
      await vneid.control.tokens.expire({ token: idOf(byHandle) });
      const [one, other, living] = [await present(whole), await present(byHandle), await present(fresh)];
      vneid.clock.advance(lifetime * 1000);
      const natural = await present(left);
      expect(one).toEqual(natural);
      expect(other).toEqual(natural);
      expect(living).not.toEqual(natural);
      const listed = await vneid.control.tokens.list({ kind, limit: 200 });
      expect(listed.tokens.map(({ id }) => id)).not.toContain(idOf(whole));
      await expect(vneid.control.tokens.expire({ token: `${idOf(whole)}-gone` })).rejects.toMatchObject({
        code: 'token.unknown',
      });
    },
  );

  test('are listed of one citizen and one app, page by page over all kinds, and say what they are', async () => {
    const { tokens: own } = await vneid.control.login(binh, { client: 'quiet-app', tokens: true });
    const { redirect } = await vneid.control.login(binh, { client: 'quiet-app' });
    const code = said(new URL(redirect)).code ?? '';
    const whose = { number: binh, client: 'quiet-app' };
    const { tokens } = await vneid.control.tokens.list(whose);
    const [session] = (await vneid.control.sessions.list(whose)).sessions;
    expect(session).toBeDefined();
    for (const token of tokens)
      expect(token).toMatchObject({ ...whose, session: expect.any(String), grant: expect.any(String) });
    const byId = new Map(tokens.map((token) => [token.id, token]));
    expect(byId.get(idOf(own.access_token))).toMatchObject({
      kind: 'access',
      scope: expect.stringContaining('openid'),
    });
    expect(byId.get(idOf(code))).toMatchObject({ kind: 'code' });
    expect(byId.get(idOf(code))).not.toHaveProperty('usedAt', expect.any(String));
    expect(tokens.filter(({ kind, usedAt }) => kind === 'code' && usedAt !== undefined)).toHaveLength(1);
    const paged: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await vneid.control.tokens.list({ ...whose, limit: 2, after });
      paged.push(...page.tokens.map(({ id }) => id));
      [after, more] = [page.next, page.next !== undefined];
    }
    expect(paged).toEqual(tokens.map(({ id }) => id));
    const wrong: [object, string][] = [
      [{ number: '000000000000' }, 'account.unknown'],
      [{ client: 'nobody' }, 'client.unknown'],
      [{ after: 'made up' }, 'request.badField'],
    ];
    for (const [input, error] of wrong)
      await expect(vneid.control.tokens.list(input)).rejects.toMatchObject({ code: error });
  });

  test('end as RFC 7009 has it: an access token takes the grant with it, a code only itself', async () => {
    const { tokens } = await byHand();
    expect((await lab('DELETE', `/tokens/${tokens.access_token}`)).status).toBe(200);
    expect(await userinfo(tokens.access_token)).toBe(401);
    expect(await refreshed(tokens.refresh_token)).toBe('invalid_grant');

    const again = await tokensOf();
    const { redirect } = await vneid.control.login(an, { client: testClient.client_id });
    await vneid.control.tokens.end({ token: said(new URL(redirect)).code ?? '' });
    expect(await userinfo(again.access_token)).toBe(200);
    await expect(vneid.control.tokens.end({ token: idOf(again.access_token).slice(0, 6) })).rejects.toMatchObject({
      code: 'request.badField',
    });
  });

  test('that are JWTs are not kept, and that is said', async () => {
    const order = { client: testClient.client_id, scope: 'openid cases:read', resource: api, tokens: true } as const;
    const { tokens } = await vneid.control.login(an, order);
    for (const act of ['expire', 'end'] as const)
      await expect(vneid.control.tokens[act]({ token: tokens.access_token })).rejects.toMatchObject({
        code: 'token.notKept',
        status: 422,
      });
  });
});

test('the command line signs a citizen in, and ends what comes of it', async () => {
  const vneidOf = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['src/main.js', ...args, '--url', vneid.issuer]);
    return JSON.parse(stdout) as Record<string, string>;
  };
  const order = ['--number', binh, '--client', 'other-app', '--acr', 'urn:vneid:loa:2'];
  const { redirect = '' } = await vneidOf('logins', 'create', ...order);
  const { code = '' } = said(new URL(redirect));
  expect(await vneidOf('tokens', 'end', code.slice(0, 12))).toEqual({});
  await expect(vneid.control.tokens.end({ token: code })).rejects.toMatchObject({ code: 'token.unknown' });
});
