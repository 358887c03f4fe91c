import { UnsecuredJWT } from 'jose';
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

  test('in one browser leaves another as it is, and what was to outlive a logout', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const request = await authorizationRequest(configuration, { scope: 'openid offline_access', prompt: 'consent' });
    const lasting = await redeem(configuration, {
      ...request,
      url: (await signIn(vneid, new Browser(), request.url)).url,
    });
    const kiosk = await signedIn();
    for (const { browser } of [here, kiosk]) {
      await browser.open(`${vneid.issuer}/logout`);
      await browser.submit({ logout: 'yes' });
    }
    const refreshed = ({ refresh_token: token = '' }: { refresh_token?: string }) =>
      oidc.refreshTokenGrant(configuration, token).then(
        () => 'goes on',
        ({ error }: { error?: string }) => error,
      );
    expect(await Promise.all([there.tokens, lasting, here.tokens, kiosk.tokens].map(refreshed))).toEqual([
      'goes on',
      'goes on',
      'invalid_grant',
      'invalid_grant',
    ]);
    const active = async ({ access_token: token }: { access_token: string }) =>
      (await oidc.tokenIntrospection(configuration, token)).active;
    expect([await active(lasting), await active(kiosk.tokens)]).toEqual([true, false]);
  });

  test('twice, or in two tabs, ends where it would have ended', async () => {
    const { browser } = await signedIn();
    const page = await browser.open(`${vneid.issuer}/logout`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const out = new URLSearchParams({ xsrf, logout: 'yes' });
    const pressed = async () => (await browser.post(`${vneid.issuer}/logout/confirm`, out)).url.pathname;
    expect([await pressed(), await pressed()]).toEqual(['/logout/success', '/logout/success']);
  });

  test('is asked again where the form was not good, in another language too', async () => {
    const { browser } = await signedIn();
    await browser.open(`${vneid.issuer}/logout`);
    const refused = await browser.submit({ xsrf: 'of another time', logout: 'yes' });
    expect(refused.status).toBe(400);
    const again = await browser.open(`${vneid.issuer}/logout/confirm?lang=en`);
    expect([again.status, again.url.pathname, again.text.includes('Sign out of VNeID?')]).toEqual([
      200,
      '/logout',
      true,
    ]);
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

  test('ends the session for a request too that had read it before and writes it afterwards', async () => {
    const { browser } = await signedIn();
    const thief = new Browser();
    thief.takeCookies(browser);
    await browser.open(`${vneid.issuer}/logout`);
    const { artifacts } = vneid;
    const put = artifacts.put.bind(artifacts);
    const [read, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    artifacts.put = async (kind, ...rest) => {
      if (kind === 'Session') {
        artifacts.put = put;
        read.resolve();
        await ended.promise;
      }
      return put(kind, ...rest);
    };
    const late = thief.open((await authorizationRequest(configuration)).url, { until: atCallback });
    await read.promise;
    await browser.submit({ logout: 'yes' });
    ended.resolve();
    await late;
    const next = await thief.open((await authorizationRequest(configuration)).url, { until: atCallback });
    expect(next.html).toContain('name="password"');
  });

  test('a token is also ended by revocation', async () => {
    const { tokens } = await signedIn();
    await oidc.tokenRevocation(configuration, tokens.refresh_token ?? '');
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

describe('an app that asks to sign somebody out (RP-Initiated Logout 1.0)', () => {
  const goodbye = 'http://localhost:9/goodbye';

  /** What the browser sees when the app sends it to sign out. */
  async function asked(browser: Browser, parameters: Record<string, string>) {
    const url = oidc.buildEndSessionUrl(configuration, parameters);
    // openid-client adds the client_id; here each test says what it sends
    if (!('client_id' in parameters)) url.searchParams.delete('client_id');
    return browser.open(url, { until: atCallback });
  }
  const confirm = (browser: Browser) => browser.submit({ logout: 'yes' }, { until: atCallback });
  const stillIn = async (browser: Browser) =>
    atCallback((await browser.open((await authorizationRequest(configuration)).url, { until: atCallback })).url);

  test('is asked about even without a hint, on a page whose forward button has the focus', async () => {
    const { browser } = await signedIn();
    const page = await asked(browser, {});
    expect([...page.html.matchAll(/<button[^>]*\bautofocus\b[^>]*>/g)].map(([button]) => button)).toEqual([
      expect.stringContaining('name="logout" value="yes"'),
    ]);
    expect(await stillIn(browser)).toBe(true);
    await asked(browser, {});
    expect((await confirm(browser)).url.pathname).toBe('/logout/success');
    expect(await stillIn(browser)).toBe(false);
  });

  test('is named by its client_id alone, and may say whom it means', async () => {
    const { browser } = await signedIn();
    const page = await asked(browser, {
      client_id: testClient.client_id,
      logout_hint: an.number,
      post_logout_redirect_uri: goodbye,
    });
    expect(page.text).toContain(testClient.client_name);
    expect((await confirm(browser)).url.href).toBe(goodbye);
  });

  test('gets its state back as it was, and none when it sent none', async () => {
    const state = 'a b&c=ư?#é';
    for (const sent of [{ state }, {}]) {
      const { browser, tokens } = await signedIn();
      await asked(browser, { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: goodbye, ...sent });
      const { url } = await confirm(browser);
      expect([...url.searchParams]).toEqual(Object.entries(sent));
    }
  });

  test('without an address to go back to, the person ends on a page of ours', async () => {
    const { browser, tokens } = await signedIn();
    await asked(browser, { id_token_hint: tokens.id_token ?? '', state: 's' });
    const done = await confirm(browser);
    expect([done.url.pathname, done.status]).toEqual(['/logout/success', 200]);
    expect(done.text).toContain('Bạn đã đăng xuất');
  });

  test('a state and nothing else is no more than nothing', async () => {
    const { browser } = await signedIn();
    expect((await asked(browser, { state: 's' })).html).toContain('name="logout"');
    const done = await confirm(browser);
    expect([done.url.pathname, done.url.search]).toEqual(['/logout/success', '']);
    expect(await stillIn(browser)).toBe(false);
  });

  test('an ID token that has expired still says who asks', async () => {
    await using own = await startVneid({ clients: [testClient] });
    const theirs = await relyingParty(own);
    const browser = new Browser();
    const request = await authorizationRequest(theirs);
    const tokens = await redeem(theirs, { ...request, url: (await signIn(own, browser, request.url)).url });
    own.clock.advance(2 * 3_600_000);
    const hint = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: goodbye };
    const page = await browser.open(oidc.buildEndSessionUrl(theirs, hint));
    expect(page.text).toContain(testClient.client_name);
    expect((await confirm(browser)).url.href).toBe(goodbye);
  });

  test('asks in the language that the app names', async () => {
    const { browser } = await signedIn();
    expect((await asked(browser, { ui_locales: 'fr en' })).text).toContain('Sign out of VNeID?');
    expect((await asked(browser, { ui_locales: 'vi' })).text).toContain('Đăng xuất khỏi VNeID?');
  });

  test('a hint about somebody else asks whoever is signed in, and ends nothing by itself', async () => {
    const [mine, theirs] = [await signedIn(), await signedIn()];
    const page = await asked(theirs.browser, { id_token_hint: mine.tokens.id_token ?? '' });
    expect(page.html).toContain('name="logout"');
    expect(await stillIn(theirs.browser)).toBe(true);
    expect(await stillIn(mine.browser)).toBe(true);
  });

  test.each<[string, (hint: string) => Promise<Record<string, string>> | Record<string, string>]>([
    ['a hint with another signature', (hint) => ({ id_token_hint: `${hint.slice(0, -8)}AAAAAAAA` })],
    ['a hint without a signature', (hint) => ({ id_token_hint: new UnsecuredJWT(claimsOf(hint)).encode() })],
    ['a hint of another provider', async () => ({ id_token_hint: await foreignHint() })],
    ['a hint that is none', () => ({ id_token_hint: 'none' })],
    ['a hint and the client_id of another', (hint) => ({ id_token_hint: hint, client_id: 'level-2' })],
    ['a client_id that nobody has', () => ({ client_id: 'nobody' })],
    ['an address not registered', (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${goodbye}/` })],
    [
      'an address with more in its query',
      (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${goodbye}?foo=bar` }),
    ],
    [
      'an address of somebody else',
      (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' }),
    ],
  ])('%s is refused on a page, leads nowhere and ends nothing', async (_what, wrong) => {
    const { browser, tokens } = await signedIn();
    const right = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: goodbye };
    expect((await asked(browser, right)).html).toContain('name="logout"');
    const { id_token_hint: _hint, ...rest } = right;
    const page = await asked(browser, { ...rest, ...(await wrong(right.id_token_hint)) });
    expect([page.status >= 400, page.headers.get('location')]).toEqual([true, null]);
    expect(page.html).not.toContain('name="logout"');
    expect(await stillIn(browser)).toBe(true);
  });

  test('an address from nobody in particular is not followed', async () => {
    const { browser } = await signedIn();
    await asked(browser, { post_logout_redirect_uri: goodbye });
    expect((await confirm(browser)).url.pathname).toBe('/logout/success');
  });
});

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** Genuine, but for a client of the same name at another provider. */
async function foreignHint(): Promise<string> {
  await using other = await startVneid({ clients: [testClient] });
  const theirs = await relyingParty(other);
  const request = await authorizationRequest(theirs);
  const back = await signIn(other, new Browser(), request.url);
  return String((await redeem(theirs, { ...request, url: back.url })).id_token);
}

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
