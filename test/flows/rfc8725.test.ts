import { createPrivateKey, generateKeyPairSync, KeyObject, randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { forge } from '../support/forge.ts';
import { createKey } from '../support/high-client.ts';
import { post } from '../support/relying-party.ts';
import { json, relyingServer } from '../support/relying-server.ts';
import { kinds } from '../support/token-kinds.ts';
import { places } from '../support/token-places.ts';
import { tokenWorld, type World } from '../support/token-world.ts';
import { publicKey } from '../support/weak-keys.ts';

/**
 * JSON Web Token Best Current Practices (RFC 8725), a small proof for each of its rules. The whole of the attacks is in
 * jose.test.ts, token-matrix.test.ts, fetch.test.ts and weak-keys.test.ts.
 */
let world: World;
beforeAll(async () => {
  world = await tokenWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What /token says to a client assertion that is right but for these changes. */
async function assert({ header = {}, claims = {}, key, payload, alg }: Change = {}) {
  const { vneid, client, now } = world;
  const id = client.registration.client_id;
  const good = { iss: id, sub: id, aud: vneid.issuer, jti: randomUUID(), iat: now(), exp: now() + 60 };
  const token = forge({
    header: { alg: 'ES256', kid: client.key.jwk.kid, ...header },
    payload: payload ?? { ...good, ...claims },
    key: key ?? KeyObject.from(client.key.privateKey),
    alg,
  });
  const fields = { grant_type: 'client_credentials', client_id: id, client_assertion_type: assertionType };
  return (await post(vneid, '/token', { ...fields, client_assertion: token })).status;
}
interface Change {
  header?: object;
  claims?: object;
  key?: KeyObject | string;
  payload?: Uint8Array;
  /** How it is signed, where the header lies. */
  alg?: string;
}

test('§3.1 the algorithm is one that was agreed and fits the key', async () => {
  expect(await assert()).toBe(200);
  const spki = KeyObject.from(world.client.key.publicKey).export({ type: 'spki', format: 'pem' });
  expect(await assert({ header: { alg: 'HS256' }, key: spki })).toBe(401);
  expect(await assert({ header: { alg: 'none' }, alg: 'ES256' })).toBe(401);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  for (const alg of ['RS256', 'PS256']) expect(await assert({ header: { alg }, key: rsa })).toBe(401);
});

test('§3.2 the algorithms on offer are good ones: nothing unsigned, no RSA1_5, no passwords, no SHA-1', async () => {
  const answer = await fetch(`${world.vneid.issuer}/.well-known/openid-configuration`);
  const offered = Object.entries((await answer.json()) as Record<string, unknown>).filter(([name]) =>
    name.includes('_alg'),
  );
  expect(offered.length).toBeGreaterThan(8);
  const names = offered.flatMap(([, values]) => values as string[]);
  expect(names.filter((name) => !/^(ES|PS|RS|HS)256$|^EdDSA$|^ECDH-ES|^RSA-OAEP(-256)?$/.test(name))).toEqual([]);
  expect(names).toContain('ES256');
});

test('§3.3 every operation is checked: of a token bound to a key, the assertion and the proof as well', async () => {
  const stranger = await createKey();
  expect(await assert({ key: KeyObject.from(stranger.privateKey) })).toBe(401);
  const grant = { grant_type: 'client_credentials' };
  expect((await world.ask('/token', grant, { dpop: await world.proof('/token') })).body.token_type).toBe('DPoP');
  const [header, payload] = (await world.proof('/token')).split('.');
  const [, , other] = (await world.proof('/token')).split('.');
  expect((await world.ask('/token', grant, { dpop: `${header}.${payload}.${other}` })).body.error).toBe(
    'invalid_dpop_proof',
  );
});

test('§3.4 a key is on its curve, or it is no key', async () => {
  const point = publicKey('ec', { namedCurve: 'P-256' });
  const register = async (key: object) => {
    const body = {
      redirect_uris: ['http://localhost:9/cb'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [key] },
    };
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${world.vneid.issuer}/register`, { method: 'POST', headers, body: JSON.stringify(body) }))
      .status;
  };
  expect(await register(point)).toBe(201);
  expect(await register({ ...point, y: point.x })).toBe(400);
});

test('§3.5 a secret that signs has as many bits as its hash', async () => {
  const signs = (client_secret: string) =>
    startVneid({
      clients: [
        {
          client_id: 'one',
          token_endpoint_auth_method: 'client_secret_jwt',
          client_secret,
          grant_types: ['client_credentials'],
        },
      ],
    });
  await expect(signs('x'.repeat(31))).rejects.toThrow(/32 characters/);
  const secret = 'a-secret-of-thirty-two-characters';
  await using vneid = await signs(secret);
  const ask = async (key: string) => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const payload = { iss: 'one', sub: 'one', aud: vneid.issuer, jti: randomUUID(), exp };
    const token = forge({ header: { alg: 'HS256' }, payload, key });
    const fields = { grant_type: 'client_credentials', client_assertion_type: assertionType, client_assertion: token };
    return (await post(vneid, '/token', fields)).status;
  };
  expect([await ask(secret), await ask('password'), await ask('')]).toEqual([200, 401, 401]);
});

test('§3.6 nothing is compressed', async () => {
  expect(await assert({ header: { zip: 'DEF' } })).toBe(401);
  const place = places['request at /par'];
  const bomb = ['eyJ6aXAiOiJERUYiLCJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0', '', 'AAAA', 'AAAA', 'AAAA'].join('.');
  expect(await place?.taken(world, { value: bomb })).toMatchObject({ taken: false, status: 400 });
  const token = (await kinds['ID token']?.make(world))?.value ?? '';
  expect(decodeProtectedHeader(token)).not.toHaveProperty('zip');
});

test('§3.7 text is UTF-8', async () => {
  const { client, vneid, now } = world;
  const id = client.registration.client_id;
  const text = JSON.stringify({ iss: id, sub: id, aud: vneid.issuer, jti: 'một', iat: now(), exp: now() + 60 });
  for (const encoding of ['latin1', 'utf16le'] as const)
    expect(await assert({ payload: Buffer.from(text, encoding) }), encoding).toBeGreaterThanOrEqual(400);
  expect(await assert({ payload: Buffer.from(text, 'utf8') })).toBe(200);
});

test('§3.8 who speaks is whose key it is', async () => {
  for (const claims of [{ iss: 'someone-else' }, { sub: 'someone-else' }, { iss: world.vneid.issuer }])
    expect(await assert({ claims })).toBeGreaterThanOrEqual(400);
  const { value = '' } = (await kinds['ID token']?.make(world)) ?? {};
  expect(decodeJwt(value).iss).toBe(world.vneid.issuer);
});

test('§3.9 a token is for whom it says', async () => {
  for (const aud of [
    'https://other.example',
    ['https://other.example'],
    '',
    undefined,
    `${world.vneid.issuer}.evil.example`,
  ])
    expect(await assert({ claims: { aud } }), String(aud)).toBe(401);
  const { value = '' } = (await kinds['JWT access token']?.make(world)) ?? {};
  expect(decodeJwt(value).aud).toBe('https://cases.example/');
});

test('§3.10 what a token says of its key is not believed, and nothing is fetched for it', async () => {
  const attacker = await createKey();
  await using server = await relyingServer();
  server.answer = json({ keys: [attacker.jwk] });
  const key = KeyObject.from(attacker.privateKey);
  const uri = `${server.origin}/jwks`;
  for (const header of [
    { jwk: attacker.jwk },
    { jku: uri },
    { x5u: uri },
    { kid: '../../dev/null' },
    { kid: "' OR 1=1--" },
  ])
    expect(await assert({ header, key })).toBe(401);
  expect(server.asked).toEqual([]);
});

test('§3.11 a token names its kind, and one that names another is refused', async () => {
  for (const typ of ['dpop+jwt', 'at+jwt', 'logout+jwt', 'oauth-authz-req+jwt'])
    expect(await assert({ header: { typ } }), typ).toBe(401);
  for (const typ of ['JWT', 'client-authentication+jwt']) expect(await assert({ header: { typ } }), typ).toBe(200);
  const named = async (kind: string) => decodeProtectedHeader((await kinds[kind]?.make(world))?.value ?? '').typ;
  expect(await named('JWT access token')).toBe('at+jwt');
  expect(await named('signed answer of /introspect')).toBe('token-introspection+jwt');
});

test('§3.12 a token of one kind is none of another: what else this provider signs is no ID token', async () => {
  const place = places['id_token_hint at /authorize'];
  const taken = async (value: string) => (await place?.taken(world, { value }))?.taken;
  const jwk = world.vneid.keys.signingKeys().find(({ alg }) => alg === 'ES256') as JsonWebKey & { kid: string };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const { value = '' } = (await kinds['ID token']?.make(world)) ?? {};
  const claims = decodeJwt(value);
  expect(await taken(value)).toBe(true);
  // the same claims, of another kind by their header
  const again = (header: object) => forge({ header: { alg: 'ES256', kid: jwk.kid, ...header }, payload: claims, key });
  expect(await taken(again({}))).toBe(true);
  expect(await taken(again({ typ: 'logout+jwt' }))).toBe(false);
  for (const kind of ['logout token', 'signed answer of /userinfo', 'signed answer of /introspect', 'JWT access token'])
    expect(await taken((await kinds[kind]?.make(world))?.value ?? ''), kind).toBe(false);
});
