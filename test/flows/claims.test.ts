import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, signInHigh } from '../support/high-client.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Single claims, asked for by the `claims` parameter (OIDC Core §5.5), and what a person agrees to by them. */
const careful = {
  ...testClient,
  client_id: 'careful',
  scope: 'openid profile phone email identity background',
  purposes: [
    { id: 'account', vi: 'Mở tài khoản', en: 'Open an account', scopes: ['profile', 'identity'], required: true },
    { id: 'contact', vi: 'Nhắn tin kết quả', en: 'Text you the result', scopes: ['phone', 'email'] },
    { id: 'statistics', vi: 'Thống kê dân tộc', en: 'Statistics of ethnic groups', scopes: ['background'] },
  ],
};

let vneid: Instance;
let configuration: oidc.Configuration;
let high: HighClient;

beforeAll(async () => {
  high = await createHighClient();
  vneid = await startVneid({ clients: [careful, high.registration] });
  configuration = await relyingParty(vneid, { id: 'careful' });
});
afterAll(() => vneid.stop());

type Asked = { userinfo?: object; id_token?: object };
const asking = (claims: Asked, more: Record<string, string> = {}) =>
  authorizationRequest(configuration, { scope: 'openid', claims: JSON.stringify(claims), ...more });

async function atConsent(person: string, claims: Asked, more: Record<string, string> = {}) {
  const browser = new Browser();
  const request = await asking(claims, more);
  await browser.open(request.url);
  const page = await browser.submit({ login: person, password: an.password }, { until: atCallback });
  return { browser, request, page };
}

async function answerTo(claims: Asked, person: string, purposes: string[] = [], more: Record<string, string> = {}) {
  const request = await asking(claims, more);
  const { url } = await signIn(vneid, new Browser(), request.url, { number: person, password: an.password }, purposes);
  const tokens = await redeem(configuration, { ...request, url });
  const idToken = tokens.claims();
  return {
    tokens,
    idToken,
    userinfo: await oidc.fetchUserInfo(configuration, tokens.access_token, idToken?.sub ?? ''),
  };
}

describe('what is asked for comes where it is asked for', () => {
  test('in the ID token, from userinfo, and in both', async () => {
    const { idToken, userinfo } = await answerTo(
      {
        id_token: { name: { essential: true }, birthdate: null },
        userinfo: { name: null, personal_number: { essential: true } },
      },
      an.number,
    );
    expect(idToken).toMatchObject({ name: an.name, birthdate: '1985-03-12' });
    expect(idToken).not.toHaveProperty('personal_number');
    expect(Object.keys(userinfo).toSorted()).toEqual(['name', 'personal_number', 'sub']);
  });

  test('a whole scope beside it comes as ever', async () => {
    const { idToken, userinfo } = await answerTo({ id_token: { gender: null } }, '001191000025', [], {
      scope: 'openid profile',
    });
    expect(idToken).toMatchObject({ gender: 'female' });
    expect(idToken).not.toHaveProperty('name');
    expect(userinfo).toMatchObject({ gender: 'female', name: expect.any(String) });
  });

  test('a refreshed token goes on with it', async () => {
    const app = await relyingParty(vneid, { id: 'careful' });
    const { tokens } = await answerTo({ id_token: { family_name: null } }, '046199000018');
    const refreshed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
    expect(refreshed.claims()).toMatchObject({ family_name: expect.any(String) });
  });

  test('what nobody here knows is no error, nor what has no value', async () => {
    const unknown = { nonsense: { essential: true }, constructor: null, 'claim%1/a&,.b': null, __proto__: null };
    // who has neither phone nor e-mail
    const { userinfo } = await answerTo({ userinfo: { ...unknown, email: null, name: null } }, '001165000029', [
      'contact',
    ]);
    expect(Object.keys(userinfo).toSorted()).toEqual(['name', 'sub']);
  });

  test('a login that asks for none of it does not ask the registry for the ID token', async () => {
    const browser = new Browser();
    const request = await authorizationRequest(configuration, { scope: 'openid profile' });
    const { url } = await signIn(vneid, browser, request.url, { number: '066091000020', password: an.password });
    const { byId } = vneid.registry;
    let asked = 0;
    vneid.registry.byId = (id) => {
      asked += 1;
      return byId(id);
    };
    const tokens = await redeem(configuration, { ...request, url });
    expect(asked).toBe(0);
    await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(asked).toBe(1);
    vneid.registry.byId = byId;
  });

  test('a client of the high class has it pushed, and answered to its key', async () => {
    const parameters = {
      scope: 'openid',
      claims: JSON.stringify({ id_token: { name: null }, userinfo: { email: null } }),
    };
    const { configuration: party, dpop, tokens, sub } = await signInHigh(vneid, high, { parameters });
    expect(tokens.claims()).toMatchObject({ name: an.name });
    const userinfo = await oidc.fetchUserInfo(party, tokens.access_token, sub, dpop);
    expect(userinfo).toEqual({ sub, email: 'an@nguoi-mau.example' });
  });
});

