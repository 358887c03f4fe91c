import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, UnsecuredJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import {
  assertionFields,
  createHighClient,
  createKey,
  type HighClient,
  highParty,
  type Key,
  proofOf,
  signed,
} from '../support/high-client.ts';
import { basic, post, relyingParty } from '../support/relying-party.ts';

/**
 * CIBA for both classes: who has to sign the request that rings a person's phone, what such a request must say, to which
 * key the tokens are bound, and how a person is named. What the phone shows and does: ciba.test.ts.
 */
const grant = 'urn:openid:params:grant-type:ciba' as const;
const secret = 'a-secret-of-the-counter';
const counter = {
  client_secret: secret,
  grant_types: [grant, 'refresh_token' as const],
  scope: 'openid profile phone',
};
let vneid: Instance;
let key: Key;
let second: Key;
let stranger: Key;
let rsa: Key;
let high: HighClient;
let pinged: HighClient;
let outside: Server;
const pings: { token: string; body: string }[] = [];

beforeAll(async () => {
  [key, second, stranger, rsa] = (await Promise.all(
    ['ES256', 'PS256', 'ES256', 'RS256'].map((alg) => createKey(alg)),
  )) as [Key, Key, Key, Key];
  outside = createServer((request, response) => {
    if (request.url === '/jwks') {
      response.setHeader('content-type', 'application/json');
      return void response.end(JSON.stringify({ keys: [key.jwk] }));
    }
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      pings.push({ token: String(request.headers.authorization), body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => outside.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  const withoutBrowser = { redirect_uris: [], grant_types: [...counter.grant_types] };
  high = await createHighClient({ ...withoutBrowser, client_id: 'high-counter' });
  high.registration.jwks = { keys: [high.key.jwk, { ...rsa.jwk, alg: undefined }] };
  pinged = await createHighClient({
    ...withoutBrowser,
    client_id: 'high-pinged',
    backchannel_token_delivery_mode: 'ping',
    backchannel_client_notification_endpoint: `${address}/ping`,
  });
  const pairwise = {
    ...withoutBrowser,
    scope: counter.scope,
    subject_type: 'pairwise' as const,
    jwks_uri: `${address}/jwks`,
    token_endpoint_auth_method: 'private_key_jwt' as const,
  };
  vneid = await startVneid({
    clients: [
      { ...counter, client_id: 'counter', jwks: { keys: [key.jwk, second.jwk] } },
      {
        ...counter,
        client_id: 'signing',
        jwks: { keys: [key.jwk, second.jwk] },
        backchannel_authentication_request_signing_alg: 'ES256',
      },
      { ...pairwise, client_id: 'pairwise' },
      { ...pairwise, client_id: 'elsewhere', jwks_uri: `${address.replace('127.0.0.1', 'localhost')}/jwks` },
      high.registration,
      pinged.registration,
    ],
  });
});
afterAll(async () => {
  await vneid.stop();
  outside.close();
});

/** People with a phone; each is asked only a few times, as more are refused. */
const people = [
  '001085000001',
  '001187000002',
  '001084000011',
  '001191000025',
  '038048000026',
  '030186000023',
  '037079000028',
  '040198000027',
  '066091000020',
];
let turn = 0;
const somebody = () => people[(turn += 1) % people.length] ?? '';
/** Nobody is rung so often that the next ring is refused. */
const later = () => vneid.clock.advance(601_000);

const time = () => Math.floor(vneid.clock.now() / 1000);
type Claims = Record<string, unknown>;

function claimsOf(id: string, change: Claims = {}): Claims {
  return {
    iss: id,
    aud: vneid.issuer,
    iat: time(),
    nbf: time(),
    exp: time() + 300,
    jti: randomUUID(),
    scope: 'openid profile',
    login_hint: somebody(),
    binding_message: 'Hồ sơ H26.14-241125-0001',
    ...change,
  };
}

/** The high class's own request, signed, with whatever a test changes. */
async function ask(
  { change = {}, by, header = {} }: { change?: Claims; by?: Key; header?: Claims } = {},
  client = high,
  beside: Record<string, string> = {},
) {
  const request = await signed(by ?? client.key, claimsOf(client.registration.client_id, change), header);
  return post(vneid, '/ciba', {
    request,
    ...(await assertionFields(vneid, client, { exp: time() + 60, iat: time() })),
    ...beside,
  });
}

async function partyOf(client: HighClient) {
  const skew = Math.round((vneid.clock.now() - Date.now()) / 1000);
  return highParty(vneid, client, { [oidc.clockSkew]: skew });
}

describe('of the high class', () => {
  test('a signed request rings the phone, a yes is answered with tokens that are bound to the key', async () => {
    later();
    const { configuration, dpop } = await partyOf(high);
    const number = '001085000001';
    const answer = await ask({ change: { login_hint: number, acr_values: 'urn:vneid:loa:2', requested_expiry: 120 } });
    expect(answer).toMatchObject({ status: 200, body: { expires_in: 120, interval: 1 } });
    const phone = vneid.control.phone(number);
    expect((await phone.approvals())[0]?.ask).toMatchObject({ text: 'Hồ sơ H26.14-241125-0001' });
    await phone.approve();
    const fields = { auth_req_id: String(answer.body.auth_req_id) };
    vneid.clock.advance(1_100);
    // no proof, no tokens, and the answer is kept for who has one
    await expect(oidc.genericGrantRequest(configuration, grant, fields)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    vneid.clock.advance(1_100);
    const tokens = await oidc.genericGrantRequest(configuration, grant, fields, dpop);
    expect(tokens).toMatchObject({ token_type: 'dpop', id_token: expect.any(String) });
    expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:2', aud: 'high-counter' });
    expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({
      cnf: { jkt: await calculateJwkThumbprint(high.dpop.jwk) },
    });
    const again = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, dpop);
    expect([again.refresh_token, again.token_type]).toEqual([tokens.refresh_token, 'dpop']);
  });

  test('a ping comes with the token of the app, and the tokens are bound as well', async () => {
    later();
    const number = '001187000002';
    const client_notification_token = 'a-token-of-the-counter-0001';
    const answer = await ask({ change: { login_hint: number, client_notification_token } }, pinged);
    expect(answer.status).toBe(200);
    await vneid.control.phone(number).approve();
    expect(pings).toEqual([
      {
        token: `Bearer ${client_notification_token}`,
        body: JSON.stringify({ auth_req_id: answer.body.auth_req_id }),
      },
    ]);
    const { configuration, dpop } = await partyOf(pinged);
    const fields = { auth_req_id: String(answer.body.auth_req_id) };
    vneid.clock.advance(1_100);
    expect((await oidc.genericGrantRequest(configuration, grant, fields, dpop)).token_type).toBe('dpop');
    expect(await ask({ change: { login_hint: number } }, pinged)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });

  test('an unsigned request is refused, by openid-client too', async () => {
    later();
    const { configuration } = await partyOf(high);
    await expect(
      oidc.initiateBackchannelAuthentication(configuration, { scope: 'openid', login_hint: somebody() }),
    ).rejects.toMatchObject({ error: 'invalid_request' });
    const request = new UnsecuredJWT(claimsOf('high-counter')).encode();
    const fields = await assertionFields(vneid, high, { exp: time() + 60, iat: time() });
    expect((await post(vneid, '/ciba', { request, ...fields })).status).toBe(400);
  });

  test.each<[string, () => NonNullable<Parameters<typeof ask>[0]>]>([
    ['by RS256', () => ({ by: rsa })],
    ['by a key of a stranger', () => ({ by: stranger })],
    ['by a key of a stranger under our name', () => ({ by: stranger, header: { kid: high.key.jwk.kid } })],
    ['for another provider', () => ({ change: { aud: 'https://evil.example' } })],
    ['for nobody', () => ({ change: { aud: undefined } })],
    ['of another issuer', () => ({ change: { iss: 'counter' } })],
    ['of no issuer', () => ({ change: { iss: undefined } })],
    ['that is over', () => ({ change: { exp: time() - 60 } })],
    ['without an end', () => ({ change: { exp: undefined } })],
    ['that begins in 70 seconds', () => ({ change: { nbf: time() + 70 } })],
    ['that began more than an hour ago', () => ({ change: { nbf: time() - 4200 } })],
    ['without a beginning', () => ({ change: { nbf: undefined } })],
    ['without the time it was made', () => ({ change: { iat: undefined } })],
    ['that was made in 70 seconds', () => ({ change: { iat: time() + 70 } })],
    ['without an id', () => ({ change: { jti: undefined } })],
    ['with an id that is no text', () => ({ change: { jti: 7 } })],
    ['that is good for more than an hour', () => ({ change: { exp: time() + 3660 } })],
    ['that could pass for a client assertion', () => ({ change: { sub: 'high-counter' } })],
    ['of the type of an access token', () => ({ header: { typ: 'at+jwt' } })],
    ['that names nobody', () => ({ change: { login_hint: undefined } })],
    ['that names a person twice', () => ({ change: { id_token_hint: 'x.y.z' } })],
    ['without openid', () => ({ change: { scope: 'profile' } })],
  ])('a request %s is refused', async (_name, change) => {
    later();
    expect((await ask()).status).toBe(200);
    expect(await ask(change())).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('a request may name its scopes in any order, and its time as a text (CIBA §7.1.1)', async () => {
    later();
    expect(await ask({ change: { scope: 'phone profile openid', requested_expiry: '30' } })).toMatchObject({
      status: 200,
      body: { expires_in: 30 },
    });
  });

  test('neither a request nor a poll is taken without a client assertion, or with one by RS256', async () => {
    later();
    const number = '038048000026';
    const claims = () => claimsOf('high-counter', { login_hint: number });
    const times = () => ({ exp: time() + 60, iat: time() });
    const { body } = await ask({ change: { login_hint: number } });
    await vneid.control.phone(number).approve();
    const poll = { grant_type: grant, auth_req_id: String(body.auth_req_id) };
    for (const by of [{ client_id: 'high-counter' }, await assertionFields(vneid, high, { by: rsa, ...times() })]) {
      vneid.clock.advance(1_100);
      const asked = await post(vneid, '/ciba', { request: await signed(high.key, claims()), ...by });
      const polled = await post(vneid, '/token', { ...poll, ...by }, { dpop: await proofAtToken() });
      for (const answer of [asked, polled]) {
        expect([400, 401]).toContain(answer.status);
        expect(['invalid_client', 'invalid_request']).toContain(answer.body.error);
      }
    }
    vneid.clock.advance(1_100);
    const right = { ...poll, ...(await assertionFields(vneid, high, times())) };
    expect(await post(vneid, '/token', right, { dpop: await proofAtToken() })).toMatchObject({ status: 200 });
  });

  const proofAtToken = () => proofOf(high.dpop, { htm: 'POST', htu: `${vneid.issuer}/token`, iat: time() });

  test('a request rings once, of twenty that come at once too', async () => {
    later();
    const number = '066091000020';
    const request = await signed(high.key, claimsOf('high-counter', { login_hint: number }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        post(vneid, '/ciba', {
          request,
          ...(await assertionFields(vneid, high, { exp: time() + 60, iat: time() })),
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
    expect(await vneid.control.phone(number).approvals()).toHaveLength(1);
  });

  test('what was sent beside the signed request is not heard', async () => {
    later();
    const beside = { scope: 'openid profile phone', binding_message: 'Chuyển 5 tỉ', requested_expiry: '30' };
    const number = '001191000025';
    const answer = await ask({ change: { login_hint: number } }, high, beside);
    expect(answer).toMatchObject({ status: 200, body: { expires_in: 300 } });
    expect((await vneid.control.phone(number).approvals())[0]?.ask.text).toBe('Hồ sơ H26.14-241125-0001');
  });
});

describe('of the baseline class', () => {
  const counterAsks = async (fields: Record<string, string>, id = 'counter') =>
    post(vneid, '/ciba', fields, basic(id, secret));

  test('a request need not be signed, and may be, by the algorithm that was registered', async () => {
    later();
    const plain = { scope: 'openid', login_hint: somebody() };
    expect((await counterAsks(plain)).status).toBe(200);
    for (const by of [key, second])
      expect((await counterAsks({ request: await signed(by, claimsOf('counter')) })).status).toBe(200);
    // whoever registered one has to use it
    expect((await counterAsks({ request: await signed(key, claimsOf('signing')) }, 'signing')).status).toBe(200);
    for (const fields of [plain, { request: await signed(second, claimsOf('signing')) }])
      expect(await counterAsks(fields, 'signing')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test.each(['iat', 'nbf', 'exp', 'jti', 'iss', 'aud'])('a signed request without %s is refused', async (name) => {
    later();
    const request = await signed(key, claimsOf('counter', { [name]: undefined }));
    expect(await counterAsks({ request })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test.each<[string, Record<string, string>, string]>([
    ['a hint of a kind that is not taken', { login_hint_token: 'x.y.z' }, 'login_hint'],
    ['nobody', {}, 'login_hint'],
    ['two hints', { login_hint: '001085000001', id_token_hint: 'x.y.z' }, 'only one'],
    ['a hint that is no ID token', { id_token_hint: 'x.y.z' }, 'id_token_hint'],
    ['a time that is none', { login_hint: '001085000001', requested_expiry: 'soon' }, 'requested_expiry'],
    ['no time at all', { login_hint: '001085000001', requested_expiry: '0' }, 'requested_expiry'],
    ['half a second', { login_hint: '001085000001', requested_expiry: '0.5' }, 'requested_expiry'],
    ['a request by reference', { login_hint: '001085000001', request_uri: 'https://app.example/' }, ''],
    ['a request and a reference', { request: 'x.y.z', request_uri: 'https://app.example/' }, ''],
  ])('%s is refused, in words', async (_name, fields, words) => {
    later();
    expect((await counterAsks({ scope: 'openid', login_hint: '001085000001' })).status).toBe(200);
    const answer = await counterAsks({ scope: 'openid', ...fields });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/^(invalid_request|request_uri_not_supported)$/);
    expect(String(answer.body.error_description)).toContain(words);
  });

  test('ten minutes are the longest that a person is waited for', async () => {
    later();
    const answer = await counterAsks({ scope: 'openid', login_hint: somebody(), requested_expiry: '86400' });
    expect(answer.body.expires_in).toBe(600);
  });
});

describe('a person who is named by an ID token from before', () => {
  async function tokensOf(id: string, number: string) {
    later();
    const configuration = await counterBy(id);
    const request = await oidc.initiateBackchannelAuthentication(configuration, {
      scope: 'openid profile',
      login_hint: number,
    });
    await vneid.control.phone(number).approve();
    vneid.clock.advance(1_100);
    return oidc.pollBackchannelAuthenticationGrant(configuration, request);
  }
  const again = async (id: string, hint: string) =>
    oidc.initiateBackchannelAuthentication(await counterBy(id), { scope: 'openid', id_token_hint: hint });

  async function counterBy(id: string): Promise<oidc.Configuration> {
    if (id === 'counter') {
      return relyingParty(vneid, { id, secret });
    }
    const skew = Math.round((vneid.clock.now() - Date.now()) / 1000);
    const by = oidc.PrivateKeyJwt({ key: key.privateKey, kid: String(key.jwk.kid) });
    return oidc.discovery(new URL(vneid.issuer), id, { [oidc.clockSkew]: skew }, by, {
      execute: [oidc.allowInsecureRequests],
    });
  }

  test('has a sub of their own at each app, and their phone rings', async () => {
    const number = '030186000023';
    const [one, two] = [await tokensOf('pairwise', number), await tokensOf('elsewhere', number)];
    const [sub, other] = [one.claims()?.sub ?? '', two.claims()?.sub ?? ''];
    expect(sub).toMatch(/^[\w-]{43}$/);
    expect(other).toMatch(/^[\w-]{43}$/);
    expect(sub).not.toBe(other);
    expect(sub).not.toContain((await vneid.accounts.byNumber(number))?.id.replaceAll('-', '') ?? '');
    later();
    for (const [id, tokens] of [
      ['pairwise', one],
      ['elsewhere', two],
    ] as const) {
      const request = await again(id, tokens.id_token ?? '');
      const phone = vneid.control.phone(number);
      await phone.approve({ approval: (await phone.approvals())[0]?.id });
      vneid.clock.advance(1_100);
      const next = await oidc.pollBackchannelAuthenticationGrant(await counterBy(id), request);
      expect(next.claims()?.sub).toBe(tokens.claims()?.sub);
    }
  });

  test('is the same for an app with public subjects', async () => {
    const tokens = await tokensOf('counter', '037079000028');
    later();
    expect((await again('counter', tokens.id_token ?? '')).auth_req_id).toBeTypeOf('string');
  });

  test('is not rung by an ID token of another app, one that was changed, or another kind of token', async () => {
    const number = '040198000027';
    const [own, foreign] = [await tokensOf('pairwise', number), await tokensOf('elsewhere', number)];
    later();
    const [header, payload, signature] = (own.id_token ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
    const account = (await vneid.accounts.byNumber(number))?.id;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: account })).toString('base64url');
    for (const hint of [foreign.id_token ?? '', `${header}.${changed}.${signature}`, own.access_token, 'x.y.z'])
      await expect(again('pairwise', hint)).rejects.toMatchObject({ error: 'invalid_request' });
    expect(await vneid.control.phone(number).approvals()).toHaveLength(0);
  });
});

test('discovery promises what there is: poll and ping, no push, no user codes', async () => {
  const metadata = (await relyingParty(vneid, { id: 'counter', secret })).serverMetadata();
  expect(metadata.backchannel_token_delivery_modes_supported).toEqual(['poll', 'ping']);
  expect(metadata).not.toHaveProperty('backchannel_user_code_parameter_supported');
  expect(metadata.backchannel_authentication_request_signing_alg_values_supported).toEqual([
    'ES256',
    'RS256',
    'EdDSA',
    'PS256',
  ]);
  const register = async (beyond: Claims) => {
    const answer = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_types: [grant],
        response_types: [],
        backchannel_token_delivery_mode: 'poll',
        ...beyond,
      }),
    });
    return answer.status;
  };
  expect(await register({})).toBe(201);
  for (const beyond of [
    { backchannel_token_delivery_mode: 'push' },
    { backchannel_token_delivery_mode: 'ping' },
    { backchannel_user_code_parameter: true },
    { backchannel_authentication_request_signing_alg: 'HS256' },
    { backchannel_authentication_request_signing_alg: 'ES256' },
  ])
    expect([beyond, await register(beyond)]).toEqual([beyond, 400]);
});
