import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { an, relyingParty } from '../support/relying-party.ts';

/** CIBA: a counter without a browser asks, the citizen's phone shows who and why, and the counter has its tokens. */
const cibaGrant = 'urn:openid:params:grant-type:ciba';
const secret = 'a-secret-of-the-counter';
const counter = {
  client_id: 'counter',
  client_name: 'Quầy một cửa',
  client_secret: secret,
  grant_types: [cibaGrant, 'refresh_token'] as const,
  scope: 'openid profile phone residence',
  purposes: [
    { id: 'file', vi: 'Lập hồ sơ tại quầy', en: 'Open your case at the counter', scopes: ['profile'], required: true },
    { id: 'text', vi: 'Nhắn tin kết quả', en: 'Text you the result', scopes: ['phone'] },
  ],
};

const cases = 'https://cases.example/';

let vneid: Instance;
let pinged: { token: string; body: Record<string, string> }[];
let notified: Server;
/** What the counter says to a ping. */
let reply: { status: number; headers?: Record<string, string>; body?: string };

beforeAll(async () => {
  pinged = [];
  reply = { status: 204 };
  notified = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      pinged.push({ token: String(request.headers.authorization), body: JSON.parse(body) });
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((ready) => notified.listen(0, '127.0.0.1', ready));
  const { port } = notified.address() as AddressInfo;
  const pinging = {
    ...counter,
    client_id: 'pinged',
    backchannel_token_delivery_mode: 'ping' as const,
    backchannel_client_notification_endpoint: `http://127.0.0.1:${port}/ping`,
  };
  const deaf = { ...pinging, client_id: 'deaf', backchannel_client_notification_endpoint: 'http://127.0.0.1:9/' };
  const strict = { ...counter, client_id: 'strict', minimum_level: 2 as const };
  const approving = { ...counter, client_id: 'approving', authorization_details_types: ['vneid_transaction'] };
  const reaching = { ...counter, client_id: 'reaching', resources: [cases] };
  const withoutGrant = { ...counter, client_id: 'no-grant', grant_types: ['client_credentials'] as const };
  vneid = await startVneid({
    resources: [
      {
        resource: cases,
        name: { vi: 'Hồ sơ', en: 'Cases' },
        scopes: [{ scope: 'cases:read', vi: 'Đọc hồ sơ', en: 'Read cases' }],
      },
    ],
    clients: [counter, pinging, deaf, strict, approving, reaching, withoutGrant].map((client) => ({
      ...client,
      grant_types: [...client.grant_types],
    })),
  });
});
afterAll(async () => {
  await vneid.stop();
  notified.close();
});

const as = (id: string) => relyingParty(vneid, { id, secret });
const ask = async (configuration: oidc.Configuration, parameters: Record<string, string> = {}) =>
  oidc.initiateBackchannelAuthentication(configuration, {
    scope: 'openid profile phone',
    login_hint: an.number,
    binding_message: 'Hồ sơ H26.14-241125-0001',
    ...parameters,
  });

/** One poll, without waiting for the interval. */
async function poll(configuration: oidc.Configuration, id: string): Promise<Record<string, unknown>> {
  vneid.clock.advance(1_100);
  return oidc
    .genericGrantRequest(configuration, cibaGrant, { auth_req_id: id })
    .catch((error: oidc.ResponseBodyError) => ({ error: error.error }));
}

