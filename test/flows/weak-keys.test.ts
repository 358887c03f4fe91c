import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { closePrimesKey, publicKey, rocaKey } from '../support/weak-keys.ts';

/** A weak key is refused where it is registered, by a sentence that names it; what is weak is in oidc/key-strength.test.ts. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid();
});
afterAll(() => vneid.stop());

const good = { ...publicKey('ec', { namedCurve: 'P-256' }), kid: 'good' };
const old = { ...publicKey('rsa', { modulusLength: 1024 }), kid: 'of-2009' };
const weak: [string, object[], string, RegExp][] = [
  ['an old one behind a good one', [good, old], 'keys.1', /key of-2009: RSA with 1024 bits.*2048 to 8192 bits/],
  ['one of a faulty chip, without a name', [rocaKey()], 'keys.0', /key 0: .*CVE-2017-15361/],
  ['one of close primes', [closePrimesKey()], 'keys.0', /CVE-2022-26320/],
  ['a private one', [{ ...good, d: 's3cret' }], 'keys.0', /key good: its private part d.*the public key alone/],
  ['a shared secret', [{ kty: 'oct', k: 's3cret' }], 'keys.0', /private part k/],
  ['a point beside its curve', [{ ...good, y: good.x }], 'keys.0', /key good: no point of P-256/],
  ['one of another curve', [publicKey('ec', { namedCurve: 'secp256k1' })], 'keys.0', /secp256k1.*EC P-521/],
  ['a certificate of another key', [{ ...good, x5c: ['AAAA'] }], 'keys.0', /x5c of something else/],
  ['twenty-one', Array.from({ length: 21 }, () => good), 'keys', /21 keys.*20 keys at most/],
];

describe.each(weak)('of keys with %s', (_name, keys, place, sentence) => {
  test('a registration in a file does not start', async () => {
    const one = {
      client_id: 'one',
      redirect_uris: ['http://localhost:9/cb'],
      jwks: { keys: keys as { kty: string }[] },
    };
    const said = await startVneid({ clients: [one] }).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(said).toMatch(sentence);
    expect(said).not.toContain('s3cret');
  });

  test('a registration over HTTP is refused, also as a change', async () => {
    const right = {
      redirect_uris: ['http://localhost:9/cb'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [good] },
    };
    const register = (path: string, method: string, body: object, token?: string) =>
      fetch(path, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
    const made = await register(`${vneid.issuer}/register`, 'POST', right);
    expect(made.status).toBe(201);
    const {
      registration_client_uri: uri,
      registration_access_token: token,
      client_id: id,
    } = (await made.json()) as Record<string, string>;

    const wrong = { ...right, jwks: { keys } };
    const answers = [
      await register(`${vneid.issuer}/register`, 'POST', wrong),
      await register(String(uri), 'PUT', { ...wrong, client_id: id }, token),
    ];
    for (const answer of answers) {
      const body = (await answer.json()) as Record<string, string>;
      expect([answer.status, body.error]).toEqual([400, 'invalid_client_metadata']);
      expect(body.error_description).toMatch(sentence);
      expect(body.error_description).toContain(`jwks.${place}: `);
      expect(JSON.stringify(body)).not.toContain('s3cret');
    }
    expect((await register(String(uri), 'PUT', { ...right, client_id: id }, token)).status).toBe(200);
  });
});