describe('what a person agrees to', () => {
  const person = '001187000002';

  test('is exactly what is asked for, under the purpose that it is for', async () => {
    const { page } = await atConsent(person, { userinfo: { birthdate: null, phone_number: null } });
    for (const words of ['Mở tài khoản', 'Ngày, tháng, năm sinh', 'Nhắn tin kết quả', 'Số điện thoại'])
      expect(page.text).toContain(words);
    for (const words of ['Giới tính', 'Số định danh cá nhân', 'Thư điện tử', 'Thống kê dân tộc', 'chính chủ'])
      expect(page.text).not.toContain(words);
  });

  test('is remembered: the same again is not asked, one claim more is, and alone', async () => {
    await answerTo({ userinfo: { birthdate: null, phone_number: null } }, person, ['contact']);
    const same = await atConsent(person, {
      id_token: { phone_number: { essential: true } },
      userinfo: { birthdate: null },
    });
    expect(atCallback(same.page.url)).toBe(true);
    const { page } = await atConsent(person, { userinfo: { birthdate: null, gender: null } });
    expect(page.text).toContain('Giới tính');
    expect(page.text).not.toContain('Ngày, tháng, năm sinh');
  });

  test('does not come when the box is left empty, and is not asked for again', async () => {
    const shy = '001082000022';
    const claims = { userinfo: { name: null, email: null }, id_token: { email: { essential: true } } };
    const { idToken, userinfo } = await answerTo(claims, shy);
    expect(Object.keys(userinfo).toSorted()).toEqual(['name', 'sub']);
    expect(idToken).not.toHaveProperty('email');
    const again = await atConsent(shy, claims);
    expect(atCallback(again.page.url)).toBe(true);
  });

  test('to a scope is agreed to each claim of it, which is not asked again', async () => {
    const one = '030186000023';
    await answerTo({}, one, ['contact'], { scope: 'openid profile phone', claims: '{"userinfo":{}}' });
    const { browser, request, page } = await atConsent(one, { id_token: { phone_number: null, name: null } });
    expect(atCallback(page.url)).toBe(true);
    expect(browser.history.some((line) => line.endsWith('/consent'))).toBe(false);
    const tokens = await redeem(configuration, { ...request, url: page.url });
    expect(tokens.claims()).toMatchObject({ phone_number: expect.stringMatching(/^000/), name: expect.any(String) });
  });

  test('and what was refused by itself comes once its whole scope is agreed to', async () => {
    const one = '001088000024';
    await answerTo({ userinfo: { email: null } }, one);
    const { userinfo } = await answerTo({ userinfo: { email: null } }, one, ['contact'], { scope: 'openid email' });
    expect(userinfo).toMatchObject({ email: expect.any(String), email_verified: false });
  });

  test('may be changed when the app asks for consent again', async () => {
    const one = '036190000016';
    await answerTo({ userinfo: { email: null } }, one, ['contact']);
    const { userinfo } = await answerTo({ userinfo: { email: null } }, one, [], { prompt: 'consent' });
    expect(userinfo).not.toHaveProperty('email');
  });

  test('is kept with the page it was decided on, and listed in the app', async () => {
    const one = '038048000026';
    await answerTo({ userinfo: { birthdate: null } }, one);
    const account = await vneid.accounts.byNumber(one);
    const consent = await vneid.consents.current(account?.id ?? '', 'careful');
    expect(consent?.scopes).toEqual(['openid', 'claim:birthdate']);
    const shown = JSON.parse((await vneid.consents.shown(consent?.id ?? '')) ?? '{}') as {
      purposes: { items: object[] }[];
    };
    expect(shown.purposes).toHaveLength(1);
    expect(shown.purposes[0]?.items).toEqual([expect.objectContaining({ claim: 'birthdate', value: '1948' })]);
    const phone = new Browser();
    await phone.open(`${vneid.issuer}/phone`);
    await phone.submit({ citizen: one });
    const listed = await phone.open(`${vneid.issuer}/phone/shared`);
    expect(listed.text).toContain('Mở tài khoản');
    expect(listed.text).toContain('Ngày, tháng, năm sinh');
    expect(listed.text).not.toContain('Giới tính');
  });

  test('is asked for where no page may be shown: consent_required', async () => {
    const browser = new Browser();
    const first = await asking({ userinfo: { gender: null } });
    await signIn(vneid, browser, first.url, { number: '001190000015', password: an.password });
    const { url } = await asking({ userinfo: { gender: null, name: null } }, { prompt: 'none' });
    const back = await browser.open(url, { until: atCallback });
    expect(said(back.url).error).toBe('consent_required');
    const same = await asking({ userinfo: { gender: null } }, { prompt: 'none' });
    expect(said((await browser.open(same.url, { until: atCallback })).url).code).toEqual(expect.any(String));
  });
});