test('the counter asks, the phone shows the message and what is shared, a yes is also the consent', async () => {
  const configuration = await as('counter');
  const request = await ask(configuration);
  expect(request).toMatchObject({ expires_in: 300, interval: 1 });
  expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'authorization_pending' });

  const phone = vneid.control.phone(an.number);
  const [asked] = await phone.approvals();
  expect(asked?.ask).toMatchObject({
    client: { name: 'Quầy một cửa' },
    text: 'Hồ sơ H26.14-241125-0001',
    purposes: [{ id: 'file', scopes: ['profile'] }],
  });
  await phone.approve();

  vneid.clock.advance(1_100);
  const tokens = await oidc.pollBackchannelAuthenticationGrant(configuration, request);
  expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:2', amr: ['hwk', 'mca', 'pin', 'mfa'] });
  const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  // the optional purpose was not on the phone, so nothing of it is shared
  expect([userinfo.name, userinfo.phone_number]).toEqual([an.name, undefined]);
  const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token));
  expect(refreshed.access_token).toBeTypeOf('string');
  // whoever comes with the request again has it from somewhere: everything issued for it ends
  expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'invalid_grant' });
  await expect(oidc.refreshTokenGrant(configuration, String(refreshed.refresh_token))).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('by ping the counter is told, with its own token, and then fetches', async () => {
  const configuration = await as('pinged');
  const notification = 'a-token-of-the-counter-0001';
  const request = await ask(configuration, { client_notification_token: notification, login_hint: '001187000002' });
  await vneid.control.phone('001187000002').approve();
  expect(pinged).toEqual([{ token: `Bearer ${notification}`, body: { auth_req_id: request.auth_req_id } }]);
  expect(await poll(configuration, request.auth_req_id)).toMatchObject({
    token_type: expect.stringMatching(/bearer/i),
  });
});

test.each<[string, typeof reply, string]>([
  ['text', { status: 200, body: 'thank you' }, '001082000022'],
  ['a page elsewhere', { status: 301, headers: { location: '/elsewhere' } }, '001088000024'],
  ['nobody let in (401)', { status: 401 }, '036190000016'],
  ['not allowed (403)', { status: 403 }, '046199000018'],
])('to a ping the counter may answer with %s: it is told once, and has its tokens', async (_what, said, number) => {
  const configuration = await as('pinged');
  const request = await ask(configuration, { client_notification_token: 'a-token-0003', login_hint: number });
  reply = said;
  pinged.length = 0;
  await vneid.control.phone(number).approve();
  expect(await poll(configuration, request.auth_req_id)).toHaveProperty('access_token');
  expect(pinged).toHaveLength(1);
  reply = { status: 204 };
});

test('a counter that cannot be pinged still finds the answer, and the audit knows', async () => {
  const configuration = await as('deaf');
  const number = '001084000011';
  const request = await ask(configuration, { client_notification_token: 'a-token-0002', login_hint: number });
  await vneid.control.phone(number).approve();
  expect(await poll(configuration, request.auth_req_id)).toHaveProperty('access_token');
  const unreachable = await vneid.audit.list({ event: 'ciba.unreachable' });
  expect(unreachable.filter(({ client }) => client === 'deaf')).toHaveLength(1);
});

test('a level above is asked of the phone', async () => {
  const configuration = await as('counter');
  const number = '001191000025';
  const request = await ask(configuration, { acr_values: 'urn:vneid:loa:4', login_hint: number });
  const phone = vneid.control.phone(number);
  await expect(phone.approve()).rejects.toMatchObject({ code: 'approval.factors' });
  await phone.approve({ factors: ['face', 'passcode'] });
  vneid.clock.advance(1_100);
  const tokens = await oidc.pollBackchannelAuthenticationGrant(configuration, request);
  expect(tokens.claims()?.acr).toBe('urn:vneid:loa:4');
});

