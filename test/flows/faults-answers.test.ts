import { connect } from 'node:net';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../../src/lab/faults/fault.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { everyFaultOf } from '../support/fault-stories.ts';
import { clearFaults, faultsOf, lab, setFault, told } from '../support/fault-world.ts';
import {
  createHighClient,
  createKey,
  type HighClient,
  highParty,
  type Key,
  pushedRequest,
} from '../support/high-client.ts';
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

/** What can be wrong with the provider as a server, and with what a browser brings back from it. */
everyFaultOf(['endpoint', 'day', 'authorize', 'userinfo']);

const secret = testClient.client_secret;
let vneid: Instance;
let high: HighClient;
let key: Key;
beforeAll(async () => {
  [high, key] = await Promise.all([createHighClient(), createKey('ECDH-ES', 'enc')]);
  const signed = { authorization_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' } as const;
  vneid = await startVneid({
    clients: [
      { ...testClient, post_logout_redirect_uris: ['http://localhost:9/goodbye'] },
      { ...testClient, client_id: 'signed', ...signed },
      {
        ...testClient,
        client_id: 'sealed',
        ...signed,
        jwks: { keys: [key.jwk] },
        userinfo_encrypted_response_alg: 'ECDH-ES',
        userinfo_encrypted_response_enc: 'A256GCM',
        authorization_encrypted_response_alg: 'ECDH-ES',
        authorization_encrypted_response_enc: 'A256GCM',
      },
      high.registration,
    ],
    sends: 100,
  });
});
afterEach(() => clearFaults(vneid.issuer));
afterAll(() => vneid.stop());

const browser = new Browser();
async function arrive(configuration: oidc.Configuration, parameters: Record<string, string> = {}) {
  const request = await authorizationRequest(configuration, parameters);
  const { url } = await signIn(vneid, browser, request.url);
  return { ...request, url };
}

describe('at each endpoint', () => {
  const ask: Record<(typeof endpoints)[number], () => Promise<Response>> = {
    token: () => send('/token', { grant_type: 'authorization_code' }),
    userinfo: () => fetch(`${vneid.issuer}/userinfo`),
    jwks: () => fetch(`${vneid.issuer}/jwks`),
    discovery: () => fetch(`${vneid.issuer}/.well-known/openid-configuration`),
    authorize: () => fetch(`${vneid.issuer}/authorize?client_id=nobody`, { redirect: 'manual' }),
    par: () => send('/par', {}),
    introspect: () => send('/introspect', { token: 'x' }),
    revoke: () => send('/revoke', { token: 'x' }),
    ciba: () => send('/ciba', {}),
    device: () => send('/device/authorize', {}),
    register: () => fetch(`${vneid.issuer}/register/nobody`),
    logout: () => fetch(`${vneid.issuer}/logout/success`, { redirect: 'manual' }),
  };
  const send = (path: string, fields: Record<string, string>) =>
    fetch(vneid.issuer + path, { method: 'POST', headers: basic(), body: new URLSearchParams(fields) });

  test.each(endpoints)('%s is out of service, and nothing else is', async (endpoint) => {
    await setFault(vneid.issuer, { fault: 'endpoint.503', endpoint });
    for (const other of endpoints) {
      const { status, headers } = await ask[other]();
      if (other === endpoint) expect([status, headers.get('retry-after')], other).toEqual([503, '5']);
      else expect(status, other).not.toBe(503);
    }
  });

  test('all of them, and none of the lab, the probes, the assets or the home page', async () => {
    await setFault(vneid.issuer, { fault: 'endpoint.500' });
    await setFault(vneid.issuer, { fault: 'day.overload' });
    for (const endpoint of endpoints) expect((await ask[endpoint]()).status, endpoint).toBeGreaterThanOrEqual(500);
    for (const path of ['/', '/lab/api/faults', '/lab/logouts', '/health/ready', '/metrics', '/assets/vneid.css'])
      expect((await fetch(vneid.issuer + path)).status, path).toBe(200);
  });

  test('a preflight is answered: a browser would not even send what is to fail', async () => {
    await setFault(vneid.issuer, { fault: 'endpoint.500', endpoint: 'token' });
    const headers = { origin: 'http://localhost:9', 'access-control-request-method': 'POST' };
    expect((await fetch(`${vneid.issuer}/token`, { method: 'OPTIONS', headers })).status).toBe(204);
  });
});

describe('what was asked', () => {
  test.each(['endpoint.429', 'endpoint.500', 'endpoint.503'])(
    'is not done by %s: the code is good for another try',
    async (fault) => {
      const configuration = await relyingParty(vneid);
      const request = await arrive(configuration);
      await setFault(vneid.issuer, { fault, endpoint: 'token', times: 1 });
      await expect(redeem(configuration, request)).rejects.toThrow();
      expect((await redeem(configuration, request)).access_token).toBeTypeOf('string');
    },
  );

  test.each(['endpoint.cut', 'endpoint.truncated', 'endpoint.malformed'])(
    'is done by %s: the code is used',
    async (fault) => {
      const configuration = await relyingParty(vneid);
      const request = await arrive(configuration);
      await setFault(vneid.issuer, { fault, endpoint: 'token', times: 1 });
      await expect(redeem(configuration, request)).rejects.toThrow();
      await expect(redeem(configuration, request)).rejects.toMatchObject({ error: 'invalid_grant' });
    },
  );

  test('a truncated answer has fewer bytes than it says, a cut one ends in the middle', async () => {
    for (const [fault, ended] of [
      ['endpoint.truncated', 'end'],
      ['endpoint.cut', 'reset'],
    ] as const) {
      await setFault(vneid.issuer, { fault, endpoint: 'jwks', times: 1 });
      const { text, how } = await rawAnswer('/jwks');
      const [head = '', body = ''] = text.split('\r\n\r\n');
      expect(how, fault).toBe(ended);
      // what was on its way when the connection was reset may be lost with it
      if (ended === 'end') {
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
        expect(body.length).toBe(Math.ceil(length / 2));
      }
    }
  });

  async function rawAnswer(path: string): Promise<{ text: string; how: 'end' | 'reset' }> {
    const socket = connect(vneid.port, 'localhost');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${vneid.port}\r\n\r\n`);
    let text = '';
    socket.on('data', (part) => (text += String(part)));
    const how = await new Promise<'end' | 'reset'>((resolve) => {
      socket.once('end', () => resolve('end'));
      socket.once('error', () => resolve('reset'));
    });
    socket.destroy();
    return { text, how };
  }

  test('a client of the high class is known by its assertion, where it pushes its request', async () => {
    await setFault(vneid.issuer, { fault: 'endpoint.503', endpoint: 'par', client: 'high-app' });
    const { configuration } = await highParty(vneid, high);
    expect(await pushedRequest(configuration).then(String, told)).toMatch(/\b503\b/);
    const { status } = await post(vneid, '/par', { client_id: 'signed', client_secret: secret });
    expect(status).toBe(400);
  });

  test('at userinfo an app and a person are known by the token', async () => {
    const configuration = await relyingParty(vneid);
    const tokens = await redeem(configuration, await arrive(configuration));
    const ask = () =>
      fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    await setFault(vneid.issuer, { fault: 'endpoint.500', endpoint: 'userinfo', citizen: '001187000002' });
    expect((await ask()).status).toBe(200);
    await setFault(vneid.issuer, { fault: 'endpoint.500', endpoint: 'userinfo', citizen: an.number });
    expect((await ask()).status).toBe(500);
  });
});

describe('the day of overload', () => {
  const page = (path: string, language = 'vi') =>
    fetch(vneid.issuer + path, { headers: { accept: 'text/html', 'accept-language': language } });

  test('sign-in and the phone are under maintenance, in both languages, with a time to try again', async () => {
    const login = await fetch((await authorizationRequest(await relyingParty(vneid))).url, { redirect: 'manual' });
    await setFault(vneid.issuer, { fault: 'day.overload' });
    for (const path of [login.headers.get('location') ?? '', '/phone', '/authorize?client_id=x']) {
      const [vi, en] = [await page(path), await page(path, 'en')];
      expect([vi.status, en.status, vi.headers.get('retry-after')], path).toEqual([503, 503, '5']);
      expect(await vi.text()).toContain('Hệ thống đang bảo trì. Vui lòng thử lại sau.');
      expect(await en.text()).toContain('The system is under maintenance. Please try again later.');
    }
    expect(await post(vneid, '/token', {}, basic())).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable', code: 'service.overloaded' },
    });
  });

  test('a share of the requests, evenly', async () => {
    const { id } = await setFault(vneid.issuer, { fault: 'day.overload', share: 0.25 });
    const statuses: number[] = [];
    for (let request = 0; request < 12; request += 1) statuses.push((await page('/jwks')).status);
    expect(statuses).toEqual([200, 200, 200, 503, 200, 200, 200, 503, 200, 200, 200, 503]);
    expect((await faultsOf(vneid.issuer)).find((one) => one.id === id)).toMatchObject({ met: 3 });
  });

  test('for one app only its own sign-ins', async () => {
    const [own, other] = await Promise.all(
      ['signed', testClient.client_id].map(async (id) => {
        const { url } = await authorizationRequest(await relyingParty(vneid, { id }));
        const { headers } = await fetch(url, { redirect: 'manual' });
        return { url, login: headers.get('location') ?? '' };
      }),
    );
    await setFault(vneid.issuer, { fault: 'day.overload', client: 'signed' });
    expect((await page(own?.login ?? '')).status).toBe(503);
    expect((await page(`${own?.url.pathname}${own?.url.search}`)).status).toBe(503);
    // without its cookie the walk is refused, but by the hub
    expect((await page(other?.login ?? '')).status).not.toBe(503);
    const { url } = await signIn(vneid, new Browser(), other?.url ?? '');
    expect(said(url)).toHaveProperty('code');
  });
});

describe('a signed answer to the app (JARM)', () => {
  const metadata = { client_secret: secret, authorization_signed_response_alg: 'ES256' };
  async function jarm(id: string): Promise<oidc.Configuration> {
    const configuration = await oidc.discovery(new URL(vneid.issuer), id, metadata, oidc.ClientSecretBasic(secret), {
      execute: [oidc.allowInsecureRequests, oidc.useJwtResponseMode],
    });
    if (id === 'sealed')
      oidc.enableDecryptingResponses(configuration, ['A256GCM'], {
        key: key.privateKey,
        alg: 'ECDH-ES',
        kid: String(key.jwk.kid),
      });
    return configuration;
  }

  test.each([
    ['authorize.wrong-state', /"state"/],
    ['authorize.no-state', /"state"/],
    ['authorize.no-iss', /"iss"/],
    ['authorize.wrong-iss', /"iss"/],
    ['authorize.replayed-code', /invalid_grant/],
    ['authorize.access-denied', /access_denied/],
  ])('%s is in it, signed by the right key, encrypted too', async (fault, finds) => {
    for (const id of ['signed', 'sealed']) {
      const configuration = await jarm(id);
      expect((await redeem(configuration, await arrive(configuration))).access_token).toBeTypeOf('string');
      const { id: setting } = await setFault(vneid.issuer, { fault, times: 1 });
      expect(await redeem(configuration, await arrive(configuration)).then(String, told), id).toMatch(finds);
      expect((await faultsOf(vneid.issuer)).find((one) => one.id === setting)).toMatchObject({ on: false, met: 1 });
    }
  });

  test('an error has the state of its request and our issuer', async () => {
    await setFault(vneid.issuer, { fault: 'authorize.login-required' });
    const request = await arrive(await jarm('signed'));
    const response = said(request.url).response ?? '';
    expect(decodeProtectedHeader(response).alg).toBe('ES256');
    expect(decodeJwt(response)).toMatchObject({ error: 'login_required', state: request.state, iss: vneid.issuer });
  });
});

describe('the answer to the app', () => {
  test.each([
    ['authorize.access-denied', 'access_denied'],
    ['authorize.login-required', 'login_required'],
    ['authorize.temporarily-unavailable', 'temporarily_unavailable'],
  ])('%s comes at once, with state and iss, before anybody signs in', async (fault, error) => {
    await setFault(vneid.issuer, { fault, times: 1 });
    const request = await authorizationRequest(await relyingParty(vneid));
    const { url } = await new Browser().open(request.url, { until: atCallback });
    expect(said(url)).toMatchObject({ error, state: request.state, iss: vneid.issuer });
    expect(said(url)).not.toHaveProperty('code');
  });

  test('for one person it comes once that person has signed in', async () => {
    await setFault(vneid.issuer, { fault: 'authorize.access-denied', citizen: an.number });
    const own = new Browser();
    const request = await authorizationRequest(await relyingParty(vneid));
    const login = await own.open(request.url);
    expect(login.html).toContain('name="password"');
    const { url } = await signIn(vneid, own, request.url);
    expect(said(url)).toMatchObject({ error: 'access_denied' });
  });

  test('is not given to an address that is not the app’s', async () => {
    await setFault(vneid.issuer, { fault: 'authorize.access-denied' });
    const { url } = await authorizationRequest(await relyingParty(vneid), { redirect_uri: 'http://localhost:9/evil' });
    const page = await new Browser().open(url, { until: atCallback });
    expect(page.url.origin).toBe(vneid.issuer);
    expect(page.status).toBe(400);
  });

  test('by form too', async () => {
    await setFault(vneid.issuer, { fault: 'authorize.wrong-state' });
    const request = await authorizationRequest(await relyingParty(vneid), { response_mode: 'form_post' });
    await signIn(vneid, browser, (await authorizationRequest(await relyingParty(vneid))).url);
    const page = await browser.open(request.url);
    expect(page.html).toContain('name="code"');
    expect(page.html).toContain('name="state"');
    expect(page.html).not.toContain(request.state);
  });

  test('a request without state has none to be wrong, and that is no strike', async () => {
    await setFault(vneid.issuer, { fault: 'authorize.wrong-state' });
    const { url } = await authorizationRequest(await relyingParty(vneid));
    url.searchParams.delete('state');
    const back = await signIn(vneid, browser, url);
    expect(said(back.url)).toMatchObject({ code: expect.any(String) });
    expect(said(back.url)).not.toHaveProperty('state');
    expect(await faultsOf(vneid.issuer)).toMatchObject([{ met: 0 }]);
  });

  test('whoever redeems a replayed code loses what was issued for it', async () => {
    await setFault(vneid.issuer, { fault: 'authorize.replayed-code' });
    const configuration = await relyingParty(vneid);
    await expect(redeem(configuration, await arrive(configuration))).rejects.toMatchObject({ error: 'invalid_grant' });
    const refused = await vneid.audit.list({ event: 'token.refused' });
    expect(refused[0]?.facts).toMatchObject({ error: 'invalid_grant' });
  });
});

test.each(['signed', 'sealed'])('userinfo.wrong-sub is in what is %s too', async (id) => {
  const metadata = { client_secret: secret, userinfo_signed_response_alg: 'ES256' };
  const configuration = await oidc.discovery(new URL(vneid.issuer), id, metadata, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  });
  if (id === 'sealed')
    oidc.enableDecryptingResponses(configuration, ['A256GCM'], {
      key: key.privateKey,
      alg: 'ECDH-ES',
      kid: String(key.jwk.kid),
    });
  const tokens = await redeem(configuration, await arrive(configuration));
  const sub = tokens.claims()?.sub ?? '';
  expect(await oidc.fetchUserInfo(configuration, tokens.access_token, sub)).toMatchObject({ sub });
  await setFault(vneid.issuer, { fault: 'userinfo.wrong-sub' });
  expect(await oidc.fetchUserInfo(configuration, tokens.access_token, sub).then(String, told)).toMatch(/"sub"/);
});

test('who goes away is not waited for, and the instance stops all the same', async () => {
  await using own = await startVneid({ clients: [testClient] });
  await lab(own.issuer, 'POST', '/faults', { fault: 'endpoint.slow', seconds: 3600 });
  const struck = new Promise<void>((resolve) => own.events.on('fault.struck', () => resolve()));
  const patience = new AbortController();
  const asked = fetch(`${own.issuer}/jwks`, { signal: patience.signal }).then(String, told);
  await struck;
  patience.abort(new Error('enough'));
  expect(await asked).toContain('enough');
});
