import { createHmac, createPublicKey } from 'node:crypto';
import { compactDecrypt, decodeJwt, decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { everyFaultOf } from '../support/fault-stories.ts';
import { clearFaults, faultsOf, setFault, told } from '../support/fault-world.ts';
import { createKey, type Key } from '../support/high-client.ts';
import { an, authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** What can be wrong with an ID token, and that a client which checks what OIDC Core §3.1.3.7 has it check finds it. */
everyFaultOf(['id-token']);

const cibaGrant = 'urn:openid:params:grant-type:ciba' as const;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code' as const;
const [encryptedFor, encryptedBy] = ['RSA-OAEP-256', 'A256GCM'] as const;
const secret = testClient.client_secret;
let vneid: Instance;
let key: Key;

beforeAll(async () => {
  key = await createKey(encryptedFor, 'enc');
  const encrypted = {
    jwks: { keys: [key.jwk] },
    id_token_encrypted_response_alg: encryptedFor,
    id_token_encrypted_response_enc: encryptedBy,
  };
  const everywhere = { grant_types: ['authorization_code' as const, 'refresh_token' as const, cibaGrant, deviceGrant] };
  vneid = await startVneid({
    clients: [
      { ...testClient, ...everywhere },
      { ...testClient, client_id: 'sealed', ...encrypted },
      ...(['RS256', 'PS256', 'EdDSA'] as const).map((alg) => ({
        ...testClient,
        client_id: alg,
        id_token_signed_response_alg: alg,
      })),
    ],
    sends: 100,
  });
});
afterEach(() => clearFaults(vneid.issuer));
afterAll(() => vneid.stop());

const checks = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];

async function party(id: string, alg = 'ES256'): Promise<oidc.Configuration> {
  const metadata = { client_secret: secret, id_token_signed_response_alg: alg };
  return oidc.discovery(new URL(vneid.issuer), id, metadata, oidc.ClientSecretBasic(secret), { execute: checks });
}

const browser = new Browser();
async function tokens(configuration: oidc.Configuration, parameters: Record<string, string> = {}) {
  const request = await authorizationRequest(configuration, parameters);
  const { url } = await signIn(vneid, browser, request.url);
  return redeem(configuration, { ...request, url });
}

/** The ID token as it came, whatever the client thinks of it. */
async function raw(id: string): Promise<string> {
  const configuration = await relyingParty(vneid, { id });
  const request = await authorizationRequest(configuration);
  const { url } = await signIn(vneid, browser, request.url);
  const answer = await fetch(`${vneid.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      redirect_uri: 'http://localhost:9/callback',
      code_verifier: request.verifier,
    }),
  });
  return ((await answer.json()) as { id_token: string }).id_token;
}

describe('encrypted', () => {
  async function sealed(): Promise<oidc.Configuration> {
    const configuration = await party('sealed');
    const { privateKey, alg, jwk } = key;
    oidc.enableDecryptingResponses(configuration, [encryptedBy], { key: privateKey, alg, kid: String(jwk.kid) });
    return configuration;
  }

  test.each([
    ['id-token.wrong-iss', /"iss"/],
    ['id-token.expired', /"exp"/],
    ['id-token.foreign-key', /signature/],
    ['id-token.alg-none', /alg|signature/i],
  ])('%s is inside, and found', async (fault, finds) => {
    const configuration = await sealed();
    expect((await tokens(configuration)).claims()).toMatchObject({ iss: vneid.issuer });
    await setFault(vneid.issuer, { fault, client: 'sealed' });
    expect(await tokens(configuration).then(String, told)).toMatch(finds);
  });

  test('it is sealed as always: to the key of the client, and says by whom it is made up to be', async () => {
    await setFault(vneid.issuer, { fault: 'id-token.wrong-iss' });
    const token = await raw('sealed');
    const other = 'https://another-issuer.example';
    expect(decodeProtectedHeader(token)).toEqual({
      alg: encryptedFor,
      enc: encryptedBy,
      cty: 'JWT',
      kid: key.jwk.kid,
      iss: other,
      aud: 'sealed',
    });
    const { plaintext } = await compactDecrypt(token, key.privateKey);
    expect(decodeJwt(new TextDecoder().decode(plaintext))).toMatchObject({ iss: other, aud: 'sealed' });
  });
});

test.each(['RS256', 'PS256', 'EdDSA'])('signed by %s it is found too', async (alg) => {
  const configuration = await party(alg, alg);
  for (const fault of ['id-token.foreign-key', 'id-token.bad-signature', 'id-token.hs256-public-key']) {
    const { id } = await setFault(vneid.issuer, { fault, times: 1 });
    expect(await tokens(configuration).then(String, told), fault).toMatch(/signature|alg/);
    expect((await faultsOf(vneid.issuer)).find((one) => one.id === id)).toMatchObject({ met: 1 });
  }
  expect(decodeProtectedHeader((await tokens(configuration)).id_token ?? '').alg).toBe(alg);
});

test('by HS256 a client that takes the algorithm from the token believes it, with the public key as its secret', async () => {
  const { keys } = (await (await fetch(`${vneid.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  await setFault(vneid.issuer, { fault: 'id-token.hs256-public-key' });
  const token = await raw(testClient.client_id);
  const { alg, kid } = decodeProtectedHeader(token);
  expect(alg).toBe('HS256');
  const jwk = keys.find((one) => one.kid === kid);
  const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const [header, payload, signature] = token.split('.');
  expect(createHmac('sha256', publicKey).update(`${header}.${payload}`).digest('base64url')).toBe(signature);
});

describe('wherever it comes from', () => {
  const wrong = { fault: 'id-token.wrong-aud' };

  test('with a refresh token', async () => {
    const configuration = await party(testClient.client_id);
    const { refresh_token: refresh = '' } = await tokens(configuration, {
      scope: 'openid offline_access',
      prompt: 'consent',
    });
    await setFault(vneid.issuer, wrong);
    expect(await oidc.refreshTokenGrant(configuration, refresh).then(String, told)).toMatch(/"aud"/);
  });

  test('by CIBA, for whom it is set and for nobody else', async () => {
    const configuration = await party(testClient.client_id);
    const ask = async (number: string) => {
      const request = await oidc.initiateBackchannelAuthentication(configuration, {
        scope: 'openid',
        login_hint: number,
        binding_message: 'Hồ sơ 1',
      });
      await vneid.control.phone(number).approve();
      return oidc.pollBackchannelAuthenticationGrant(configuration, request).then(() => 'fine', told);
    };
    await setFault(vneid.issuer, { ...wrong, citizen: an.number });
    expect(await ask('001187000002')).toBe('fine');
    expect(await ask(an.number)).toMatch(/"aud"/);
  });

  test('for a device', async () => {
    const configuration = await party(testClient.client_id);
    const device = await oidc.initiateDeviceAuthorization(configuration, { scope: 'openid' });
    await setFault(vneid.issuer, wrong);
    const own = new Browser();
    await own.open(`${vneid.issuer}/device`);
    await own.submit({ user_code: device.user_code });
    await own.submit({ confirm: 'yes' });
    await own.submit({ login: an.number, password: an.password });
    const { text } = await own.submit({ decision: 'allow' });
    expect(text).toContain('Thiết bị đã được đăng nhập');
    expect(await oidc.pollDeviceAuthorizationGrant(configuration, device).then(String, told)).toMatch(/"aud"/);
  });
});

test('a claim that was never there is not left out, and that is no strike', async () => {
  await setFault(vneid.issuer, { fault: 'id-token.missing-claim', claim: 'shoe_size' });
  expect((await tokens(await party(testClient.client_id))).claims()).toMatchObject({ iss: vneid.issuer });
  expect(await faultsOf(vneid.issuer)).toMatchObject([{ on: true, met: 0, metAt: null }]);
});

test('of two apps at once, one of them is met by the last of so many times', async () => {
  await setFault(vneid.issuer, { fault: 'id-token.expired', times: 1 });
  const configuration = await party(testClient.client_id);
  const requests = await Promise.all(
    [0, 1, 2, 3].map(async () => {
      const request = await authorizationRequest(configuration);
      const { url } = await signIn(vneid, new Browser(), request.url);
      return { ...request, url };
    }),
  );
  const ends = await Promise.all(requests.map((one) => redeem(configuration, one).then(() => 'fine', told)));
  expect(ends.filter((end) => end === 'fine')).toHaveLength(3);
});