describe('what is refused', () => {
  const number = '038048000026';

  test('a no on the phone', async () => {
    const configuration = await as('counter');
    const request = await ask(configuration, { login_hint: number });
    await vneid.control.phone(number).decline();
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'access_denied' });
  });

  test('polling that is too quick', async () => {
    const configuration = await as('counter');
    const request = await ask(configuration, { login_hint: number });
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'authorization_pending' });
    const quick = oidc.genericGrantRequest(configuration, cibaGrant, { auth_req_id: request.auth_req_id });
    await expect(quick).rejects.toMatchObject({ error: 'slow_down' });
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'authorization_pending' });
  });

  test('polling that was too quick, and not that of before the clock was set back', async () => {
    const configuration = await as('counter');
    const request = await ask(configuration, { login_hint: '001084000011' });
    const now = vneid.clock.state();
    vneid.clock.advance(60_000);
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'authorization_pending' });
    vneid.clock.stand(now);
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'authorization_pending' });
    const quick = oidc.genericGrantRequest(configuration, cibaGrant, { auth_req_id: request.auth_req_id });
    await expect(quick).rejects.toMatchObject({ error: 'slow_down' });
    await vneid.control.phone('001084000011').decline();
  });

  test('an answer after the time that was asked for', async () => {
    const configuration = await as('counter');
    const request = await ask(configuration, { login_hint: number, requested_expiry: '30' });
    expect(request.expires_in).toBe(30);
    const phone = vneid.control.phone(number);
    const [asked] = await phone.approvals();
    vneid.clock.advance(31_000);
    await expect(phone.approve({ approval: asked?.id })).rejects.toMatchObject({ code: 'approval.expired' });
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'expired_token' });
  });

  test('an answer after the time was over by hand', async () => {
    const configuration = await as('counter');
    const request = await ask(configuration, { login_hint: number });
    const ended = await vneid.control.phone(number).expire();
    expect(ended.state).toBe('expired');
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'expired_token' });
  });

  test.each([
    ['nobody', '001085999999'],
    ['a locked account', '001192000008'],
    ['somebody without a phone', '036155000005'],
    ['no number', 'x'.repeat(500)],
  ])('%s is not known, whatever the reason', async (_who, hint) => {
    await expect(ask(await as('counter'), { login_hint: hint })).rejects.toMatchObject({ error: 'unknown_user_id' });
  });

  test('somebody known by an earlier ID token whose phone is gone since', async () => {
    const configuration = await as('counter');
    const one = '030186000023';
    const request = await ask(configuration, { login_hint: one });
    await vneid.control.phone(one).approve();
    vneid.clock.advance(1_100);
    const { id_token: hint } = await oidc.pollBackchannelAuthenticationGrant(configuration, request);
    const again = (parameters: Record<string, string>) =>
      oidc.initiateBackchannelAuthentication(configuration, { scope: 'openid', ...parameters });
    expect((await again({ id_token_hint: String(hint) })).auth_req_id).toBeTypeOf('string');
    await vneid.control.phone(one).lose();
    await expect(again({ id_token_hint: String(hint) })).rejects.toMatchObject({ error: 'unknown_user_id' });
  });

  test('an account whose level does not reach, and a client that may not', async () => {
    await expect(ask(await as('strict'), { login_hint: '001195000006' })).rejects.toMatchObject({
      error: 'unmet_authentication_requirements',
    });
    // the library's word for it; RFC 6749 §5.2 has unauthorized_client
    await expect(ask(await as('no-grant'))).rejects.toMatchObject({ error: 'invalid_request' });
    const foreign = await ask(await as('counter'), { login_hint: '037079000028' });
    expect(await poll(await as('strict'), foreign.auth_req_id)).toEqual({ error: 'invalid_grant' });
  });

  test('a transaction: the phone would show a sign-in, and its yes be taken for more', async () => {
    const details = JSON.stringify([{ type: 'vneid_transaction', text: 'Nộp lệ phí 200.000 đ' }]);
    const number = '036190000016';
    const asked = ask(await as('approving'), { login_hint: number, authorization_details: details });
    await expect(asked).rejects.toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('/authorize'),
    });
    expect(await vneid.control.phone(number).approvals()).toEqual([]);
  });

  test('an API’s token: the phone would not show what it is for', async () => {
    const number = '036190000016';
    const asked = ask(await as('reaching'), { login_hint: number, scope: 'openid cases:read', resource: cases });
    await expect(asked).rejects.toMatchObject({
      error: 'invalid_target',
      error_description: expect.stringContaining('/authorize'),
    });
    expect(await vneid.control.phone(number).approvals()).toEqual([]);
  });

  test('an account that was lowered between the request and the yes: below the client’s level there are no tokens', async () => {
    const configuration = await as('strict');
    const one = '001082000022';
    const request = await ask(configuration, { login_hint: one });
    const { id } = (await vneid.accounts.byNumber(one)) ?? { id: '' };
    await vneid.accounts.change(id, { level: 1 });
    await expect(vneid.control.phone(one).approve()).rejects.toMatchObject({ code: 'approval.level' });
    expect(await poll(configuration, request.auth_req_id)).toEqual({ error: 'unmet_authentication_requirements' });
    expect(await vneid.audit.list({ event: 'consent.given', account: id })).toMatchObject([{ client: 'pinged' }]);
  });

  test.each(['approve', 'decline'] as const)(
    'an answer (%s) to an app that was taken out meanwhile: nobody hears it, and the next of its name has no consent',
    async (answer) => {
      const leaving = { ...counter, client_id: 'leaving', grant_types: [...counter.grant_types] };
      const one = '001191000025';
      await vneid.control.clients.create(leaving);
      await ask(await as('leaving'), { login_hint: one });
      await vneid.control.clients.remove({ client: 'leaving' });
      const phone = vneid.control.phone(one);
      const [asked] = await phone.approvals();
      const { state } = await phone[answer]();
      expect(state).toBe(answer === 'approve' ? 'replaced' : 'declined');
      expect(await vneid.audit.list({ event: 'consent.given', client: 'leaving' })).toEqual([]);
      expect(await phone.approvals()).not.toContainEqual(asked);
    },
  );

  test('a yes to an app that was taken out is none to the next of its name', async () => {
    const leaving = { ...counter, client_id: 'passed-on', grant_types: [...counter.grant_types] };
    const one = '001191000025';
    await vneid.control.clients.create(leaving);
    const request = await ask(await as('passed-on'), { login_hint: one });
    await vneid.control.clients.remove({ client: 'passed-on' });
    await vneid.control.clients.create({ ...leaving, client_name: 'Của người khác' });
    expect((await vneid.control.phone(one).approve()).state).toBe('replaced');
    expect(await vneid.audit.list({ event: 'consent.given', client: 'passed-on' })).toEqual([]);
    expect(await poll(await as('passed-on'), request.auth_req_id)).toEqual({ error: 'invalid_grant' });
  });

  test.each([['a line\nbreak'], ['\u202Eevil'], ['x'.repeat(301)], ['   ']])(
    'a message that could mislead: %j',
    async (message) => {
      await expect(ask(await as('counter'), { binding_message: message })).rejects.toMatchObject({
        error: 'invalid_binding_message',
      });
    },
  );

  test('a sixth request in ten minutes: nobody is bombed, and the app is told when to come back', async () => {
    const configuration = await as('counter');
    const one = '040198000027';
    for (let time = 0; time < 5; time += 1) await ask(configuration, { login_hint: one });
    const refused = await ask(configuration, { login_hint: one }).catch((error: oidc.ResponseBodyError) => error);
    expect(refused).toMatchObject({ error: 'slow_down', status: 429 });
    expect(Number((refused as oidc.ResponseBodyError).response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await vneid.control.phone(one).approvals()).toHaveLength(5);
  });

  test('of fifty polls after a yes one has the tokens', async () => {
    const configuration = await as('counter');
    const one = '066091000020';
    const request = await ask(configuration, { login_hint: one });
    await vneid.control.phone(one).approve();
    vneid.clock.advance(1_100);
    const polls = await Promise.all(
      Array.from({ length: 50 }, () =>
        oidc
          .genericGrantRequest(configuration, cibaGrant, { auth_req_id: request.auth_req_id })
          .then(() => 'tokens')
          .catch((error: oidc.ResponseBodyError) => error.error),
      ),
    );
    expect(polls.filter((answer) => answer === 'tokens')).toHaveLength(1);
  });
});
