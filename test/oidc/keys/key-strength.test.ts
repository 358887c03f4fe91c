import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { weaknessOfKey, weaknessOfSet } from '../../../src/oidc/keys/key-strength.ts';
import { base64url, closePrimesKey, prime, publicKey, rocaKey, rsa } from '../../support/weak-keys.ts';

const ec = publicKey('ec', { namedCurve: 'P-256' });
const ed = publicKey('ed25519');

describe('keys as libraries make them are taken', () => {
  test.each([
    ['RSA of 2048 bits', publicKey('rsa')],
    ['RSA of 3072 bits', publicKey('rsa', { modulusLength: 3072 })],
    ['P-256', ec],
    ['P-384', publicKey('ec', { namedCurve: 'P-384' })],
    ['P-521', publicKey('ec', { namedCurve: 'P-521' })],
    ['Ed25519', ed],
    ['X25519', publicKey('x25519')],
  ])('%s', (_name, key) => {
    expect(weaknessOfKey({ ...key, kid: 'one', use: 'sig', alg: 'ES256' })).toBeUndefined();
  });

  test('two hundred ordinary moduli pass', () => {
    const primes = Array.from({ length: 21 }, () => prime(1024));
    const moduli = primes.flatMap((one, index) => primes.slice(index + 1).map((other) => one * other));
    expect(moduli.length).toBeGreaterThanOrEqual(200);
    const refused = moduli.map((n) => weaknessOfKey(rsa(n))).filter((weak) => weak !== undefined);
    // of two primes of 1024 bits some products have 2047 bits
    expect(refused.filter(({ found }) => found !== 'RSA with 2047 bits')).toEqual([]);
  });
});

describe('a weak RSA key is named', () => {
  const [p, q] = [prime(1024), prime(1024)];
  const n = (3n << 2046n) | (p * q);
  const square = p | (3n << 1022n) | 1n;
  test.each<[string, object, RegExp]>([
    ['of 1024 bits', publicKey('rsa', { modulusLength: 1024 }), /1024 bits/],
    ['of 2047 bits', rsa((1n << 2046n) + 1n), /2047 bits/],
    ['of more bits than anyone verifies', rsa((1n << 8192n) + 1n), /8193 bits/],
    ['too long to look at', { kty: 'RSA', n: 'A'.repeat(100_000), e: 'AQAB' }, /too long/],
    ['with the exponent 1', rsa(p * q * 2n ** 10n + 1n, 1n), /exponent 1$/],
    ['with the exponent 3', publicKey('rsa', { publicExponent: 3 }), /exponent 3$/],
    ['with an even exponent', rsa(n | 1n, 65_538n), /exponent 65538/],
    ['with an exponent of five bytes', rsa(n | 1n, 2n ** 32n + 1n), /exponent 4294967297/],
    ['that is even', rsa(n & ~1n), /2 divides/],
    ['with a small factor', rsa(prime(2048) * 743n), /743 divides/],
    ['of a faulty chip', rocaKey(), /ROCA/],
    ['of two close primes', closePrimesKey(), /close to each other/],
    ['that is a square', rsa(square * square), /close/],
    ['without a modulus', { kty: 'RSA', e: 'AQAB' }, /missing/],
    ['with a modulus that is a number', { kty: 'RSA', n: 5, e: 'AQAB' }, /missing/],
    ['with letters of plain base64', { kty: 'RSA', n: `${base64url(n)}+/=`, e: 'AQAB' }, /missing/],
  ])('%s', (_name, key, found) => {
    expect(weaknessOfKey(key)?.found).toMatch(found);
  });
});

