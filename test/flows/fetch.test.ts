import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ClientRegistration, type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { assertionFields, createHighClient, createKey, type HighClient, type Key } from '../support/high-client.ts';
import { form, send } from '../support/raw.ts';
import { an, authorizationRequest, post, relyingParty, said, signIn } from '../support/relying-party.ts';
import { json, type RelyingServer, relyingServer } from '../support/relying-server.ts';
import { believedServer, temporaryFiles } from '../support/tls.ts';
import { publicKey, rocaKey } from '../support/weak-keys.ts';

/** What the provider fetches from relying parties, and what it makes of their answers. */
let app: RelyingServer;
let elsewhere: RelyingServer;
let vneid: Instance;
let client: HighClient;

const seconds = (count: number) => count * 1000;
const keysAt = (uri: string, beyond: Partial<ClientRegistration> = {}): Partial<ClientRegistration> => ({
  profile: 'baseline',
  jwks: undefined,
  jwks_uri: uri,
  token_endpoint_auth_method: 'private_key_jwt',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  ...beyond,
});

beforeAll(async () => {
  [app, elsewhere] = await Promise.all([relyingServer(), relyingServer()]);
  client = await createHighClient(keysAt(`${app.origin}/jwks`));
  vneid = await startVneid({ clients: [client.registration] });
  elsewhere.answer = json({ keys: [client.key.jwk] });
});
afterEach(() => {
  // whatever was asked and said is forgotten
  vneid.clock.advance(seconds(3600));
  app.asked.length = 0;
  elsewhere.asked.length = 0;
});
afterAll(async () => {
  await vneid.stop();
  await app[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

/** Who asks for a token, signed by this key. */
async function ask(by: Key = client.key, instance = vneid, of = client) {
  const now = Math.floor(instance.clock.now() / 1000);
  const fields = await assertionFields(instance, of, { by, iat: now, exp: now + 60 });
  const { status, body } = await post(instance, '/token', { grant_type: 'client_credentials', ...fields });
  return { status, error: body.error };
}

const refused = { status: 401, error: 'invalid_client' };
const taken = { status: 200, error: undefined };
const reasonIn = async (instance = vneid) =>
  (await instance.audit.list({ event: 'token.refused', limit: 1 }))[0]?.facts.reason;

describe('the keys at a jwks_uri', () => {
  test('are fetched when they are needed, and kept', async () => {
    app.answer = json({ keys: [client.key.jwk] });
    for (let time = 0; time < 3; time += 1) expect(await ask()).toEqual(taken);
    expect(app.asked).toEqual(['GET /jwks']);
  });

  test('are fetched again when an unknown one signs, at most every five seconds', async () => {
    const next = await createKey();
    app.answer = json({ keys: [client.key.jwk] });
    expect(await ask()).toEqual(taken);
    app.answer = json({ keys: [next.jwk, client.key.jwk] });
    // the answer says how long it is good for, and is not asked
    expect(await ask(next)).toEqual(refused);
    vneid.clock.advance(seconds(6));
    expect(await ask(next)).toEqual(taken);
    expect(await ask()).toEqual(taken);
    expect(app.asked).toHaveLength(2);
  });

  test('are not fetched for ever by someone who knows none of them', async () => {
    const stranger = await createKey();
    app.answer = json({ keys: [client.key.jwk] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(stranger)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => refused));
    expect(app.asked).toHaveLength(1);
    // nor is a door that stays shut knocked at without end
    vneid.clock.advance(seconds(6));
    app.answer = json({}, { status: 503 });
    for (let time = 0; time < 5; time += 1) expect(await ask(stranger)).toEqual(refused);
    expect(app.asked).toHaveLength(2);
    expect(await reasonIn()).toMatch(/503/);
  });

  test('that were withdrawn are good for ten minutes at most, whatever the answer said of its age', async () => {
    const next = await createKey();
    app.answer = (response) => {
      response.setHeader('cache-control', 'max-age=31536000');
      response.setHeader('expires', new Date(vneid.clock.now() + seconds(31_536_000)).toUTCString());
      json({ keys: [client.key.jwk] })(response);
    };
    expect(await ask()).toEqual(taken);
    app.answer = json({ keys: [next.jwk] });
    vneid.clock.advance(seconds(601));
    expect(await ask()).toEqual(refused);
    expect(await ask(next)).toEqual(taken);
  });

  test('are not seen through an outage that is shorter than that', async () => {
    app.answer = json({ keys: [client.key.jwk] });
    expect(await ask()).toEqual(taken);
    app.answer = json({}, { status: 500 });
    vneid.clock.advance(seconds(300));
    expect(await ask()).toEqual(taken);
    vneid.clock.advance(seconds(301));
    expect(await ask()).toEqual(refused);
  });

  test('may be of kinds that nobody knows, which are left out (RFC 7517 §5)', async () => {
    const strange = [
      { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' },
      publicKey('ec', { namedCurve: 'secp256k1' }),
      { kty: 5 },
    ];
    app.answer = json({ keys: [...strange, client.key.jwk] }, { type: 'application/jwk-set+json; charset=utf-8' });
    expect(await ask()).toEqual(taken);
  });

  const weak = publicKey('rsa', { modulusLength: 1024 });
  test.each<[string, (response: ServerResponse) => unknown, RegExp]>([
    [
      'that lead elsewhere',
      (response) => response.writeHead(302, { location: `${elsewhere.origin}/jwks` }).end(),
      /302, and redirects are not followed/,
    ],
    [
      'that lead elsewhere for good',
      (response) => response.writeHead(308, { location: `${elsewhere.origin}/jwks` }).end(),
      /308, and redirects are not followed/,
    ],
    ['of ten megabytes', (response) => endless(response, 10_000_000), /more than 65536 bytes/],
    [
      'of a length that is said to be short',
      (response) => endless(response.setHeader('transfer-encoding', 'chunked'), 100_000),
      /more than 65536 bytes/,
    ],
    ['that never come', (response) => response.flushHeaders(), /timeout|aborted/],
    ['on a connection that breaks', (response) => response.destroy(), /closed|socket|hang up|terminated/],
    [
      'with a weak one among them',
      (response) => json({ keys: [client.key.jwk, { ...weak, kid: 'old' }] })(response),
      /key old: RSA with 1024 bits/,
    ],
    ['of a faulty chip', json({ keys: [rocaKey()] }), /ROCA/],
    [
      'with a private one',
      (response) => json({ keys: [{ ...client.key.jwk, d: 'AAAA' }] })(response),
      /private part d/,
    ],
    ['with a shared secret', json({ keys: [{ kty: 'oct', k: 'AAAA' }] }), /private part k/],
    ['too many', (response) => json({ keys: Array.from({ length: 21 }, () => client.key.jwk) })(response), /21 keys/],
    [
      'that are a page',
      (response) => json({ keys: [client.key.jwk] }, { type: 'text/html' })(response),
      /content-type/,
    ],
    [
      'that are no JSON',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
      /no JSON/,
    ],
    ['that are null', json(null), /no key set/],
    ['that are a list', (response) => json([client.key.jwk])(response), /no key set/],
    ['that are nowhere', (response) => json({ keys: [client.key.jwk] }, { status: 404 })(response), /404/],
    ['that are nowhere, as a page says', (response) => response.writeHead(404).end('<h1>Not Found</h1>'), /404/],
    ['of a server that fails', (response) => response.writeHead(500).end(), /500/],
  ])('%s are refused, with the reason in the audit and no server error', async (_name, answer, reason) => {
    app.answer = answer;
    expect(await ask()).toEqual(refused);
    expect(await reasonIn()).toMatch(reason);
    expect(elsewhere.asked).toEqual([]);
    expect(await vneid.audit.list({ event: 'server.error' })).toEqual([]);
    // and it is the answer that was wrong
    vneid.clock.advance(seconds(6));
    app.answer = json({ keys: [client.key.jwk] });
    expect(await ask()).toEqual(taken);
  });
});

describe('relying parties on this machine', () => {
  const list = ['http://127.0.0.1:9/one', 'http://localhost:9/two'];
  const spread = { client_id: 'spread', redirect_uris: list };

  test('may have their list of redirects at a plain http address, in a file', async () => {
    app.answer = json(list);
    const sector = `${app.origin}/sector`;
    await using again = await startVneid({ clients: [{ ...spread, sector_identifier_uri: sector }] });
    expect(app.asked).toEqual(['GET /sector']);
    expect(again.clients.get('spread')).toBeDefined();
    app.answer = json(['http://127.0.0.1:9/one']);
    const without = startVneid({ clients: [{ ...spread, sector_identifier_uri: sector }] });
    await expect(without).rejects.toThrow(/must be included in the sector_identifier_uri/);
  });

  test('that register themselves as well, and are told what they registered', async () => {
    app.answer = json(list);
    const sector = `${app.origin}/sector`;
    const mine = {
      redirect_uris: list,
      sector_identifier_uri: sector,
      subject_type: 'pairwise',
      registered_by_http: ['tos_uri'],
    };
    const answer = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(mine),
    });
    const made = (await answer.json()) as Record<string, string>;
    expect([answer.status, made.sector_identifier_uri]).toEqual([201, sector]);
    expect(made).not.toHaveProperty('registered_by_http');
    const read = await fetch(String(made.registration_client_uri), {
      headers: { authorization: `Bearer ${made.registration_access_token}` },
    });
    expect(await read.json()).toMatchObject({ sector_identifier_uri: sector });
    expect(app.asked).toContain('GET /sector');
  });

  test('that register with a list which lacks an address of theirs are refused', async () => {
    app.answer = json(list.slice(1));
    const answer = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: list,
        sector_identifier_uri: `${app.origin}/sector`,
        subject_type: 'pairwise',
      }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_client_metadata' }]);
    expect(app.asked).toEqual(['GET /sector']);
  });

  test('that register with an address of their keys sign people in, and go on with the next key', async () => {
    const next = await createKey();
    app.answer = json({ keys: [client.key.jwk] });
    const answer = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['http://localhost:9/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: `${app.origin}/jwks`,
      }),
    });
    const { client_id: id } = (await answer.json()) as { client_id: string };
    const now = () => Math.floor(vneid.clock.now() / 1000);
    const times = () => ({ iss: id, sub: id, iat: now(), exp: now() + 60 });
    const configuration = await relyingParty(vneid, { id });
    const request = await authorizationRequest(configuration, { scope: 'openid offline_access', prompt: 'consent' });
    const { url } = await signIn(vneid, new Browser(), request.url);
    const code = { grant_type: 'authorization_code', code: said(url).code ?? '', code_verifier: request.verifier };
    const redeemed = await post(vneid, '/token', {
      ...code,
      redirect_uri: 'http://localhost:9/callback',
      ...(await assertionFields(vneid, client, times())),
    });
    expect(redeemed.status).toBe(200);

    app.answer = json({ keys: [next.jwk] });
    vneid.clock.advance(seconds(60));
    const refresh = { grant_type: 'refresh_token', refresh_token: String(redeemed.body.refresh_token) };
    const by = await assertionFields(vneid, client, { by: next, ...times() });
    expect(await post(vneid, '/token', { ...refresh, ...by })).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String), id_token: expect.any(String) },
    });
  });

  test('hear of an answer from the phone where they registered to, and lead nobody on', async () => {
    const registered = await fetch(`${vneid.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_types: ['urn:openid:params:grant-type:ciba'],
        response_types: [],
        subject_type: 'public',
        backchannel_token_delivery_mode: 'ping',
        backchannel_client_notification_endpoint: `${app.origin}/ping`,
      }),
    });
    const { client_id: id, client_secret: secret } = (await registered.json()) as Record<string, string>;
    app.answer = (response) => {
      response.writeHead(307, { location: `${elsewhere.origin}/ping` });
      return endless(response, 10_000_000);
    };
    const begun = await post(
      vneid,
      '/ciba',
      { scope: 'openid', login_hint: an.number, client_notification_token: 'a-token-of-the-counter-0001' },
      { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    );
    expect(begun.body).toHaveProperty('auth_req_id');
    await vneid.control.phone(an.number).approve();
    expect(app.asked).toEqual(['POST /ping']);
    expect(elsewhere.asked).toEqual([]);
    expect(await vneid.audit.list({ event: 'ciba.unreachable' })).toHaveLength(1);
  });

  test('that are down keep nobody else from signing in after a restart', async () => {
    const { data, remove } = await temporaryFiles({ data: '' });
    const options = { data: data.replace('.pem', ''), keys: ':memory:' };
    await using passing = await relyingServer();
    passing.answer = json(list);
    {
      await using first = await startVneid(options);
      const answer = await fetch(`${first.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: list, sector_identifier_uri: `${passing.origin}/sector` }),
      });
      expect(answer.status).toBe(201);
    }
    passing.answer = json({}, { status: 500 });
    await using second = await startVneid(options);
    expect(second.clients.list()).toHaveLength(1);
    await remove();
  });
});

