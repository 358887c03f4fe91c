import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeJwt } from 'jose';
import type * as oidc from 'openid-client';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
  newestCode,
  post,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Somebody signs in who is not whom the app meant, or not who began: nothing of the one is ever told of the other. */
let vneid: Instance;
let configuration: oidc.Configuration;
let broken: string[];

beforeEach(async () => {
  const grants = [...testClient.grant_types, 'urn:ietf:params:oauth:grant-type:device_code' as const];
  const client = { ...testClient, grant_types: grants, authorization_details_types: ['vneid_transaction' as const] };
  vneid = await startVneid({ clients: [client] });
  broken = [];
  vneid.events.on('server.error', ({ message }) => broken.push(message));
  configuration = await relyingParty(vneid);
});
afterEach(async () => {
  await vneid.stop();
  expect(broken).toEqual([]);
});

const binh = { number: '001187000002', password: an.password };
const typed = ({ number, password }: typeof binh) => ({ login: number, password });
const request = (parameters: Record<string, string> = {}) => authorizationRequest(configuration, parameters);

async function tokensOf(person: typeof binh, browser = new Browser()) {
  const asked = await request();
  const { url } = await signIn(vneid, browser, asked.url, person);
  return redeem(configuration, { ...asked, url });
}

/** The two ways in which an app says whom it means, each from an ID token of theirs. */
const namings: [way: string, by: (idToken: string) => Record<string, string>][] = [
  ['id_token_hint (OIDC Core §3.1.2.1)', (idToken) => ({ id_token_hint: idToken })],
  [
    'the value of sub in claims (§5.5.1)',
    (idToken) => ({ claims: JSON.stringify({ id_token: { sub: { value: decodeJwt(idToken).sub } } }) }),
  ],
];
describe.each(namings)('an app names a person by %s', (_way, by) => {
  test('who signs in and is that person is let through', async () => {
    const tokens = await tokensOf(an);
    const asked = await request(by(tokens.id_token ?? ''));
    const { url } = await signIn(vneid, new Browser(), asked.url);
    expect((await redeem(configuration, { ...asked, url })).claims()?.sub).toBe(tokens.claims()?.sub);
  });

  test.each(['nobody is signed in', 'somebody else is signed in'])(
    '%s, and another person signs in',
    async (before) => {
      const { id_token: hint = '' } = await tokensOf(an);
      const browser = new Browser();
      // agreed to before, so that nothing would be left to ask
      await tokensOf(binh, before === 'nobody is signed in' ? new Browser() : browser);
      const page = await browser.open((await request(by(hint))).url, { until: atCallback });
      expect(page.html).toContain('name="password"');
      const back = await browser.submit(typed(binh), { until: atCallback });
      expect([atCallback(back.url), said(back.url)]).toMatchObject([true, { error: 'login_required' }]);
      expect(said(back.url)).not.toHaveProperty('code');
    },
  );

  test('another person is signed in, and nobody may be asked', async () => {
    const { id_token: hint = '' } = await tokensOf(an);
    const browser = new Browser();
    await tokensOf(binh, browser);
    const { url } = await request({ ...by(hint), prompt: 'none' });
    expect(said((await browser.open(url, { until: atCallback })).url).error).toBe('login_required');
  });

  test('a device names one, and another is signed in where its code is entered', async () => {
    const { id_token: hint = '' } = await tokensOf(an);
    const browser = new Browser();
    await tokensOf(binh, browser);
    const { body } = await post(vneid, '/device/authorize', { scope: 'openid', id_token_hint: hint }, basic());
    await browser.open(`${vneid.issuer}/device`);
    await browser.submit({ user_code: String(body.user_code) });
    const page = await browser.submit({ confirm: 'yes' });
    expect(page.html).toContain('name="password"');
    await browser.submit(typed(binh));
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const poll = await post(vneid, '/token', { grant_type, device_code: String(body.device_code) }, basic());
    expect(poll).toMatchObject({ status: 400, body: { error: 'login_required' } });
  });
});

