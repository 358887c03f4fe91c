import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { listKeys, rotateKeys } from '../../src/oidc/keys/keys.ts';
import { Browser } from '../support/browser.ts';
import { authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** Keys are announced, used and retired while people sign in: nobody meets a key they cannot verify with. */
let folder: string;
let vneid: Instance;
const minute = 60_000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-keys-'));
  vneid = await startVneid({ keys: folder, clients: [testClient] });
});
afterEach(async () => {
  await vneid.stop();
  await rm(folder, { recursive: true });
});

const published = async () => (await (await fetch(`${vneid.issuer}/jwks`)).json()) as JSONWebKeySet;
const verify = (token: string, keys: JSONWebKeySet) =>
  jwtVerify(token, createLocalJWKSet(keys), { issuer: vneid.issuer, currentDate: new Date(vneid.clock.now()) });

async function idToken(browser = new Browser()): Promise<string> {
  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration);
  const back = await signIn(vneid, browser, request.url);
  // openid-client keeps the host's time; the token is looked at below with the instance's
  const answer = await fetch(`${vneid.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${testClient.client_id}:${testClient.client_secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.url.searchParams.get('code') ?? '',
      redirect_uri: 'http://localhost:9/callback',
      code_verifier: request.verifier,
    }),
  });
  return ((await answer.json()) as { id_token: string }).id_token;
}

test('announced, then used, then retired; tokens of every time verify with what was published then', async () => {
  const before = await published();
  const first = await idToken();
  await rotateKeys({ folder, now: vneid.clock.now(), announce: 5 * minute, retire: 60 * minute });
  await vneid.keys.refresh();

  const announced = await published();
  expect(announced.keys).toHaveLength(8);
  const second = await idToken();
  expect(decodeProtectedHeader(second).kid).toBe(decodeProtectedHeader(first).kid);

  vneid.clock.advance(6 * minute);
  await vneid.keys.refresh();
  const third = await idToken();
  expect(decodeProtectedHeader(third).kid).not.toBe(decodeProtectedHeader(first).kid);
  // a relying party that fetched the keys when the new one was announced knows it already
  await verify(third, announced);
  await verify(second, await published());
  await expect(verify(third, before)).rejects.toThrow();

  vneid.clock.advance(61 * minute);
  await vneid.keys.refresh();
  expect((await published()).keys).toHaveLength(4);
});

test('nothing fails while keys change under load', async () => {
  const seen: JSONWebKeySet = { keys: [] };
  let rotating = true;
  const rotation = (async () => {
    for (let time = 0; time < 8; time += 1) {
      await rotateKeys({ folder, now: vneid.clock.now(), announce: 0, retire: 60 * minute });
      await vneid.keys.refresh();
      seen.keys.push(...(await published()).keys.filter(({ kid }) => !seen.keys.some((known) => known.kid === kid)));
    }
    rotating = false;
  })();
  const tokens: string[] = [];
  const visitor = async () => {
    const configuration = await relyingParty(vneid);
    const browser = new Browser();
    do {
      const request = await authorizationRequest(configuration);
      tokens.push(
        (await redeem(configuration, { ...request, url: (await signIn(vneid, browser, request.url)).url })).id_token ??
          '',
      );
    } while (rotating);
  };
  await Promise.all([rotation, ...Array.from({ length: 6 }, visitor)]);
  expect(tokens.length).toBeGreaterThan(8);
  for (const token of tokens) await verify(token, await published());
});

test('the file is its owner’s alone, and describes itself', async () => {
  expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
  const states = await listKeys({ folder, now: vneid.clock.now() });
  expect(states.map(({ alg, state }) => `${alg} ${state}`).toSorted()).toEqual([
    'ES256 in-use',
    'EdDSA in-use',
    'PS256 in-use',
    'RS256 in-use',
  ]);
});

test('a second start has the same keys, sessions’ secrets and subjects', async () => {
  const { keys } = await published();
  await using again = await startVneid({ keys: folder, clients: [testClient] });
  const theirs = (await (await fetch(`${again.issuer}/jwks`)).json()) as JSONWebKeySet;
  expect(theirs.keys.map(({ kid }) => kid)).toEqual(keys.map(({ kid }) => kid));
  expect(again.keys.secret('pairwise')).toEqual(vneid.keys.secret('pairwise'));
});

test('a file that is damaged stops the start and is not quoted; a running instance goes on with what it has', async () => {
  const path = join(folder, 'keys.json');
  const text = await readFile(path, 'utf8');
  const { master } = JSON.parse(text) as { master: string };
  for (const damaged of [text.slice(0, 40), text.replace('{', ''), '{}', 'null', '[]', '', `"${master}"`]) {
    await writeFile(path, damaged);
    const failure = await startVneid({ keys: folder }).then(
      () => 'started',
      (error: Error) => String(error.stack),
    );
    expect(failure).toContain('keys.json is damaged');
    expect(failure).not.toContain(master.slice(0, 8));
    await vneid.keys.refresh().catch(() => undefined);
    await verify(await idToken(), await published());
  }
});

test.each<[string, (keys: { jwk: JsonWebKey & { kid: string; alg: string } }[]) => void, RegExp]>([
  [
    'a weak RSA key',
    (keys) => {
      const old = keys.find(({ jwk }) => jwk.alg === 'RS256');
      const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' });
      if (old) old.jwk = { ...weak, kid: 'of-2009', alg: 'RS256' };
    },
    /keys\.json, key of-2009: RSA with 1024 bits, where 2048 to 8192 bits is right/,
  ],
  [
    'a point that is beside its curve',
    (keys) => {
      const old = keys.find(({ jwk }) => jwk.alg === 'ES256');
      if (old) old.jwk.y = old.jwk.x ?? '';
    },
    /no point of P-256/,
  ],
  ['a key that is none', (keys) => keys.splice(0, 1, {} as never), /key 0: kty none/],
])('a file with %s stops the start, in a sentence that tells no secret', async (_name, change, sentence) => {
  const path = join(folder, 'keys.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as { master: string; keys: { jwk: never }[] };
  const secrets = [file.master, ...file.keys.map(({ jwk }) => (jwk as { d: string }).d)];
  change(file.keys);
  await writeFile(path, JSON.stringify(file));
  const said = await startVneid({ keys: folder }).then(
    () => 'started',
    (error: Error) => error.message,
  );
  expect(said).toMatch(sentence);
  for (const secret of secrets) expect(said).not.toContain(secret);
  // who runs already goes on with the keys it has
  await expect(vneid.keys.refresh()).rejects.toThrow();
  await verify(await idToken(), await published());
});

test('rotating leaves one file, its owner’s alone, an empty one by which others wait, and no copy of a secret beside it', async () => {
  for (let time = 0; time < 3; time += 1)
    await rotateKeys({ folder, now: vneid.clock.now(), announce: 0, retire: minute });
  expect(await readdir(folder)).toEqual(['keys.json', 'keys.json.lock']);
  expect(await readFile(join(folder, 'keys.json.lock'), 'utf8')).toBe('');
  expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
});
