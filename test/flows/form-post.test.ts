import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Answers that a browser carries on by a form or by a redirect after one: Chromium holds form-action against both. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

const formAction = (headers: Headers) =>
  /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1]?.split(' ');

test('an answer by form_post may be posted to the app, and to nobody else', async () => {
  const configuration = await relyingParty(vneid);
  const browser = new Browser();
  await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
  const request = await authorizationRequest(configuration, { response_mode: 'form_post' });
  const page = await browser.open(request.url);
  expect(page.status).toBe(200);
  expect(formAction(page.headers)).toEqual(["'self'", 'http://localhost:9']);
  // the one script is named by its hash
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self' 'sha256-[^']+'/);
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe-inline');
  expect(page.html).toContain('action="http://localhost:9/callback"');
  const fields = [...page.html.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const url = new URL(`http://localhost:9/callback?${new URLSearchParams(fields)}`);
  expect((await redeem(configuration, { ...request, url })).claims()?.sub).toBeTypeOf('string');
});

test('an error by form_post may be posted to the app', async () => {
  const configuration = await relyingParty(vneid);
  const { url } = await authorizationRequest(configuration, {
    response_mode: 'form_post',
    prompt: 'none',
    state: '"><script>alert(1)</script>',
  });
  const page = await new Browser().open(url);
  expect(page.html).toContain('value="login_required"');
  expect(page.html).not.toContain('<script>alert');
  expect(formAction(page.headers)).toEqual(["'self'", 'http://localhost:9']);
});

test('signing out of nothing asks nothing and leads back to the registered address', async () => {
  const out = new URLSearchParams({
    client_id: testClient.client_id,
    post_logout_redirect_uri: 'http://localhost:9/goodbye',
    state: 'a b&c',
  });
  const back = await new Browser().open(`${vneid.issuer}/logout?${out}`, { until: atCallback });
  expect([back.status, back.url.href]).toEqual([303, 'http://localhost:9/goodbye?state=a+b%26c']);
  const here = await new Browser({ language: 'en' }).open(`${vneid.issuer}/logout`);
  expect([here.status, here.url.pathname]).toEqual([200, '/logout/success']);
  expect(here.html).toContain('<html lang="en"');
});
