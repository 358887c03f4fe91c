import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { allAtOnce } from '../accounts/far.ts';
import { databaseOptions } from '../support/database.ts';
import { Browser, type Visited } from '../support/browser.ts';
import { an, newestCode } from '../support/relying-party.ts';

/** A phone is earned: number, password and code, the passcode, and the old phone or the card's chip and the face. */
let vneid: Instance;
beforeEach(async () => {
  vneid = await startVneid(await databaseOptions());
});
afterEach(() => vneid.stop());

const thu = { ...an, number: '001165000029' };
const passcode = '246810';
const accountOf = async (number: string) => {
  const account = await vneid.accounts.byNumber(number);
  if (!account) throw new Error(`no account of ${number}`);
  return account;
};
const activePhone = async (number: string) => vneid.phones.active((await accountOf(number)).id);
const stepOf = (page: Visited) => /name="(password|otp|passcode|again)"/g.exec(page.html)?.[1];
const csrfOf = (page: Visited) => /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';

/** A browser that has given number and password. */
async function begun(person: { number: string; password: string } = an, browser = new Browser()): Promise<Browser> {
  await browser.open(`${vneid.issuer}/phone/activate`);
  await browser.submit({ login: person.number, password: person.password });
  return browser;
}

async function withCode(person: { number: string; password: string } = an): Promise<Browser> {
  const browser = await begun(person);
  await browser.submit({ otp: await newestCode(vneid, person.number) });
  return browser;
}

async function atDevice(): Promise<Browser> {
  const browser = await withCode();
  await browser.submit({ passcode });
  return browser;
}

const ask = (browser: Browser) => browser.submit({}, { form: (action) => action.endsWith('/ask') });
const showCard = (browser: Browser, face = 'matches') =>
  browser.submit({ face }, { form: (action) => action.endsWith('/card') });

describe('the first phone of somebody', () => {
  test('is activated with number, password, code and passcode', async () => {
    expect(await activePhone(thu.number)).toBeUndefined();
    const browser = await withCode(thu);
    const page = await browser.submit({ passcode });
    expect([page.url.pathname, page.status]).toEqual(['/phone', 200]);
    expect(page.text).toContain('Hồ Thị Thu');
    expect((await activePhone(thu.number))?.endedAt).toBeNull();
    const [notice] = await vneid.inbox.messages((await accountOf(thu.number)).citizenId);
    expect(notice).toMatchObject({ kind: 'notice', titleVi: 'VNeID đã được kích hoạt trên một điện thoại' });
  });

  test('whose account has no number gets the code in the app, and the text says what it is for', async () => {
    const browser = await begun(thu);
    expect(browser.page().text).toContain('hộp thư của ứng dụng');
    const [code] = await vneid.inbox.messages((await accountOf(thu.number)).citizenId);
    expect(code).toMatchObject({ channel: 'app', textEn: expect.stringContaining('to activate VNeID') as string });
  });

  test('who has no passcode chooses one, twice, and not what a thief types first', async () => {
    const someone = await freshAccount();
    const browser = await withCode({ number: someone, password: an.password });
    expect(stepOf(browser.page())).toBe('passcode');
    expect(browser.page().html).toContain('name="again"');
    for (const [first, second, code] of [
      ['135791', '135792', 'không giống nhau'],
      ['123456', '123456', 'quá dễ đoán'],
      ['12345', '12345', 'đúng 6 chữ số'],
    ] as const) {
      const page = await browser.submit({ passcode: first, again: second });
      expect([page.status, page.text.includes(code)]).toEqual([422, true]);
      expect(page.html).not.toContain(first);
    }
    const page = await browser.submit({ passcode: '135791', again: '135791' });
    expect(page.url.pathname).toBe('/phone');
    await vneid.passcodes.check((await accountOf(someone)).id, '135791');
  });
});

/** Phạm Văn Dũng has a card but no account: he has just been given one, and never had a phone. */
async function freshAccount(): Promise<string> {
  const dung = await vneid.registry.find('031090000007');
  const { number } = await vneid.accounts.create({
    citizenId: dung?.id ?? '',
    level: 2,
    kind: 'citizen',
    password: an.password,
  });
  return number;
}

