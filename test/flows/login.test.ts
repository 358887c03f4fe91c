import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { databaseOptions } from '../support/database.ts';
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

let vneid: Instance;
let configuration: oidc.Configuration;

beforeAll(async () => {
  vneid = await startVneid({
    ...(await databaseOptions()),
    clients: [testClient, { ...testClient, client_id: 'level-2', minimum_level: 2 }],
  });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

describe('a citizen signs in to an app', () => {
  test('with number, password and one-time code, consents, and the app verifies who it is', async () => {
    const browser = new Browser();
    const request = await authorizationRequest(configuration, {
      acr_values: 'urn:vneid:loa:2',
      scope: 'openid profile identity',
    });

    let page = await browser.open(request.url);
    expect(page.text).toContain('Ứng dụng thử');
    page = await browser.submit({ login: an.number, password: an.password });
    expect(page.html).toContain('name="otp"');
    page = await browser.submit({ otp: await newestCode(vneid, an.number) });
    expect(page.text).toContain('Nguyễn Văn An');
    expect(page.text).toContain('001085000001');
    page = await browser.submit({ decision: 'allow' }, { until: atCallback });

    const tokens = await redeem(configuration, { ...request, url: page.url });
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      iss: vneid.issuer,
      aud: 'test-app',
      acr: 'urn:vneid:loa:2',
      amr: ['pwd', 'otp', 'mfa'],
    });
    expect(claims?.auth_time).toBeTypeOf('number');
    expect(claims?.sub).not.toContain(an.number);

    const person = await oidc.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '');
    expect(person).toMatchObject({
      name: 'Nguyễn Văn An',
      family_name: 'Nguyễn',
      given_name: 'An',
      personal_number: an.number,
      account_level: 2,
    });
    expect(person).not.toHaveProperty('phone_number');
  });

  test('the second time nothing is asked, and the same person is the same subject', async () => {
    const browser = new Browser();
    const first = await authorizationRequest(configuration);
    const one = await redeem(configuration, { ...first, url: (await signIn(vneid, browser, first.url)).url });
    const second = await authorizationRequest(configuration);
    const page = await browser.open(second.url, { until: atCallback });
    expect(atCallback(page.url)).toBe(true);
    const two = await redeem(configuration, { ...second, url: page.url });
    expect(two.claims()?.sub).toBe(one.claims()?.sub);
  });

  test('in English when the app asks for it', async () => {
    const request = await authorizationRequest(configuration, { ui_locales: 'en' });
    const page = await new Browser({ language: 'vi' }).open(request.url);
    expect(page.html).toContain('<html lang="en"');
    expect(page.text).toContain('Sign in');
  });

  test('an app agreed for level 2 never gets less, whatever it asks for', async () => {
    const strict = await relyingParty(vneid, { id: 'level-2' });
    const request = await authorizationRequest(strict, { acr_values: 'urn:vneid:loa:1' });
    const browser = new Browser();
    await browser.open(request.url);
    const page = await browser.submit({ login: an.number, password: an.password });
    expect(page.html).toContain('name="otp"');
  });

  test('a session of level 1 is raised to level 2 with the code alone', async () => {
    const browser = new Browser();
    const low = await authorizationRequest(configuration);
    await signIn(vneid, browser, low.url);
    const high = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' });
    const page = await browser.open(high.url);
    expect(page.html).toContain('name="otp"');
    expect(page.html).not.toContain('name="password"');
    const back = await browser.submit({ otp: await newestCode(vneid, an.number) }, { until: atCallback });
    expect((await redeem(configuration, { ...high, url: back.url })).claims()?.acr).toBe('urn:vneid:loa:2');
  });
});

describe('two instances in one process', () => {
  test('never meet: people, keys, sessions and clients are their own', async () => {
    await using other = await startVneid({ clients: [testClient] });
    expect(other.issuer).not.toBe(vneid.issuer);
    const theirs = await relyingParty(other);
    const browser = new Browser();
    const request = await authorizationRequest(theirs);
    const back = await signIn(other, browser, request.url);
    const tokens = await redeem(theirs, { ...request, url: back.url });
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')).rejects.toThrow();
    await expect(redeem(configuration, { ...request, url: back.url })).rejects.toThrow();
  });
});
