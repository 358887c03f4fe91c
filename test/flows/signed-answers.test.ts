import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, highParty, pushedRequest } from '../support/high-client.ts';
import { atCallback, authorizationRequest, basic, redeem, said, signIn, testClient } from '../support/relying-party.ts';

/**
 * Answers that the provider signs: to an authorization request (JARM), at introspection (RFC 9701) and at userinfo. What
 * is signed is checked by openid-client, and once more by jose.
 */
let vneid: Instance;
let high: HighClient;
const algorithms = ['ES256', 'RS256', 'EdDSA', 'PS256'] as const;
const secret = testClient.client_secret;

beforeAll(async () => {
  high = await createHighClient();
  vneid = await startVneid({
    clients: [
      ...algorithms.map((alg) => ({
        ...testClient,
        client_id: alg,
        id_token_signed_response_alg: alg,
        userinfo_signed_response_alg: alg,
        introspection_signed_response_alg: alg,
        authorization_signed_response_alg: alg,
      })),
      { ...testClient, client_id: 'narrow', response_modes: ['jwt' as const] },
      high.registration,
    ],
  });
});
afterAll(() => vneid.stop());

/** A relying party that takes nothing unsigned. */
async function party(id: string, alg: string, { jarm = true } = {}): Promise<oidc.Configuration> {
  const metadata = {
    client_secret: secret,
    id_token_signed_response_alg: alg,
    userinfo_signed_response_alg: alg,
    introspection_signed_response_alg: alg,
    authorization_signed_response_alg: alg,
  };
  return oidc.discovery(new URL(vneid.issuer), id, metadata, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks, ...(jarm ? [oidc.useJwtResponseMode] : [])],
  });
}

async function verified(token: string, audience: string) {
  const keys = createRemoteJWKSet(new URL(`${vneid.issuer}/jwks`));
  return jwtVerify(token, keys, { issuer: vneid.issuer, audience });
}

/** What came back, as openid-client wants it: a query or a posted form. */
function asOpenidClientWants(page: { url: URL; html: string }): URL {
  const posted = /name="response" value="([^"]+)"/.exec(page.html)?.[1];
  const response = posted ?? said(page.url).response ?? '';
  return new URL(`http://localhost:9/callback?${new URLSearchParams({ response })}`);
}

describe.each(algorithms)('by %s', (alg) => {
  test('the answer to a request, the ID token, userinfo and introspection', async () => {
    const configuration = await party(alg, alg);
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    expect(Object.keys(said(url))).toEqual(['response']);
    const tokens = await redeem(configuration, { ...request, url });
    expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe(alg);
    const sub = tokens.claims()?.sub ?? '';
    expect(await oidc.fetchUserInfo(configuration, tokens.access_token, sub)).toMatchObject({
      sub,
      iss: vneid.issuer,
      aud: alg,
      name: 'Nguyễn Văn An',
    });
    expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({ active: true, sub });
    expect(await oidc.tokenIntrospection(configuration, 'nobody’s')).toEqual({ active: false });
  });
});