describe('a shared installation', () => {
  const sandbox = { mode: 'sandbox', issuer: 'https://id.example', trustProxy: true } as const;
  let believed: { cert: string; key: string };
  beforeAll(async () => {
    believed = await believedServer();
  });

  test.each(['localhost', '127.0.0.1'])('fetches nothing at %s, by whatever name, where a lab does', async (host) => {
    await using inside = await relyingServer(believed);
    inside.answer = json({ keys: [client.key.jwk] });
    const uri = `${inside.origin.replace('localhost', host)}/jwks`;
    const hidden = await createHighClient(keysAt(uri));
    hidden.key = client.key;

    await using lab = await startVneid({ clients: [hidden.registration] });
    expect(await ask(client.key, lab, hidden)).toEqual(taken);
    expect(inside.asked).toEqual(['GET /jwks']);

    inside.asked.length = 0;
    await using shared = await startVneid({ ...sandbox, clients: [hidden.registration] });
    const fields = await assertionFields({ issuer: sandbox.issuer }, hidden);
    const answer = await send(shared, {
      method: 'POST',
      path: '/token',
      headers: { host: 'id.example', 'x-forwarded-proto': 'https', 'content-type': form },
      body: String(new URLSearchParams({ grant_type: 'client_credentials', ...fields })),
    });
    expect([answer.status, answer.json().error]).toEqual([401, 'invalid_client']);
    expect(await reasonIn(shared)).toBe('hostname resolves to a special-use IP address');
    expect(inside.asked).toEqual([]);
  });

  test.each(['jwks_uri', 'backchannel_logout_uri', 'sector_identifier_uri'])(
    'does not start with a %s by http',
    async (name) => {
      const registration = {
        ...client.registration,
        redirect_uris: ['https://app.example/cb'],
        jwks_uri: 'https://app.example/jwks',
      };
      await expect(
        startVneid({ ...sandbox, clients: [{ ...registration, [name]: 'http://app.example/' }] }),
      ).rejects.toMatchObject({ code: 'clients.invalid' });
    },
  );
});

/** Bytes until whoever reads them has enough. */
function endless(response: ServerResponse, bytes: number): unknown {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  let sent = 0;
  const more = () => {
    while (sent < bytes) {
      sent += 65_536;
      if (!response.write(' '.repeat(65_536))) return void response.once('drain', more);
    }
    response.end();
  };
  return more();
}
