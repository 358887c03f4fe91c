import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-clients-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function start(yaml: string): Promise<string> {
  const clientsFile = join(folder, `${Math.random()}.yaml`);
  await writeFile(clientsFile, yaml);
  return startVneid({ clientsFile }).then(
    async (vneid) => {
      const ids = vneid.clients.list().map(({ id }) => id);
      await vneid.stop();
      return ids.join(' ');
    },
    (error: Error) => error.message,
  );
}

const good = `clients:
  - client_id: one
    redirect_uris: [http://localhost:9/callback]
`;

test('a short registration is enough', async () => {
  expect(await start(good)).toBe('one');
});

test.each<[string, string, RegExp]>([
  ['an unknown key', `${good}    colour: red\n`, /line 4: unknown key "colour".*client_id/],
  [
    'a bad address',
    `clients:\n  - client_id: one\n    redirect_uris:\n      - nowhere\n`,
    /line 4: .*redirect_uris\.0 = "nowhere".*absolute address/,
  ],
  [
    'an address with a fragment',
    `clients:\n  - client_id: one\n    redirect_uris: ["http://localhost/#x"]\n`,
    /line 3: .*fragment/,
  ],
  ['an unknown scope', `${good}    scope: openid everything\n`, /line 4: scope "everything".*profile/],
  [
    'a purpose beyond the scope',
    `${good}    scope: openid profile\n    purposes:\n      - id: a\n        vi: a\n        en: a\n        scopes: [family]\n`,
    /line 9: scope "family"/,
  ],
  ['a level that is none', `${good}    minimum_level: 9\n`, /line 4: minimum_level = 9/],
  ['no redirect', `clients:\n  - client_id: one\n`, /line 2: none.*redirect_uri/],
  [
    'a key that is missing',
    `clients:\n  - client_id: one\n    redirect_uris: [http://localhost:9/cb]\n    token_endpoint_auth_method: private_key_jwt\n`,
    /jwks or jwks_uri with the public key/,
  ],
  [
    'a set without a key in it',
    `${good}    token_endpoint_auth_method: private_key_jwt\n    jwks: { keys: [] }\n`,
    /private_key_jwt without a key.*jwks or jwks_uri with the public key/,
  ],
  [
    'a short secret, which is not repeated',
    `${good}    client_secret: hunter2\n`,
    /^(?!.*hunter2).*line 4: client_secret = \(hidden\).*16/,
  ],
  [
    'the same client twice',
    `${good}  - client_id: one\n    redirect_uris: [http://localhost:9/cb]\n`,
    /^The registrations of clients: client_id one twice/,
  ],
  [
    'several hosts for one pairwise subject',
    `clients:\n  - client_id: one\n    redirect_uris: [http://a.example/cb, http://b.example/cb]\n`,
    /line 3: 2 hosts.*sector_identifier_uri/,
  ],
  [
    'one box for two purposes',
    `${good}    purposes:\n      - { id: a, vi: a, en: a, scopes: [profile] }\n      - { id: a, vi: b, en: b, scopes: [profile] }\n`,
    /line 6: purpose "a" twice.*each id once/,
  ],
  ['no list', 'applications: []\n', /line 1: no list.*"clients"/],
  ['broken YAML', 'clients:\n  - client_id: [\n', /line \d+: .*YAML/],
])('%s names the file and the line', async (_name, yaml, message) => {
  const said = await start(yaml);
  expect(said).toMatch(/^Clients file [\d.]+yaml, line \d+:|^The registrations of clients: /);
  expect(said).toMatch(message);
});

test.each<[string, string]>([
  ['a secret that is too short', `${good}    client_secret: s3cret\n`],
  ['a secret that is no text', `${good}    client_secret: {value: s3cret}\n`],
  ['a secret without a colon', `${good}    client_secret s3cret\n`],
  ['a secret without its second quote', `${good}    client_secret: "s3cret\n`],
  ['a secret that looks like an alias', `${good}    client_secret: *s3cret\n`],
  ['a secret given twice', `${good}    client_secret: s3cret\n    client_secret: s3cret\n`],
  ['keys that are a list', `${good}    jwks: [{kty: EC, d: s3cret}]\n`],
  ['keys that are a text', `${good}    jwks: "-----BEGIN PRIVATE KEY-----s3cret"\n`],
  ['a key without a kind', `${good}    jwks: {keys: [{d: s3cret}]}\n`],
  ['a private key', `${good}    jwks: {keys: [{kty: EC, crv: P-256, x: a, y: b, d: s3cret}]}\n`],
  ['a client that is a list', 'clients:\n  - [client_secret, s3cret]\n'],
  ['a client that is a text', 'clients:\n  - s3cret\n'],
])('%s is refused, and not repeated', async (_name, yaml) => {
  const said = await start(yaml);
  expect(said).toMatch(/^Clients file/);
  expect(said).not.toContain('s3cret');
});

test.each<[string, string]>([
  ['a list that holds itself', 'clients: &a [*a]\n'],
  ['a client that holds itself', 'clients:\n  - &a {client_id: one, owner: *a}\n'],
  ['a bomb', `a: &a [x,x]\nb: &b [${'*a,'.repeat(20)}]\nclients: [${'*b,'.repeat(20)}]\n`],
  ['an empty file', ''],
  ['bytes', '\u0000\u0001'],
  ['an address that is a script', good.replace('http://localhost:9/callback', 'javascript:alert(1)')],
  ['an address for anything', good.replace('http://localhost:9/callback', '"*"')],
  ['an address without host', good.replace('http://localhost:9/callback', 'http://')],
  ['an address that was not filled in', good.replace('http://localhost:9', '"${city}x"').replace('/callback', '')],
])('%s is refused', async (_name, yaml) => {
  expect(await start(yaml)).toMatch(/^(Clients file .*, line \d+|The client one): /);
});

test('a file that is not there, or is a folder, is named whole: it may be looked for from another folder', async () => {
  for (const clientsFile of [join(folder, 'nowhere.yaml'), folder])
    await expect(startVneid({ clientsFile })).rejects.toThrow(`clients file ${clientsFile} cannot be read (E`);
});
