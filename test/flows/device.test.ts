import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser, type Visited } from '../support/browser.ts';
import { createHighClient, type HighClient, highParty } from '../support/high-client.ts';
import { withoutModules } from '../support/markup.ts';
import { asPage, form, send } from '../support/raw.ts';
import { an, newestCode, relyingParty } from '../support/relying-party.ts';

/** A kiosk shows a code, a citizen enters it in their own browser and signs in there, and the kiosk has its tokens (RFC 8628). */
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const secret = 'a-secret-of-the-kiosk';
const kiosk = {
  client_id: 'kiosk',
  client_name: 'Máy tự phục vụ',
  client_secret: secret,
  owner: { vi: 'Trung tâm Phục vụ hành chính công', en: 'Public Administration Service Centre' },
  grant_types: [deviceGrant, 'refresh_token'] as const,
  scope: 'openid profile phone',
  authorization_details_types: ['vneid_transaction' as const],
};
const tam = { number: '001187000002', password: an.password };
/** Level 1, so that it reaches no higher. */
const cuc = { number: '001195000006', password: an.password };

let vneid: Instance;
let high: HighClient;

let broken: string[] = [];

beforeAll(async () => {
  high = await createHighClient({ redirect_uris: [], grant_types: [deviceGrant] });
  const clients = [
    kiosk,
    { ...kiosk, client_id: 'television', client_name: 'Ti vi', scope: 'openid' },
    { ...kiosk, client_id: 'strict', minimum_level: 2 as const },
    { ...kiosk, client_id: 'fresh', fresh: true },
    { ...kiosk, client_id: 'no-grant', grant_types: ['client_credentials'] as const },
  ];
  vneid = await startVneid({
    clients: [...clients.map((client) => ({ ...client, grant_types: [...client.grant_types] })), high.registration],
  });
  vneid.events.on('server.error', ({ message }) => broken.push(message));
});
afterAll(async () => {
  await vneid.stop();
  expect(broken).toEqual([]);
});
// wrong codes of one test are forgotten in the next
beforeEach(() => vneid.clock.advance(601_000));

const as = (id = 'kiosk') => relyingParty(vneid, { id, secret });

/** What a device does first. */
async function start(configuration: oidc.Configuration, parameters: Record<string, string> = {}) {
  return oidc.initiateDeviceAuthorization(configuration, { scope: 'openid profile phone', ...parameters });
}

/** One poll, when it is time for one. */
async function poll(configuration: oidc.Configuration, code: string, options?: oidc.DPoPOptions) {
  vneid.clock.advance(1_100);
  return oidc
    .genericGrantRequest(configuration, deviceGrant, { device_code: code }, options)
    .catch((error: oidc.ResponseBodyError) => ({ error: error.error }));
}

/** Types a code. */
async function enter(browser: Browser, code: string): Promise<Visited> {
  await browser.open(`${vneid.issuer}/device`);
  return browser.submit({ user_code: code });
}

/** Types a code, confirms it, and signs in on whatever pages come. */
async function approve(browser: Browser, code: string, person: { number: string; password: string } = an) {
  await enter(browser, code);
  let page = await browser.submit({ confirm: 'yes' });
  for (let step = 0; step < 6 && page.url.pathname !== '/device'; step += 1) {
    if (page.html.includes('name="password"'))
      page = await browser.submit({ login: person.number, password: person.password });
    else if (page.html.includes('name="otp"'))
      page = await browser.submit({ otp: await newestCode(vneid, person.number) });
    else page = await browser.submit({ decision: 'allow' });
    if (page.status >= 400) throw new Error(`refused at ${page.url.pathname}: ${page.text.slice(0, 300)}`);
  }
  return page;
}