describe('what is no public key of ours to verify with is named', () => {
  const other = (value: string | undefined) => {
    const bytes = Buffer.from(value ?? '', 'base64url');
    bytes[7] = (bytes[7] ?? 0) ^ 1;
    return bytes.toString('base64url');
  };
  const longer = Buffer.concat([Buffer.alloc(4), Buffer.from(ec.x ?? '', 'base64url')]).toString('base64url');
  test.each<[string, unknown, RegExp]>([
    ['a point beside the curve (invalid-curve attack)', { ...ec, y: other(ec.y) }, /no point of P-256/],
    ['the point at zero', { ...ec, x: base64url(0n).padEnd(43, 'A'), y: 'A'.repeat(43) }, /no point/],
    ['a coordinate that is too short', { ...ec, x: ec.x?.slice(4) }, /no point/],
    ['a coordinate with zeros before it', { ...ec, x: longer }, /no point/],
    ['a point of one curve said to be of another', { ...publicKey('ec', { namedCurve: 'P-384' }), crv: 'P-256' }, /no/],
    ['secp256k1', publicKey('ec', { namedCurve: 'secp256k1' }), /secp256k1/],
    ['Ed448', { kty: 'OKP', crv: 'Ed448', x: 'A'.repeat(76) }, /Ed448/],
    ['Ed25519 of three bytes', { ...ed, x: 'AAAA' }, /no point of Ed25519/],
    ['a kind nobody knows', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }, /kty AKP/],
    ['a kind that is a name of every object', { kty: 'constructor', crv: 'x' }, /kty constructor/],
    ['a kind that is no word', { kty: '<script>' }, /kty strange/],
    ['a shared secret', { kty: 'oct', k: 'c2VjcmV0' }, /private part k/],
    ['a shared secret without its value', { kty: 'oct' }, /shared secret/],
    ['a private key', { ...ec, d: 'AAAA' }, /private part d/],
    ['half of a private key', { ...publicKey('rsa'), dp: '' }, /private part dp/],
    ['null', null, /no key/],
    ['a list', [], /no key/],
  ])('%s', (_name, key, found) => {
    expect(weaknessOfKey(key)?.found).toMatch(found);
  });

  test('no private part is repeated', () => {
    expect(JSON.stringify(weaknessOfSet({ keys: [{ ...ec, d: 's3cret' }] }))).not.toContain('s3cret');
  });
});

describe('a certificate beside a key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-x5c-'));
  const certificate = (name: string) => {
    const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', file];
    execFileSync('openssl', ['req', '-x509', ...made, '-subj', `/CN=${name}`, '-days', '1'], { stdio: 'ignore' });
    const pem = readFileSync(file, 'utf8');
    return { jwk: createPublicKey(pem).export({ format: 'jwk' }), x5c: [pem.replaceAll(/-----.*-----|\s/g, '')] };
  };
  const [mine, theirs] = [certificate('mine'), certificate('theirs')];
  rmSync(folder, { recursive: true });

  test('is of that key, or the key is refused', () => {
    expect(weaknessOfKey({ ...mine.jwk, x5c: mine.x5c })).toBeUndefined();
    for (const x5c of [theirs.x5c, [], 'x', ['AAAA'], [5], [theirs.x5c[0], mine.x5c[0]], {}])
      expect(weaknessOfKey({ ...mine.jwk, x5c })?.found).toBe('x5c of something else');
  });
});

describe('a set of keys', () => {
  test('names the key that is wrong, by its kid or its place', () => {
    const weak = publicKey('rsa', { modulusLength: 1024 });
    const set = (extra: object) => weaknessOfSet({ keys: [ec, { ...weak, ...extra }] });
    expect(set({ kid: 'old-2019' })).toMatchObject({
      path: ['keys', 1],
      found: 'key old-2019: RSA with 1024 bits',
      expected: '2048 to 8192 bits',
    });
    expect(set({})?.found).toBe('key 1: RSA with 1024 bits');
    expect(set({ kid: '"><script>alert(1)</script>' })?.found).toBe('key strange: RSA with 1024 bits');
  });

  test('has twenty keys at most, and is a set', () => {
    expect(weaknessOfSet({ keys: Array.from({ length: 20 }, () => ec) })).toBeUndefined();
    expect(weaknessOfSet({ keys: Array.from({ length: 21 }, () => ec) })?.found).toBe('21 keys');
    for (const strange of [undefined, null, [], 'x', {}, { keys: {} }, { keys: null }])
      expect(weaknessOfSet(strange)?.found, JSON.stringify(strange)).toBe('no key set');
  });
});
