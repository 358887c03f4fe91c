import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  decodeProtectedHeader,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, type ResourceRegistration, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, highParty } from '../support/high-client.ts';
import {
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/**
 * Tokens for protected APIs (RFC 8707): each for one API, in the form that the API can check, a signed one by itself
 * (RFC 9068), an opaque one by asking here (RFC 7662).
 */
const algorithms = ['ES256', 'RS256', 'EdDSA', 'PS256'] as const;
const named = (what: string) => ({ vi: `API ${what}`, en: `${what} API` });
const resourceOf = (name: string, beyond: Partial<ResourceRegistration> = {}): ResourceRegistration => ({
  resource: `https://${name}.example/`,
  name: named(name),
  scopes: ['read', 'write'].map((scope) => ({ scope: `${name}:${scope}`, ...named(scope) })),
  ...beyond,
});
const cases = 'https://cases.example/';
const files = 'https://files.example/';
const foreign = 'https://foreign.example/';
const secret = testClient.client_secret;
let vneid: Instance;
let high: HighClient;

beforeAll(async () => {
  high = await createHighClient({
    client_id: 'high-machine',
    redirect_uris: [],
    grant_types: ['client_credentials'],
    resources: [cases],
  });
  const machine = { client_secret: secret, grant_types: ['client_credentials' as const], scope: 'openid' };
  vneid = await startVneid({
    resources: [
      resourceOf('cases'),
      resourceOf('files', { token: 'opaque', lifetime: 60, served_by: ['files-api'] }),
      resourceOf('foreign'),
      ...algorithms.map((alg) => resourceOf(alg.toLowerCase(), { signed_by: alg, lifetime: 120 })),
    ],
    clients: [
      testClient,
      {
        ...machine,
        client_id: 'machine',
        resources: [cases, files, ...algorithms.map((alg) => `https://${alg.toLowerCase()}.example/`)],
      },
      { ...machine, client_id: 'files-api' },
      { ...machine, client_id: 'curious' },
      high.registration,
    ],
  });
});
afterAll(() => vneid.stop());

const machine = () => relyingParty(vneid, { id: 'machine', secret });
const ask = async (parameters: Record<string, string>) => oidc.clientCredentialsGrant(await machine(), parameters);

/** As the API does it, with what RFC 9068 §4 has it check. */
function checked(token: string, audience: string): Promise<JWTVerifyResult> {
  const keys = createRemoteJWKSet(new URL(`${vneid.issuer}/jwks`));
  return jwtVerify(token, keys, { issuer: vneid.issuer, audience, typ: 'at+jwt' });
}

describe('a signed token (RFC 9068)', () => {
  test('says who issued it, for whom, for what and until when', async () => {
    const answer = await ask({ resource: cases, scope: 'cases:read cases:write' });
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'cases:read cases:write' });
    const { protectedHeader, payload } = await checked(answer.access_token, cases);
    expect(protectedHeader).toMatchObject({ typ: 'at+jwt', alg: 'ES256', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: vneid.issuer,
      aud: cases,
      sub: 'machine',
      client_id: 'machine',
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: Number(payload.iat) + 600,
      scope: 'cases:read cases:write',
    });
    const again = await checked((await ask({ resource: cases })).access_token, cases);
    expect(again.payload.jti).not.toBe(payload.jti);
    expect(again.payload).not.toHaveProperty('scope');
  });

  test.each(algorithms)('is signed by %s where the API asks for it, and lives as long as it says', async (alg) => {
    const resource = `https://${alg.toLowerCase()}.example/`;
    const answer = await ask({ resource });
    expect(answer.expires_in).toBe(120);
    const { payload } = await checked(answer.access_token, resource);
    expect([decodeProtectedHeader(answer.access_token).alg, Number(payload.exp) - Number(payload.iat)]).toEqual([
      alg,
      120,
    ]);
  });

  test('carries the scopes of its API alone', async () => {
    const { access_token: token, scope } = await ask({ resource: cases, scope: 'cases:read files:read openid' });
    expect(scope).toBe('cases:read');
    expect((await checked(token, cases)).payload.scope).toBe('cases:read');
  });

  test('is for one API: another refuses it, and so does userinfo', async () => {
    const { access_token: token } = await ask({ resource: cases, scope: 'cases:read' });
    await expect(checked(token, foreign)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
    const answer = await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
    ]);
  });

  test('cannot be asked about or revoked here: it speaks for itself until it ends', async () => {
    const { access_token: token } = await ask({ resource: cases });
    for (const path of ['/introspect', '/revoke'])
      expect(await post(vneid, path, { token }, basic('machine', secret))).toMatchObject({
        status: 400,
        body: { error: 'unsupported_token_type' },
      });
  });

  test('of the high class is bound to the key of the client', async () => {
    const { configuration, dpop } = await highParty(vneid, high);
    await expect(oidc.clientCredentialsGrant(configuration, { resource: cases })).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const answer = await oidc.clientCredentialsGrant(configuration, { resource: cases, scope: 'cases:read' }, dpop);
    expect(answer.token_type).toBe('dpop');
    expect((await checked(answer.access_token, cases)).payload.cnf).toEqual({
      jkt: await calculateJwkThumbprint(high.dpop.jwk),
    });
  });
});