test('a kiosk asks, a citizen enters its code elsewhere and signs in, and the kiosk has its tokens', async () => {
  const configuration = await as();
  const request = await start(configuration);
  expect(request).toMatchObject({
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verification_uri: `${vneid.issuer}/device`,
    verification_uri_complete: `${vneid.issuer}/device?user_code=${request.user_code}`,
    expires_in: 600,
    interval: 1,
  });
  expect(await poll(configuration, request.device_code)).toEqual({ error: 'authorization_pending' });

  const browser = new Browser();
  const confirm = await enter(browser, request.user_code.toLowerCase().replace('-', ' '));
  expect(confirm.text).toContain(request.user_code);
  const login = await browser.submit({ confirm: 'yes' });
  // the page says that it is not this browser that will be signed in, and where to
  expect(login.text).toMatch(/Máy tự phục vụ đề nghị bạn đăng nhập.*cho một thiết bị khác/);
  const consent = await browser.submit({ login: an.number, password: an.password });
  expect(consent.text).toContain('cho một thiết bị khác');
  const done = await browser.submit({ decision: 'allow' });
  expect([done.status, done.text.includes('Thiết bị đã được đăng nhập')]).toEqual([200, true]);
  // the page has an address of its own: it can be read in the other language
  expect((await browser.open(`${done.url.href}&lang=en`)).text).toContain('The device is signed in');

  const tokens = await oidc.pollDeviceAuthorizationGrant(configuration, request);
  expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:1', amr: ['pwd'], auth_time: expect.any(Number) });
  const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(userinfo.name).toBe(an.name);
  const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token));
  expect(refreshed.access_token).toBeTypeOf('string');
  expect(await vneid.audit.list({ event: 'device.approved' })).toMatchObject([{ client: 'kiosk' }]);

  // whoever comes with the code again has it from somewhere: everything issued for it ends
  expect(await poll(configuration, request.device_code)).toEqual({ error: 'invalid_grant' });
  await expect(oidc.refreshTokenGrant(configuration, String(refreshed.refresh_token))).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('a code that comes with the address is only filled in: the person sends it, and compares, without a script', async () => {
  const { user_code: code, verification_uri_complete: address = '' } = await start(await as());
  const browser = new Browser();
  const page = await browser.open(address);
  expect(withoutModules(page.html)).not.toContain('<script');
  expect(page.html).toContain(`value="${code}"`);
  expect(page.text).not.toContain('Máy tự phục vụ');
  const confirm = await browser.submit({ user_code: code });
  expect(confirm.html).toMatch(
    /<button type="submit" class="refusal" name="abort".*\n.*class="primary" name="confirm"/,
  );
  expect(confirm.html).toContain(`hreflang="en"`);
  // in the other language it is the same code
  const link = /<a href="([^"]+)" lang="en"/.exec(confirm.html)?.[1]?.replace('&amp;', '&') ?? '';
  expect((await browser.open(link)).html).toContain(`value="${code}"`);
});

test('a code is understood as a Vietnamese keyboard writes it, and in full-width letters', async () => {
  const configuration = await as();
  const codes = await Promise.all(Array.from({ length: 60 }, async () => (await start(configuration)).user_code));
  const code = codes.find((one) => one.includes('W')) ?? '';
  const typed = code
    .replaceAll('DD', 'đ')
    .replaceAll('W', 'ư')
    .replace(/^[A-Z]/, (letter) => wide(letter));
  const page = await enter(new Browser(), typed.toLowerCase());
  expect([page.status, page.text.includes(code)]).toEqual([200, true]);
});

const wide = (letter: string) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfe_e0);

