import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAuthenticator } from '../../src/lab/authenticator.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { openOwnPasskeys, addPasskey, usePasskey } from '../support/passkeys.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  newestCode,
  post,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** The time of an instance is moved and stopped over HTTP, and whatever has an end ends when its time has come. */
const cibaGrant = 'urn:openid:params:grant-type:ciba';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const app = {
  ...testClient,
  grant_types: [...testClient.grant_types, 'client_credentials' as const, cibaGrant, deviceGrant] as const,
};
const options = { clients: [{ ...app, grant_types: [...app.grant_types] }], sends: 1000 };
const HostDate = Date;
const [minute, hour, day] = [60, 3600, 86_400];

let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid(options);
});
afterAll(() => vneid.stop());
afterEach(async () => {
  vi.restoreAllMocks();
  await clock('reset');
});

/** One call of the clock's, as any program makes it. */
async function clock(verb: string, body: unknown = {}, of: Pick<Instance, 'issuer'> = vneid) {
  const answer = await fetch(`${of.issuer}/lab/api/clock${verb === '' ? '' : `/${verb}`}`, {
    ...(verb !== '' && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  return { status: answer.status, ...((await answer.json()) as { now: string; offset: number; frozen: boolean }) };
}

async function walk(parameters: Record<string, string> = {}, of = vneid) {
  const configuration = await relyingParty(of);
  const request = await authorizationRequest(configuration, parameters);
  return { browser: new Browser(), configuration, request };
}

async function signedIn(parameters: Record<string, string> = {}) {
  const { browser, configuration, request } = await walk(parameters);
  const { url } = await signIn(vneid, browser, request.url);
  return { browser, configuration, request: { ...request, url } };
}

async function tokens(parameters: Record<string, string> = {}) {
  const { configuration, request } = await signedIn(parameters);
  return { configuration, issued: await redeem(configuration, request) };
}

const isActive = async (token: string) => (await post(vneid, '/introspect', { token }, basic())).body.active === true;
const isGiven = async (fields: Record<string, string>) => (await post(vneid, '/token', fields, basic())).status === 200;
/** The code of the error that a call ends with, if it does. */
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ code }: { code?: string }) => code,
  );

let strangers = 0;