describe('an opaque token (RFC 7662)', () => {
  test('says nothing by itself, and is explained to the API that it is for', async () => {
    const answer = await ask({ resource: files, scope: 'files:read' });
    expect(answer).toMatchObject({ expires_in: 60, scope: 'files:read' });
    expect(answer.access_token).toMatch(/^[\w-]{43}$/);
    const explained = await oidc.tokenIntrospection(
      await relyingParty(vneid, { id: 'files-api', secret }),
      answer.access_token,
    );
    expect(explained).toMatchObject({
      active: true,
      client_id: 'machine',
      iss: vneid.issuer,
      aud: files,
      scope: 'files:read',
      token_type: 'Bearer',
    });
    expect(Number(explained.exp) - Number(explained.iat)).toBe(60);
  });

  test('is nothing to anyone else, and nothing to anyone when it is over', async () => {
    const { access_token: token } = await ask({ resource: files });
    const seenBy = async (id: string) =>
      (await oidc.tokenIntrospection(await relyingParty(vneid, { id, secret }), token)).active;
    // the API itself, the client that has it, and two others
    expect([await seenBy('files-api'), await seenBy('machine')]).toEqual([true, true]);
    expect([await seenBy('curious'), await seenBy('test-app')]).toEqual([false, false]);
    // the API may ask, not end it
    await oidc.tokenRevocation(await relyingParty(vneid, { id: 'files-api', secret }), token).catch(() => undefined);
    expect(await seenBy('machine')).toBe(true);
    vneid.clock.advance(61_000);
    expect([await seenBy('files-api'), await seenBy('machine')]).toEqual([false, false]);
    vneid.clock.reset();
    await oidc.tokenRevocation(await machine(), token);
    expect(await seenBy('files-api')).toBe(false);
  });

  test('the API learns nothing of tokens that are not for it', async () => {
    const api = await relyingParty(vneid, { id: 'files-api', secret });
    const { access_token: general } = await ask({});
    const configuration = await relyingParty(vneid);
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    const tokens = await redeem(configuration, { ...request, url });
    for (const token of [general, tokens.access_token, tokens.refresh_token ?? ''])
      expect(await oidc.tokenIntrospection(api, token)).toEqual({ active: false });
  });
});

test('a token of a client that was struck off is over, also for the API', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-resources-'));
  const kept = { data: join(folder, 'data'), keys: join(folder, 'keys'), artifacts: 'sqlite' as const };
  const resources = [resourceOf('files', { token: 'opaque', served_by: ['files-api'] })];
  const agreed = { client_secret: secret, grant_types: ['client_credentials' as const], scope: 'openid' };
  const api = { ...agreed, client_id: 'files-api' };
  const explained = async (at: Instance, token: string) =>
    (await oidc.tokenIntrospection(await relyingParty(at, { id: 'files-api', secret }), token)).active;
  try {
    let token: string;
    {
      await using first = await startVneid({
        ...kept,
        resources,
        clients: [api, { ...agreed, client_id: 'machine', resources: [files] }],
      });
      const configuration = await relyingParty(first, { id: 'machine', secret });
      ({ access_token: token } = await oidc.clientCredentialsGrant(configuration, { resource: files }));
      expect(await explained(first, token)).toBe(true);
    }
    await using second = await startVneid({ ...kept, resources, clients: [api] });
    expect(await explained(second, token)).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('is refused', () => {
  test.each<[string, Record<string, string> | [string, string][]]>([
    ['an API that nobody knows', { resource: 'https://nowhere.example/' }],
    ['an API that is not agreed for the client', { resource: foreign }],
    ['an address that only looks like one', { resource: `${cases}%2e%2e/` }],
    ['an address without its slash', { resource: cases.slice(0, -1) }],
    ['an address with a part of a page', { resource: `${cases}#part` }],
    ['something that is no address', { resource: 'cases' }],
    [
      'two APIs at once',
      [
        ['resource', cases],
        ['resource', files],
      ],
    ],
  ])('%s', async (_name, fields) => {
    const entries = Array.isArray(fields) ? fields : Object.entries(fields);
    const answer = await post(
      vneid,
      '/token',
      [['grant_type', 'client_credentials'], ...entries],
      basic('machine', secret),
    );
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  });

  test('an API that is agreed for somebody else', async () => {
    const other = await relyingParty(vneid, { id: 'curious', secret });
    await expect(oidc.clientCredentialsGrant(other, { resource: cases })).rejects.toMatchObject({
      error: 'invalid_target',
    });
  });

  test('a token of nobody at userinfo, though it asked for openid', async () => {
    const { access_token: token } = await ask({ scope: 'openid' });
    const answer = await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  test('an API that is written badly, at the start and in words', async () => {
    const refusals: [ResourceRegistration | Record<string, unknown>, RegExp][] = [
      [{ ...resourceOf('cases'), resource: 'cases' }, /absolute URI/],
      [{ ...resourceOf('cases'), resource: `${cases}#x` }, /fragment/],
      [{ ...resourceOf('cases'), scopes: [] }, /scopes/],
      [{ ...resourceOf('cases'), scopes: [{ scope: 'a b', ...named('x') }] }, /scopes/],
      [{ ...resourceOf('cases'), lifetime: 100_000 }, /lifetime/],
      [{ ...resourceOf('cases'), signed_by: 'HS256' }, /signed_by/],
      [{ ...resourceOf('cases'), colour: 'red' }, /colour/],
    ];
    for (const [resource, words] of refusals)
      await expect(startVneid({ resources: [resource as ResourceRegistration] })).rejects.toThrow(words);
    await expect(startVneid({ resources: [resourceOf('cases'), resourceOf('cases')] })).rejects.toThrow(/twice/);
    // names that lead nowhere
    const mistyped = startVneid({ clients: [{ ...testClient, resources: ['https://case.example/'] }] });
    await expect(mistyped).rejects.toThrow(/test-app: https:\/\/case\.example\//);
    const served = startVneid({ resources: [resourceOf('cases', { served_by: ['nobody'] })] });
    await expect(served).rejects.toThrow(/served_by of https:\/\/cases\.example\/: nobody/);
  });
});
