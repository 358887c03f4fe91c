import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, highParty } from '../support/high-client.ts';
import { atCallback, authorizationRequest, basic, post, said, signIn, testClient } from '../support/relying-party.ts';

/** PKCE (RFC 7636): who has to use it, and that nobody who watches can take it away (RFC 9700 §2.1.1, §4.8). */
let vneid: Instance;
let high: HighClient;
const callback = 'http://localhost:9/callback';

beforeAll(async () => {
  high = await createHighClient();
  vneid = await startVneid({
    clients: [
      testClient,
      { client_id: 'public', redirect_uris: [callback], grant_types: ['authorization_code'] },
      { client_id: 'native', application_type: 'native', redirect_uris: [callback] },
      high.registration,
    ],
  });
});
afterAll(() => vneid.stop());

const without = { code_challenge: undefined, code_challenge_method: undefined };

/** The parameters of a request, and what a test changes of them. */
async function parametersOf(id: string, change: Record<string, string | undefined>): Promise<Record<string, string>> {
  const configuration = await oidc.discovery(new URL(vneid.issuer), id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  const { url, verifier } = await authorizationRequest(configuration);
  const all = { ...Object.fromEntries(url.searchParams), verifier, ...change };
  return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

async function begin(id: string, change: Record<string, string | undefined>) {
  const { verifier, ...parameters } = await parametersOf(id, change);
  const address = `${vneid.issuer}/authorize?${new URLSearchParams(parameters)}`;
  return { address, verifier: verifier ?? '', page: await new Browser().open(address, { until: atCallback }) };
}

/** Redeems a code with whatever verifier, as the client or as nobody in particular. */
async function redeemed(id: string, change: Record<string, string | undefined>, verifier?: (right: string) => string) {
  const { address, verifier: right } = await begin(id, change);
  const { url } = await signIn(vneid, new Browser(), address);
  const fields = {
    grant_type: 'authorization_code',
    code: said(url).code ?? '',
    redirect_uri: callback,
    ...(id !== testClient.client_id && { client_id: id }),
    ...(verifier && { code_verifier: verifier(right) }),
  };
  return post(vneid, '/token', fields, id === testClient.client_id ? basic() : {});
}

describe('has to be used', () => {
  test.each([
    ['by a public client', 'public', {}],
    ['by an app on a phone or computer', 'native', {}],
    ['by a confidential client that sends no nonce', testClient.client_id, { nonce: undefined }],
  ])('%s', async (_name, id, change) => {
    expect((await begin(id, change)).page.html).toContain('name="password"');
    const { page } = await begin(id, { ...change, ...without });
    expect(said(page.url)).toMatchObject({ error: 'invalid_request', iss: vneid.issuer });
  });

  test('by the high class, nonce or not', async () => {
    const { configuration } = await highParty(vneid, high);
    const { verifier: _, ...parameters } = await parametersOf('high-app', without);
    expect(parameters).toHaveProperty('nonce');
    await expect(oidc.buildAuthorizationUrlWithPAR(configuration, parameters)).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });
});

test('need not be used by a confidential client of the baseline class that sends a nonce', async () => {
  expect(await redeemed(testClient.client_id, without)).toMatchObject({ status: 200 });
});

describe('cannot be taken away', () => {
  const id = testClient.client_id;
  test.each([[id], ['public']])('with a challenge the verifier is asked for, and is the right one: %s', async (who) => {
    expect((await redeemed(who, {}, (right) => right)).status).toBe(200);
    for (const verifier of [
      undefined,
      () => oidc.randomPKCECodeVerifier(),
      () => 'short',
      (right: string) => right.toUpperCase(),
      (right: string) => `${right}\n`,
      () => '',
    ])
      expect(await redeemed(who, {}, verifier)).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^invalid_(grant|request)$/) },
      });
  });

  test('without a challenge a verifier is refused: somebody took it out on the way (CVE-2023-48228)', async () => {
    expect(await redeemed(id, without, (right) => right)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  test('a code whose verifier was wrong once is not open to guessing for long', async () => {
    const { address } = await begin(id, {});
    const { url } = await signIn(vneid, new Browser(), address);
    const fields = { grant_type: 'authorization_code', code: said(url).code ?? '', redirect_uri: callback };
    vneid.clock.advance(61_000);
    const late = await post(vneid, '/token', { ...fields, code_verifier: 'x'.repeat(43) }, basic());
    expect(late).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    vneid.clock.reset();
  });
});

test.each<[string, Record<string, string | undefined>]>([
  ['plain, which shows the verifier to whoever reads the address', { code_challenge_method: 'plain' }],
  ['no method, which means plain', { code_challenge_method: undefined }],
  ['a method of its own', { code_challenge_method: 'S512' }],
  ['a method in small letters', { code_challenge_method: 's256' }],
  ['a method and no challenge', { code_challenge: undefined }],
  ['a challenge that is too short', { code_challenge: 'x'.repeat(42) }],
  ['a challenge that is too long', { code_challenge: 'x'.repeat(129) }],
  ['a challenge of other letters', { code_challenge: 'é'.repeat(43) }],
])('%s is refused', async (_name, change) => {
  for (const id of [testClient.client_id, 'public']) {
    const { page } = await begin(id, change);
    expect(said(page.url)).toMatchObject({ error: 'invalid_request' });
  }
});

test('discovery offers S256 alone', async () => {
  const { configuration } = await highParty(vneid, high);
  expect(configuration.serverMetadata().code_challenge_methods_supported).toEqual(['S256']);
});