/** What has an end: how many seconds it lasts, and how one that has just begun is asked whether it still does. */
const endings: [string, number, () => Promise<() => Promise<boolean>>][] = [
  [
    'a one-time code',
    5 * minute,
    async () => {
      const { browser, request } = await walk({ acr_values: 'urn:vneid:loa:2' });
      await browser.open(request.url);
      await browser.submit({ login: an.number, password: an.password });
      const otp = await newestCode(vneid, an.number);
      return async () => (await browser.submit({ otp }, { until: atCallback })).status !== 401;
    },
  ],
  [
    'a QR code',
    5 * minute,
    async () => {
      const { browser, request } = await walk();
      await browser.open(request.url);
      const page = await browser.open(`${browser.page().url.pathname}?by=qr`);
      const code = /data-code="([^"]+)"/.exec(page.html)?.[1] ?? '';
      return async () => (await errorOf(vneid.control.phone(an.number).scan(code))) !== 'approval.expired';
    },
  ],
  [
    'a request to the phone',
    5 * minute,
    async () => {
      const configuration = await relyingParty(vneid);
      const asked = await oidc.initiateBackchannelAuthentication(configuration, {
        scope: 'openid',
        login_hint: an.number,
      });
      await vneid.control.phone(an.number).approvals();
      return async () => {
        if ((await errorOf(vneid.control.phone(an.number).approve())) !== undefined) return false;
        return isGiven({ grant_type: cibaGrant, auth_req_id: asked.auth_req_id });
      };
    },
  ],
  [
    'a code on a device',
    10 * minute,
    async () => {
      const configuration = await relyingParty(vneid);
      const { user_code: code, verification_uri: at } = await oidc.initiateDeviceAuthorization(configuration, {
        scope: 'openid',
      });
      const browser = new Browser();
      await browser.open(at);
      return async () => (await browser.submit({ user_code: code })).html.includes('name="confirm"');
    },
  ],
  [
    'a passkey’s challenge',
    5 * minute,
    async () => {
      const [own, { browser, request }] = [new Browser(), await walk()];
      const authenticator = createAuthenticator({ origin: vneid.issuer });
      await openOwnPasskeys(vneid, own);
      await addPasskey(own, authenticator);
      await browser.open(request.url);
      return async () => (await usePasskey(browser, authenticator)).status !== 401;
    },
  ],
  [
    'a sign-in under way',
    30 * minute,
    async () => {
      const { browser, request } = await walk();
      await browser.open(request.url);
      return async () => (await browser.submit({ login: an.number, password: an.password })).status !== 400;
    },
  ],
  [
    'the wait after wrong passwords',
    30,
    async () => {
      const { browser, request } = await walk();
      await browser.open(request.url);
      // nobody whom another test knows
      strangers += 1;
      const guess = () => browser.submit({ login: String(1_099_000_000 + strangers).padStart(12, '0'), password: 'x' });
      for (let time = 0; time < 5; time += 1) expect((await guess()).status).toBe(401);
      return async () => (await guess()).status === 429;
    },
  ],
  [
    'an authorization code',
    minute,
    async () => {
      const { configuration, request } = await signedIn();
      return async () => (await errorOf(redeem(configuration, request))) === undefined;
    },
  ],
  [
    'an access token where it is introspected',
    hour,
    async () => {
      const { issued } = await tokens();
      return () => isActive(issued.access_token);
    },
  ],
  [
    'an access token where it is used',
    hour,
    async () => {
      const { issued } = await tokens();
      const headers = { authorization: `Bearer ${issued.access_token}` };
      return async () => {
        const { status } = await fetch(`${vneid.issuer}/userinfo`, { headers });
        expect([200, 401]).toContain(status);
        return status === 200;
      };
    },
  ],
  [
    'an access token of an app that was agreed with almost two weeks before',
    hour,
    async () => {
      await signedIn();
      vneid.clock.advance((14 * day - 30 * minute) * 1000);
      const { issued } = await tokens();
      return () => isActive(issued.access_token);
    },
  ],
  [
    'an app’s own access token',
    10 * minute,
    async () => {
      const { body } = await post(vneid, '/token', { grant_type: 'client_credentials' }, basic());
      return () => isActive(String(body.access_token));
    },
  ],
  [
    'a refresh token',
    14 * day,
    async () => {
      const { issued } = await tokens({ scope: 'openid offline_access', prompt: 'consent' });
      return () => isGiven({ grant_type: 'refresh_token', refresh_token: String(issued.refresh_token) });
    },
  ],
  [
    'a session',
    12 * hour,
    async () => {
      const { browser, configuration } = await signedIn();
      return async () => {
        const { url } = await authorizationRequest(configuration, { prompt: 'none' });
        const back = await browser.open(url, { until: atCallback });
        expect([null, 'login_required']).toContain(back.url.searchParams.get('error'));
        return back.url.searchParams.has('code');
      };
    },
  ],
  [
    'a sign-in that may be ten minutes old',
    10 * minute,
    async () => {
      const { browser, configuration } = await signedIn();
      return async () => {
        const { url } = await authorizationRequest(configuration, { max_age: '600' });
        return atCallback((await browser.open(url, { until: atCallback })).url);
      };
    },
  ],
  [
    'a document that somebody shows',
    minute,
    async () => {
      const [citizen, by] = [await vneid.registry.find(an.number), await vneid.accounts.byNumber(an.number)];
      if (!citizen || !by) throw new Error('nobody to show anything');
      const { items } = await vneid.wallets.walletOf(citizen, { today: '2026-11-25' });
      const { url } = await vneid.presentations.present({ citizen, item: items[0]?.id ?? '', by });
      return async () => (await new Browser().open(url)).status === 200;
    },
  ],
];