describe('device-code phishing: a stranger starts a sign-in and sends somebody the code (RFC 8628 §5.4)', () => {
  test.each([
    ['vi', 'Chỉ tiếp tục nếu chính bạn vừa bắt đầu đăng nhập', 'Kẻ lừa đảo gửi mã như thế này', 'Firefox trên Linux'],
    ['en', 'Continue only if you yourself have just started', 'Fraudsters send codes like this', 'Firefox on Linux'],
  ])('before anything is asked for, the page says who asks and for what device: %s', async (language, ...words) => {
    const headers = {
      'content-type': form,
      authorization: `Basic ${btoa(`kiosk:${secret}`)}`,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    };
    const answer = await send(vneid, { method: 'POST', path: '/device/authorize', headers, body: 'scope=openid' });
    const { user_code: code } = answer.json() as { user_code: string };
    const browser = new Browser({ language });
    const page = await enter(browser, code);
    const owner = kiosk.owner[language as 'vi' | 'en'];
    for (const said of [code, kiosk.client_name, owner, '127.0.0.1', ...words]) expect(page.text).toContain(said);
    expect(page.html.match(/class="primary"/g)).toHaveLength(1);
  });

  test('what a device says of itself stays text, and cannot be long', async () => {
    const headers = {
      'content-type': form,
      authorization: `Basic ${btoa(`kiosk:${secret}`)}`,
      'user-agent': `<script>alert(1)</script>${'x'.repeat(3000)}`,
    };
    const answer = await send(vneid, { method: 'POST', path: '/device/authorize', headers, body: 'scope=openid' });
    const page = await enter(new Browser(), String(answer.json().user_code));
    expect(page.status).toBe(200);
    expect(withoutModules(page.html)).not.toContain('<script');
    expect(page.html).not.toContain('x'.repeat(100));
  });

  test('whoever has a session and agreed before is still asked, by name, whether that device may be signed in', async () => {
    const configuration = await as('television');
    const browser = new Browser();
    const first = await start(configuration, { scope: 'openid' });
    await approve(browser, first.user_code);
    expect(await poll(configuration, first.device_code)).toHaveProperty('access_token');
    const { user_code: code, device_code: device } = await start(configuration, { scope: 'openid' });
    await enter(browser, code);
    const page = await browser.submit({ confirm: 'yes' });
    expect([page.html.includes('value="allow"'), page.text.includes(an.name)]).toEqual([true, true]);
    expect(await poll(configuration, device)).toEqual({ error: 'authorization_pending' });
    await browser.submit({ decision: 'deny' });
    expect(await poll(configuration, device)).toEqual({ error: 'access_denied' });
  });

  test('another site cannot send a code on: neither without this browser’s session nor with another’s form', async () => {
    const configuration = await as();
    const { user_code: code, device_code: device } = await start(configuration);
    const [attacker, victim] = [new Browser(), new Browser()];
    const theirs = await attacker.open(`${vneid.issuer}/device`);
    const own = await victim.open(`${vneid.issuer}/device`);
    const xsrfIn = ({ html }: Visited) => /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const post = (browser: Browser, xsrf: string, more: Record<string, string> = { confirm: 'yes' }) =>
      browser.post(`${vneid.issuer}/device`, new URLSearchParams({ user_code: code, xsrf, ...more }));
    for (const [browser, xsrf] of [
      [victim, xsrfIn(theirs)],
      [victim, ''],
      [new Browser(), xsrfIn(own)],
    ] as const) {
      const page = await post(browser, xsrf);
      expect([page.status, page.url.pathname, page.text.includes('không thuộc về trình duyệt này')]).toEqual([
        403,
        '/device',
        true,
      ]);
    }
    expect(await poll(configuration, device)).toEqual({ error: 'authorization_pending' });
    const page = await post(victim, xsrfIn(await victim.open('/device')), {});
    expect([page.status, page.text.includes(code)]).toEqual([200, true]);
  });
});

