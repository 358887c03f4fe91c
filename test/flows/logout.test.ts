import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

let vneid: Instance;
let configuration: oidc.Configuration;

beforeAll(async () => {
  vneid = await startVneid({
    clients: [
      testClient,
      { ...testClient, client_id: 'fresh-app', fresh: true },
      { ...testClient, client_id: 'level-2', minimum_level: 2 },
    ],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

async function signedIn() {
  const browser = new Browser();
  const request = await authorizationRequest(configuration);
  const tokens = await redeem(configuration, { ...request, url: (await signIn(vneid, browser, request.url)).url });
  return { browser, tokens };
}

describe('signing out', () => {
  test('is confirmed by the person, ends the tokens, and leads back to the registered address', async () => {
    const { browser, tokens } = await signedIn();
    const out = oidc.buildEndSessionUrl(configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://localhost:9/goodbye',
      state: 's',
    });
    const page = await browser.open(out);
    expect(page.text).toContain('Ứng dụng thử');
    const back = await browser.submit({ logout: 'yes' }, { until: atCallback });
    expect(back.url.href).toBe('http://localhost:9/goodbye?state=s');
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')).rejects.toThrow();
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const next = await browser.open((await authorizationRequest(configuration)).url);
    expect(next.html).toContain('name="password"');
  });

  test('may be thought better of', async () => {
    const { browser } = await signedIn();
    await browser.open(`${vneid.issuer}/logout`);
    const stayed = await browser.submit({});
    expect(stayed.status).toBe(200);
    const next = await browser.open((await authorizationRequest(configuration)).url, { until: atCallback });
    expect(atCallback(next.url)).toBe(true);
  });

  test('does not happen because another site says so', async () => {
    const { browser } = await signedIn();
    await browser.open(`${vneid.issuer}/logout`);
    const forged = await browser.post(
      `${vneid.issuer}/logout/confirm`,
      new URLSearchParams({ logout: 'yes', xsrf: 'guessed' }),
    );
    expect(forged.status).toBe(400);
    const next = await browser.open((await authorizationRequest(configuration)).url, { until: atCallback });
    expect(atCallback(next.url)).toBe(true);
  });

  test('a token is also ended by revocation', async () => {
    const { tokens } = await signedIn();
    await oidc.tokenRevocation(configuration, tokens.refresh_token ?? '');
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

describe('how old a sign-in may be', () => {
  test('max_age sends an old session back to the pages, and a young one not', async () => {
    await using own = await startVneid({ clients: [testClient] });
    const theirs = await relyingParty(own);
    const browser = new Browser();
    await signIn(own, browser, (await authorizationRequest(theirs)).url);
    const young = await browser.open((await authorizationRequest(theirs, { max_age: '60' })).url, {
      until: atCallback,
    });
    expect(atCallback(young.url)).toBe(true);
    own.clock.advance(120_000);
    const old = await browser.open((await authorizationRequest(theirs, { max_age: '60' })).url, { until: atCallback });
    expect(old.html).toContain('name="password"');
  });

  test.each([{ prompt: 'login' }, { max_age: '0' }])('%j asks in any case', async (parameters) => {
    const { browser } = await signedIn();
    const page = await browser.open((await authorizationRequest(configuration, parameters)).url, { until: atCallback });
    expect(page.html).toContain('name="password"');
  });

  test('prompt=none answers with what is missing', async () => {
    const asked = async (browser: Browser, parameters: Record<string, string> = {}) =>
      (
        await browser.open((await authorizationRequest(configuration, { prompt: 'none', ...parameters })).url, {
          until: atCallback,
        })
      ).url.searchParams.get('error');
    expect(await asked(new Browser())).toBe('login_required');
    const { browser } = await signedIn();
    expect(await asked(browser)).toBeNull();
    expect(await asked(browser, { scope: 'openid profile family' })).toBe('consent_required');
    expect(await asked(browser, { acr_values: 'urn:vneid:loa:2' })).toBe('login_required');
  });

  test('an app marked fresh never profits from an earlier session', async () => {
    const { browser } = await signedIn();
    const fresh = await relyingParty(vneid, { id: 'fresh-app' });
    for (let time = 0; time < 2; time += 1) {
      const request = await authorizationRequest(fresh);
      const page = await browser.open(request.url, { until: atCallback });
      expect(page.html).toContain('name="password"');
      expect(atCallback((await signIn(vneid, browser, request.url)).url)).toBe(true);
    }
  });
});

describe('levels', () => {
  test('an account that cannot reach the level learns how, and the app is told', async () => {
    const browser = new Browser();
    const strict = await relyingParty(vneid, { id: 'level-2' });
    await browser.open((await authorizationRequest(strict)).url);
    const page = await browser.submit({ login: '001195000006', password: an.password });
    expect(page.text).toContain('Công an');
    const back = await browser.submit({}, { until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test('somebody who cannot be sent a code does not get past it', async () => {
    const browser = new Browser();
    const strict = await relyingParty(vneid, { id: 'level-2' });
    await browser.open((await authorizationRequest(strict)).url);
    await browser.submit({ login: '001165000029', password: an.password });
    const back = await browser.submit({}, { until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test('acr_values is a list in order of preference: the best the account can reach', async () => {
    const request = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2 urn:vneid:loa:1' });
    const back = await signIn(vneid, new Browser(), request.url, { number: '001195000006', password: an.password });
    expect((await redeem(configuration, { ...request, url: back.url })).claims()?.acr).toBe('urn:vneid:loa:1');
  });

  test('a walk waits half an hour, and no longer', async () => {
    await using own = await startVneid({ clients: [testClient] });
    const browser = new Browser();
    await browser.open((await authorizationRequest(await relyingParty(own))).url);
    own.clock.advance(31 * 60_000);
    const page = await browser.submit({ login: an.number, password: an.password });
    expect(page.status).toBe(400);
    expect(page.text).toContain('hết hạn');
  });
});