describe('another phone than the one in use', () => {
  test('is activated when the old one agrees, with the number shown on the new one; the old one ends', async () => {
    const old = await activePhone(an.number);
    const browser = await atDevice();
    expect(browser.page().text).toContain('Điện thoại của Nguyễn Văn An');
    const page = await ask(browser);
    const number = /match-number">(\d\d)</.exec(page.html)?.[1];
    const [request] = await vneid.control.phone(an.number).approvals();
    expect(request).toMatchObject({ kind: 'phone', number, level: 2, ask: { client: { name: 'VNeID' } } });
    expect((await browser.open(page.url)).text).toContain('Yêu cầu đã được gửi');
    await vneid.control.phone(an.number).approve();
    await browser.open(page.url);
    const done = await browser.submit({}, { form: (action) => action.endsWith('/take') });
    expect(done.url.pathname).toBe('/phone');
    const now = await activePhone(an.number);
    expect(now?.id).not.toBe(old?.id);
    expect((await vneid.phones.history(now?.accountId ?? ''))[1]).toMatchObject({
      id: old?.id,
      endedBecause: 'replaced',
    });
    expect((await vneid.approvals.get(request?.id ?? ''))?.state).toBe('used');
  });

  test.each(['decline', 'wrong number', 'expire'] as const)('is not, when the old one says no: %s', async (how) => {
    const browser = await atDevice();
    const page = await ask(browser);
    const phone = vneid.control.phone(an.number);
    if (how === 'decline') await phone.decline();
    if (how === 'wrong number') await phone.approve({ number: '00' }).catch(() => {});
    if (how === 'expire') vneid.clock.advance(301_000);
    const after = await browser.open(page.url);
    expect(after.html).toMatch(/Điện thoại cũ đã từ chối|đã bị hủy|không còn hiệu lực/);
    const forced = await browser.post(`${page.url.pathname}/take`, new URLSearchParams({ csrf: csrfOf(after) }));
    expect(forced.url.pathname).toBe(page.url.pathname);
    expect(await activePhone(an.number)).toMatchObject({ name: 'Điện thoại của Nguyễn Văn An' });
    await ask(browser);
    await phone.approve();
    await browser.open(page.url);
    expect((await browser.submit({}, { form: (action) => action.endsWith('/take') })).url.pathname).toBe('/phone');
  });

  test('asked twice, only the newest request counts', async () => {
    const browser = await atDevice();
    const page = await ask(browser);
    const [first] = await vneid.control.phone(an.number).approvals();
    await browser.post(`${page.url.pathname}/ask`, new URLSearchParams({ csrf: csrfOf(page) }));
    expect((await vneid.approvals.get(first?.id ?? ''))?.state).toBe('replaced');
  });

  test('is not with the yes of a phone that has been ended since: its thief does not end the phone that came after it', async () => {
    const thief = await atDevice();
    const page = await ask(thief);
    await vneid.control.phone(an.number).approve();
    const owner = await vneid.control.phone(an.number).bind({ name: 'Máy của chủ' });
    const now = await thief.open(page.url);
    expect(now.html).not.toContain('data-go');
    const taken = await thief.post(`${page.url.pathname}/take`, new URLSearchParams({ csrf: csrfOf(now) }));
    expect([taken.url.pathname, (await activePhone(an.number))?.id]).toEqual([page.url.pathname, owner.id]);
  });

  test.each(['before it is asked', 'after it was asked'])(
    'is activated with what was proven when the old one has ended meanwhile, %s',
    async (when) => {
      const browser = await atDevice();
      const { pathname } = when.startsWith('after') ? (await ask(browser)).url : browser.page().url;
      await vneid.control.phone(an.number).lose();
      const page = await browser.open(pathname);
      expect([page.text.includes('Mọi bước đã xong'), stepOf(page)]).toEqual([true, undefined]);
      const done = await browser.submit({}, { form: (action) => action.endsWith('/finish') });
      expect(done.url.pathname).toBe('/phone');
      expect((await activePhone(an.number))?.endedAt).toBeNull();
      await vneid.passcodes.check((await accountOf(an.number)).id, passcode);
    },
  );

  test('the page that waits for an old one is told that there is none any more', async () => {
    const browser = await atDevice();
    const { url } = await ask(browser);
    const follow = async () => {
      const answer = await fetch(`${url.origin}${url.pathname}/follow`, {
        headers: { cookie: browser.cookieHeader(url) },
      });
      const said = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      const first = await said?.read();
      await said?.cancel();
      return first?.value?.trim();
    };
    expect(await follow()).toBe('data: waiting');
    await vneid.control.phone(an.number).lose();
    expect(await follow()).toBe('data: over');
    expect((await browser.open(url)).html).toContain('data-state="over"');
  });

  test('is activated with card chip and face when there is no old one to ask', async () => {
    const browser = await atDevice();
    for (const [face, words] of [
      ['differs', 'không khớp'],
      ['no-camera', 'không có camera'],
      ['anything', 'không có camera'],
    ] as const) {
      const page = await showCard(browser, face);
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(page.text).toContain(words);
    }
    expect((await showCard(browser)).url.pathname).toBe('/phone');
  });

  test('is not, with a card that is no longer good', async () => {
    const khoa = { ...an, number: '001084000011' };
    const browser = await withCode(khoa);
    await browser.submit({ passcode });
    const page = await showCard(browser);
    expect([page.status, page.text.includes('thẻ căn cước còn giá trị')]).toEqual([422, true]);
  });
});

