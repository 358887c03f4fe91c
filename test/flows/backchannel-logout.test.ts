import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents, type Events } from '../../src/events.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { createBackchannelLogout } from '../../src/oidc/backchannel-logout.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { relyingServer } from '../support/relying-server.ts';
import { believedServer } from '../support/tls.ts';

/** OpenID Connect Back-Channel Logout 1.0: a real app listens, and judges what it is told as §2.6 has it. */
interface Heard {
  path: string;
  type: string;
  body: URLSearchParams;
}

let app: Server;
let heard: Heard[];
/** What the app answers, by path; 200 where nothing is said. */
let answers: Record<string, number[]>;
/** Answers of `/holds`, kept until a test lets them go. */
let held: ServerResponse[];
let clientsOf: { [id: string]: { client_id: string } & Record<string, unknown> };
let vneid: Instance;

beforeAll(async () => {
  app = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const path = request.url ?? '';
      heard.push({ path, type: String(request.headers['content-type']), body: new URLSearchParams(body) });
      if (path === '/holds') held.push(response);
      else response.writeHead(answers[path]?.shift() ?? 200).end();
    });
  });
  await new Promise<void>((ready) => app.listen(0, '127.0.0.1', ready));
  const { port } = app.address() as AddressInfo;
  const told = (id: string, more: Record<string, unknown> = {}) => ({
    ...testClient,
    client_id: id,
    backchannel_logout_uri: `http://127.0.0.1:${port}/${id}`,
    ...more,
  });
  const elsewhere = { redirect_uris: ['http://127.0.0.1:9/callback'] };
  clientsOf = {
    plain: told('plain'),
    session: told('session', { backchannel_logout_session_required: true, ...elsewhere }),
    holds: told('holds'),
    down: told('down', { backchannel_logout_uri: 'http://127.0.0.1:9/' }),
    silent: { ...testClient, client_id: 'silent' },
  };
  vneid = await startVneid({ clients: Object.values(clientsOf), logoutDelays: [0, 0] });
});
beforeEach(() => {
  [heard, answers, held] = [[], {}, []];
});
afterAll(async () => {
  await vneid.stop();
  app.closeAllConnections();
  app.close();
});

type Outcome = 'logout.told' | 'logout.unheard';

/** The next time that the instance says this of one of its deliveries, once `so` holds. */
function next<N extends Outcome>(
  where: Pick<Instance, 'events'>,
  name: N,
  so: (facts: Events[N]) => boolean = () => true,
): Promise<Events[N]> {
  return new Promise((resolve) => where.events.on(name, (facts) => so(facts) && resolve(facts)));
}
const givenUp = (facts: Events['logout.unheard']) => facts.again === undefined;

/** Signs in to an app and redeems the code. */
async function signedIn(
  id: string,
  browser = new Browser(),
  where: Instance = vneid,
  person: { number: string; password: string } = an,
) {
  const configuration = await relyingParty(where, { id });
  const [redirect = ''] = (clientsOf[id] as unknown as typeof testClient).redirect_uris;
  const request = await authorizationRequest(configuration, { redirect_uri: redirect });
  const back = await signIn(where, browser, request.url, person);
  const tokens = await redeem(configuration, { ...request, url: back.url });
  return { browser, configuration, idToken: tokens.id_token ?? '', claims: tokens.claims() as oidc.IDToken };
}

async function signOut(browser: Browser, where: Instance = vneid, decision = { logout: 'yes' } as object) {
  await browser.open(`${where.issuer}/logout`);
  return browser.submit({ ...decision });
}

