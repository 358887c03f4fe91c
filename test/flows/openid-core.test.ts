import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** What every OpenID provider has to do (OIDC Core §15.1), or at least may not stumble over. Levels, consent: elsewhere. */
let vneid: Instance;
let configuration: oidc.Configuration;
const callback = 'http://localhost:9/callback';
const query = '?dummy1=lorem&dummy2=ipsum';

beforeAll(async () => {
  vneid = await startVneid({
    clients: [
      testClient,
      { ...testClient, client_id: 'other' },
      { ...testClient, client_id: 'two', redirect_uris: [callback, `${callback}/two`] },
      { ...testClient, client_id: 'query', redirect_uris: [callback + query] },
    ],
  });
  configuration = await relyingParty(vneid);
});
afterEach(() => vneid.clock.reset());
afterAll(() => vneid.stop());

async function tokensFor(parameters: Record<string, string> = {}, browser = new Browser()) {
  const request = await authorizationRequest(configuration, parameters);
  const { url } = await signIn(vneid, browser, request.url);
  return redeem(configuration, { ...request, url });
}

test('discovery has what it must have (Discovery §3), and what others ask of it', async () => {
  const answer = await fetch(`${vneid.issuer}/.well-known/openid-configuration`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({
    issuer: vneid.issuer,
    authorization_endpoint: `${vneid.issuer}/authorize`,
    token_endpoint: `${vneid.issuer}/token`,
    userinfo_endpoint: `${vneid.issuer}/userinfo`,
    registration_endpoint: `${vneid.issuer}/register`,
    end_session_endpoint: `${vneid.issuer}/logout`,
    jwks_uri: `${vneid.issuer}/jwks`,
    response_types_supported: ['code'],
    response_modes_supported: expect.arrayContaining(['query', 'form_post']),
    grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token']),
    scopes_supported: expect.arrayContaining(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']),
    subject_types_supported: ['pairwise', 'public'],
    id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    claim_types_supported: ['normal'],
    ui_locales_supported: ['vi', 'en'],
    claims_supported: expect.arrayContaining(['sub', 'name', 'email', 'address', 'phone_number']),
    // what a document does not say of this is true (§3)
    request_uri_parameter_supported: false,
  });
});

describe('a request', () => {
  test.each<[string, Record<string, string>]>([
    ['a whole page', { display: 'page' }],
    ['a small window', { display: 'popup' }],
    ['a language that nobody speaks here', { ui_locales: 'se' }],
    ['claims in such a language', { claims_locales: 'se' }],
    ['something that nobody knows', { extra: 'foobar' }],
    ['somebody whose name is no number', { login_hint: 'buffy@localhost' }],
  ])('for %s is answered like any other', async (_what, parameters) => {
    expect((await tokensFor(parameters)).claims()?.sub).toBe((await tokensFor()).claims()?.sub);
  });

  test('that hints at a person has their number in the field', async () => {
    const { url } = await authorizationRequest(configuration, { login_hint: an.number });
    expect((await new Browser().open(url)).html).toMatch(new RegExp(`name="login"[^>]*value="${an.number}"`));
  });

  test('may have its parameters and its scopes in any order (RFC 6749 §3.3)', async () => {
    const request = await authorizationRequest(configuration, { scope: 'email openid' });
    const turned = new URLSearchParams([...request.url.searchParams].toReversed());
    const { url } = await signIn(vneid, new Browser(), `${vneid.issuer}/authorize?${turned}`);
    const tokens = await redeem(configuration, { ...request, url });
    expect(tokens.scope?.split(' ').toSorted()).toEqual(['email', 'openid']);
  });

  test.each<[string, string[]]>([
    ['profile', ['name', 'family_name', 'given_name', 'birthdate', 'gender', 'locale', 'zoneinfo', 'updated_at']],
    ['email', ['email', 'email_verified']],
    ['address', ['address']],
    ['phone', ['phone_number', 'phone_number_verified']],
    ['profile email address phone', ['name', 'email', 'address', 'phone_number']],
  ])('for the scope %s has its claims at userinfo, and none in the ID token (§5.4)', async (scope, claims) => {
    const tokens = await tokensFor({ scope: `openid ${scope}` });
    const { sub, ...told } = await oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck);
    expect(sub).toBe(tokens.claims()?.sub);
    expect(Object.keys(told)).toEqual(expect.arrayContaining(claims));
    for (const claim of claims) expect(tokens.claims()).not.toHaveProperty(claim);
  });

  test.each<Record<string, string>>([{ prompt: 'login' }, { max_age: '1' }])(
    'with %j asks again, and the answer is of the second sign-in',
    async (parameters) => {
      const browser = new Browser();
      const first = (await tokensFor({}, browser)).claims();
      vneid.clock.advance(2_000);
      const { url } = await authorizationRequest(configuration, parameters);
      expect((await browser.open(url, { until: atCallback })).html).toContain('name="password"');
      const second = (await tokensFor(parameters, browser)).claims();
      expect(second?.sub).toBe(first?.sub);
      expect(Number(second?.auth_time)).toBeGreaterThan(Number(first?.auth_time));
    },
  );
});

describe('where the answer goes', () => {
  /** A request as a program writes it; no address to go back to if it is undefined. */
  async function open(id: string, redirect: string | undefined, browser = new Browser()) {
    const { url, verifier } = await authorizationRequest(await relyingParty(vneid, { id }));
    url.searchParams.delete('redirect_uri');
    if (redirect !== undefined) url.searchParams.set('redirect_uri', redirect);
    return { url, verifier, page: await browser.open(url, { until: atCallback }) };
  }

  test('an address with a query keeps it', async () => {
    const { url, verifier } = await open('query', callback + query);
    const back = await signIn(vneid, new Browser(), url);
    expect(back.url.href.startsWith(`${callback}${query}&code=`)).toBe(true);
    const fields = { grant_type: 'authorization_code', redirect_uri: callback + query, code_verifier: verifier };
    const answer = await post(vneid, '/token', { ...fields, code: said(back.url).code ?? '' }, basic('query'));
    expect(answer).toMatchObject({ status: 200, body: { id_token: expect.any(String) } });
  });

  test.each<[string, string, string | undefined]>([
    ['another query than the one that is registered', 'query', `${callback}?dummy1=lorem&dummy2=other`],
    ['no query where one is registered', 'query', callback],
    ['a query where none is registered', 'two', callback + query],
    ['no address where two are registered', 'two', undefined],
  ])('%s is refused on a page of ours', async (_what, id, redirect) => {
    expect((await open('two', callback)).page.html).toContain('name="password"');
    const { page } = await open(id, redirect);
    expect([page.status, page.url.origin]).toEqual([400, vneid.issuer]);
    expect(page.text).toContain('redirect_uri');
  });
});

describe('tokens', () => {
  test('userinfo is asked by GET or POST, with the token in the header or in the form (RFC 6750 §2)', async () => {
    const { access_token: token } = await tokensFor();
    const authorization = `Bearer ${token}`;
    const ways: RequestInit[] = [
      { headers: { authorization } },
      { method: 'POST', headers: { authorization } },
      { method: 'POST', body: new URLSearchParams({ access_token: token }) },
    ];
    for (const init of ways) {
      const answer = await fetch(`${vneid.issuer}/userinfo`, init);
      expect([answer.status, await answer.json()]).toMatchObject([200, { name: an.name }]);
    }
    expect((await fetch(`${vneid.issuer}/userinfo`, { method: 'POST' })).status).toBe(401);
  });

  test('a code that comes back after thirty seconds is refused, and takes the tokens with it', async () => {
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    const { access_token: token } = await redeem(configuration, { ...request, url });
    const userinfo = () => fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    vneid.clock.advance(30_000);
    expect((await userinfo()).status).toBe(200);
    await expect(redeem(configuration, { ...request, url })).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await userinfo()).status).toBe(401);
  });

  test('a refresh token is good for the client that has it, and for no other', async () => {
    const { refresh_token: token = '' } = await tokensFor({ scope: 'openid offline_access', prompt: 'consent' });
    const thief = await relyingParty(vneid, { id: 'other' });
    await expect(oidc.refreshTokenGrant(thief, token)).rejects.toMatchObject({ error: 'invalid_grant' });
    const mine = await oidc.refreshTokenGrant(configuration, token);
    expect(mine.claims()?.aud).toBe(testClient.client_id);
  });

  test('an ID token is by RS256 where the registration named nothing, and names the key (§15.1)', async () => {
    const registered = await oidc.dynamicClientRegistration(
      new URL(vneid.issuer),
      { redirect_uris: [callback] },
      undefined,
      { execute: [oidc.allowInsecureRequests] },
    );
    expect(registered.clientMetadata().id_token_signed_response_alg).toBe('RS256');
    const request = await authorizationRequest(registered);
    const { url } = await signIn(vneid, new Browser(), request.url);
    const tokens = await redeem(registered, { ...request, url });
    const { alg, kid } = decodeProtectedHeader(tokens.id_token ?? '');
    const { keys } = (await (await fetch(`${vneid.issuer}/jwks`)).json()) as { keys: JsonWebKey[] };
    expect(keys).toContainEqual(expect.objectContaining({ kty: 'RSA', kid, alg }));
    expect(alg).toBe('RS256');
  });
});