describe('ends when its time has come, and no sooner:', () => {
  // a clock that stands still moves by exactly as much as it is told, however slow the machine
  test.each(endings)('%s', async (_what, seconds, begin) => {
    for (const [after, lasts] of [
      [seconds - 1, true],
      [seconds + 1, false],
    ] as const) {
      await clock('freeze');
      const isStill = await begin();
      expect((await clock('advance', { seconds: after })).status).toBe(200);
      expect([after, await isStill()]).toEqual([after, lasts]);
    }
  });

  test('an identity card, on its last day', async () => {
    const cardOf = async () => {
      const { configuration, issued } = await tokens({ scope: 'openid identity' });
      const { sub = '' } = issued.claims() ?? {};
      const { id_card: card } = await oidc.fetchUserInfo(configuration, issued.access_token, sub);
      return card as { state: string; expires_on: string };
    };
    const { expires_on: last, state } = await cardOf();
    // days are those of Viet Nam
    await clock('advance', { to: `${last}T23:50:00+07:00` });
    expect([state, (await cardOf()).state]).toEqual(['valid', 'valid']);
    await clock('advance', { seconds: 15 * minute });
    expect((await cardOf()).state).toBe('expired');
  });
});

test('a clock that goes is moved as well, and what was issued since lasts from then', async () => {
  const { issued: before } = await tokens();
  await clock('advance', { seconds: 2 * hour });
  const { issued: since } = await tokens();
  expect([await isActive(before.access_token), await isActive(since.access_token)]).toEqual([false, true]);
  const claims = since.claims();
  expect(Math.abs((claims?.iat ?? 0) * 1000 - Date.now() - 2 * hour * 1000)).toBeLessThan(60_000);
});

test('nobody is asked again for what they agreed to: a consent has no end', async () => {
  const { browser } = await signedIn();
  await clock('advance', { seconds: 400 * day });
  const { request } = await walk();
  const page = await browser.open(request.url, { until: atCallback });
  expect(page.html).toContain('name="password"');
  const back = await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
  expect(atCallback(back.url)).toBe(true);
});

test('a clock that stands still keeps a code alive for as long as anybody likes; beside it one that goes does not', async () => {
  await using other = await startVneid(options);
  const atCode = async (of: Instance) => {
    const { browser, request } = await walk({ acr_values: 'urn:vneid:loa:2' }, of);
    await browser.open(request.url);
    await browser.submit({ login: an.number, password: an.password });
    const otp = await newestCode(of, an.number);
    return async () => (await browser.submit({ otp }, { until: atCallback })).status !== 401;
  };
  await clock('freeze');
  const [stands, goes] = [await atCode(vneid), await atCode(other)];
  const { now } = HostDate;
  vi.spyOn(HostDate, 'now').mockImplementation(() => now() + 20 * minute * 1000);
  expect([await stands(), await goes()]).toEqual([true, false]);
  expect(await clock('')).toMatchObject({ frozen: true, offset: expect.closeTo(-20 * minute, -2) });
  // it goes on from where it stood
  expect((await clock('resume')).frozen).toBe(false);
  expect((await clock('')).offset).toBeCloseTo(-20 * minute, -2);
});

test('set back, the newest is what came last: a code in the inbox, a request on the phone', async () => {
  const configuration = await relyingParty(vneid);
  const ask = (message: string) =>
    oidc.initiateBackchannelAuthentication(configuration, {
      scope: 'openid',
      login_hint: an.number,
      binding_message: message,
    });
  const toCode = async () => {
    const { browser, request } = await walk({ acr_values: 'urn:vneid:loa:2' });
    await browser.open(request.url);
    await browser.submit({ login: an.number, password: an.password });
    return browser;
  };
  await clock('advance', { seconds: day });
  await toCode();
  await ask('mai');
  await clock('reset');
  const browser = await toCode();
  const otp = await newestCode(vneid, an.number);
  expect((await browser.submit({ otp }, { until: atCallback })).status).not.toBe(401);
  await ask('hôm nay');
  expect((await vneid.control.phone(an.number).approve()).ask).toMatchObject({ text: 'hôm nay' });
});

