import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, proofOf } from '../support/high-client.ts';
import { an, signIn, testClient } from '../support/relying-party.ts';

/**
 * The same with the other certified client, which does one step at a time and checks each answer by itself: every endpoint
 * that an app calls, in both classes.
 */
const api = 'https://cases.example/';
const named = { vi: 'Hồ sơ', en: 'Cases' };
const device = 'urn:ietf:params:oauth:grant-type:device_code' as const;
const ciba = 'urn:openid:params:grant-type:ciba' as const;
const agreed = {
  redirect_uris: testClient.redirect_uris,
  grant_types: ['authorization_code' as const, 'refresh_token' as const, 'client_credentials' as const, device, ciba],
  scope: 'openid profile offline_access',
  subject_type: 'public' as const,
  resources: [api],
  userinfo_signed_response_alg: 'ES256' as const,
  introspection_signed_response_alg: 'ES256' as const,
  authorization_signed_response_alg: 'ES256' as const,
};
const local = { [oauth.allowInsecureRequests]: true };
let vneid: Instance;
let high: HighClient;
let as: oauth.AuthorizationServer;
beforeAll(async () => {
  high = await createHighClient(agreed);
  vneid = await startVneid({
    clients: [{ ...testClient, ...agreed }, high.registration],
    resources: [{ resource: api, name: named, scopes: [{ scope: 'cases:read', ...named }] }],
    cibaInterval: 0,
    sends: 100,
  });
  const issuer = new URL(vneid.issuer);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, local));
});
afterAll(() => vneid.stop());

interface Party {
  client: oauth.Client;
  by: oauth.ClientAuth;
  /** What goes along with each call: a proof, where tokens are bound to a key. */
  options: typeof local & { DPoP?: oauth.DPoPHandle };
}
const signs = {
  id_token_signed_response_alg: 'ES256',
  userinfo_signed_response_alg: 'ES256',
  introspection_signed_response_alg: 'ES256',
  authorization_signed_response_alg: 'ES256',
};
const baseline = (): Party => ({
  client: { client_id: testClient.client_id, ...signs },
  by: oauth.ClientSecretBasic(testClient.client_secret),
  options: local,
});
function highClass(): Party {
  const client: oauth.Client = { client_id: high.registration.client_id, ...signs };
  const by = oauth.PrivateKeyJwt({ key: high.key.privateKey, kid: String(high.key.jwk.kid) });
  return { client, by, options: { ...local, DPoP: oauth.DPoP(client, high.dpop) } };
}

