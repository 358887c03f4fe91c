import { createPrivateKey, generateKeyPairSync, KeyObject } from 'node:crypto';
import { afterAll, beforeAll, test } from 'vitest';
import type { Instance } from '../../src/index.ts';
import { forge } from '../support/forge.ts';
import { assertionFields, assertionOf, createHighClient, createKey, type HighClient } from '../support/high-client.ts';
import { basic, post, testClient } from '../support/relying-party.ts';
import { json, type RelyingServer, relyingServer } from '../support/relying-server.ts';
import { refusedOnlyByTheCheck, type Weakness } from '../support/weakened.ts';
import { publicKey } from '../support/weak-keys.ts';

/** What is refused of keys and tokens, each also without its check. */
let app: RelyingServer;
let elsewhere: RelyingServer;
let client: HighClient;
beforeAll(async () => {
  [app, elsewhere] = await Promise.all([relyingServer(), relyingServer()]);
  client = await createHighClient({
    profile: 'baseline',
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    jwks: undefined,
    jwks_uri: `${app.origin}/jwks`,
  });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

const now = (vneid: Instance) => Math.floor(vneid.clock.now() / 1000);

/** Whether the app is believed who it is. */
async function believed(
  vneid: Instance,
  change: (assertion: string) => string = (assertion) => assertion,
  by = client.key,
) {
  const times = { iat: now(vneid), exp: now(vneid) + 60 };
  const fields = await assertionFields(vneid, client, { by, ...times });
  const client_assertion = change(String(fields.client_assertion));
  return (
    (await post(vneid, '/token', { grant_type: 'client_credentials', ...fields, client_assertion })).status === 200
  );
}

/** Whether a token that the provider signed passes for an ID token. */
async function hinted(vneid: Instance, header: object, claims: object) {
  const jwk = vneid.keys.signingKeys().find(({ alg }) => alg === 'ES256') as JsonWebKey & { kid: string };
  const token = forge({
    header: { alg: 'ES256', kid: jwk.kid, ...header },
    payload: {
      iss: vneid.issuer,
      aud: testClient.client_id,
      sub: 'someone',
      iat: now(vneid),
      exp: now(vneid) + 60,
      ...claims,
    },
    key: createPrivateKey({ key: jwk, format: 'jwk' }),
  });
  const query = new URLSearchParams({ id_token_hint: token });
  return (await fetch(`${vneid.issuer}/logout?${query}`, { redirect: 'manual' })).status < 400;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const form: Weakness = {
  file: 'src/oidc/clients/profile-rules.ts',
  find: 'if (flaw !== undefined) throw new errors.InvalidClientAuth(flaw);',
  replace: 'void flaw;',
};

const table: [string, Weakness[], (vneid: Instance) => Promise<boolean>][] = [
  [
    'a logout token that passes for an ID token',
    [
      {
        file: 'src/oidc/id-token-hint.ts',
        find: 'if (hint.header.typ !== undefined || hint',
        replace: 'if (false && hint',
      },
    ],
    (vneid) => hinted(vneid, { typ: 'logout+jwt' }, { events: {} }),
  ],
  [
    'a signed answer of /userinfo that passes for an ID token',
    [{ file: 'src/oidc/id-token-hint.ts', find: '|| hint.payload.auth_time === undefined', replace: '' }],
    (vneid) => hinted(vneid, {}, { name: 'Nguyễn Văn An' }),
  ],
  [
    'an assertion with bits at its end that no encoder leaves',
    [form],
    async (vneid) => {
      app.answer = json({ keys: [client.key.jwk] });
      return believed(vneid, (text) => text.slice(0, -1) + letters[letters.indexOf(text.at(-1) ?? '') ^ 1]);
    },
  ],
  [
    'an assertion whose claims are there twice',
    [form],
    async (vneid) => {
      app.answer = json({ keys: [client.key.jwk] });
      const [, payload = ''] = (await assertionOf(vneid, client)).split('.');
      const twice = Buffer.from(payload, 'base64url').toString().replace('{', '{"aud":"https://evil.example",');
      const header = { alg: 'ES256', kid: client.key.jwk.kid };
      const forged = forge({ header, payload: twice, key: KeyObject.from(client.key.privateKey) });
      return believed(vneid, () => forged);
    },
  ],
  [
    'an assertion that is good for ten years',
    [{ file: 'src/oidc/clients/profile-rules.ts', find: 'clock.now() / 1000 + day)', replace: 'Infinity)' }],
    async (vneid) => {
      app.answer = json({ keys: [client.key.jwk] });
      const long = await assertionOf(vneid, client, { exp: now(vneid) + 315_360_000 });
      return believed(vneid, () => long);
    },
  ],
  [
    'a DPoP proof of a key with the exponent 3',
    [
      {
        file: 'src/oidc/clients/profile-rules.ts',
        find: "jwk?.kty === 'RSA' ? weaknessOfKey(jwk) : undefined",
        replace: 'jwk && undefined',
      },
    ],
    async (vneid) => {
      const key = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey;
      const { kty, n, e } = key.export({ format: 'jwk' });
      const header = { alg: 'PS256', typ: 'dpop+jwt', jwk: { kty, n, e } };
      const payload = { jti: 'one', iat: now(vneid), htm: 'POST', htu: `${vneid.issuer}/token` };
      const dpop = forge({ header, payload, key });
      const { body } = await post(vneid, '/token', { grant_type: 'client_credentials' }, { ...basic(), dpop });
      return body.token_type === 'DPoP';
    },
  ],
  [
    'keys that are fetched from where a redirect leads',
    [
      {
        file: 'src/oidc/fetch.ts',
        find: "{ ...options, redirect: 'manual' })",
        replace: "{ ...options, redirect: 'follow' })",
      },
    ],
    async (vneid) => {
      app.answer = (response) => response.writeHead(302, { location: `${elsewhere.origin}/jwks` }).end();
      elsewhere.answer = json({ keys: [client.key.jwk] });
      return believed(vneid);
    },
  ],
  [
    'a weak key among those that are fetched',
    [{ file: 'src/oidc/fetch.ts', find: 'if (weak) throw', replace: 'if (weak && false) throw' }],
    async (vneid) => {
      app.answer = json({ keys: [client.key.jwk, publicKey('rsa', { modulusLength: 1024 })] });
      return believed(vneid);
    },
  ],
  [
    'a key that was withdrawn an hour ago',
    [
      {
        file: 'src/oidc/keys/remote-keys.ts',
        find: 'since(fetched) > lifetime ? []',
        replace: 'since(fetched) > Infinity ? []',
      },
    ],
    async (vneid) => {
      app.answer = json({ keys: [client.key.jwk] });
      if (!(await believed(vneid))) throw new Error('not believed in the first place');
      app.answer = json({ keys: [(await createKey()).jwk] });
      vneid.clock.advance(3_600_000);
      return believed(vneid);
    },
  ],
];

test.each(table)('%s', async (_name, weaknesses, attack) => {
  const clients = [
    { ...testClient, grant_types: ['client_credentials' as const, 'authorization_code' as const] },
    client.registration,
  ];
  await refusedOnlyByTheCheck(weaknesses, attack, { clients });
});