test('started anew after it was ahead, the newest is what came last: a code in the inbox, a row of the audit', async () => {
  await using folder = {
    data: await mkdtemp(join(tmpdir(), 'vneid-ahead-')),
    [Symbol.asyncDispose]: () => rm(folder.data, { recursive: true }),
  };
  const { data } = folder;
  const toCode = async (of: Instance) => {
    const { browser, request } = await walk({ acr_values: 'urn:vneid:loa:2' }, of);
    await browser.open(request.url);
    await browser.submit({ login: an.number, password: an.password });
    return browser;
  };
  {
    await using before = await startVneid({ ...options, data });
    await clock('advance', { seconds: 30 * day }, before);
    await toCode(before);
  }
  await using own = await startVneid({ ...options, data });
  const browser = await toCode(own);
  const otp = await newestCode(own, an.number);
  expect((await browser.submit({ otp }, { until: atCallback })).status).not.toBe(401);
  await own.audit.flush();
  const [newest] = await own.audit.list({ limit: 1 });
  expect(Math.abs((newest?.at ?? 0) - Date.now())).toBeLessThan(minute * 1000);
});

describe('instances in one process', () => {
  test('have a time each, also while both are at work', async () => {
    await using other = await startVneid(options);
    await clock('advance', { seconds: 30 * day });
    await clock('freeze', {}, other);
    const issuedAt = async (of: Instance) => {
      const { browser, configuration, request } = await walk({}, of);
      const tokens = await redeem(configuration, { ...request, url: (await signIn(of, browser, request.url)).url });
      return (tokens.claims()?.iat ?? 0) - Date.now() / 1000;
    };
    const [ahead, frozen, later] = await Promise.all([issuedAt(vneid), issuedAt(other), issuedAt(vneid)]);
    for (const seconds of [ahead, later]) expect(Math.abs(seconds - 30 * day)).toBeLessThan(60);
    expect(Math.abs(frozen)).toBeLessThan(60);
  });

  test('leave the time of the process alone', async () => {
    const before = HostDate.now();
    await clock('advance', { seconds: 3650 * day });
    for (const now of [Date.now(), new Date().getTime(), Date.parse(Date()) + 1000]) {
      expect(now).toBeGreaterThanOrEqual(before);
      expect(now).toBeLessThan(before + 60_000);
    }
    const begun = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(performance.now() - begun).toBeGreaterThan(8);
    const answer = await fetch(`${vneid.issuer}/jwks`);
    expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now())).toBeLessThan(60_000);
  });
});

test('iHanoi lives in the time of its instance: signing in there, and being told that a session has ended', async () => {
  await using own = await startVneid({ city: true, cityPort: 0 });
  for (const move of ['advance', 'freeze'] as const) {
    await clock(move, move === 'advance' ? { seconds: 365 * day } : {}, own);
    const browser = new Browser();
    await browser.open(`${own.city}/ihanoi/login`);
    await browser.submit({ login: an.number, password: an.password });
    let page = await browser.submit({ otp: await newestCode(own, an.number) });
    if (page.html.includes('value="allow"')) page = await browser.submit({ decision: 'allow' });
    expect(page.url.pathname).toBe('/ihanoi/me');
    const told = new Promise((resolve) => own.events.on('logout.told', resolve));
    await browser.open(`${own.issuer}/logout`);
    await browser.submit({ logout: 'yes' });
    expect(await told).toMatchObject({ client: 'ihanoi', attempt: 1 });
    expect((await browser.open(`${own.city}/ihanoi/me`)).url.pathname).not.toBe('/ihanoi/me');
  }
});

