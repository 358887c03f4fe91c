import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectToken } from '../../../src/lab/inspector/token.ts';
import type { Input, Member } from '../../../views/assets/inspector/report.js';
import { kinds as specimens } from '../../support/token-kinds.ts';
import { api, tokenWorld, type World } from '../../support/token-world.ts';
import { ended } from './made.ts';

/** What an instance really issues and takes, held against its own keys: recognised, explained, and nothing wrong with it. */
let world: World;
beforeAll(async () => {
  world = await tokenWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const app = 'everything';
const theirKey = () => JSON.stringify(world.client.key.jwk);

/** What the inspector takes each for, and what has to be told to it so that nothing is left open but what only a server knows. */
const expected: Record<string, { kind: string; tell?: () => Partial<Input>; open?: string[] }> = {
  'ID token': { kind: 'id-token', tell: () => ({ audience: app, nonce: 'n-0S6_WzA2Mj' }) },
  'JWT access token': { kind: 'access-token', tell: () => ({ audience: api }) },
  'logout token': { kind: 'logout-token', tell: () => ({ audience: app }), open: ['once:server'] },
  'client assertion': { kind: 'client-assertion', tell: () => ({ key: theirKey() }), open: ['once:server'] },
  'request object': { kind: 'request-object', tell: () => ({ key: theirKey() }) },
  'DPoP proof': {
    kind: 'dpop-proof',
    tell: () => ({ request: `POST ${world.vneid.issuer}/token?x=1` }),
    open: ['once:server'],
  },
  'signed authorization response': { kind: 'authorization-response', tell: () => ({ audience: app }) },
  'signed answer of /introspect': { kind: 'introspection', tell: () => ({ audience: app }) },
  'signed answer of /userinfo': { kind: 'userinfo', tell: () => ({ audience: app }) },
  request_uri: { kind: 'request-uri' },
};

describe.each(Object.entries(specimens))('%s', (name, specimen) => {
  test('is known for what it is', async () => {
    const { kind, tell = () => ({}), open = [] } = expected[name] ?? { kind: 'opaque' };
    const { value } = await specimen.make(world);
    const parts = { ...world.vneid, clock: world.vneid.clock };
    const { token } = await inspectToken(parts, { token: value, ...tell() });
    expect(token.kind).toBe(kind);
    expect(ended(token, 'failed')).toEqual([]);
    expect(ended(token, 'unchecked')).toEqual(open);
    expect(ended(token, 'passed').includes('signature:good')).toBe(token.header.length > 0);
    // every member of what this provider issues is explained
    expect([...token.header, ...token.payload].flatMap(unexplained)).toEqual([]);
  });
});

test('two that were issued together belong together', async () => {
  const { code } = await world.authorize({ resource: api, scope: 'openid cases:read' });
  const proof = await world.proof('/token');
  const { body } = await world.redeem(String(code), { dpop: proof }, { resource: api });
  const accessToken = String(body.access_token);
  const inspected = async (token: string, input: Partial<Input> = {}) =>
    (await inspectToken(world.vneid, { token, ...input })).token;
  expect(ended(await inspected(accessToken))).toContain('bound:dpop');
  const { createHash } = await import('node:crypto');
  const ath = createHash('sha256').update(accessToken).digest('base64url');
  const presented = await world.proof('/userinfo', { htm: 'GET', ath });
  const request = `GET ${world.vneid.issuer}/userinfo`;
  expect(ended(await inspected(presented, { accessToken, request }), 'unchecked')).toEqual(['once:server']);
  expect(ended(await inspected(presented, { accessToken, request }))).toEqual(
    expect.arrayContaining(['ath:good', 'jkt:good', 'htm:good', 'htu:good']),
  );
  // the first proof was made for another request, and before there was a token
  expect(ended(await inspected(proof, { accessToken, request }), 'failed')).toEqual([
    'htm:wrong',
    'htu:wrong',
    'ath:missing',
  ]);
});

test('time is that of the instance', async () => {
  await using late = await tokenWorld();
  const { value } = (await specimens['ID token']?.make(late)) ?? { value: '' };
  expect(ended((await inspectToken(late.vneid, { token: value })).token)).toContain('exp:good');
  late.vneid.clock.advance(2 * 3_600_000);
  const { token } = await inspectToken(late.vneid, { token: value });
  expect(token.checks.find(({ check }) => check === 'exp')).toMatchObject({
    outcome: 'failed',
    because: { vi: 'Đã hết hạn 1 giờ trước.', en: 'It ended 1 hour ago.' },
  });
  const exp = token.payload.find(({ name }) => name === 'exp');
  expect(exp?.seconds).toBeCloseTo(-3600, -1);
});

function unexplained({ name, meaning, members = [] }: Member): string[] {
  return [...(meaning ? [] : [name]), ...members.flatMap(unexplained)];
}