describe('a passcode that is forgotten or locked', () => {
  test('is set anew after card chip and face, and only then', async () => {
    const { id } = await accountOf(an.number);
    const browser = await withCode();
    for (let time = 0; time < 5; time += 1) await browser.submit({ passcode: '999888' });
    expect(await vneid.passcodes.state(id)).toBe('locked');
    const locked = await browser.open(browser.page().url.pathname.replace(/\/passcode$/, ''));
    expect(locked.text).toContain('Passcode đã bị khóa');
    await browser.post(
      `${locked.url.pathname}/new-passcode`,
      new URLSearchParams({ csrf: csrfOf(locked), passcode: '135791', again: '135791' }),
    );
    expect(await vneid.passcodes.state(id)).toBe('locked');
    await showCard(browser);
    const page = await browser.submit({ passcode: '135791', again: '135791' });
    expect(page.url.pathname).toBe('/phone');
    await vneid.passcodes.check(id, '135791');
  });
});

describe('whoever is not the holder', () => {
  test.each([
    ['a wrong password', an.number, 'Hanoi@2025'],
    ['a number nobody has', '001099999999', an.password],
    ['a locked account', '001192000008', an.password],
    ['someone who has died', '033049000009', an.password],
    ['a revoked card', '001183000010', an.password],
  ])('is refused alike: %s', async (_what, number, password) => {
    const browser = await begun({ number, password });
    const page = browser.page();
    expect(page.status).toBe(401);
    expect(page.text).toContain('Số định danh hoặc mật khẩu không đúng');
    expect(page.html).toContain(`value="${number}"`);
    expect(page.html).not.toContain(password);
  });

  test('has five guesses, counted with those of a sign-in, and fifty at once are five', async () => {
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const browser = new Browser();
        await browser.open(`${vneid.issuer}/phone/activate`);
        return browser;
      }),
    );
    const answers = await Promise.all(browsers.map((one) => one.submit({ login: an.number, password: 'wrong' })));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    const slow = answers.filter(({ status }) => status === 429);
    expect(slow).toHaveLength(45);
    expect(Number(slow[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await begun()).page().status).toBe(429);
    vneid.clock.advance(31_000);
    expect((await begun()).page().status).toBe(200);
  });

  test('with the password alone meets the code; wrong ones are counted', async () => {
    const browser = await begun();
    const right = await newestCode(vneid, an.number);
    const wrong = right === '000000' ? '111111' : '000000';
    for (const left of [4, 3, 2, 1, 0]) {
      const page = await browser.submit({ otp: wrong });
      expect([page.status, page.text.includes(`${left} lần thử`)]).toEqual([401, true]);
    }
    expect([401, 429]).toContain((await browser.submit({ otp: right })).status);
  });

  test('cannot go on in another browser, nor skip a step', async () => {
    const browser = await begun();
    const address = browser.page().url;
    const thief = new Browser();
    expect((await thief.open(address)).status).toBe(410);
    const csrf = csrfOf(thief.page());
    const otp = await newestCode(vneid, an.number);
    expect((await thief.post(`${address.pathname}/code`, new URLSearchParams({ csrf, otp }))).status).toBe(410);
    for (const step of ['passcode', 'ask', 'take', 'card', 'new-passcode', 'finish']) {
      const fields = { csrf: csrfOf(browser.page()), passcode, again: passcode, face: 'matches' };
      await browser.post(`${address.pathname}/${step}`, new URLSearchParams(fields));
      expect(stepOf(await browser.open(address)), step).toBe('otp');
    }
    const { status } = await browser.post(
      `${address.pathname}/nothing`,
      new URLSearchParams({ csrf: csrfOf(browser.page()) }),
    );
    expect(status).toBe(404);
    expect(await activePhone(an.number)).toMatchObject({ name: 'Điện thoại của Nguyễn Văn An' });
  });

  test('with a form of another site is refused', async () => {
    const browser = await begun();
    const { pathname } = browser.page().url;
    for (const csrf of ['', 'x'.repeat(43)])
      expect((await browser.post(`${pathname}/code`, new URLSearchParams({ csrf, otp: '123456' }))).status).toBe(403);
    expect(
      (await browser.post('/phone/activate', new URLSearchParams({ login: an.number, password: an.password }))).status,
    ).toBe(403);
  });
});