describe('a transaction that one person approved', () => {
  const text = 'Nộp lệ phí 200.000 đ cho hồ sơ H26.14-241125-0001';
  const wanted = { authorization_details: JSON.stringify([{ type: 'vneid_transaction', text }]), max_age: '60' };
  const atTransaction = { form: (action: string) => action.endsWith('/transaction'), until: atCallback };

  /** A session of An's that has become too old while An's phone was asked: somebody has to sign in once more. */
  async function approvedTooLate(browser: Browser) {
    const asked = await request(wanted);
    await browser.open(asked.url, { until: atCallback });
    vneid.clock.advance(61_000);
    await vneid.control.phone(an.number).approve();
    const page = await browser.submit({}, atTransaction);
    expect(page.html).toContain('name="password"');
    return asked;
  }

  test('is theirs when they sign in once more', async () => {
    const browser = new Browser();
    await tokensOf(an, browser);
    const asked = await approvedTooLate(browser);
    const { url } = await browser.submit(typed(an), { until: atCallback });
    const tokens = await redeem(configuration, { ...asked, url });
    expect(tokens.authorization_details?.[0]).toMatchObject({ text });
  });

  test('is not of another who signs in: their own phone is asked', async () => {
    const browser = new Browser();
    await tokensOf(binh);
    await tokensOf(an, browser);
    await approvedTooLate(browser);
    const page = await browser.submit(typed(binh), { until: atCallback });
    expect([atCallback(page.url), page.text.includes(text)]).toEqual([false, true]);
    expect(await vneid.control.phone(binh.number).approvals()).toHaveLength(1);
  });
});

test('in another tab somebody else has signed in since: who signs in here is not sent round by a page of the library', async () => {
  const browser = new Browser();
  await tokensOf(an);
  const asked = await request();
  const tab = await browser.open(asked.url);
  await tokensOf(binh, browser);
  await browser.open(tab.url);
  const back = await browser.submit(typed(an), { until: atCallback });
  const tokens = await redeem(configuration, { ...asked, url: back.url });
  expect(tokens.claims()?.sub).toBe((await tokensOf(an)).claims()?.sub);
});

describe('a session is raised', () => {
  test('and is as old as it was, whatever another tab has done with it meanwhile', async () => {
    const browser = new Browser();
    const first = await tokensOf(an, browser);
    vneid.clock.advance(600_000);
    const asked = await request({ acr_values: 'urn:vneid:loa:2' });
    const tab = await browser.open(asked.url);
    await signIn(vneid, browser, (await request({ prompt: 'consent' })).url);
    await browser.open(tab.url);
    const back = await browser.submit({ otp: await newestCode(vneid, an.number) }, { until: atCallback });
    const raised = (await redeem(configuration, { ...asked, url: back.url })).claims();
    expect(raised).toMatchObject({ acr: 'urn:vneid:loa:2', auth_time: first.claims()?.auth_time });
  });

  test('and is too old for the app by the time it is: everything is asked again', async () => {
    const browser = new Browser();
    await tokensOf(an, browser);
    vneid.clock.advance(590_000);
    const asked = await request({ acr_values: 'urn:vneid:loa:2', max_age: '600' });
    await browser.open(asked.url);
    vneid.clock.advance(20_000);
    const page = await browser.submit({ otp: await newestCode(vneid, an.number) }, { until: atCallback });
    expect([atCallback(page.url), page.html.includes('name="password"')]).toEqual([false, true]);
    await browser.submit(typed(an));
    const back = await browser.submit({ otp: await newestCode(vneid, an.number) }, { until: atCallback });
    const { auth_time: at } = (await redeem(configuration, { ...asked, url: back.url })).claims() ?? {};
    expect(vneid.clock.now() / 1000 - Number(at)).toBeLessThan(600);
  });

  test('and is worth no more than its account, which was lowered since', async () => {
    const browser = new Browser();
    const high = { acr_values: 'urn:vneid:loa:2 urn:vneid:loa:1' };
    await signIn(vneid, browser, (await request(high)).url);
    const account = await vneid.accounts.byNumber(an.number);
    await vneid.accounts.change(account?.id ?? '', { level: 1 });
    const silent = await browser.open((await request({ prompt: 'none' })).url, { until: atCallback });
    expect(said(silent.url).error).toBe('login_required');
    const asked = await request(high);
    const { url } = await signIn(vneid, browser, asked.url);
    expect((await redeem(configuration, { ...asked, url })).claims()?.acr).toBe('urn:vneid:loa:1');
  });
});
