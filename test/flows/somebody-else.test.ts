import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type * as oidc from 'openid-client';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  basic,
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

describe('an app names a person by id_token_hint (OIDC Core §3.1.2.1)', () => {
  test('who signs in and is that person is let through', async () => {
    const tokens = await tokensOf(an);
    const asked = await request({ id_token_hint: tokens.id_token ?? '' });
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
      const page = await browser.open((await request({ id_token_hint: hint })).url, { until: atCallback });
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
    const { url } = await request({ id_token_hint: hint, prompt: 'none' });
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

describe('a session is raised', () => {
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