/** §2.6 as an app does it: signature by the published keys, type, issuer, audience, times, event, no nonce. */
async function believe({ type, body }: Heard, client: string, where: Instance = vneid): Promise<JWTPayload> {
  expect(type).toBe('application/x-www-form-urlencoded');
  expect([...body.keys()]).toEqual(['logout_token']);
  const keys = (await (await fetch(`${where.issuer}/jwks`)).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(body.get('logout_token') ?? '', createLocalJWKSet(keys), {
    typ: 'logout+jwt',
    issuer: where.issuer,
    audience: client,
    requiredClaims: ['iat', 'exp', 'jti', 'sub', 'events'],
    currentDate: new Date(where.clock.now()),
  });
  expect(payload.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(120);
  expect(payload).not.toHaveProperty('nonce');
  return payload;
}

test('discovery says that apps are told', async () => {
  const configuration = await relyingParty(vneid, { id: 'plain' });
  expect(configuration.serverMetadata()).toMatchObject({
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  });
});

test('every app of the session is told, of the person as that app knows them, and of its session if it wants to', async () => {
  const one = await signedIn('plain');
  const two = await signedIn('session', one.browser);
  await signedIn('silent', one.browser);
  expect(one.claims.sub).not.toBe(two.claims.sub);
  const told = ['plain', 'session'].map((id) => next(vneid, 'logout.told', ({ client }) => client === id));
  await signOut(one.browser);
  await Promise.all(told);
  expect(heard.map(({ path }) => path).toSorted()).toEqual(['/plain', '/session']);
  const [plain, session] = heard.toSorted((a, b) => a.path.localeCompare(b.path)) as [Heard, Heard];
  const sayings = [await believe(plain, 'plain'), await believe(session, 'session')] as const;
  expect(sayings[0].sub).toBe(one.claims.sub);
  expect(sayings[0]).not.toHaveProperty('sid');
  expect(sayings[1]).toMatchObject({ sub: two.claims.sub, sid: two.claims.sid });
  expect(two.claims.sid).toBeTypeOf('string');
});

test('an app without an address is told nothing, and its goodbye works', async () => {
  const { browser, configuration, idToken } = await signedIn('silent');
  const out = { id_token_hint: idToken, post_logout_redirect_uri: 'http://localhost:9/goodbye' };
  await browser.open(oidc.buildEndSessionUrl(configuration, out));
  const back = await browser.submit({ logout: 'yes' }, { until: atCallback });
  expect(back.url.href).toBe('http://localhost:9/goodbye');
  expect(heard).toEqual([]);
});

test('an app that registered itself is told as well', async () => {
  const { port } = app.address() as AddressInfo;
  const registered = await oidc.dynamicClientRegistration(
    new URL(vneid.issuer),
    {
      redirect_uris: ['http://localhost:9/callback'],
      backchannel_logout_uri: `http://127.0.0.1:${port}/dynamic`,
      backchannel_logout_session_required: true,
    },
    undefined,
    { execute: [oidc.allowInsecureRequests] },
  );
  const { client_id: id } = registered.clientMetadata();
  const browser = new Browser();
  const request = await authorizationRequest(registered);
  const back = await signIn(vneid, browser, request.url);
  const claims = (await redeem(registered, { ...request, url: back.url })).claims();
  const told = next(vneid, 'logout.told', ({ client }) => client === id);
  await signOut(browser);
  await told;
  expect(await believe(heard[0] as Heard, id)).toMatchObject({ sub: claims?.sub, sid: claims?.sid });
});

test('an app that fails is told again, with another token', async () => {
  const { browser } = await signedIn('plain');
  answers['/plain'] = [500];
  const [unheard, told] = [next(vneid, 'logout.unheard'), next(vneid, 'logout.told')];
  await signOut(browser);
  expect(await unheard).toMatchObject({ client: 'plain', attempt: 1, reason: '500 Internal Server Error', again: 0 });
  expect(await told).toMatchObject({ client: 'plain', attempt: 2 });
  const [first, second] = await Promise.all(heard.map((one) => believe(one, 'plain')));
  expect(first?.sub).toBe(second?.sub);
  expect(first?.jti).not.toBe(second?.jti);
});

test.each([
  [400, '400 Bad Request'],
  [404, '404 Not Found'],
  [302, '302 Found'],
])('%i is an answer, and the app is not asked twice', async (status, reason) => {
  const { browser } = await signedIn('plain');
  answers['/plain'] = [status];
  const unheard = next(vneid, 'logout.unheard');
  await signOut(browser);
  expect(await unheard).toEqual({ client: 'plain', account: expect.any(String), attempt: 1, reason });
  expect(heard).toHaveLength(1);
});

test.each([408, 429, 503])('%i means later, and the last no is the last', async (status) => {
  const { browser } = await signedIn('plain');
  answers['/plain'] = [status, status, status, status];
  const last = next(vneid, 'logout.unheard', givenUp);
  await signOut(browser);
  expect(await last).toMatchObject({ client: 'plain', attempt: 3 });
  expect(heard).toHaveLength(3);
});

test('an app that is down is given up after the last try', async () => {
  const { browser } = await signedIn('down');
  const last = next(vneid, 'logout.unheard', givenUp);
  await signOut(browser);
  expect(await last).toMatchObject({ client: 'down', attempt: 3, reason: expect.stringMatching(/\w/) });
});

test('nobody waits for an app that does not answer, and after its time it counts as not heard', async () => {
  await using own = await startVneid({ clients: Object.values(clientsOf), logoutDelays: [] });
  const { browser } = await signedIn('holds', new Browser(), own);
  const outcomes: string[] = [];
  own.events.onAny((name) => name.startsWith('logout.') && outcomes.push(name));
  const unheard = next(own, 'logout.unheard');
  const goodbye = await signOut(browser, own);
  expect([goodbye.url.pathname, outcomes]).toEqual(['/logout/success', []]);
  expect(await unheard).toMatchObject({ client: 'holds', reason: 'no answer in time' });
  expect(held).toHaveLength(1);
});

test('another person on the same browser ends the session of the first, and its apps are told of the first', async () => {
  const first = await signedIn('plain');
  const told = next(vneid, 'logout.told');
  const request = await authorizationRequest(first.configuration, { prompt: 'login' });
  const person = { number: '001187000002', password: an.password };
  const back = await signIn(vneid, first.browser, request.url, person);
  const second = (await redeem(first.configuration, { ...request, url: back.url })).claims();
  await told;
  const { sub } = await believe(heard[0] as Heard, 'plain');
  expect(sub).toBe(first.claims.sub);
  expect(sub).not.toBe(second?.sub);
});

test('who stays signed in leaves only the app that asked', async () => {
  const { browser, configuration, idToken } = await signedIn('plain');
  await signedIn('session', browser);
  const told = next(vneid, 'logout.told');
  await browser.open(oidc.buildEndSessionUrl(configuration, { id_token_hint: idToken }));
  await browser.submit({});
  await told;
  expect(heard.map(({ path }) => path)).toEqual(['/plain']);
});

test('a locked account: every app it shared something with is told that all its sessions there are over', async () => {
  const number = '001084000011';
  const { claims } = await signedIn('plain', new Browser(), vneid, { number, password: an.password });
  await signedIn('session', new Browser(), vneid, { number, password: an.password });
  await signedIn('silent', new Browser(), vneid, { number, password: an.password });
  const outcomes: string[] = [];
  vneid.events.onAny(
    (name, facts) => name.startsWith('logout.') && outcomes.push((facts as { client: string }).client),
  );
  const [told, unheard] = [next(vneid, 'logout.told'), next(vneid, 'logout.unheard')];
  const { id } = (await vneid.accounts.byNumber(number)) as { id: string };
  vneid.events.emit('account.locked', { account: id, reason: 'requested' });
  await told;
  expect((await believe(heard[0] as Heard, 'plain')).sub).toBe(claims.sub);
  // without a sid this one could do nothing with it, and so it is not told but reported
  expect(await unheard).toMatchObject({ client: 'session', reason: expect.stringContaining('sid') });
  expect([heard.length, outcomes.toSorted()]).toEqual([1, ['plain', 'session']]);
});

test('what waits follows the clock of the instance, and is signed with the keys of its time', async () => {
  await using own = await startVneid({ clients: Object.values(clientsOf), logoutDelays: [3600] });
  const { browser } = await signedIn('plain', new Browser(), own);
  answers['/plain'] = [500];
  const [unheard, told] = [next(own, 'logout.unheard'), next(own, 'logout.told')];
  await signOut(browser, own);
  await unheard;
  await own.keys.rotate({ announce: 0, retire: 60_000 });
  own.clock.advance(3600_000);
  await told;
  const kids = heard.map(({ body }) => decodeProtectedHeader(body.get('logout_token') ?? '').kid);
  expect(kids[0]).not.toBe(kids[1]);
  await believe(heard[1] as Heard, 'plain', own);
});

test('set back, what waits does not wait as long as the clock had been ahead', async () => {
  await using own = await startVneid({ clients: Object.values(clientsOf), logoutDelays: [0.2] });
  own.clock.advance(30 * 86_400_000);
  const { browser } = await signedIn('plain', new Browser(), own);
  answers['/plain'] = [500];
  const [unheard, told] = [next(own, 'logout.unheard'), next(own, 'logout.told')];
  await signOut(browser, own);
  await unheard;
  own.clock.reset();
  expect(await told).toMatchObject({ client: 'plain', attempt: 2 });
});

test('a stop ends the waiting, and the audit says of whom', async () => {
  const own = await startVneid({ clients: Object.values(clientsOf), logoutDelays: [3600] });
  const { browser } = await signedIn('plain', new Browser(), own);
  answers['/plain'] = [500];
  const [unheard, last] = [next(own, 'logout.unheard'), next(own, 'logout.unheard', givenUp)];
  await signOut(browser, own);
  await unheard;
  await own.stop();
  expect(await last).toMatchObject({ client: 'plain', attempt: 2, reason: 'the provider stopped' });
  expect(heard).toHaveLength(1);
});

test('the lab shows every try, to people and to programs', async () => {
  await using own = await startVneid({ clients: Object.values(clientsOf), logoutDelays: [0] });
  const reader = new Browser();
  expect((await reader.open(`${own.issuer}/lab/logouts`)).text).toContain('Chưa báo cho ứng dụng nào');
  const { browser } = await signedIn('plain', new Browser(), own);
  answers['/plain'] = [503, 200];
  const told = next(own, 'logout.told');
  await signOut(browser, own);
  await told;
  const { deliveries } = (await (await fetch(`${own.issuer}/lab/api/logouts`)).json()) as { deliveries: object[] };
  const common = { client: 'plain', subject: '001085******', at: expect.any(String) };
  expect(deliveries).toEqual([
    { ...common, attempt: 2, outcome: 'heard', reason: null, again: null },
    { ...common, attempt: 1, outcome: 'again', reason: '503 Service Unavailable', again: 0 },
  ]);
  const page = await reader.open(`${own.issuer}/lab/logouts`);
  expect(page.text).toContain(testClient.client_name);
  expect(page.text).toContain('503 Service Unavailable');
  expect((await reader.open(own.issuer)).html).toContain('href="/lab/logouts"');
});

describe('what is never sent', () => {
  test('what would go to a private address from a shared installation, where a lab sends it', async () => {
    await using inside = await relyingServer(await believedServer());
    const client = { ...testClient, backchannel_logout_uri: `${inside.origin}/told` };
    class Grant {
      addOIDCScope = () => {};
      save = async () => 'grant';
    }
    const provider = { Grant } as unknown as Parameters<Instance['consents']['give']>[0];

    /** What comes of it when the account of somebody who uses this app is locked. */
    async function locked(options: Parameters<typeof startVneid>[0]) {
      await using own = await startVneid({ ...options, clients: [client], logoutDelays: [] });
      const { id } = (await own.accounts.byNumber(an.number)) as { id: string };
      const agreed = { scopes: ['openid'], refused: [], shown: {} };
      await own.consents.give(provider, { accountId: id, clientId: client.client_id, ...agreed });
      const outcome = Promise.race([next(own, 'logout.told'), next(own, 'logout.unheard')]);
      own.events.emit('account.locked', { account: id, reason: 'requested' });
      return outcome;
    }

    expect(await locked({})).toMatchObject({ attempt: 1 });
    expect(inside.asked).toEqual(['POST /told']);
    inside.asked.length = 0;
    const reason = 'hostname resolves to a special-use IP address';
    expect(await locked({ mode: 'sandbox', issuer: 'https://id.example' })).toMatchObject({ reason });
    expect(inside.asked).toEqual([]);
  });

  test('more than ten thousand at once: dead apps cannot fill the memory, and the audit knows what was dropped', async () => {
    let sent = 0;
    class Client {
      clientId = 'app';
      backchannelLogoutUri = 'https://app.example/';
      static find = async () => new Client();
      async backchannelLogout(_account: string): Promise<void> {
        sent += 1;
      }
    }
    const [clock, events] = [createClock(), createEvents()];
    const logout = createBackchannelLogout({ clock, events, consents: { list: async () => [] } });
    logout.attach({ Client } as unknown as Parameters<typeof logout.attach>[0]);
    const dropped: string[] = [];
    events.on('logout.unheard', ({ account, reason }) => reason.includes('too many') && dropped.push(account));
    await Promise.all(Array.from({ length: 10_002 }, (_, one) => new Client().backchannelLogout(String(one))));
    await logout.stop();
    expect([dropped, sent]).toEqual([['10000', '10001'], 10_000]);
  });
});
