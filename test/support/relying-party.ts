import * as oidc from 'openid-client';
import type { Instance } from '../../src/index.ts';
import { Browser, type Visited } from './browser.ts';

/** The relying party of tests: a confidential client of level 1, reached by a redirect that nobody serves. */
export const testClient = {
  client_id: 'test-app',
  client_name: 'Ứng dụng thử',
  client_secret: 'a-secret-of-the-tests',
  redirect_uris: ['http://localhost:9/callback'],
  post_logout_redirect_uris: ['http://localhost:9/goodbye'],
  grant_types: ['authorization_code' as const, 'refresh_token' as const],
  scope: 'openid profile phone email address identity residence family background offline_access',
};

/** A citizen of the cast, as someone who signs in: see the home page. */
export const an = { number: '001085000001', password: 'Hanoi@2024', name: 'Nguyễn Văn An' };

/** openid-client set up for a client of this instance. */
export async function relyingParty(
  vneid: Pick<Instance, 'issuer'>,
  { id = testClient.client_id, secret = testClient.client_secret }: { id?: string; secret?: string } = {},
): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(vneid.issuer), id, secret, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests],
  });
}

export interface Request {
  url: URL;
  verifier: string;
  nonce: string;
  state: string;
}

/** An authorization request with PKCE, nonce and state. */
export async function authorizationRequest(
  configuration: oidc.Configuration,
  parameters: Record<string, string> = {},
): Promise<Request> {
  const [verifier, nonce, state] = [oidc.randomPKCECodeVerifier(), oidc.randomNonce(), oidc.randomState()];
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: 'http://localhost:9/callback',
    scope: 'openid profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    ...parameters,
  });
  return { url, verifier, nonce, state };
}

/** Redeems what came back; `options` bring the key that the tokens are to be bound to. */
export function redeem(
  configuration: oidc.Configuration,
  { url, verifier, nonce, state }: Request,
  options: oidc.DPoPOptions = {},
) {
  const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state, idTokenExpected: true };
  return oidc.authorizationCodeGrant(configuration, url, checks, undefined, options);
}

/** True where the test client is sent back to. */
export const atCallback = (url: URL) => url.port === '9';

/** The newest one-time code in a citizen's inbox, as the lab's API tells it. */
export async function newestCode(vneid: Pick<Instance, 'issuer'>, number: string): Promise<string> {
  const response = await fetch(`${vneid.issuer}/lab/api/inbox/${number}`);
  const { messages } = (await response.json()) as { messages: { kind: string; code: string | null }[] };
  const code = messages.find(({ kind }) => kind === 'otp')?.code;
  if (!code) throw new Error(`no code in the inbox of ${number}`);
  return code;
}

/**
 * Walks a browser through whatever pages come until it is back at the test client: number and password, the code from
 * the inbox, consent to everything.
 */
export async function signIn(
  vneid: Pick<Instance, 'issuer'>,
  browser: Browser,
  address: string | URL,
  person: { number: string; password: string } = an,
  purposes: string[] = [],
): Promise<Visited> {
  let page = await browser.open(address, { until: atCallback });
  for (let step = 0; step < 6 && !atCallback(page.url); step += 1) {
    if (page.html.includes('name="password"'))
      page = await browser.submit({ login: person.number, password: person.password }, { until: atCallback });
    else if (page.html.includes('name="otp"'))
      page = await browser.submit({ otp: await newestCode(vneid, person.number) }, { until: atCallback });
    else if (page.html.includes('value="allow"'))
      page = await browser.submit({ decision: 'allow', purpose: purposes }, { until: atCallback });
    else throw new Error(`unexpected page ${page.url.pathname} ${page.status}: ${page.text.slice(0, 400)}`);
    if (page.status >= 400)
      throw new Error(`refused at ${page.url.pathname} ${page.status}: ${page.text.slice(0, 400)}`);
  }
  return page;
}

/** Posts a form as a program that keeps to no library does; the answer as JSON, with its status and headers. */
export async function post(
  { issuer }: Pick<Instance, 'issuer'>,
  path: string,
  fields: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
) {
  const answer = await fetch(issuer + path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  const text = await answer.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body, text };
}

/** The header that brings an identifier and a secret (RFC 6749 §2.3.1). */
export const basic = (id = testClient.client_id, secret = testClient.client_secret) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
});

/** What an authorization response says, wherever it stands in the address. */
export const said = (url: URL) => Object.fromEntries(new URLSearchParams(url.search || url.hash.slice(1)));