describe.each([
  ['baseline', baseline],
  ['high', highClass],
])('%s', (name, partyOf) => {
  const [redirectUri] = testClient.redirect_uris as [string];
  let party: Party;
  beforeAll(() => {
    party = partyOf();
  });

  /** A pushed request, a person who signs in, a code whose answer has been checked, tokens. */
  async function signedIn(beyond: Record<string, string> = {}, atToken: Record<string, string> = {}) {
    const { client, by, options } = party;
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const request = {
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid profile offline_access',
      prompt: 'consent',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...beyond,
    };
    const pushed = await oauth.pushedAuthorizationRequest(as, client, by, request, options);
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed);
    const query = new URLSearchParams({ client_id: client.client_id, request_uri });
    const { url } = await signIn(vneid, new Browser(), `${as.authorization_endpoint}?${query}`);
    const answer = url.searchParams.has('response')
      ? await oauth.validateJwtAuthResponse(as, client, url, state, local)
      : oauth.validateAuthResponse(as, client, url, state);
    const response = await oauth.authorizationCodeGrantRequest(as, client, by, answer, redirectUri, verifier, {
      ...options,
      additionalParameters: atToken,
    });
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, response, local);
    return { tokens, sub: oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '', answer };
  }

  test('an answer of another state or of another provider is refused by the client, for it says who it is from', async () => {
    const { client } = party;
    const right = new URL(`${redirectUri}?${new URLSearchParams({ code: 'x', state: 's', iss: vneid.issuer })}`);
    expect(oauth.validateAuthResponse(as, client, right, 's').get('code')).toBe('x');
    expect(() => oauth.validateAuthResponse(as, client, right, 't')).toThrow();
    right.searchParams.set('iss', 'https://vneid.example');
    expect(() => oauth.validateAuthResponse(as, client, right, 's')).toThrow();
    expect(as.authorization_response_iss_parameter_supported).toBe(true);
  });

  test('pushed, signed in, redeemed; userinfo signed; refreshed; introspected; revoked', async () => {
    const { client, by, options } = party;
    const { tokens, sub } = await signedIn({ response_mode: 'query.jwt' });
    expect(tokens.token_type).toBe(name === 'high' ? 'dpop' : 'bearer');

    const userinfo = await oauth.userInfoRequest(as, client, tokens.access_token, options);
    const claims = await oauth.processUserInfoResponse(as, client, sub, userinfo);
    expect(claims.name).toBe(an.name);
    await oauth.validateApplicationLevelSignature(as, userinfo, local);

    const again = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, by, String(tokens.refresh_token), options),
    );
    expect(again.access_token).not.toBe(tokens.access_token);
    // rotated for one class, kept for the other (FAPI 2.0 §5.3.2.1)
    expect((again.refresh_token ?? tokens.refresh_token) === tokens.refresh_token).toBe(name === 'high');

    const introspected = async (token: string) =>
      oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, by, token, { ...local, requestJwtResponse: true }),
      );
    expect(await introspected(again.access_token)).toMatchObject({ active: true, client_id: client.client_id });
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, by, again.access_token, local));
    expect(await introspected(again.access_token)).toEqual({ active: false });
    const refused = await oauth.userInfoRequest(as, client, again.access_token, options);
    await expect(oauth.processUserInfoResponse(as, client, sub, refused)).rejects.toMatchObject({ status: 401 });
  });

  test('a protected API checks a token for it by itself (RFC 9068), and no other', async () => {
    const { client, by, options } = party;
    const asked = { resource: api, scope: 'openid cases:read' };
    const { tokens, sub } = await signedIn(asked, { resource: api });
    const call = async (token: string) => {
      const headers = new Headers({ authorization: `${name === 'high' ? 'DPoP' : 'Bearer'} ${token}` });
      if (name === 'high') {
        const ath = createHash('sha256').update(token).digest('base64url');
        headers.set('dpop', await proofOf(high.dpop, { htm: 'GET', htu: `${api}1`, ath }));
      }
      return oauth.validateJwtAccessToken(as, new Request(`${api}1`, { headers }), api, local);
    };
    expect(await call(tokens.access_token)).toMatchObject({ sub, scope: 'cases:read', client_id: client.client_id });
    await expect(call((await signedIn()).tokens.access_token)).rejects.toThrow();

    const own = await oauth.processClientCredentialsResponse(
      as,
      client,
      await oauth.clientCredentialsGrantRequest(as, client, by, { resource: api, scope: 'cases:read' }, options),
    );
    expect(await call(own.access_token)).toMatchObject({ sub: client.client_id });
  });

  test('a device', async () => {
    const { client, by, options } = party;
    const asked = await oauth.processDeviceAuthorizationResponse(
      as,
      client,
      await oauth.deviceAuthorizationRequest(as, client, by, { scope: 'openid' }, local),
    );
    const poll = async () =>
      oauth.processDeviceCodeResponse(
        as,
        client,
        await oauth.deviceCodeGrantRequest(as, client, by, asked.device_code, options),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    const browser = new Browser();
    await browser.open(asked.verification_uri);
    await browser.submit({ user_code: asked.user_code });
    await browser.submit({ confirm: 'yes' });
    await browser.submit({ login: an.number, password: an.password });
    await browser.submit({ decision: 'allow' });
    expect(oauth.getValidatedIdTokenClaims(await poll())?.aud).toBe(client.client_id);
    await expect(poll()).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a phone (CIBA)', async () => {
    const { client, by, options } = party;
    const request = { scope: 'openid', login_hint: an.number };
    const key = { key: high.key.privateKey, kid: String(high.key.jwk.kid) };
    const parameters =
      name === 'high' ? { request: await oauth.issueRequestObject(as, client, request, key) } : request;
    const asked = await oauth.processBackchannelAuthenticationResponse(
      as,
      client,
      await oauth.backchannelAuthenticationRequest(as, client, by, parameters, local),
    );
    const poll = async () =>
      oauth.processBackchannelAuthenticationGrantResponse(
        as,
        client,
        await oauth.backchannelAuthenticationGrantRequest(as, client, by, asked.auth_req_id, options),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    await vneid.control.phone(an.number).approve();
    expect(oauth.getValidatedIdTokenClaims(await poll())?.acr).toBe('urn:vneid:loa:2');
  });
});

test('an app that registers itself', async () => {
  const made = await oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(as, { redirect_uris: [...testClient.redirect_uris] }, local),
  );
  expect(vneid.clients.get(made.client_id)?.profile).toBe('baseline');
});