describe('what a person does otherwise', () => {
  test('they refuse on the page that asks: the device is told', async () => {
    const configuration = await as();
    const { user_code: code, device_code: device } = await start(configuration);
    const browser = new Browser();
    await enter(browser, code);
    const page = await browser.submit({ abort: 'yes' });
    expect([page.status, page.text.includes('Bạn đã từ chối')]).toEqual([200, true]);
    expect(page.text).toContain('không có thông tin nào được gửi cho Máy tự phục vụ');
    expect(await poll(configuration, device)).toEqual({ error: 'access_denied' });
    expect((await enter(browser, code)).status).toBe(409);
  });

  test('they cancel the sign-in: the device is told', async () => {
    const configuration = await as();
    const { user_code: code, device_code: device } = await start(configuration);
    const browser = new Browser();
    await enter(browser, code);
    const login = await browser.submit({ confirm: 'yes' });
    expect(login.text).toContain('Hủy, không đăng nhập thiết bị đó');
    const page = await browser.submit({}, { form: (action) => action.endsWith('/cancel') });
    expect(page.text).toContain('Bạn đã từ chối');
    expect(await poll(configuration, device)).toEqual({ error: 'access_denied' });
    expect(await vneid.audit.list({ event: 'device.refused' })).not.toEqual([]);
  });

  test('they are too late: the page says so, and so does the token endpoint', async () => {
    const configuration = await as();
    const { user_code: code, device_code: device } = await start(configuration);
    expect((await enter(new Browser(), code)).status).toBe(200);
    vneid.clock.advance(601_000);
    const page = await enter(new Browser(), code);
    expect([page.status, page.text.includes('Mã này đã hết hạn')]).toEqual([410, true]);
    expect(await poll(configuration, device)).toEqual({ error: 'expired_token' });
  });

  test('they are too late in the middle of signing in', async () => {
    const configuration = await as();
    const { user_code: code, device_code: device } = await start(configuration);
    const browser = new Browser();
    await enter(browser, code);
    await browser.submit({ confirm: 'yes' });
    vneid.clock.advance(601_000);
    const page = await browser.submit({ login: an.number, password: an.password });
    expect([page.status, page.text.includes('Mã này đã hết hạn')]).toEqual([410, true]);
    expect(await poll(configuration, device)).toEqual({ error: 'expired_token' });
  });

  test.each([
    ['no code', '', 422, 'Bạn chưa nhập mã'],
    ['a code of nobody', 'BBBB-BBBB', 422, 'Không có mã này'],
    ['only dashes', '----', 422, 'Không có mã này'],
  ])('%s: they are told, and what they typed is kept', async (_what, code, status, words) => {
    const page = await enter(new Browser(), code);
    expect([page.status, page.text.includes(words)]).toEqual([status, true]);
    expect(page.html).toMatch(new RegExp(`value="${code}" aria-invalid="true" aria-describedby="trouble `));
    const english = await enter(new Browser({ language: 'en' }), code);
    expect(english.html).toContain('<html lang="en">');
    expect(english.text).not.toContain(words);
  });

  test('a used code, and an address that was used up, lead nowhere', async () => {
    const configuration = await as();
    const { user_code: code } = await start(configuration);
    const browser = new Browser();
    await approve(browser, code, tam);
    const page = await enter(browser, code);
    expect([page.status, page.text.includes('Mã này đã được dùng')]).toEqual([409, true]);
    const resumed = `/device/${/\/login\/([\w-]+)/.exec(browser.history.join(' '))?.[1]}`;
    expect((await browser.open(resumed)).text).toContain('Phiên đăng nhập này đã hết hạn');
    expect((await new Browser().open(new URL(resumed, vneid.issuer))).status).toBe(400);
    expect((await browser.open('/device?ended=x')).html).toContain('name="user_code"');
  });

  test('another person signs in where somebody has a session: the device has the one who signed in', async () => {
    const browser = new Browser();
    const first = await start(await as());
    await approve(browser, first.user_code);
    const configuration = await as('fresh');
    const second = await start(configuration);
    await approve(browser, second.user_code, tam);
    const tokens = (await poll(configuration, second.device_code)) as oidc.TokenEndpointResponse;
    const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck);
    expect(userinfo.name).not.toBe(an.name);
    expect(userinfo.name).toBeTypeOf('string');
  });
});

describe('levels and identifiers', () => {
  test('a level that was asked for is reached', async () => {
    const configuration = await as();
    const request = await start(configuration, { acr_values: 'urn:vneid:loa:2' });
    await approve(new Browser(), request.user_code);
    vneid.clock.advance(1_100);
    const tokens = await oidc.pollDeviceAuthorizationGrant(configuration, request);
    expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:2', amr: expect.arrayContaining(['pwd', 'otp']) });
  });

  test('an account that cannot reach what the client demands: the page says so, the device is told why', async () => {
    const configuration = await as('strict');
    const { user_code: code, device_code: device } = await start(configuration);
    const browser = new Browser();
    await enter(browser, code);
    await browser.submit({ confirm: 'yes' });
    const unmet = await browser.submit({ login: cuc.number, password: cuc.password });
    const page = await browser.submit({}, { form: (action) => action.endsWith('/unmet') });
    expect(unmet.status).toBe(200);
    expect([page.status, page.text.includes('thiết bị đã được báo')]).toEqual([400, true]);
    expect(await poll(configuration, device)).toEqual({ error: 'unmet_authentication_requirements' });
  });

  test('an identifier is the same for every device, for nothing tells sectors apart', async () => {
    const subjects = [];
    for (const id of ['kiosk', 'strict']) {
      const configuration = await as(id);
      const request = await start(configuration);
      await approve(new Browser(), request.user_code, tam);
      vneid.clock.advance(1_100);
      subjects.push((await oidc.pollDeviceAuthorizationGrant(configuration, request)).claims()?.sub);
    }
    expect(subjects[0]).toBe(subjects[1]);
    const pairwise = {
      ...kiosk,
      grant_types: [deviceGrant] as [typeof deviceGrant],
      subject_type: 'pairwise' as const,
    };
    await expect(startVneid({ clients: [pairwise] })).rejects.toMatchObject({ code: 'clients.invalid' });
  });

  test('a client of the high class need push nothing, and its tokens are bound to its key', async () => {
    const ahead = Math.floor((vneid.clock.now() - Date.now()) / 1000);
    const { configuration, dpop } = await highParty(vneid, high, { [oidc.clockSkew]: ahead });
    const request = await oidc.initiateDeviceAuthorization(configuration, { scope: 'openid profile' });
    await approve(new Browser(), request.user_code);
    expect(await poll(configuration, request.device_code)).toEqual({ error: 'invalid_grant' });
    const tokens = (await poll(configuration, request.device_code, dpop)) as oidc.TokenEndpointResponse;
    expect(tokens.token_type).toBe('dpop');
    const { name } = await oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck, dpop);
    expect(name).toBe(an.name);
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck)).rejects.toBeInstanceOf(
      Error,
    );
  });

  test('a transaction is approved on the phone, and the approval is in the token response', async () => {
    const configuration = await as();
    const details = [{ type: 'vneid_transaction', text: 'Nộp hồ sơ H26.14-241125-0001' }];
    const request = await start(configuration, { authorization_details: JSON.stringify(details) });
    const browser = new Browser();
    await enter(browser, request.user_code);
    let page = await browser.submit({ confirm: 'yes' });
    page = await browser.submit({ login: an.number, password: an.password });
    expect(page.text).toContain('Nộp hồ sơ H26.14-241125-0001');
    await vneid.control.phone(an.number).approve();
    page = await browser.submit();
    page = await browser.submit({ decision: 'allow' });
    expect(page.text).toContain('Thiết bị đã được đăng nhập');
    const tokens = await poll(configuration, request.device_code);
    expect(tokens).toMatchObject({ authorization_details: [{ ...details[0], approval: expect.any(String) }] });
  });
});

