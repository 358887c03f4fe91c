import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Passwords } from '../../src/accounts/passwords.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  newestCode,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** What a reviewer tries. The numbers are those of public advisories of the same class. */
let vneid: Instance;
let configuration: oidc.Configuration;
const verified: (string | undefined)[] = [];
const counting: Passwords = {
  hash: async () => 'phc',
  verify: async (phc, password) => {
    verified.push(phc);
    return phc !== undefined && password === an.password;
  },
  close: async () => {},
};

beforeAll(async () => {
  vneid = await startVneid({
    passwords: counting,
    clients: [
      testClient,
      { ...testClient, client_id: 'other-app' },
      {
        client_id: 'native',
        application_type: 'native',
        subject_type: 'public',
        redirect_uris: ['com.example.app:/cb', 'http://localhost:9/callback'],
      },
    ],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

const level2 = { acr_values: 'urn:vneid:loa:2' };

async function atPassword(browser: Browser, parameters: Record<string, string> = level2) {
  const request = await authorizationRequest(configuration, parameters);
  return { request, page: await browser.open(request.url) };
}

describe('someone else’s sign-in', () => {
  test('a walk begun in one browser cannot be continued in another (CVE-2026-7507)', async () => {
    const attacker = new Browser();
    const { page } = await atPassword(attacker);
    const victim = await new Browser().open(page.url);
    expect(victim.status).toBe(400);
    expect(victim.text).toContain('trình duyệt khác');
    expect(victim.html).not.toContain('name="password"');
  });

  test('a form of one walk is refused in another, and so is a form without its token', async () => {
    const [mine, theirs] = [new Browser(), new Browser()];
    const { page } = await atPassword(mine);
    const other = await atPassword(theirs);
    const csrf = /name="csrf" value="([^"]+)"/.exec(other.page.html)?.[1] ?? '';
    for (const token of [csrf, '', 'x'.repeat(43)]) {
      const answer = await mine.post(
        `${page.url.pathname}/password`,
        new URLSearchParams({ csrf: token, login: an.number, password: an.password }),
      );
      expect(answer.status).toBe(403);
    }
  });

  test('a post from another site, which brings no cookie, does nothing (login CSRF)', async () => {
    const { page } = await atPassword(new Browser());
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const answer = await new Browser().post(
      `${vneid.issuer}${page.url.pathname}/password`,
      new URLSearchParams({ csrf, login: an.number, password: an.password }),
    );
    expect(answer.status).toBe(400);
  });

  test('whoever began a walk ends it: the code of another person is not taken', async () => {
    const browser = new Browser();
    const { page } = await atPassword(browser);
    await browser.submit({ login: an.number, password: an.password });
    // back to the first form, as another person: the step is over, so nothing is heard
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const again = await browser.post(
      `${page.url.pathname}/password`,
      new URLSearchParams({ csrf, login: '001187000002', password: an.password }),
    );
    expect(again.html).toContain('name="otp"');
    const other = new Browser();
    await atPassword(other);
    await other.submit({ login: '001187000002', password: an.password });
    const wrong = await browser.submit({ otp: await newestCode(vneid, '001187000002') });
    expect(wrong.status).toBe(401);
  });

  test('two people on one browser: the second does not become the first', async () => {
    const browser = new Browser();
    const first = await authorizationRequest(configuration);
    const tokens = await redeem(configuration, { ...first, url: (await signIn(vneid, browser, first.url)).url });
    const one = tokens.claims();
    const second = await authorizationRequest(configuration, { prompt: 'login' });
    const binh = { number: '001187000002', password: an.password };
    // the first session ends without a page of its own: signIn() would not know it
    const page = await signIn(vneid, browser, second.url, binh);
    const two = (await redeem(configuration, { ...second, url: page.url })).claims();
    expect(two?.sub).not.toBe(one?.sub);
    const third = await authorizationRequest(configuration, { prompt: 'none' });
    const silent = await browser.open(third.url, { until: atCallback });
    expect((await redeem(configuration, { ...third, url: silent.url })).claims()?.sub).toBe(two?.sub);
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toThrow();
  });
});

describe('a step that is skipped', () => {
  test.each(['otp', 'consent', 'unmet', 'nonsense', '__proto__'])(
    'posting to %s first shows the password page',
    async (step) => {
      const browser = new Browser();
      const { page } = await atPassword(browser);
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
      const answer = await browser.post(
        `${page.url.pathname}/${step}`,
        new URLSearchParams({ csrf, otp: '123456', decision: 'allow' }),
      );
      expect(answer.status).toBe(200);
      expect(answer.html).toContain('name="password"');
    },
  );

  test.each(['before', 'after'])(
    'resuming %s the password leads back to the pages and not to the app (CVE-2025-64103)',
    async (when) => {
      const browser = new Browser();
      const { page } = await atPassword(browser);
      const uid = page.url.pathname.split('/')[2];
      if (when === 'after') await browser.submit({ login: an.number, password: an.password });
      const early = await browser.open(`${vneid.issuer}/authorize/${uid}`, { until: atCallback });
      expect(atCallback(early.url)).toBe(false);
      expect(early.html).toContain('name="password"');
    },
  );
});

describe('who exists', () => {
  test('an unknown number, a wrong password and a locked account look alike and cost one verification', async () => {
    const answers = [];
    // each from an address and browser of its own is not possible here; each has its own account count
    for (const [login, password] of [
      ['001099999999', an.password],
      ['001183000010', an.password],
      ['001192000008', an.password],
      ['033049000009', an.password],
      ['001188000021', an.password],
      ['031090000007', an.password],
      ['001195000006', 'wrong'],
    ] as const) {
      const browser = new Browser();
      await atPassword(browser);
      verified.length = 0;
      const page = await browser.submit({ login, password });
      const headers = Object.fromEntries([...page.headers].filter(([name]) => name !== 'date'));
      answers.push({
        status: page.status,
        headers,
        verifications: verified.length,
        html: page.html
          .replaceAll(login, '#')
          .replaceAll(/\/login\/[\w-]+/g, '/login/#')
          .replaceAll(/value="[\w-]{43}"/g, 'value="#"')
          .replaceAll(/challenge&quot;:&quot;[\w-]{75}&quot;/g, 'challenge')
          .replaceAll(/lang=(vi|en)/g, ''),
      });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 401, verifications: 1 });
  });

  test('an account that is locked stops at once: refresh, userinfo, introspection (CVE-2026-1609)', async () => {
    const person = { number: '040198000027', password: an.password };
    const request = await authorizationRequest(configuration);
    const tokens = await redeem(configuration, {
      ...request,
      url: (await signIn(vneid, new Browser(), request.url, person)).url,
    });
    const sub = tokens.claims()?.sub ?? '';
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, sub)).resolves.toMatchObject({ sub });
    const account = await vneid.accounts.byNumber(person.number);
    await vneid.accounts.setState(account?.id ?? '', 'locked', 'requested');
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, sub)).rejects.toThrow();
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect((await oidc.tokenIntrospection(configuration, tokens.access_token)).active).toBe(false);
  });
});