describe('attacks', () => {
  test('an app gets no claim of a scope that was not agreed with it, however it asks', async () => {
    // `family` and `residence` are not among its scopes; `phone` is
    const claims = { id_token: { family: { essential: true } }, userinfo: { residence: null, phone_number: null } };
    const { browser, request, page } = await atConsent('040198000027', claims);
    expect(page.text).toContain('Số điện thoại');
    expect(page.text).not.toContain('Nơi thường trú');
    const back = await browser.submit({ decision: 'allow', purpose: ['contact'] }, { until: atCallback });
    const tokens = await redeem(configuration, { ...request, url: back.url });
    const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(Object.keys(userinfo).toSorted()).toEqual(['phone_number', 'sub']);
    expect(tokens.claims()).not.toHaveProperty('family');
  });

  test('what is said in the claims parameter goes for that request only: a token of another one has none of it', async () => {
    const one = '010093000030';
    await answerTo({ userinfo: { personal_number: null } }, one);
    const { userinfo } = await answerTo({ userinfo: {} }, one);
    expect(Object.keys(userinfo)).toEqual(['sub']);
  });

  test.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a claim that is a text', '{"userinfo":{"name":"An"}}'],
    ['a purpose of two letters', '{"userinfo":{"name":{"purpose":"no"}}}'],
  ])('a claims parameter that is %s is refused', async (_what, claims) => {
    const { url } = await authorizationRequest(configuration, { scope: 'openid', claims });
    const back = await new Browser().open(url, { until: atCallback });
    expect(said(back.url)).toMatchObject({ error: 'invalid_request', error_description: expect.any(String) });
  });
});

test('discovery says that the parameter is understood, and which claims there are', () => {
  const metadata = configuration.serverMetadata();
  expect(metadata.claims_parameter_supported).toBe(true);
  for (const claim of ['name', 'locale', 'zoneinfo', 'updated_at', 'picture', 'address', 'verified_claims'])
    expect(metadata.claims_supported).toContain(claim);
});

test('the standard claims that everyone has are in `profile`; the address is in its parts', async () => {
  const request = await authorizationRequest(await relyingParty(vneid, { id: 'careful' }), { scope: 'openid profile' });
  const { url } = await signIn(vneid, new Browser(), request.url, { number: '084078000017', password: an.password });
  const tokens = await redeem(configuration, { ...request, url });
  const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(userinfo).toMatchObject({ locale: 'vi-VN', zoneinfo: 'Asia/Ho_Chi_Minh', updated_at: expect.any(Number) });
  expect(userinfo).not.toHaveProperty('picture');
});
