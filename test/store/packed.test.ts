import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack, words } from '../../src/store/artifacts/packed.ts';

const beside = { kind: 'RefreshToken', id: 'RDeChFoFiUI-ADl5TVZvsu0IEYv4uvhX6ma2N78kVPd', end: 1_796_905_937 };
/** What the program keeps for an app that asked for no more than a profile. */
const refreshToken = {
  iat: 1_795_696_337,
  exp: 1_796_905_937,
  accountId: '01930000-0000-7000-a000-000000000001',
  acr: 'urn:vneid:loa:1',
  amr: ['pwd'],
  authTime: 1_795_696_337,
  expiresWithSession: true,
  grantId: 'PT4keQpgr8Sroco-lM4rL6JfsXvGWCtAWIGgoE2fMDQ',
  gty: 'authorization_code',
  nonce: 'the-nonce-of-an-app-xx',
  rotations: 0,
  scope: 'openid profile',
  sessionUid: 'Uk28otm51dC48A_-V193QgRDj10I3d6oquqVWa6JT6F',
  kind: 'RefreshToken',
  jti: 'RDeChFoFiUI-ADl5TVZvsu0IEYv4uvhX6ma2N78kVPd',
  clientId: 'bench-app',
  iiat: 1_795_696_337,
};

it('takes a third of the bytes of JSON for what is kept most', () => {
  const packed = pack(refreshToken, beside);
  expect(unpack(packed, 0, beside)).toEqual(refreshToken);
  expect(packed.length).toBeLessThan(JSON.stringify(refreshToken).length / 3);
});

it('gives back whatever JSON gives back, for any payload', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ maxLength: 300 }),
    fc.constantFrom(
      ...words,
      beside.kind,
      beside.id,
      '',
      ' ',
      'openid  profile',
      'openid profile residence',
      '\ud800',
      '-'.repeat(43),
      '_'.repeat(43),
      '😀'.repeat(64),
    ),
    fc.uuid(),
    fc.uuid().map((id) => id.toUpperCase()),
  );
  const numbers = fc.oneof(
    fc.integer(),
    fc.nat(200),
    fc.double(),
    fc.constantFrom(beside.end, 2 ** 32, 2 ** 32 - 1, -0),
  );
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      texts,
      numbers,
      fc.boolean(),
      fc.constantFrom(null, undefined),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(texts, values.value, { maxKeys: 4 }), fc.nat(20), (payload, from) => {
      const bytes = Buffer.concat([Buffer.alloc(from), pack(payload, beside)]);
      expect(unpack(bytes, from, beside)).toEqual(JSON.parse(JSON.stringify(payload)));
    }),
  );
});

it('tells a payload with more members than a byte counts, and a name that is not one of an object', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, nth) => [`n${nth}`, nth]));
  const odd = JSON.parse('{"__proto__":{"admin":true},"list":[]}') as Record<string, unknown>;
  odd.list = Array.from({ length: 300 }, (_, nth) => nth);
  for (const payload of [many, odd]) expect(unpack(pack(payload, beside), 0, beside)).toEqual(payload);
  expect(Object.keys(unpack(pack(odd, beside), 0, beside))).toEqual(['__proto__', 'list']);
});

it('keeps every word where it was, as something may have been written with it', () => {
  expect(words.length).toBeLessThanOrEqual(128);
  expect(new Set(words).size).toBe(words.length);
  const first = createHash('sha256').update(words.slice(0, 83).join(' ')).digest('base64url');
  expect(first).toBe('hsV3AjS_MSz_Vq3QCSB2Go2SJ-dA4iaYk7QlyjCzYJU');
});