describe('the answer to an authorization request (JARM)', () => {
  test.each(['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'])('by %s', async (mode) => {
    const [asking, taking] = [await party('ES256', 'ES256', { jarm: false }), await party('ES256', 'ES256')];
    const browser = new Browser();
    await signIn(vneid, browser, (await authorizationRequest(asking)).url);
    const request = await authorizationRequest(asking, { response_mode: mode });
    const page = await browser.open(request.url, { until: atCallback });
    if (mode === 'form_post.jwt') expect(page.html).toContain('action="http://localhost:9/callback"');
    else expect(page.url.href).toMatch(mode === 'fragment.jwt' ? /callback#response=/ : /callback\?response=/);
    const url = asOpenidClientWants(page);
    const { payload } = await verified(said(url).response ?? '', 'ES256');
    expect(payload).toMatchObject({ code: expect.any(String), state: request.state });
    // short: it is read at once (JARM §2.1 has ten minutes at most)
    expect(Number(payload.exp) - vneid.clock.now() / 1000).toBeLessThanOrEqual(120);
    expect((await redeem(taking, { ...request, url })).claims()?.aud).toBe('ES256');
  });

  test.each(['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'])('an error by %s is signed too', async (mode) => {
    const [asking, taking] = [await party('ES256', 'ES256', { jarm: false }), await party('ES256', 'ES256')];
    const request = await authorizationRequest(asking, { response_mode: mode, prompt: 'none' });
    const url = asOpenidClientWants(await new Browser().open(request.url, { until: atCallback }));
    expect((await verified(said(url).response ?? '', 'ES256')).payload).toMatchObject({
      error: 'login_required',
      state: request.state,
    });
    await expect(redeem(taking, { ...request, url })).rejects.toMatchObject({ error: 'login_required' });
  });

  test('one that was changed, or is for another client, is noticed', async () => {
    const configuration = await party('ES256', 'ES256');
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    const response = said(url).response ?? '';
    const [header, payload, signature] = response.split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, code: 'of the attacker' })).toString('base64url');
    const changed = new URL(`http://localhost:9/callback?response=${header}.${forged}.${signature}`);
    await expect(redeem(configuration, { ...request, url: changed })).rejects.toThrow();
    await expect(redeem(await party('RS256', 'RS256'), { ...request, url })).rejects.toThrow();
    expect((await redeem(configuration, { ...request, url })).access_token).toBeTypeOf('string');
  });

  test('where only signed answers were registered, no other is given', async () => {
    const asking = await party('narrow', 'RS256', { jarm: false });
    for (const parameters of [{}, { response_mode: 'query' }, { response_mode: 'form_post' }]) {
      const page = await new Browser().open((await authorizationRequest(asking, parameters)).url, {
        until: atCallback,
      });
      const told = JSON.stringify(said(page.url)) + page.html;
      expect(told).toContain('invalid_request');
      expect(page.html).not.toContain('name="password"');
    }
    const taking = await party('narrow', 'RS256');
    const request = await authorizationRequest(taking);
    const { url } = await signIn(vneid, new Browser(), request.url);
    expect(said(url)).toHaveProperty('response');
  });

  test('pushed, for the high class, with tokens that are bound', async () => {
    const { configuration, dpop } = await highParty(vneid, high, { authorization_signed_response_alg: 'ES256' });
    oidc.useJwtResponseMode(configuration);
    const request = await pushedRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    expect(decodeProtectedHeader(said(url).response ?? '').alg).toBe('ES256');
    expect((await redeem(configuration, { ...request, url }, dpop)).token_type).toBe('dpop');
  });
});

describe('introspection (RFC 9701)', () => {
  async function tokenOf(id: string): Promise<string> {
    const configuration = await party(id, id);
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    return (await redeem(configuration, { ...request, url })).access_token;
  }
  const ask = (token: string, id: string, accept: string) =>
    fetch(`${vneid.issuer}/introspect`, {
      method: 'POST',
      headers: { ...basic(id), accept },
      body: new URLSearchParams({ token }),
    });

  test('is a token of its own kind, for who asks, with what it says in one member', async () => {
    const token = await tokenOf('ES256');
    const answer = await ask(token, 'ES256', 'application/token-introspection+jwt');
    expect(answer.headers.get('content-type')).toMatch(/^application\/token-introspection\+jwt/);
    const { protectedHeader, payload } = await verified(await answer.text(), 'ES256');
    expect(protectedHeader).toMatchObject({ typ: 'token-introspection+jwt', alg: 'ES256' });
    expect(payload).toMatchObject({
      iat: expect.any(Number),
      token_introspection: { active: true, client_id: 'ES256', scope: 'openid profile' },
    });
    expect(payload).not.toHaveProperty('sub');
    expect(payload).not.toHaveProperty('exp');
    const plain = await ask(token, 'ES256', 'application/json');
    expect(await plain.json()).toMatchObject({ active: true });
  });

  test('tells another client nothing, and signs that', async () => {
    const answer = await ask(await tokenOf('ES256'), 'RS256', 'application/token-introspection+jwt');
    const { payload } = await verified(await answer.text(), 'RS256');
    expect(payload.token_introspection).toEqual({ active: false });
  });
});

test('discovery says with what', async () => {
  const metadata = (await party('ES256', 'ES256')).serverMetadata();
  for (const kind of ['authorization', 'introspection', 'userinfo', 'id_token'])
    expect((metadata[`${kind}_signing_alg_values_supported`] as string[]).toSorted(), kind).toEqual(
      [...algorithms].toSorted(),
    );
  expect(metadata.response_modes_supported).toEqual(
    expect.arrayContaining(['query', 'fragment', 'form_post', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt']),
  );
});