test('an activation has fifteen minutes, and none once the account is locked', async () => {
  const slow = await withCode();
  vneid.clock.advance(901_000);
  expect((await slow.submit({ passcode })).status).toBe(410);
  const locked = await withCode();
  await vneid.control.phone(an.number).lock();
  expect((await locked.submit({ passcode })).status).toBe(410);
});

test('a second tap on the last step has the phone that the first has bound, whose answer the browser threw away', async () => {
  const browser = await withCode(thu);
  const { url } = browser.page();
  const first = await fetch(`${vneid.issuer}${url.pathname}/passcode`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: browser.cookieHeader(url), 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ csrf: csrfOf(browser.page()), passcode })),
  });
  expect([first.status, first.headers.get('location')]).toEqual([303, '/phone']);
  const bound = await activePhone(thu.number);
  // nobody else has it by the address alone
  const thief = new Browser();
  expect((await thief.open(url)).status).toBe(410);
  const page = await browser.submit({ passcode });
  expect([page.url.pathname, page.text.includes('Hồ Thị Thu')]).toEqual(['/phone', true]);
  expect((await activePhone(thu.number))?.id).toBe(bound?.id);
  expect((await browser.open(url)).url.pathname).toBe('/phone');
  // what has ended is not had again
  await vneid.control.phone(thu.number).lose();
  expect((await browser.open(url)).status).toBe(410);
});

test('fifty last steps at once bind one phone', async () => {
  const browser = await withCode(thu);
  const { pathname } = browser.page().url;
  const fields = String(new URLSearchParams({ csrf: csrfOf(browser.page()), passcode }));
  const cookie = browser.cookieHeader(browser.page().url);
  const bound: unknown[] = [];
  vneid.events.on('phone.bound', (fact) => bound.push(fact));
  const { through } = await allAtOnce(50, async () => {
    const answer = await fetch(`${vneid.issuer}${pathname}/passcode`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: fields,
    });
    if (!answer.headers.getSetCookie().some((line) => line.startsWith('vneid.phone='))) throw new Error('none');
  });
  // whose answer the browser hears, it has the phone, and there is one
  expect([through > 0, bound.length]).toEqual([true, 1]);
});

test('what went wrong is in the audit, without a code or a passcode', async () => {
  const browser = await withCode();
  await browser.submit({ passcode: '908070' });
  const entries = await vneid.audit.list({ event: 'activation.refused' });
  expect(entries).toMatchObject([{ facts: { step: 'passcode', reason: 'passcode.wrong' } }]);
  expect(JSON.stringify(await vneid.audit.list())).not.toContain('908070');
});
