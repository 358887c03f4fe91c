import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** What an app may do for a citizen at a protected API is on the consent page, and in the token for that API alone. */
const reports = 'https://ihanoi.example/api/';
let vneid: Instance;
let configuration: oidc.Configuration;
beforeAll(async () => {
  vneid = await startVneid({
    resources: [
      {
        resource: reports,
        name: { vi: 'Phản ánh hiện trường', en: 'Reports from the street' },
        scopes: [
          { scope: 'reports.read', vi: 'Đọc phản ánh của bạn', en: 'Read your reports' },
          { scope: 'reports.write', vi: 'Gửi phản ánh thay bạn', en: 'Send reports for you' },
        ],
      },
    ],
    clients: [{ ...testClient, resources: [reports] }],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

/** Goes as far as the consent page of somebody new to this app. */
async function asked(browser: Browser, scope: string, person: { number: string; password: string } = an) {
  const request = await authorizationRequest(configuration, { scope, resource: reports });
  await browser.open(request.url, { until: atCallback });
  const page = await browser.submit({ login: person.number, password: person.password }, { until: atCallback });
  return { request, page };
}
const tokenFor = async (request: Awaited<ReturnType<typeof authorizationRequest>>, url: URL) =>
  oidc.authorizationCodeGrant(
    configuration,
    url,
    { pkceCodeVerifier: request.verifier, expectedNonce: request.nonce, expectedState: request.state },
    { resource: reports },
  );

test('the page says what, and where; the token is for that API and names the person as the ID token does', async () => {
  const browser = new Browser();
  const { request, page } = await asked(browser, 'openid profile reports.read');
  expect(page.text).toContain('Đọc phản ánh của bạn Phản ánh hiện trường');
  expect(page.text).not.toContain('Gửi phản ánh');
  const { url } = await browser.submit({ decision: 'allow' }, { until: atCallback });
  const tokens = await tokenFor(request, url);
  const { payload, protectedHeader } = await jwtVerify(
    tokens.access_token,
    createRemoteJWKSet(new URL(`${vneid.issuer}/jwks`)),
    { issuer: vneid.issuer, audience: reports },
  );
  expect(protectedHeader.typ).toBe('at+jwt');
  expect(payload).toMatchObject({ scope: 'reports.read', sub: tokens.claims()?.sub, client_id: testClient.client_id });

  // for what is not asked again the token of the next sign-in is the same; what is new is asked by itself
  const again = new Browser();
  const further = await asked(again, 'openid profile reports.read reports.write');
  expect(further.page.text).toContain('Gửi phản ánh thay bạn');
  expect(further.page.text).not.toContain('Đọc phản ánh');
  const back = await again.submit({ decision: 'allow' }, { until: atCallback });
  const wider = await tokenFor(further.request, back.url);
  expect(wider.scope).toBe('reports.read reports.write');
});

test('without naming the API at the token endpoint the token is the ordinary one, and has nothing of it', async () => {
  const { request, page } = await asked(new Browser(), 'openid profile reports.read');
  const tokens = await redeem(configuration, { ...request, url: page.url });
  expect(tokens.scope?.split(' ')).not.toContain('reports.read');
  const claims = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(claims.name).toBe(an.name);
});

test('whoever refuses is not asked to do without, the app is told', async () => {
  const binh = { number: '001187000002', password: an.password };
  const browser = new Browser();
  await asked(browser, 'openid reports.read', binh);
  const { url } = await browser.submit({ decision: 'deny' }, { until: atCallback });
  expect(url.searchParams.get('error')).toBe('access_denied');
});

test('an app that may not ask there is told so, and nobody is asked', async () => {
  const request = await authorizationRequest(configuration, { resource: 'https://foreign.example/' });
  const { url } = await signIn(vneid, new Browser(), request.url);
  expect(url.searchParams.get('error')).toBe('invalid_target');
});