/** A browser keeps the host's time: what it takes for past it throws away, and what lies far ahead stays in it. */
describe('cookies end when the browser thinks so', () => {
  const ends = (browser: Browser) =>
    Object.fromEntries(
      browser
        .page()
        .headers.getSetCookie()
        .flatMap((line) => {
          const [, name = '', at = ''] = /^([^=]+)=.*; expires=([^;]+)/i.exec(line) ?? [];
          return at === '' ? [] : [[name, (Date.parse(at) - Date.now()) / 1000]];
        }),
    );

  test('with a clock that is a year ahead', async () => {
    await clock('advance', { seconds: 365 * day });
    const { browser } = await signedIn();
    expect(Math.abs((ends(browser)['vneid.session'] ?? 0) - 12 * hour)).toBeLessThan(60);
  });

  test('with a clock that stood still for a day', async () => {
    await clock('freeze');
    const { now } = HostDate;
    vi.spyOn(HostDate, 'now').mockImplementation(() => now() + day * 1000);
    const { browser, configuration } = await signedIn();
    expect(Math.abs((ends(browser)['vneid.session'] ?? 0) - 12 * hour)).toBeLessThan(60);
    const { url } = await authorizationRequest(configuration, { prompt: 'none' });
    expect((await browser.open(url, { until: atCallback })).url.searchParams.has('code')).toBe(true);
    // what is to be forgotten is forgotten
    await browser.open(`${vneid.issuer}/logout`);
    await browser.submit({ logout: 'yes' });
    expect(browser.cookieHeader(browser.page().url)).not.toContain('vneid.session=');
  });
});

test('a page is followed while the clock is ahead, also by who has just chosen a language', async () => {
  await clock('advance', { seconds: day });
  const said = vi.spyOn(console, 'error');
  const browser = new AbortController();
  const answer = await fetch(`${vneid.issuer}/lab/inspector/follow?lang=en`, { signal: browser.signal });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  await answer.body?.getReader().read();
  expect(said).not.toHaveBeenCalled();
  browser.abort();
});

describe('the calls themselves', () => {
  test('are also functions', async () => {
    const { offset } = await vneid.control.clock.advance({ seconds: 90.5 });
    expect(offset).toBe(90.5);
    expect((await vneid.control.clock.freeze()).frozen).toBe(true);
    const { now } = await vneid.control.clock.get();
    expect(await vneid.control.clock.advance({ to: now })).toMatchObject({ now, frozen: true });
    expect(await vneid.control.clock.reset()).toMatchObject({ offset: 0, frozen: false });
  });

  test('are told to whoever listens', async () => {
    const heard: unknown[] = [];
    vneid.events.on('clock.moved', (event) => heard.push(event));
    const { now: from } = await clock('freeze');
    const { now: to } = await clock('advance', { seconds: 60 });
    expect(Date.parse(to) - Date.parse(from)).toBe(60_000);
    expect(heard).toEqual([
      { how: 'freeze', from: expect.any(String), to: from, frozen: true },
      { how: 'advance', from, to, frozen: true },
    ]);
  });

  test.each<[unknown, string]>([
    [{ to: '2001-01-01T00:00:00Z' }, 'clock.outOfReach'],
    [{ to: '9999-01-01T00:00:00Z' }, 'clock.outOfReach'],
    [{ seconds: -1 }, 'request.badField'],
    [{ seconds: 1e12 }, 'request.badField'],
    [{ to: 'tomorrow' }, 'request.badField'],
    [{ seconds: 1, to: '2099-01-01T00:00:00Z' }, 'request.badField'],
    [{}, 'request.badField'],
  ])('%j is refused, and moves nothing', async (body, code) => {
    const { offset } = await clock('');
    expect(await clock('advance', body)).toMatchObject({ status: 422, code });
    expect((await clock('')).offset).toBe(offset);
  });

  test('a hundred years are as far as it goes, in one step or in many', async () => {
    const seconds = 60 * 365 * day;
    expect((await clock('advance', { seconds })).status).toBe(200);
    expect(await clock('advance', { seconds })).toMatchObject({ status: 422, code: 'clock.outOfReach' });
    expect((await clock('')).offset).toBe(seconds);
  });
});
