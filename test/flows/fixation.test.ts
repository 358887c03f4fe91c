import type * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/**
 * Somebody who can write cookies into a citizen's browser (from a sub-domain, or for a minute at the keyboard) waits for
 * the citizen to sign in (GHSA-mq4x-r2w3-j7mr, CVE-2026-7507). The browsers of these tests can copy cookies.
 */
let vneid: Instance;
let configuration: oidc.Configuration;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

const silent = async (browser: Browser) => {
  const request = await authorizationRequest(configuration, { prompt: 'none' });
  const { url } = await browser.open(request.url, { until: atCallback });
  return { request, url, error: url.searchParams.get('error') };
};

describe('a stolen or planted cookie', () => {
  test('of a session works for whoever has it: the attack is real', async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    await signIn(vneid, victim, (await authorizationRequest(configuration)).url);
    attacker.takeCookies(victim);
    expect((await silent(attacker)).error).toBeNull();
  });

  test('that was planted before the sign-in is worth nothing after it', async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    await attacker.open((await authorizationRequest(configuration)).url);
    victim.takeCookies(attacker);
    await signIn(vneid, victim, (await authorizationRequest(configuration)).url);
    expect((await silent(attacker)).error).toBe('login_required');
  });

  test('of an earlier session is worth nothing after signing in again', async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    await signIn(vneid, victim, (await authorizationRequest(configuration)).url);
    attacker.takeCookies(victim);
    await signIn(vneid, victim, (await authorizationRequest(configuration, { prompt: 'login' })).url);
    expect((await silent(victim)).error).toBeNull();
    expect((await silent(attacker)).error).toBe('login_required');
  });

  test('of an earlier session is worth nothing after signing out', async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    await signIn(vneid, victim, (await authorizationRequest(configuration)).url);
    attacker.takeCookies(victim);
    await victim.open(`${vneid.issuer}/logout`);
    await victim.submit({ logout: 'yes' });
    expect((await silent(attacker)).error).toBe('login_required');
  });

  test.each(['vneid.session', 'vneid.session.sig', 'vneid.login', 'vneid.login.sig'])(
    '%s, changed, is none',
    async (name) => {
      const browser = new Browser();
      await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
      const page = await browser.open((await authorizationRequest(configuration, { prompt: 'login' })).url);
      expect(page.html).toContain('name="password"');
      browser.changeCookie(name, (value) => `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`);
      if (name.startsWith('vneid.session')) expect((await silent(browser)).error).toBe('login_required');
      else expect((await browser.open(page.url)).status).toBe(400);
    },
  );
});

test('a walk that a thief of its cookies finishes gives the victim nothing, and the thief only their own', async () => {
  const [victim, attacker] = [new Browser(), new Browser()];
  const request = await authorizationRequest(configuration);
  await attacker.open(request.url);
  victim.takeCookies(attacker);
  await victim.open(attacker.page().url);
  const binh = { login: '001187000002', password: an.password };
  await attacker.submit(binh);
  // the victim types into a page that is over: the walk has another person by now
  const late = await victim.submit({ login: an.number, password: an.password }, { until: atCallback });
  expect(atCallback(late.url)).toBe(false);
  const back = await attacker.submit({ decision: 'allow' }, { until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  const own = await authorizationRequest(configuration);
  const theirs = await signIn(vneid, new Browser(), own.url, { number: binh.login, password: binh.password });
  expect((await redeem(configuration, { ...own, url: theirs.url })).claims()?.sub).toBe(tokens.claims()?.sub);
});

test('two who race with the right code of one walk come back once', async () => {
  const [one, two] = [new Browser(), new Browser()];
  const request = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2', scope: 'openid' });
  await one.open(request.url);
  await one.submit({ login: an.number, password: an.password });
  two.takeCookies(one);
  await two.open(one.page().url);
  const otp = await newestCode(vneid, an.number);
  const pages = await Promise.all([one, two].map((browser) => browser.submit({ otp }, { until: atCallback })));
  const codes = pages.filter(({ url }) => url.searchParams.has('code') || url.pathname.startsWith('/login/'));
  expect(codes.length).toBeGreaterThan(0);
  for (const page of pages) expect(page.status).toBeLessThan(500);
});