describe('tokens where they do not belong', () => {
  test('another client learns nothing of a token and cannot end it', async () => {
    const other = await relyingParty(vneid, { id: 'other-app' });
    const request = await authorizationRequest(configuration);
    const tokens = await redeem(configuration, {
      ...request,
      url: (await signIn(vneid, new Browser(), request.url)).url,
    });
    expect((await oidc.tokenIntrospection(other, tokens.access_token)).active).toBe(false);
    await oidc.tokenRevocation(other, tokens.access_token).catch(() => undefined);
    expect((await oidc.tokenIntrospection(configuration, tokens.access_token)).active).toBe(true);
    await expect(oidc.refreshTokenGrant(other, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('no token of one kind passes for another (CVE-2026-4282)', async () => {
    const request = await authorizationRequest(configuration);
    const back = await signIn(vneid, new Browser(), request.url);
    const code = back.url.searchParams.get('code') ?? '';
    const tokens = await redeem(configuration, { ...request, url: back.url });
    const kinds = { access: tokens.access_token, refresh: tokens.refresh_token ?? '', id: tokens.id_token ?? '', code };
    const basic = { authorization: `Basic ${btoa(`${testClient.client_id}:${testClient.client_secret}`)}` };
    const post = (fields: Record<string, string>) =>
      fetch(`${vneid.issuer}/token`, { method: 'POST', headers: basic, body: new URLSearchParams(fields) }).then(
        (answer) => answer.status,
      );
    for (const [kind, token] of Object.entries(kinds)) {
      expect([
        kind,
        await post({
          grant_type: 'authorization_code',
          code: token,
          redirect_uri: 'http://localhost:9/callback',
          code_verifier: request.verifier,
        }),
      ]).toEqual([kind, 400]);
      if (kind !== 'refresh')
        expect([kind, await post({ grant_type: 'refresh_token', refresh_token: token })]).toEqual([kind, 400]);
      if (kind !== 'access')
        expect([
          kind,
          (await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status,
        ]).toEqual([kind, 401]);
    }
  });
});

describe('addresses', () => {
  test('nothing is built from what a request says of its host (CVE-2026-27959)', async () => {
    const { request } = await import('node:http');
    const ask = (host: string, extra: Record<string, string> = {}) =>
      new Promise<{ status: number; body: string }>((resolve, reject) => {
        request(
          {
            port: vneid.port,
            host: '127.0.0.1',
            path: '/.well-known/openid-configuration',
            headers: { host, ...extra },
          },
          (answer) => {
            let body = '';
            answer
              .setEncoding('utf8')
              .on('data', (text: string) => (body += text))
              .on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
          },
        )
          .on('error', reject)
          .end();
      });
    expect((await ask('evil.example')).status).toBe(421);
    const own = `localhost:${vneid.port}`;
    const forged = await ask(own, {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'x-forwarded-proto': 'https',
    });
    expect(forged.body).not.toContain('evil.example');
    expect(JSON.parse(forged.body)).toMatchObject({ issuer: vneid.issuer, token_endpoint: `${vneid.issuer}/token` });
    // the same machine by another of its names is answered with the issuer's addresses
    expect(JSON.parse((await ask(`127.0.0.1:${vneid.port}`)).body)).toMatchObject({
      authorization_endpoint: `${vneid.issuer}/authorize`,
    });
  });

  test.each([
    'http://localhost:9/callback/',
    'http://localhost:9/Callback',
    'http://localhost:9/callback/../evil',
    'http://localhost:9/callback%2F..',
    'http://localhost:9@evil.example/callback',
    'http://localhost:80@evil.example/',
    'http://localhost:9\\@evil.example/callback',
    'http://localhost:10/callback',
    'https://localhost:9/callback',
    'http://localhost:9/callback#x',
    'http://localhost:9/callback?x=1',
    'javascript:alert(1)',
    '//evil.example',
  ])('a redirect to %s is refused on a page of ours', async (redirectUri) => {
    const { url } = await authorizationRequest(configuration, { redirect_uri: redirectUri });
    const page = await new Browser().open(url);
    expect(page.status).toBe(400);
    expect(page.url.origin).toBe(vneid.issuer);
    expect(page.text).toContain('redirect_uri');
  });

  test('signing out leads only to a registered address', async () => {
    const page = await new Browser().open(
      `${vneid.issuer}/logout?client_id=test-app&post_logout_redirect_uri=https://evil.example/`,
    );
    expect(page.status).toBe(400);
    expect(page.url.origin).toBe(vneid.issuer);
  });

  test('a login page lets its form lead to the app, and to nothing else, also an app of its own scheme', async () => {
    const policyOf = async (parameters: Record<string, string>) => {
      const { url } = await authorizationRequest(configuration, parameters);
      return (await new Browser().open(url)).headers.get('content-security-policy') ?? '';
    };
    expect(await policyOf({})).toMatch(/form-action 'self' http:\/\/localhost:9;/);
    expect(await policyOf({ client_id: 'native', redirect_uri: 'com.example.app:/cb' })).toMatch(
      /form-action 'self' com\.example\.app: http:\/\/localhost:9;/,
    );
  });

  test('every page forbids frames, inline scripts and styles, and being sniffed', async () => {
    for (const path of ['/', '/nowhere', '/authorize', '/logout', '/lab/inbox/001085000001', '/token']) {
      const { headers } = await fetch(vneid.issuer + path, { headers: { accept: 'text/html' } });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(policy, path).not.toContain('unsafe');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
    }
  });
});

describe('what is written into pages', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  test.each([
    'client_id',
    'redirect_uri',
    'scope',
    'ui_locales',
    'login_hint',
    'response_type',
    'state',
    'prompt',
    'acr_values',
    'lang',
  ])('%s is never markup', async (parameter) => {
    const { url } = await authorizationRequest(configuration, parameter === 'lang' ? {} : { [parameter]: hostile });
    if (parameter === 'lang') url.searchParams.set('lang', hostile);
    const page = await new Browser().open(url, { until: atCallback });
    expect(page.html).not.toContain('<script>alert');
    expect(page.html).not.toContain('<img src=x');
  });

  test('nor is the number that was typed, which is kept as it was', async () => {
    const browser = new Browser();
    await atPassword(browser);
    const page = await browser.submit({ login: hostile, password: 'x' });
    expect(page.status).toBe(422);
    expect(page.html).not.toContain('<script>alert');
    expect(page.html).toContain('&lt;script&gt;');
  });
});

describe('cookies', () => {
  test('over https they are Secure and bound to the host, behind a proxy that says so', async () => {
    await using shared = await startVneid({
      issuer: 'https://id.example',
      trustProxy: true,
      allowedHosts: ['inside:1'],
      clients: [testClient],
    });
    const { request } = await import('node:http');
    const path = `/authorize?${new URLSearchParams({ client_id: 'test-app', redirect_uri: 'http://localhost:9/callback', response_type: 'code', scope: 'openid', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' })}`;
    const answer = await new Promise<{ cookies: string[]; location: string; hsts: string }>((resolve, reject) => {
      request(
        { port: shared.port, host: '127.0.0.1', path, headers: { host: 'inside:1', 'x-forwarded-proto': 'https' } },
        (found) => {
          found.resume();
          resolve({
            cookies: found.headers['set-cookie'] ?? [],
            location: found.headers.location ?? '',
            hsts: String(found.headers['strict-transport-security']),
          });
        },
      )
        .on('error', reject)
        .end();
    });
    expect(answer.cookies.length).toBeGreaterThan(0);
    for (const cookie of answer.cookies) {
      expect(cookie).toMatch(/^__(Host|Secure)-/);
      expect(cookie).toMatch(/; secure/i);
      expect(cookie).toMatch(/; httponly/i);
      expect(cookie).toMatch(/; samesite=lax/i);
    }
    expect(answer.location).toMatch(/^(https:\/\/id\.example)?\/login\//);
    expect(answer.hsts).toContain('max-age');
  });

  test('one that was written by somebody else is no cookie', async () => {
    const { url } = await authorizationRequest(configuration, { prompt: 'none' });
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: 'vneid.session=forged; vneid.session.sig=forged' },
    });
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
  });
});