describe('what a device may not do', () => {
  test('poll too quickly', async () => {
    const configuration = await as();
    const { device_code: code } = await start(configuration);
    expect(await poll(configuration, code)).toEqual({ error: 'authorization_pending' });
    const quick = oidc.genericGrantRequest(configuration, deviceGrant, { device_code: code });
    await expect(quick).rejects.toMatchObject({ error: 'slow_down' });
    expect(await poll(configuration, code)).toEqual({ error: 'authorization_pending' });
  });

  test('fetch what another asked for, or ask without being registered for it', async () => {
    const [configuration, other] = [await as(), await as('television')];
    const request = await start(configuration);
    await approve(new Browser(), request.user_code);
    expect(await poll(other, request.device_code)).toEqual({ error: 'invalid_grant' });
    expect(await poll(configuration, request.device_code)).toHaveProperty('access_token');
    // the library's word for it; RFC 6749 §5.2 has unauthorized_client
    await expect(start(await as('no-grant'))).rejects.toMatchObject({ error: 'invalid_request' });
    const imposter = await relyingParty(vneid, { id: 'kiosk', secret: 'another-secret-than-that' });
    await expect(start(imposter)).rejects.toMatchObject({ status: 401 });
    await expect(start(configuration, { scope: 'openid family' })).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  test('have tokens of an account that was locked meanwhile', async () => {
    const configuration = await as();
    const { user_code: code, device_code: device } = await start(configuration);
    await approve(new Browser(), code, cuc);
    const account = await vneid.accounts.byNumber(cuc.number);
    await vneid.accounts.setState(account?.id ?? '', 'locked', 'requested');
    expect(await poll(configuration, device)).toEqual({ error: 'invalid_grant' });
    await vneid.accounts.setState(account?.id ?? '', 'active', 'requested');
  });
});

test.each([
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '&lt;script&gt;',
  '</title><script>alert(1)</script>',
  'javascript:alert(1)',
  '\u202Ecba',
  '\u0000',
  'B'.repeat(300),
])('a hostile code stays text, in the address and in the form: %j', async (code) => {
  const browser = new Browser();
  const filled = await browser.open(`${vneid.issuer}/device?${new URLSearchParams({ user_code: code })}`);
  const typed = await browser.submit({ user_code: code });
  const twice = await browser.open(`${vneid.issuer}/device?user_code=a&user_code[]=${encodeURIComponent(code)}`);
  expect([filled.status, typed.status, twice.status]).toEqual([200, 422, 200]);
  for (const { html } of [filled, typed, twice]) {
    expect(withoutModules(html)).not.toMatch(/<script|<img|<[^>]* on[a-z]+=(?=[^"]*>)/);
    expect(html).not.toMatch(/value="B{41}/);
  }
});

describe('many at once', () => {
  let busy: Instance;
  const far = (last: number) => ({ ...asPage, 'content-type': form, 'x-forwarded-for': `203.0.113.${last}` });
  const busyParty = () => relyingParty(busy, { id: 'kiosk', secret });

  beforeAll(async () => {
    busy = await startVneid({
      clients: [{ ...kiosk, grant_types: [...kiosk.grant_types] }],
      cibaInterval: 0,
      trustProxy: true,
    });
  });
  afterAll(() => busy.stop());

  /** A form of a browser, to be posted as often as one likes, from wherever. */
  async function opened(): Promise<(code: string, from: number) => ReturnType<typeof send>> {
    const browser = new Browser();
    const { html } = await browser.open(`${busy.issuer}/device`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const cookie = browser.cookieHeader(new URL(`${busy.issuer}/device`));
    return (code, from) =>
      send(busy, {
        method: 'POST',
        path: '/device',
        headers: { ...far(from), cookie },
        body: String(new URLSearchParams({ xsrf, user_code: code })),
      });
  }

  test('of fifty guesses at once ten are looked at; a right one has to wait as well, elsewhere it has not', async () => {
    const { user_code: code } = await start(await busyParty());
    // each from a browser of its own, whose form is good for one wrong code
    const guesses = await Promise.all(Array.from({ length: 50 }, opened));
    const answers = await Promise.all(guesses.map((guess) => guess('CCCC-CCCC', 1)));
    const statuses = answers.map(({ status }) => status);
    expect([422, 429].map((status) => statuses.filter((one) => one === status).length)).toEqual([10, 40]);
    const [again, elsewhere] = [await opened(), await opened()];
    const slow = await again(code, 1);
    expect([slow.status, slow.body.includes('Đã thử quá nhiều lần')]).toEqual([429, true]);
    const wait = Number(slow.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect((await elsewhere(code, 2)).body).toContain(code);
    expect(await busy.audit.list({ event: 'throttle.delayed' })).toHaveLength(1);
    busy.clock.advance(wait * 1000);
    const { user_code: newer } = await start(await busyParty());
    expect((await (await opened())(newer, 1)).body).toContain(newer);
  });

  test('right codes are not counted: a whole service centre stands behind one address', async () => {
    const configuration = await busyParty();
    for (let citizen = 0; citizen < 12; citizen += 1) {
      const { user_code: code } = await start(configuration);
      expect((await (await opened())(code, 3)).status).toBe(200);
    }
  });

  test('of fifty polls after a yes one has the tokens', async () => {
    const configuration = await busyParty();
    const { user_code: code, device_code: device } = await start(configuration);
    const browser = new Browser();
    await browser.open(`${busy.issuer}/device`);
    await browser.submit({ user_code: code });
    await browser.submit({ confirm: 'yes' });
    await browser.submit({ login: an.number, password: an.password });
    await browser.submit({ decision: 'allow' });
    const polls = await Promise.all(
      Array.from({ length: 50 }, () =>
        oidc
          .genericGrantRequest(configuration, deviceGrant, { device_code: device })
          .then(() => 'tokens')
          .catch((error: oidc.ResponseBodyError) => error.error),
      ),
    );
    expect(polls.filter((answer) => answer === 'tokens')).toHaveLength(1);
    expect(polls.filter((answer) => answer === 'invalid_grant')).toHaveLength(49);
  });

  test('of many browsers that confirm one code at once, one goes on', async () => {
    const { user_code: code } = await start(await busyParty());
    const browsers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const browser = new Browser();
        await browser.open(`${busy.issuer}/device`);
        await browser.submit({ user_code: code });
        return browser;
      }),
    );
    // nobody goes on before everybody has read the code as it was: the worst that a distant store can do
    const { artifacts } = busy;
    const findBy = artifacts.findBy.bind(artifacts);
    const everybody = Promise.withResolvers<void>();
    let here = 0;
    artifacts.findBy = async (...asked) => {
      const found = await findBy(...asked);
      if (asked[0] === 'DeviceCode' && (here += 1) === browsers.length) everybody.resolve();
      if (asked[0] === 'DeviceCode') await everybody.promise;
      return found;
    };
    const pages = await Promise.all(browsers.map((browser) => browser.submit({ confirm: 'yes' })));
    artifacts.findBy = findBy;
    expect([200, 409].map((one) => pages.filter(({ status }) => status === one).length)).toEqual([1, 7]);
  });
});
