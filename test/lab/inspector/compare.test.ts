import { expect, test } from 'vitest';
import type { Jwk } from '../../../views/assets/inspector/report.js';
import { generateKeyPairSync } from 'node:crypto';
import { look, made, sealed, seconds, selective } from './made.ts';

const shortly = (other: Awaited<ReturnType<typeof look>>['other']) =>
  other?.differences.map(({ part, name, state }) => `${part} ${name} ${state}`);

test('member by member, what differs first', async () => {
  const { other } = await look(made('id-token'), {
    other: made('id-token', { header: { typ: 'JWT' }, claims: { sub: 'another', nonce: undefined } }),
  });
  expect(other?.kind).toBe('id-token');
  expect(shortly(other)).toEqual([
    'header typ only-there',
    'payload sub different',
    'payload nonce only-here',
    'header alg same',
    'header kid same',
    'payload iss same',
    'payload aud same',
    'payload acr same',
    'payload iat same',
    'payload exp same',
  ]);
  expect(other?.differences[1]).toMatchObject({ here: 'someone', there: 'another' });
});

test('the order of members says nothing, that of a list does', async () => {
  const one = made('jwt', { claims: { a: { x: 1, y: [1, 2] }, b: [1, 2] } });
  const { other } = await look(one, { other: made('jwt', { claims: { a: { y: [1, 2], x: 1 }, b: [2, 1] } }) });
  expect(shortly(other)).toEqual(expect.arrayContaining(['payload a same', 'payload b different']));
});

test('what is encrypted is compared by what is inside', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const mine = privateKey.export({ format: 'jwk' }) as Jwk;
  const input = { key: JSON.stringify(mine), other: made('id-token', { claims: { exp: seconds + 61 } }) };
  const { token, other } = await look(await sealed(made('id-token'), mine), input);
  expect(token.inside?.[0]?.kind).toBe('id-token');
  expect(shortly(other)?.[0]).toBe('payload exp different');
});

test('a thing with another, such as a credential with nothing that can be read', async () => {
  const { other } = await look(selective(), { other: 'x'.repeat(43) });
  expect(other?.kind).toBe('opaque');
  expect(new Set(other?.differences.map(({ state }) => state))).toEqual(new Set(['only-here']));
  expect((await look(made('id-token'), { other: ' ' })).other).toBeUndefined();
});
