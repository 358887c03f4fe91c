import { randomUUID } from 'node:crypto';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  createHighClient,
  type HighClient,
  highParty,
  proofOf,
  pushedRequest,
  signed,
} from '../support/high-client.ts';
import { send } from '../support/raw.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  newestCode,
  post,
  redeem,
  relyingParty,
  type Request,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** The inspector writes down every sign-in: what happened in which order, why it failed, and which rule says so. */
const cibaGrant = 'urn:openid:params:grant-type:ciba';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
/** Of the cast: level 1, so that it reaches no higher. */
const cuc = { number: '001195000006', password: an.password };
const tam = { number: '001187000002', password: an.password };

let vneid: Instance;
let configuration: oidc.Configuration;
let high: HighClient;

beforeAll(async () => {
  high = await createHighClient();
  const counter = { ...testClient, client_id: 'counter', redirect_uris: [], post_logout_redirect_uris: [] };
  vneid = await startVneid({
    clients: [
      testClient,
      { ...testClient, client_id: 'other-app' },
      { ...testClient, client_id: 'narrow-app', scope: 'openid profile' },
      { ...testClient, client_id: 'signing-app', jwks: { keys: [high.key.jwk] } },
      { ...counter, grant_types: [cibaGrant, deviceGrant] },
      high.registration,
    ],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

type Timeline = Awaited<ReturnType<Instance['control']['timelines']['get']>>;

/** The one sign-in in which this was sent; a state, as a rule. */
async function timelineWith(text: string, instance = vneid): Promise<Timeline> {
  const { timelines } = await instance.control.timelines.list({ text });
  expect(timelines).toHaveLength(1);
  return instance.control.timelines.get({ timeline: timelines[0]?.id ?? '' });
}

/** What happened, a line for each: the request, then what was decided; a minus before what went ill. */
function course({ entries }: Timeline): string[] {
  return entries.map(({ request, decisions, times }) =>
    [
      request ? `${request.method} ${request.path} ${request.status}` : 'elsewhere',
      ...decisions.map(({ decision, ok }) => `${ok === false ? '-' : ''}${decision}`),
      ...(times > 1 ? [`×${times}`] : []),
    ].join(' '),
  );
}

function decisionsOf({ entries }: Timeline, name: string) {
  return entries.flatMap(({ decisions }) => decisions.filter(({ decision }) => decision === name));
}

async function start(parameters: Record<string, string> = {}): Promise<Request & { browser: Browser }> {
  return { ...(await authorizationRequest(configuration, parameters)), browser: new Browser() };
}

describe('a sign-in that goes well', () => {
  test('is all there, in the order in which it happened', async () => {
    const { browser, ...request } = await start({
      acr_values: 'urn:vneid:loa:2',
      scope: 'openid profile offline_access',
    });
    await browser.open(request.url);
    await browser.submit({ login: an.number, password: an.password });
    await browser.submit({ otp: await newestCode(vneid, an.number) });
    const { url } = await browser.submit({ decision: 'allow' }, { until: atCallback });
    const tokens = await redeem(configuration, { ...request, url });
    await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    await oidc.tokenIntrospection(configuration, tokens.access_token);
    const again = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    await oidc.tokenRevocation(configuration, again.access_token);
    await browser.open(`${vneid.issuer}/logout?id_token_hint=${tokens.id_token}`);
    await browser.submit({ logout: 'yes' });

    const timeline = await timelineWith(request.state);
    expect(course(timeline)).toEqual([
      'GET /authorize 200 client request prompt page',
      'POST /login/…/password 303 factor',
      'GET /login/… 200 otp page',
      'POST /login/…/otp 303 factor signed-in prompt',
      'GET /login/… 200 page',
      'POST /login/…/consent 303 consent code',
      'POST /token 200 client tokens',
      'GET /userinfo 200 claims',
      'POST /introspect 200 client introspection',
      'POST /token 200 client tokens',
      'POST /revoke 200 client revocation',
      'GET /logout 200 page',
      'POST /logout/confirm 303 signed-out',
    ]);
    expect(timeline).toMatchObject({
      began: 'authorize',
      outcome: 'signed-in',
      client: { id: 'test-app', name: 'Ứng dụng thử' },
      citizen: { number: '001085******', name: an.name },
      level: 2,
      requests: 13,
      why: null,
      left: 0,
    });
  });

  test('says what was asked, why somebody was asked, what they proved, and what was issued', async () => {
    const { browser, ...request } = await start({ acr_values: 'urn:vneid:loa:2', prompt: 'consent' });
    const { url } = await signIn(vneid, browser, request.url);
    const tokens = await redeem(configuration, { ...request, url });
    const timeline = await timelineWith(request.state);
    const facts = (name: string) => decisionsOf(timeline, name).map((one) => one.facts);
    expect(facts('client')).toEqual([
      { client: 'test-app', name: 'Ứng dụng thử', profile: 'baseline', minimum: 1 },
      { client: 'test-app', name: 'Ứng dụng thử', profile: 'baseline', minimum: 1, by: 'client_secret_basic' },
    ]);
    expect(facts('request')).toEqual([
      { scope: 'openid profile', wanted: 2, least: 2, pkce: 'S256', along: ['state', 'nonce'] },
    ]);
    expect(facts('prompt')).toEqual([
      { prompt: 'login', reasons: ['no_session'] },
      expect.objectContaining({ prompt: 'consent', reasons: expect.arrayContaining(['consent_prompt']) }),
    ]);
    expect(facts('factor')).toEqual([
      { method: 'password', proved: ['password'], level: 1 },
      { method: 'otp', proved: ['otp'], level: 2 },
    ]);
    expect(facts('signed-in')).toEqual([{ acr: 'urn:vneid:loa:2', amr: ['pwd', 'otp', 'mfa'] }]);
    expect(facts('consent')).toEqual([{ items: expect.arrayContaining(['openid', 'profile']) }]);
    expect(facts('code')).toEqual([{ to: 'http://localhost:9/callback', mode: 'query', carried: ['code'] }]);
    const issued = timeline.entries.flatMap((entry) => entry.tokens);
    expect(issued.map(({ kind, value, format }) => [kind, format, value])).toEqual([
      ['code', 'opaque', url.searchParams.get('code')],
      ['access_token', 'opaque', tokens.access_token],
      ['id_token', 'jwt', tokens.id_token],
      ['refresh_token', 'opaque', tokens.refresh_token],
    ]);
    expect(issued.find(({ kind }) => kind === 'id_token')).toMatchObject({
      alg: 'ES256',
      claims: expect.arrayContaining(['sub', 'acr', 'nonce']),
      seconds: 3600,
    });
  });

  test('with a session asks for nothing, and says that it was good enough', async () => {
    const { browser, ...first } = await start();
    await signIn(vneid, browser, first.url);
    const second = await authorizationRequest(configuration);
    await browser.open(second.url, { until: atCallback });
    const timeline = await timelineWith(second.state);
    expect(course(timeline)).toEqual(['GET /authorize 303 client request session code']);
    expect(timeline).toMatchObject({ outcome: 'code-issued', citizen: { name: an.name } });
    expect(decisionsOf(timeline, 'session')[0]?.facts.acr).toBe('urn:vneid:loa:1');
  });

  test('that was pushed belongs to where it was pushed, also when it comes too late', async () => {
    const party = await highParty(vneid, high);
    const request = await pushedRequest(party.configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    await redeem(party.configuration, { ...request, url }, party.dpop);
    const timeline = await timelineWith(request.state);
    expect(course(timeline).slice(0, 2)).toEqual([
      'POST /par 201 client request',
      'GET /authorize 200 client request prompt page',
    ]);
    expect(timeline).toMatchObject({ began: 'par', outcome: 'signed-in' });
    expect(decisionsOf(timeline, 'request')[1]?.facts.way).toEqual(['pushed']);

    const late = await pushedRequest(party.configuration);
    vneid.clock.advance(61_000);
    await new Browser().open(late.url);
    expect(await timelineWith(late.state)).toMatchObject({
      outcome: 'failed',
      why: { error: 'invalid_request_uri', rule: 'RFC 9126 §2.2, §4' },
    });
  });

  test('at a counter: the phone that was asked, how often the counter polled, and the answer', async () => {
    const ask = { ...basic('counter'), accept: 'application/json' };
    const binding = `Hồ sơ ${randomUUID()}`;
    const asked = await post(
      vneid,
      '/ciba',
      { scope: 'openid profile', login_hint: an.number, binding_message: binding },
      ask,
    );
    const poll = () =>
      post(vneid, '/token', { grant_type: cibaGrant, auth_req_id: String(asked.body.auth_req_id) }, ask);
    for (let time = 0; time < 3; time += 1) {
      expect((await poll()).body.error).toBe('authorization_pending');
      vneid.clock.advance(1_100);
    }
    await vneid.control.phones.approve({ number: an.number });
    expect((await poll()).status).toBe(200);
    const timeline = await timelineWith(binding);
    expect(course(timeline)).toEqual([
      'POST /ciba 200 client request phone',
      'POST /token 400 client failure ×3',
      'elsewhere consent',
      'elsewhere phone',
      'POST /token 200 client tokens',
    ]);
    expect(timeline).toMatchObject({ began: 'ciba', outcome: 'signed-in', why: null });
    // the hint is a personal number
    expect(JSON.stringify(timeline)).not.toContain(an.number);
  });

  test('on another device: from the code of the device to its tokens', async () => {
    const headers = basic('counter');
    const begun = await post(vneid, '/device/authorize', { scope: 'openid profile' }, headers);
    const browser = new Browser();
    await browser.open(String(begun.body.verification_uri));
    await browser.submit({ user_code: String(begun.body.user_code) });
    await browser.submit({ confirm: 'yes' });
    await browser.submit({ login: tam.number, password: tam.password });
    await browser.submit({ decision: 'allow' });
    vneid.clock.advance(1_100);
    const fields = { grant_type: deviceGrant, device_code: String(begun.body.device_code) };
    expect((await post(vneid, '/token', fields, headers)).status).toBe(200);
    const timeline = await timelineWith(String(begun.body.device_code));
    expect(timeline).toMatchObject({ began: 'device', outcome: 'signed-in', citizen: { number: '001187******' } });
    expect(course(timeline)[0]).toBe('POST /device/authorize 200 client request');
    expect(decisionsOf(timeline, 'device').map(({ ok }) => ok)).toEqual([true]);
    expect(course(timeline).at(-1)).toBe('POST /token 200 client tokens');
  });

  test('on the phone: the code on the page, and the answer that came from elsewhere', async () => {
    const { browser, ...request } = await start();
    await browser.open(request.url);
    const qr = await browser.open(`${browser.page().url.pathname}?by=qr`);
    await vneid.control.phones.scan({ number: an.number, code: /data-code="([^"]+)"/.exec(qr.html)?.[1] ?? '' });
    await vneid.control.phones.approve({ number: an.number });
    await browser.submit({}, { form: (action) => action.endsWith('/qr'), until: atCallback });
    const timeline = await timelineWith(request.state);
    const answers = decisionsOf(timeline, 'phone').map(({ facts }) => facts.state ?? 'asked');
    expect(answers).toEqual(['asked', 'confirmed']);
    expect(decisionsOf(timeline, 'factor')).toMatchObject([{ ok: true, facts: { method: 'qr', level: 2 } }]);
  });
});

describe('what goes wrong is explained', () => {
  const atToken = (fields: Record<string, string>, headers: Record<string, string> = basic()) =>
    post(
      vneid,
      '/token',
      { grant_type: 'authorization_code', redirect_uri: 'http://localhost:9/callback', ...fields },
      headers,
    );

  /** A code that was issued and not redeemed. */
  async function code() {
    const { browser, ...request } = await start();
    const { url } = await signIn(vneid, browser, request.url);
    return { ...request, code: url.searchParams.get('code') ?? '' };
  }

  test('a wrong redirect_uri: which would be right', async () => {
    const { browser, url, state } = await start({ redirect_uri: 'http://localhost:9/calback' });
    const page = await browser.open(url);
    const timeline = await timelineWith(state);
    expect(course(timeline)).toEqual(['GET /authorize 400 client -failure']);
    expect(timeline).toMatchObject({
      outcome: 'failed',
      why: {
        error: 'invalid_redirect_uri',
        rule: expect.stringContaining('OIDC Core §3.1.2.1'),
        expected: 'http://localhost:9/callback',
        found: 'http://localhost:9/calback',
      },
    });
    // and the page that the person sees leads there
    const link = /href="(\/lab\/inspector\/[^"]+)"/.exec(page.html)?.[1] ?? '';
    expect((await browser.open(link)).text).toContain('redirect_uri không giống địa chỉ nào đã đăng ký');
  });

  test('a wrong client_id: which there are', async () => {
    const { browser, url, state } = await start({ client_id: 'tset-app' });
    await browser.open(url);
    const { why } = await timelineWith(state);
    expect(why).toMatchObject({ error: 'invalid_client', rule: 'RFC 6749 §2.2, §4.1.2.1', found: 'tset-app' });
    expect(why?.expected).toContain('test-app');
  });

  test('a wrong client secret: at the sign-in whose code it wanted', async () => {
    const { state, code: own, verifier } = await code();
    await atToken({ code: own, code_verifier: verifier }, basic('test-app', 'not-the-secret'));
    expect(await timelineWith(state)).toMatchObject({
      outcome: 'failed',
      why: { error: 'invalid_client', reason: 'invalid secret provided', rule: 'RFC 6749 §2.3.1' },
    });
  });

  test('a secret in the body, of an app that registered a header', async () => {
    const strict = await startVneid({
      clients: [
        {
          ...testClient,
          token_endpoint_auth_method: 'private_key_jwt',
          client_secret: undefined,
          jwks: { keys: [high.key.jwk] },
        },
      ],
    });
    await post(strict, '/token', {
      grant_type: 'authorization_code',
      code: 'x',
      client_id: 'test-app',
      client_secret: 'some-secret',
    });
    const [found] = (await strict.control.timelines.list()).timelines;
    expect(found).toMatchObject({
      began: 'request',
      outcome: 'failed',
      why: { expected: 'private_key_jwt', found: 'client_secret_post', rule: 'OIDC Core §9, RFC 7591 §2' },
    });
    await strict.stop();
  });

  test('a PKCE verifier of another sign-in: the challenge that it would have had', async () => {
    const [mine, other] = [await code(), await start()];
    await atToken({ code: mine.code, code_verifier: other.verifier });
    const { why } = await timelineWith(mine.state);
    expect(why).toMatchObject({
      error: 'invalid_grant',
      rule: 'RFC 7636 §4.6',
      expected: mine.url.searchParams.get('code_challenge'),
      found: other.url.searchParams.get('code_challenge'),
    });
  });

  test('a code that comes back: what became of the tokens', async () => {
    const { state, code: own, verifier } = await code();
    expect((await atToken({ code: own, code_verifier: verifier })).status).toBe(200);
    expect((await timelineWith(state)).outcome).toBe('signed-in');
    await atToken({ code: own, code_verifier: verifier });
    const timeline = await timelineWith(state);
    expect(timeline).toMatchObject({ outcome: 'failed', why: { rule: 'RFC 6749 §4.1.2, RFC 9700 §4.14.2' } });
    expect(timeline.why?.en.text).toContain('every token of it has been revoked');
  });

  test('a code that has expired, and one of another app', async () => {
    const late = await code();
    vneid.clock.advance(61_000);
    await atToken({ code: late.code, code_verifier: late.verifier });
    expect((await timelineWith(late.state)).why).toMatchObject({
      rule: 'RFC 6749 §4.1.2',
      expected: '60 s',
      found: expect.stringMatching(/^6\d s$/),
    });
    const mine = await code();
    await atToken({ code: mine.code, code_verifier: mine.verifier }, basic('other-app'));
    const timeline = await timelineWith(mine.state);
    expect(timeline).toMatchObject({
      client: { id: 'test-app' },
      why: { rule: 'RFC 6749 §5.2 (invalid_grant), §10.5' },
    });
  });

  test('a level that the account cannot reach', async () => {
    const { browser, url, state } = await start({ acr_values: 'urn:vneid:loa:2' });
    await browser.open(url);
    await browser.submit({ login: cuc.number, password: cuc.password });
    await browser.submit({}, { until: atCallback });
    const timeline = await timelineWith(state);
    expect(course(timeline).slice(-2)).toEqual(['GET /login/… 200 page', 'POST /login/…/unmet 303 -given-up -failure']);
    expect(decisionsOf(timeline, 'page').at(-1)?.facts.step).toBe('unmet');
    expect(timeline).toMatchObject({
      outcome: 'refused',
      citizen: { number: '001195******' },
      why: { error: 'unmet_authentication_requirements', rule: expect.stringContaining('Decree 69/2024/NĐ-CP Art 20') },
    });
  });

  test('a citizen who cancels, and one who refuses to share', async () => {
    const first = await start();
    await first.browser.open(first.url);
    await first.browser.submit({}, { form: (action) => action.endsWith('/cancel'), until: atCallback });
    expect(await timelineWith(first.state)).toMatchObject({
      outcome: 'refused',
      why: { error: 'access_denied', en: { text: 'The citizen cancelled the sign-in.' } },
    });
    const second = await start({ prompt: 'consent' });
    await second.browser.open(second.url);
    await second.browser.submit({ login: an.number, password: an.password });
    await second.browser.submit({ decision: 'deny' }, { until: atCallback });
    const timeline = await timelineWith(second.state);
    expect(course(timeline).at(-1)).toBe('POST /login/…/consent 303 -consent -failure');
    expect(timeline.why?.en.text).toBe('The citizen does not agree to share the data.');
  });

  test('a wrong password, two wrong codes, then right ones: each is there, and it ends well', async () => {
    const { browser, ...request } = await start({ acr_values: 'urn:vneid:loa:2' });
    await browser.open(request.url);
    await browser.submit({ login: tam.number, password: 'not-the-password' });
    await browser.submit({ login: tam.number, password: tam.password });
    for (const otp of ['000000', '00']) await browser.submit({ otp });
    await browser.submit({ otp: await newestCode(vneid, tam.number) }, { until: atCallback });
    const timeline = await timelineWith(request.state);
    expect(decisionsOf(timeline, 'factor').map(({ ok, why, facts }) => [facts.method, ok, why?.reason])).toEqual([
      ['password', false, 'wrong'],
      ['password', true, undefined],
      ['otp', false, 'otp.wrong'],
      ['otp', false, 'otp.malformed'],
      ['otp', true, undefined],
    ]);
    expect(decisionsOf(timeline, 'factor')[0]).toMatchObject({
      // the person is not told which of the two was wrong; the inspector is
      facts: { read: expect.stringContaining('Số định danh hoặc mật khẩu không đúng') },
      why: { en: { text: expect.stringContaining('The password is wrong.') } },
    });
    expect(timeline.outcome).not.toBe('failed');
  });

  test('a scope that was not agreed, and prompt=none without a session', async () => {
    const scope = await start({ client_id: 'narrow-app', scope: 'openid phone' });
    await scope.browser.open(scope.url, { until: atCallback });
    expect((await timelineWith(scope.state)).why).toMatchObject({
      error: 'invalid_scope',
      rule: expect.stringContaining('RFC 6749 §3.3'),
      expected: 'openid profile',
      found: 'openid phone',
    });
    const silent = await start({ prompt: 'none' });
    await silent.browser.open(silent.url, { until: atCallback });
    expect(await timelineWith(silent.state)).toMatchObject({
      outcome: 'refused',
      why: { error: 'login_required', rule: 'OIDC Core §3.1.2.6 (login_required)' },
    });
  });

  test('a DPoP proof for another address: which address it should have named', async () => {
    const htu = `https://${randomUUID()}.example/token`;
    const proof = await proofOf(high.dpop, { htm: 'POST', htu, iat: Math.floor(vneid.clock.now() / 1000) });
    await atToken({ code: 'x' }, { dpop: proof, ...basic() });
    const { timelines } = await vneid.control.timelines.list({ text: htu });
    expect(timelines).toMatchObject([
      {
        why: { error: 'invalid_dpop_proof', rule: 'RFC 9449 §4.3 (9)', expected: `${vneid.issuer}/token`, found: htu },
      },
    ]);
  });

  test('a signed request with the signature of another key', async () => {
    const stranger = await createHighClient();
    const { url } = await authorizationRequest(await relyingParty(vneid, { id: 'signing-app' }));
    const now = Math.floor(vneid.clock.now() / 1000);
    const claims = {
      ...Object.fromEntries(url.searchParams),
      iss: 'signing-app',
      aud: vneid.issuer,
      nbf: now,
      exp: now + 60,
    };
    const request = await signed(stranger.key, claims, { kid: high.key.jwk.kid });
    await new Browser().open(`${vneid.issuer}/authorize?${new URLSearchParams({ client_id: 'signing-app', request })}`);
    expect(await timelineWith(request.slice(-100))).toMatchObject({
      outcome: 'failed',
      why: { error: 'invalid_request_object', reason: 'signature verification failed' },
    });
  });

  test('an access token that is gone, after a sign-in that went well', async () => {
    const { browser, ...request } = await start();
    const { url } = await signIn(vneid, browser, request.url);
    const tokens = await redeem(configuration, { ...request, url });
    await oidc.tokenRevocation(configuration, tokens.access_token);
    await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(await timelineWith(request.state)).toMatchObject({
      outcome: 'signed-in',
      why: { error: 'invalid_token', rule: 'RFC 6750 §3.1 (invalid_token)' },
    });
  });

  test('a page of a sign-in that is opened in another browser, and a method that is wrong', async () => {
    const { browser, url, state } = await start();
    const page = await browser.open(url);
    await new Browser().open(page.url);
    const timeline = await timelineWith(state);
    expect(course(timeline).at(-1)).toBe('GET /login/… 400 -failure');
    expect(decisionsOf(timeline, 'failure')[0]?.why).toMatchObject({
      error: 'login.expired',
      rule: expect.stringContaining('session fixation'),
    });
    // whoever else opened it, the sign-in goes on
    expect(timeline.outcome).toBe('under-way');
    await fetch(`${vneid.issuer}/token?here=${state}`);
    const { timelines } = await vneid.control.timelines.list({ text: 'request.wrongMethod' });
    expect(timelines[0]?.why).toMatchObject({ error: 'request.wrongMethod', rule: 'RFC 9110 §15.5.6' });
  });
});

test('sign-ins at once do not mix', async () => {
  const people = [an, tam, cuc];
  const requests = await Promise.all(people.map(() => authorizationRequest(configuration, { prompt: 'consent' })));
  await Promise.all(
    requests.map(async (request, index) => {
      const { url } = await signIn(vneid, new Browser(), request.url, people[index]);
      await redeem(configuration, { ...request, url });
    }),
  );
  for (const [index, { state, nonce }] of requests.entries()) {
    const timeline = await timelineWith(state);
    expect(timeline.citizen?.number).toBe(`${people[index]?.number.slice(0, 6)}******`);
    expect(course(timeline)).toHaveLength(5);
    const others = requests.filter((_, other) => other !== index);
    for (const other of others) expect(JSON.stringify(timeline)).not.toContain(other.nonce);
    expect(JSON.stringify(timeline)).toContain(nonce);
  }
});

describe('secrets', () => {
  test('are not written down, wherever somebody sends them', async () => {
    const secrets = Array.from({ length: 9 }, (_, index) => `Secret-${index}-${randomUUID()}`);
    const [password, otp, secret, verifier, assertion, strange, header, body, twice] = secrets as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const tenant = await vneid.control.tenant(`secrets-${Date.now()}`);
    const party = await relyingParty(tenant);
    const request = await authorizationRequest(party, {
      acr_values: 'urn:vneid:loa:2',
      client_secret: secret,
      password,
    });
    const browser = new Browser();
    await browser.open(request.url);
    await browser.submit({ login: an.number, password });
    await browser.submit({ login: password, password: an.password });
    await browser.submit({ login: an.number, password: an.password });
    await browser.submit({ otp });
    await browser.submit({ otp: await newestCode(tenant, an.number) });
    const code = await newestCode(tenant, an.number);
    const fields = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'http://localhost:9/callback' };
    await post(tenant, '/token', { ...fields, code_verifier: verifier.padEnd(43, '-') }, basic('test-app', secret));
    await post(tenant, '/token', { ...fields, client_id: 'test-app', client_secret: secret });
    await post(tenant, '/token', { ...fields, client_assertion: assertion, client_assertion_type: 'x' });
    await post(tenant, '/token', { grant_type: 'password', username: strange, password, [strange]: '' });
    await post(tenant, '/token', [
      ['client_secret', twice],
      ['client_secret', twice],
      ['grant_type', 'x'],
    ]);
    await post(tenant, '/token', fields, { authorization: `Basic ${header}` });
    await post(tenant, '/token', fields, { authorization: header });
    await fetch(`${tenant.issuer}/token`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await fetch(`${tenant.issuer}/register`, {
      method: 'POST',
      body: `{"client_secret":"${secret}"`,
      headers: { 'content-type': 'application/json' },
    });

    const { timelines } = await tenant.control.timelines.list({ limit: 200 });
    expect(timelines.length).toBeGreaterThan(8);
    const api = await Promise.all(
      timelines.map(async ({ id }) => (await fetch(`${tenant.issuer}/lab/api/timelines/${id}`)).text()),
    );
    const pages = await Promise.all(
      ['', ...timelines.map(({ id }) => `/${id}`)].map(
        async (path) => (await new Browser().open(`${tenant.issuer}/lab/inspector${path}`)).html,
      ),
    );
    const everything = [JSON.stringify(timelines), ...api, ...pages].join('\n');
    const never = [...secrets, `>${code}<`, `"${code}"`, an.password, testClient.client_secret, an.number];
    expect(never.filter((kept) => everything.includes(kept))).toEqual([]);
    // what is hidden is said to have been sent
    expect(everything).toContain('"name":"client_secret","value":null');
    // what would find nothing finds what it should
    expect(everything).toContain(request.state);
    await tenant.stop();
  });

  test('nothing is written down in a shared sandbox', async () => {
    await using sandbox = await startVneid({
      mode: 'sandbox',
      issuer: 'https://vneid.example',
      operatorToken: 'operator-'.repeat(5),
      trustProxy: true,
      clients: [testClient],
    });
    const headers = { host: 'vneid.example', 'x-forwarded-proto': 'https' };
    expect((await send(sandbox, { path: '/authorize?client_id=nobody', headers })).status).toBe(400);
    expect((await sandbox.control.timelines.list()).timelines).toEqual([]);
  });
});

describe('the list', () => {
  test('is filtered by app, outcome and text, and goes on where a page ends', async () => {
    const tenant = await vneid.control.tenant('list');
    const party = await relyingParty(tenant);
    const other = await relyingParty(tenant, { id: 'other-app' });
    const states: string[] = [];
    for (const configured of [party, other, party]) {
      const { url, state } = await authorizationRequest(configured);
      states.push(state);
      await new Browser().open(url);
    }
    await new Browser().open(`${tenant.issuer}/authorize?client_id=nobody`);
    const { list } = tenant.control.timelines;
    const count = async (wanted: Parameters<typeof list>[0]) => (await list(wanted)).timelines.length;
    expect([
      await count({}),
      await count({ client: 'other-app' }),
      await count({ outcome: 'failed' }),
      await count({ text: states[0] }),
      await count({ text: 'INVALID_CLIENT' }),
      await count({ client: 'other-app', outcome: 'failed' }),
    ]).toEqual([4, 1, 1, 1, 1, 0]);
    const first = await list({ limit: 3 });
    expect(first.timelines.map(({ outcome }) => outcome)).toEqual(['failed', 'under-way', 'under-way']);
    const rest = await list({ limit: 3, after: first.next });
    expect([rest.timelines.length, rest.next]).toEqual([1, undefined]);
    await tenant.control.timelines.clear();
    expect(await count({})).toBe(0);
    await tenant.stop();
  });

  test('is a page in both languages, with a link to each and to the tokens, which stay in the browser', async () => {
    const { browser, ...request } = await start();
    const { url } = await signIn(vneid, browser, request.url);
    const tokens = await redeem(configuration, { ...request, url });
    const page = await browser.open(`${vneid.issuer}/lab/inspector?lang=en&text=${request.state}`);
    expect(page.text).toContain('Inspector: sign-ins');
    const link = /href="(\/lab\/inspector\/[0-9a-f]{6}-[0-9a-z]+)"/.exec(page.html)?.[1] ?? '';
    const one = await browser.open(link);
    expect(one.text).toContain('Tokens were issued.');
    const hrefs = [...one.html.matchAll(/href="(\/lab\/inspector\/token[^"]*)"/g)].map(([, href]) => href);
    expect(hrefs.length).toBeGreaterThan(3);
    for (const href of hrefs) expect(href).toMatch(/^\/lab\/inspector\/token#token=/);
    expect(hrefs.some((href) => href?.includes(String(tokens.id_token)))).toBe(true);
    expect((await browser.open(`${vneid.issuer}/lab/inspector/nothing`)).status).toBe(404);
  });

  test('is followed live', async () => {
    const leave = new AbortController();
    const answer = await fetch(`${vneid.issuer}/lab/inspector/follow`, { signal: leave.signal });
    const said = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const before = (await said?.read())?.value;
    await new Browser().open(`${vneid.issuer}/authorize?client_id=nobody`);
    const after = (await said?.read())?.value;
    expect(before).toMatch(/^data: \d+\n\n$/);
    expect(after).toMatch(/^data: \d+\n\n$/);
    expect(after).not.toBe(before);
    leave.abort();
  });

  test('keeps the last, and the one under way among them', async () => {
    const tenant = await vneid.control.tenant('many');
    const party = await relyingParty(tenant);
    const { url, state } = await authorizationRequest(party);
    const browser = new Browser();
    await browser.open(url);
    for (let batch = 0; batch < 3; batch += 1)
      await Promise.all(
        Array.from({ length: 100 }, async (_, nth) =>
          (await fetch(`${tenant.issuer}/authorize?client_id=nobody&state=${batch}-${nth}`)).text(),
        ),
      );
    const all = await tenant.control.timelines.list({ limit: 200 });
    expect([all.timelines.length, all.next]).toEqual([200, undefined]);
    // it began before three hundred others, and is not done
    const { id } = await timelineWith(state, tenant as unknown as Instance);
    await browser.submit({ login: an.number, password: an.password });
    expect((await tenant.control.timelines.get({ timeline: id })).requests).toBeGreaterThan(2);
    await tenant.stop();
  });
});
