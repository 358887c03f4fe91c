import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  signIn,
  testClient,
} from '../support/relying-party.ts';

/**
 * Step-up for one transaction: a service has its text approved on the citizen's phone. The approval is in the tokens of this
 * one authorization and of no other (Decree 69/2024 Art 19.4).
 */
let vneid: Instance;
beforeAll(async () => {
  const client = { ...testClient, authorization_details_types: ['vneid_transaction' as const] };
  const counter = {
    client_id: 'counter',
    redirect_uris: [],
    client_secret: testClient.client_secret,
    grant_types: [
      'urn:openid:params:grant-type:ciba' as const,
      'client_credentials' as const,
      'refresh_token' as const,
    ],
    authorization_details_types: client.authorization_details_types,
  };
  vneid = await startVneid({ clients: [client, { ...testClient, client_id: 'plain' }, counter] });
});
afterAll(() => vneid.stop());

const text = 'Nộp lệ phí 200.000 đ cho hồ sơ H26.14-241125-0001';
const details = (...items: unknown[]) => JSON.stringify(items);
const wanted = { authorization_details: details({ type: 'vneid_transaction', text }) };
const asked = (action: string) => action.endsWith('/transaction');

async function signedIn(number = an.number) {
  const configuration = await relyingParty(vneid);
  const browser = new Browser();
  const first = await signIn(vneid, browser, (await authorizationRequest(configuration)).url, { ...an, number });
  expect(atCallback(first.url)).toBe(true);
  return { configuration, browser };
}

test('the text is on the page and on the phone; a yes goes into the tokens once, with how it was given', async () => {
  const { configuration, browser } = await signedIn();
  const request = await authorizationRequest(configuration, wanted);
  const page = await browser.open(request.url, { until: atCallback });
  expect(page.text).toContain(text);
  const phone = vneid.control.phone(an.number);
  const [approval] = await phone.approvals();
  expect(approval).toMatchObject({ kind: 'transaction', level: 2, ask: { text } });
  await phone.approve({ factors: ['face'] });
  const back = await browser.submit({}, { form: asked, until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  const [detail] = tokens.authorization_details as unknown as Record<string, unknown>[];
  expect(detail).toMatchObject({
    type: 'vneid_transaction',
    text,
    approval: approval?.id,
    acr: 'urn:vneid:loa:3',
    amr: ['hwk', 'mca', 'face', 'mfa'],
  });
  expect(Number(detail?.approved_at)).toBeGreaterThan(1_700_000_000);
  const introspected = await oidc.tokenIntrospection(configuration, tokens.access_token);
  expect(introspected.authorization_details).toEqual([detail]);
  // the session has not risen by it: what was approved is this transaction and nothing else
  expect(tokens.claims()?.acr).toBe('urn:vneid:loa:1');
  const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token));
  expect(refreshed.authorization_details).toBeUndefined();
});

test('the same text again is another transaction, and the phone is asked again', async () => {
  const { configuration, browser } = await signedIn('001187000002');
  const phone = vneid.control.phone('001187000002');
  await browser.open((await authorizationRequest(configuration, wanted)).url, { until: atCallback });
  await phone.approve();
  await browser.submit({}, { form: asked, until: atCallback });
  const again = await browser.open((await authorizationRequest(configuration, wanted)).url, { until: atCallback });
  expect([atCallback(again.url), again.text.includes(text)]).toEqual([false, true]);
  expect(await phone.approvals()).toHaveLength(1);
  // without an answer nothing goes on, and silence is no answer
  const still = await browser.submit({}, { form: asked, until: atCallback });
  expect(still.html).toContain('data-state="waiting"');
  const silent = await authorizationRequest(configuration, { ...wanted, prompt: 'none' });
  const back = await browser.open(silent.url, { until: atCallback });
  expect(back.url.searchParams.get('error')).toBe('consent_required');
});

