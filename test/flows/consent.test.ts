import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { databaseOptions } from '../support/database.ts';
import { Browser } from '../support/browser.ts';
import { an, atCallback, authorizationRequest, redeem, relyingParty, testClient } from '../support/relying-party.ts';

/** Consent is voluntary, specific, for each purpose, and can be shown later (Decree 13/2023 Art 11, Law 91/2025 Art 9). */
let vneid: Instance;
let configuration: oidc.Configuration;
const scope = 'openid profile phone background';

const careful = {
  ...testClient,
  client_id: 'careful',
  owner: { vi: 'Sở Thử nghiệm', en: 'Department of Tests' },
  purposes: [
    { id: 'account', vi: 'Mở tài khoản', en: 'Open an account', scopes: ['profile'], required: true },
    { id: 'contact', vi: 'Nhắn tin kết quả', en: 'Text you the result', scopes: ['phone'] },
    { id: 'statistics', vi: 'Thống kê dân tộc', en: 'Statistics of ethnic groups', scopes: ['background'] },
  ],
};

beforeAll(async () => {
  vneid = await startVneid({ ...(await databaseOptions()), clients: [careful] });
  configuration = await relyingParty(vneid, { id: 'careful' });
});
afterAll(() => vneid.stop());

async function atConsent(person: string, parameters: Record<string, string> = {}) {
  const browser = new Browser();
  const request = await authorizationRequest(configuration, { scope, ...parameters });
  await browser.open(request.url);
  const page = await browser.submit({ login: person, password: an.password }, { until: atCallback });
  return { browser, request, page };
}

test('every item is shown with its value, each purpose by itself, what is sensitive is marked, nothing is ticked', async () => {
  const { page } = await atConsent(an.number);
  for (const words of [
    'Sở Thử nghiệm',
    'Mở tài khoản',
    'Nhắn tin kết quả',
    'Thống kê dân tộc',
    'Nguyễn Văn An',
    '12/03/1985',
    'Kinh',
    '000',
  ])
    expect(page.text).toContain(words);
  expect(page.html.match(/name="purpose"/g)).toHaveLength(2);
  expect(page.html).not.toMatch(/name="purpose"[^>]*checked/);
  expect(page.text.toLowerCase()).toContain('nhạy cảm');
});

test('what was not ticked is not shared, and is not asked for again', async () => {
  const { browser, request } = await atConsent(an.number);
  const back = await browser.submit({ decision: 'allow', purpose: ['contact'] }, { until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.scope?.split(' ').toSorted()).toEqual(['openid', 'phone', 'profile']);
  const person = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(person).toMatchObject({ name: 'Nguyễn Văn An', phone_number: expect.stringMatching(/^000/) });
  expect(person).not.toHaveProperty('ethnicity');
  const again = await atConsent(an.number);
  expect(atCallback(again.page.url)).toBe(true);
});

test('it is asked again when the app asks for it to be, and a mind may be changed', async () => {
  const { browser, request, page } = await atConsent(an.number, { prompt: 'consent' });
  expect(page.html).toContain('value="allow"');
  const back = await browser.submit({ decision: 'allow', purpose: ['statistics'] }, { until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  const person = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(person).toMatchObject({ ethnicity: '01' });
  expect(person).not.toHaveProperty('phone_number');
});

test('only what is new is asked for', async () => {
  const person = '001187000002';
  const { browser } = await atConsent(person, { scope: 'openid profile' });
  await browser.submit({ decision: 'allow' }, { until: atCallback });
  const { page } = await atConsent(person, { scope: 'openid profile phone' });
  expect(page.text).toContain('Nhắn tin kết quả');
});

test('no is no: the app hears access_denied', async () => {
  const { browser } = await atConsent('036155000005');
  const back = await browser.submit({ decision: 'deny' }, { until: atCallback });
  expect(back.url.searchParams.get('error')).toBe('access_denied');
  expect(back.url.searchParams.get('code')).toBeNull();
});

test.each([{}, { decision: '' }, { decision: 'perhaps' }, { purpose: 'contact' }])(
  'silence is no consent: %j',
  async (fields) => {
    const { browser } = await atConsent('040198000027');
    const back = await browser.submit(fields, { until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('access_denied');
  },
);

test('a purpose nobody asked about cannot be slipped in', async () => {
  const person = '037079000028';
  const { browser, request } = await atConsent(person, { scope: 'openid profile' });
  const back = await browser.submit({ decision: 'allow', purpose: ['statistics', 'nonsense'] }, { until: atCallback });
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.scope?.split(' ').toSorted()).toEqual(['openid', 'profile']);
});

test('a receipt is in the inbox, and proves what was on the page', async () => {
  const person = '001165000029';
  const { browser } = await atConsent(person);
  await browser.submit({ decision: 'allow' }, { until: atCallback });
  const { messages } = (await (await fetch(`${vneid.issuer}/lab/api/inbox/${person}`)).json()) as {
    messages: { kind: string; textVi: string; textEn: string }[];
  };
  const receipt = messages.find(({ kind }) => kind === 'receipt');
  expect(receipt?.textVi).toContain('Mở tài khoản');
  expect(receipt?.textEn).toContain('Department of Tests');
  const account = await vneid.accounts.byNumber(person);
  const consent = await vneid.consents.current(account?.id ?? '', 'careful');
  const shown = await vneid.consents.shown(consent?.id ?? '');
  expect(receipt?.textVi).toContain(
    createHash('sha256')
      .update(shown ?? '')
      .digest('hex'),
  );
  expect(JSON.parse(shown ?? '{}')).toMatchObject({
    agreed: ['account'],
    language: 'vi',
    purposes: [{ id: 'account' }, { id: 'contact' }, { id: 'statistics' }],
  });
});

test('what is taken back is taken from tokens and browsers that had it too', async () => {
  const citizen = '040198000027';
  const decide = async (purpose: string[]) => {
    const { browser, request } = await atConsent(citizen, { prompt: 'consent', scope: `${scope} offline_access` });
    const { url } = await browser.submit({ decision: 'allow', purpose }, { until: atCallback });
    return { browser, tokens: await redeem(configuration, { ...request, url }) };
  };
  const [first, more] = [await decide(['contact']), await decide(['contact', 'statistics'])];
  // who agrees to more takes nothing back
  expect((await oidc.refreshTokenGrant(configuration, first.tokens.refresh_token ?? '')).scope).toContain('phone');
  const less = await decide([]);
  for (const { tokens } of [first, more]) {
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck)).rejects.toThrow();
    await expect(oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toThrow();
  }
  expect((await oidc.refreshTokenGrant(configuration, less.tokens.refresh_token ?? '')).scope).not.toContain('phone');
  const request = await authorizationRequest(configuration, { scope });
  const { url } = await more.browser.open(request.url, { until: atCallback });
  expect((await redeem(configuration, { ...request, url })).scope).toBe('openid profile');
});
