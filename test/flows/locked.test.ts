import * as oidc from 'openid-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

/** An account may be locked or lowered at any moment: what it was about to do does not happen, and nothing breaks. */
let vneid: Instance;
let configuration: oidc.Configuration;
let broken: string[];

beforeEach(async () => {
  vneid = await startVneid({ clients: [testClient] });
  broken = [];
  vneid.events.on('server.error', ({ message }) => broken.push(message));
  configuration = await relyingParty(vneid);
});
afterEach(async () => {
  await vneid.stop();
  expect(broken).toEqual([]);
});

const lock = async () => {
  const account = await vneid.accounts.byNumber(an.number);
  await vneid.accounts.setState(account?.id ?? '', 'locked', 'requested');
};
const highRequest = () => authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' });

describe('an account is locked', () => {
  test('while it has a session: the session is worth nothing, and another person may sign in', async () => {
    const browser = new Browser();
    await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
    await lock();
    const request = await authorizationRequest(configuration);
    const page = await browser.open(request.url, { until: atCallback });
    expect([page.status, page.html.includes('name="password"')]).toEqual([200, true]);
    const refused = await browser.submit({ login: an.number, password: an.password });
    expect(refused.status).toBe(401);
    const back = await signIn(vneid, browser, request.url, { number: '001187000002', password: an.password });
    expect((await redeem(configuration, { ...request, url: back.url })).claims()?.sub).toBeTypeOf('string');
  });

  test('while it has a session: prompt=none is answered with login_required', async () => {
    const browser = new Browser();
    await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
    await lock();
    const { url } = await authorizationRequest(configuration, { prompt: 'none' });
    const back = await browser.open(url, { until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('login_required');
  });

  test('while it has a session: no code is sent to raise its level', async () => {
    const browser = new Browser();
    await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
    await lock();
    const page = await browser.open((await highRequest()).url);
    expect(page.html).toContain('name="password"');
    await expect(newestCode(vneid, an.number)).rejects.toThrow();
  });

  test('between password and code: the right code opens nothing', async () => {
    const browser = new Browser();
    await browser.open((await highRequest()).url);
    await browser.submit({ login: an.number, password: an.password });
    await lock();
    const page = await browser.submit({ otp: await newestCode(vneid, an.number) }, { until: atCallback });
    expect([page.status, atCallback(page.url)]).toEqual([400, false]);
    expect(page.text).toContain('Phiên đăng nhập này đã hết hạn');
  });

  test('between signing in and consent: nothing is shared', async () => {
    const browser = new Browser();
    await browser.open((await authorizationRequest(configuration)).url);
    const consent = await browser.submit({ login: an.number, password: an.password });
    expect(consent.html).toContain('value="allow"');
    await lock();
    const page = await browser.submit({ decision: 'allow' }, { until: atCallback });
    expect([page.status, atCallback(page.url)]).toEqual([400, false]);
  });

  test('while its code waits to be redeemed: there are no tokens', async () => {
    const request = await authorizationRequest(configuration);
    const back = await signIn(vneid, new Browser(), request.url);
    await lock();
    await expect(redeem(configuration, { ...request, url: back.url })).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

describe('an account is lowered', () => {
  const lower = async () => {
    const account = await vneid.accounts.byNumber(an.number);
    await vneid.accounts.change(account?.id ?? '', { level: 1 });
  };
  const signedIn = async (parameters: Record<string, string>) => {
    const request = await authorizationRequest(configuration, parameters);
    return { ...request, url: (await signIn(vneid, new Browser(), request.url)).url };
  };

  test('while a code waits to be redeemed: nobody is told of a level that it does not reach any more', async () => {
    const back = await signedIn({ acr_values: 'urn:vneid:loa:2' });
    await lower();
    await expect(redeem(configuration, back)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('while an app holds a refresh token: one of level 2 is worth nothing, one of level 1 goes on', async () => {
    const [raised, plain] = [
      await redeem(configuration, await signedIn({ acr_values: 'urn:vneid:loa:2' })),
      await redeem(configuration, await signedIn({})),
    ];
    const told = async ({ refresh_token: token = '' }) => (await oidc.tokenIntrospection(configuration, token)).active;
    expect(await Promise.all([raised, plain].map(told))).toEqual([true, true]);
    await lower();
    expect(await Promise.all([raised, plain].map(told))).toEqual([false, true]);
    await expect(oidc.refreshTokenGrant(configuration, raised.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const next = await oidc.refreshTokenGrant(configuration, plain.refresh_token ?? '');
    expect(next.claims()?.acr).toBe('urn:vneid:loa:1');
  });
});