test('somebody who is not signed in signs in first, consents, and approves, in one walk', async () => {
  const configuration = await relyingParty(vneid);
  const number = '001084000011';
  const browser = new Browser();
  const request = await authorizationRequest(configuration, wanted);
  await browser.open(request.url, { until: atCallback });
  await browser.submit({ login: number, password: an.password }, { until: atCallback });
  expect(browser.page().text).toContain(text);
  await vneid.control.phone(number).approve();
  await browser.submit({}, { form: asked, until: atCallback });
  expect(browser.page().html).toContain('value="allow"');
  const back = await browser.submit({ decision: 'allow' }, { until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.authorization_details?.[0]).toMatchObject({ text });
});

describe('what is refused', () => {
  test('a no on the phone leads back with access_denied when the citizen leaves', async () => {
    const number = '001191000025';
    const { configuration, browser } = await signedIn(number);
    await browser.open((await authorizationRequest(configuration, wanted)).url, { until: atCallback });
    await vneid.control.phone(number).decline();
    const page = await browser.submit({}, { form: asked, until: atCallback });
    expect(page.html).toContain('data-state="declined"');
    const back = await browser.submit({}, { form: (action) => action.endsWith('/cancel'), until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('access_denied');
  });

  test('somebody without a phone', async () => {
    const { configuration, browser } = await signedIn('036155000005');
    const page = await browser.open((await authorizationRequest(configuration, wanted)).url, { until: atCallback });
    expect(page.text).toContain('kích hoạt');
    const back = await browser.submit({}, { form: (action) => action.endsWith('/unmet'), until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test('somebody whose account has level 1: the phone was never checked to be theirs (Decree 69/2024 Art 10)', async () => {
    const { configuration, browser } = await signedIn('001195000006');
    const page = await browser.open((await authorizationRequest(configuration, wanted)).url, { until: atCallback });
    expect(await vneid.control.phone('001195000006').approvals()).toEqual([]);
    expect(page.html).toContain('/unmet"');
    const back = await browser.submit({}, { form: (action) => action.endsWith('/unmet'), until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test.each([
    ['no text', [{ type: 'vneid_transaction' }]],
    ['a hidden part', [{ type: 'vneid_transaction', text: 'Trả 1.000 đ\u202E' }]],
    ['a text that is too long', [{ type: 'vneid_transaction', text: 'x'.repeat(301) }]],
    ['an unknown member', [{ type: 'vneid_transaction', text, amount: 5 }]],
    [
      'two at once',
      [
        { type: 'vneid_transaction', text },
        { type: 'vneid_transaction', text: 'khác' },
      ],
    ],
    ['another type', [{ type: 'payment', text }]],
    ['a text that is a list', [{ type: 'vneid_transaction', text: [text] }]],
  ])('%s', async (_what, items) => {
    const configuration = await relyingParty(vneid);
    const parameters = { authorization_details: details(...items) };
    const back = await new Browser().open((await authorizationRequest(configuration, parameters)).url, {
      until: atCallback,
    });
    expect(back.url.searchParams.get('error')).toBe('invalid_authorization_details');
  });

  test('a client that was not given the type', async () => {
    const configuration = await relyingParty(vneid, { id: 'plain' });
    const back = await new Browser().open((await authorizationRequest(configuration, wanted)).url, {
      until: atCallback,
    });
    expect(back.url.searchParams.get('error')).toBe('invalid_authorization_details');
  });

  test('a request that nobody would read', async () => {
    for (const grant of [
      { grant_type: 'client_credentials' },
      { grant_type: 'refresh_token', refresh_token: 'x' },
    ] as Record<string, string>[]) {
      const { status, body } = await post(vneid, '/token', { ...grant, ...wanted }, basic('counter'));
      expect([status, body.error], grant.grant_type).toEqual([400, 'invalid_authorization_details']);
      expect(body.error_description).toContain('approved by way of /authorize');
    }
  });
});
