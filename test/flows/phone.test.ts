import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewApproval } from '../../src/accounts/approvals.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { allAtOnce } from '../accounts/far.ts';
import { Browser, type Visited } from '../support/browser.ts';
import { send } from '../support/raw.ts';
import { an, authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** The phone as a person uses it, without JavaScript: one story a screen, and what a thief would try on each. */
let vneid: Instance;
beforeEach(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterEach(() => vneid.stop());

const binh = '001187000002';
const passcode = '246810';
const app = { name: 'Ứng dụng <b>thử</b>', owner: { vi: 'Thành phố', en: 'The city' }, origin: 'https://app.example' };
const from = { address: '113.160.0.1', browser: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140.0 Safari/537' };

async function accountId(number: string): Promise<string> {
  return (await vneid.accounts.byNumber(number))?.id ?? '';
}

/** A browser that holds somebody's phone, picked up in the lab. */
async function phoneOf(number: string, browser = new Browser()): Promise<Browser> {
  await browser.open(`${vneid.issuer}/phone`);
  if (!browser.page().html.includes('name="citizen"')) await browser.open(`${vneid.issuer}/phone/cast`);
  await browser.submit({ citizen: number });
  return browser;
}

let asked = 0;
async function ask(own: Partial<NewApproval> = {}) {
  asked += 1;
  return vneid.approvals.ask({
    kind: 'push',
    reference: `walk-${asked}`,
    accountId: await accountId(an.number),
    ask: { client: app, from },
    level: 2,
    numbered: true,
    ...own,
  });
}

const csrfOf = (page: Visited) => /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
const at = (path: string) => `${vneid.issuer}/phone${path}`;
const stateOf = async (id: string) => (await vneid.approvals.get(id))?.state;

describe('whose phone it is', () => {
  test('a browser without one learns how to get one; every screen leads there', async () => {
    const browser = new Browser();
    const page = await browser.open(at(''));
    expect(page.text).toContain('Kích hoạt điện thoại này');
    expect(page.text).toContain('Lối tắt của phòng thí nghiệm');
    for (const path of ['/wallet', '/scan', '/notices', '/me', '/history', '/devices', '/shared', '/approvals/x'])
      expect((await browser.open(at(path))).url.pathname, path).toBe('/phone');
    expect((await browser.open(at('/follow'))).status).toBe(404);
  });

  test('in the lab anybody’s phone is picked up, and leaves the browser that had it', async () => {
    const first = await phoneOf(an.number);
    expect(first.page().text).toContain('Nguyễn Văn An');
    const second = await phoneOf(an.number);
    expect((await first.open(at('/me'))).url.pathname).toBe('/phone');
    expect((await second.open(at('/me'))).text).toContain('001085000001');
    await phoneOf(binh, second);
    expect(second.page().text).toContain('Trần Thị Bình');
  });

  test('whoever has an account but no phone gets one', async () => {
    const browser = await phoneOf('001165000029');
    expect(browser.page().text).toContain('Hồ Thị Thu');
  });

  test.each(['031090000007', '001099999999', ''])('there is no phone of %j', async (number) => {
    const browser = await phoneOf(number);
    expect(browser.page().status).toBe(404);
  });

  test('a secret that was guessed, or one of another phone, opens nothing', async () => {
    const browser = await phoneOf(an.number);
    browser.changeCookie('vneid.phone', (value) => `${value.split('.')[0]}.${'A'.repeat(43)}`);
    expect((await browser.open(at('/me'))).url.pathname).toBe('/phone');
  });

  test.each([
    ['lost', 'đã được báo mất'],
    ['replaced', 'đã chuyển sang điện thoại khác'],
    ['removed', 'đã được gỡ'],
  ] as const)('one that was ended says so: %s', async (because, words) => {
    const browser = await phoneOf(an.number);
    const phone = await vneid.phones.active(await accountId(an.number));
    await vneid.phones.end(phone?.id ?? '', because);
    const page = await browser.open(at('/wallet'));
    expect(page.text).toContain(words);
    expect(page.html).not.toContain('class="tabs"');
  });

  test('one whose account is locked shows nothing but the way to unlock it, and may still be removed', async () => {
    const browser = await phoneOf('001192000008');
    expect(browser.page().status).toBe(403);
    expect(browser.page().text).toContain('Phiếu TK03');
    expect((await browser.open(at('/wallet'))).text).not.toContain('Căn cước');
    const { url } = await browser.submit({}, { form: (action) => action.endsWith('/remove') });
    expect([url.pathname, browser.page().status]).toEqual(['/phone', 200]);
  });

  test('a shared installation has no shortcut', async () => {
    await using sandbox = await startVneid({ mode: 'sandbox', issuer: 'https://id.example', trustProxy: true });
    const headers = { 'x-forwarded-proto': 'https', host: 'id.example', accept: 'text/html' };
    const get = await send(sandbox, { path: '/phone', headers });
    expect([get.status, get.body.includes('name="citizen"'), get.body.toLowerCase().includes('/lab/')]).toEqual([
      200,
      false,
      false,
    ]);
    expect(get.headers['set-cookie']?.join()).toMatch(/__Host-vneid\.guest=.*secure.*httponly/i);
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? `citizen=${an.number}` : undefined;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      expect(
        (await send(sandbox, { method, path: '/phone/cast', headers: { ...headers, ...type }, body })).status,
      ).toBe(404);
    }
  });
});

describe('a request on the phone', () => {
  test('stands above every screen, says who asks, from where and for what, and is answered', async () => {
    const browser = await phoneOf(an.number);
    const { id, number } = await ask({ kind: 'transaction', ask: { client: app, from, text: 'Nộp hồ sơ số 1' } });
    for (const path of ['', '/wallet', '/scan', '/notices', '/me', '/devices', '/shared', '/history'])
      expect((await browser.open(at(path))).html, path).toContain(`class="ask" href="/phone/approvals/${id}"`);
    const page = await browser.open(at(`/approvals/${id}`));
    expect(page.html).not.toContain('class="ask"');
    for (const words of [
      '<b>thử</b>',
      'Thành phố',
      'https://app.example',
      '113.160.0.1',
      'Chrome trên Windows',
      'Nộp hồ sơ số 1',
    ])
      expect(page.text).toContain(words);
    expect(page.html).not.toContain('<b>thử');
    expect(page.html.match(/name="number" value="\d\d"/g)).toHaveLength(3);
    expect(page.html).toMatch(/<button type="submit" class="primary" name="decision" value="allow"/);
    expect(page.html).toMatch(/<button type="submit" class="refusal" name="decision" value="deny"/);
    const done = await browser.submit({ number: number ?? '', passcode, decision: 'allow' });
    expect(done.text).toContain('Đã xác nhận');
    expect(await stateOf(id)).toBe('confirmed');
    expect(browser.history.at(-2)).toBe(`303 POST /phone/approvals/${id}`);
  });

  test('what is not a clear yes is a no', async () => {
    const browser = await phoneOf(an.number);
    for (const decision of ['deny', '', 'maybe']) {
      const { id, number } = await ask();
      await browser.open(at(`/approvals/${id}`));
      const page = await browser.submit({ number: number ?? '', passcode, decision });
      expect([await stateOf(id), page.text.includes('Đã từ chối')]).toEqual(['declined', true]);
    }
  });

  test('refusals say what is wrong, keep what was chosen, and never the passcode', async () => {
    const browser = await phoneOf(an.number);
    const { id, number = '' } = await ask({ level: 4 });
    await browser.open(at(`/approvals/${id}`));
    const tries: [Record<string, string>, number, string][] = [
      [{ passcode, face: 'yes' }, 422, 'chưa chọn số'],
      [{ number, passcode: '111222', face: 'yes' }, 401, 'còn 4 lần thử'],
      [{ number, passcode: '123', face: 'yes' }, 422, 'đúng 6 chữ số'],
      [{ number, passcode }, 422, 'mức 4'],
      [{ number, face: 'yes' }, 422, 'mức 4'],
    ];
    for (const [fields, status, words] of tries) {
      const page = await browser.submit({ ...fields, decision: 'allow' });
      expect([page.status, page.text.includes(words)], words).toEqual([status, true]);
      if (fields.number) expect(page.html).toMatch(new RegExp(`value="${number}" checked`));
      expect(page.html.includes('name="face" value="yes" checked')).toBe('face' in fields);
      expect(page.html).not.toMatch(/value="(246810|111222|123)"/);
      expect(await stateOf(id)).toBe('waiting');
    }
    await vneid.control.phone(an.number).face('differs');
    expect((await browser.submit({ number, passcode, face: 'yes', decision: 'allow' })).text).toContain('không khớp');
    await vneid.control.phone(an.number).face('matches');
    expect((await browser.submit({ number, passcode, face: 'yes', decision: 'allow' })).text).toContain('Đã xác nhận');
  });

  test('a wrong number ends it, and says that somebody may be trying', async () => {
    const browser = await phoneOf(an.number);
    const { id, number } = await ask();
    const page = await browser.open(at(`/approvals/${id}`));
    const wrong = [...page.html.matchAll(/name="number" value="(\d\d)"/g)]
      .map(([, one]) => one)
      .find((one) => one !== number);
    const ended = await browser.submit({ number: wrong ?? '', passcode, decision: 'allow' });
    expect([ended.status, ended.text.includes('đã bị hủy')]).toEqual([403, true]);
    expect((await browser.open(at(`/approvals/${id}`))).text).toContain('đang thử vào tài khoản');
  });

  test('too late is too late', async () => {
    const browser = await phoneOf(an.number);
    const { id, number = '' } = await ask();
    await browser.open(at(`/approvals/${id}`));
    vneid.clock.advance(300_000);
    const page = await browser.submit({ number, passcode, decision: 'allow' });
    expect([page.status, page.text.includes('đã hết hạn')]).toEqual([410, true]);
    expect((await browser.open(at(''))).html).not.toContain('class="ask"');
  });

  test('another person’s phone does not see it, and a form of theirs does not answer it', async () => {
    const { id, number = '' } = await ask();
    const thief = await phoneOf(binh);
    expect((await thief.open(at(`/approvals/${id}`))).status).toBe(404);
    await thief.open(at('/scan'));
    const csrf = csrfOf(thief.page());
    const fields = { csrf, number, passcode, decision: 'allow' };
    expect((await thief.post(at(`/approvals/${id}`), new URLSearchParams(fields))).status).toBe(404);
    const owner = await phoneOf(an.number);
    for (const forged of [csrf, '', 'x'])
      expect((await owner.post(at(`/approvals/${id}`), new URLSearchParams({ ...fields, csrf: forged }))).status).toBe(
        403,
      );
    expect(await stateOf(id)).toBe('waiting');
  });

  test('fifty presses of the button are one answer', async () => {
    const browser = await phoneOf(an.number);
    const { id, number = '' } = await ask();
    const page = await browser.open(at(`/approvals/${id}`));
    const body = String(new URLSearchParams({ csrf: csrfOf(page), number, passcode, decision: 'allow' }));
    const headers = { cookie: browser.cookieHeader(page.url), 'content-type': 'application/x-www-form-urlencoded' };
    const { through } = await allAtOnce(50, async () => {
      const answer = await fetch(page.url, { method: 'POST', redirect: 'manual', headers, body });
      if (answer.status !== 303) throw new Error(String(answer.status));
    });
    expect(through).toBe(1);
  });
});

describe('scanning', () => {
  const askQr = () => ask({ kind: 'qr', accountId: undefined });
  const codeOf = (id: string) => `${vneid.issuer}/phone/scan#${vneid.approvals.ticketOf(id)}`;

  test('a code that is pasted leads to its request', async () => {
    const browser = await phoneOf(an.number);
    const { id, number = '' } = await askQr();
    await browser.open(at('/scan'));
    const page = await browser.submit({ code: ` ${codeOf(id)} ` });
    expect(page.url.pathname).toBe(`/phone/approvals/${id}`);
    await browser.submit({ number, passcode, decision: 'allow' });
    expect(await stateOf(id)).toBe('confirmed');
  });

  test('what is no code of ours is refused, and stays in the field', async () => {
    const browser = await phoneOf(an.number);
    await browser.open(at('/scan'));
    for (const code of ['', 'xin chào', 'https://evil.example/phone/scan#a.b', `${vneid.issuer}/verify/short`]) {
      const page = await browser.submit({ code });
      expect([page.status, page.text.includes('không phải của VNeID')], code).toEqual([404, true]);
      expect(page.html).toContain(`value="${code}"`);
    }
  });

  test('the second phone that scans ends it for both', async () => {
    const { id } = await askQr();
    const [first, second] = [await phoneOf(an.number), await phoneOf(binh)];
    await first.open(at('/scan'));
    await first.submit({ code: codeOf(id) });
    await second.open(at('/scan'));
    expect((await second.submit({ code: codeOf(id) })).text).toContain('điện thoại khác');
    expect((await first.open(at(`/approvals/${id}`))).text).toContain('điện thoại thứ hai');
    expect((await second.open(at(`/approvals/${id}`))).status).toBe(404);
  });

  test('a document that somebody shows leads to what it says', async () => {
    const [holder, reader] = [await phoneOf(an.number), await phoneOf(binh)];
    const shown = await holder.open(at('/wallet/card'));
    const url = /href="(http[^"]+\/verify\/[^"]+)"/.exec(shown.html)?.[1] ?? '';
    await reader.open(at('/scan'));
    const page = await reader.submit({ code: url });
    expect(page.url.href).toBe(url);
    expect(page.text).toContain('Nguyễn Văn An');
  });
});

describe('the wallet', () => {
  test('shows everything there is, each with a code that a verifier checks and that is new each time', async () => {
    const browser = await phoneOf(an.number);
    const page = await browser.open(at('/wallet'));
    const links = [...page.html.matchAll(/href="(\/phone\/wallet\/[^"]+)" class="paper-link"/g)].map(
      ([, href]) => href ?? '',
    );
    expect(links.length).toBeGreaterThanOrEqual(6);
    const codes = new Set<string>();
    for (const link of [...links, ...links]) {
      const document = await browser.open(`${vneid.issuer}${link}`);
      expect(document.html).toContain('class="qr"');
      const url = /href="(http[^"]+\/verify\/[^"]+)"/.exec(document.html)?.[1] ?? '';
      codes.add(url);
      const checked = await fetch(url, { headers: { accept: 'application/json' } });
      expect(checked.status).toBe(200);
      await browser.open(at('/wallet'));
    }
    expect(codes.size).toBe(links.length * 2);
  });

  test('has the documents of children and wards, and of nobody else', async () => {
    const browser = await phoneOf(an.number);
    const page = await browser.open(at('/wallet'));
    const [child = ''] = [...page.html.matchAll(/href="(\/phone\/dependants\/[^"]+)"/g)].map(([, href]) => href);
    const theirs = await browser.open(`${vneid.issuer}${child}`);
    expect(theirs.text).toContain('Nguyễn Minh Châu');
    const [document = ''] = [...theirs.html.matchAll(/href="(\/phone\/dependants\/[^"]+)" class="paper-link"/g)].map(
      ([, href]) => href,
    );
    expect((await browser.open(`${vneid.issuer}${document}`)).html).toContain('class="qr"');
    const other = await phoneOf('001084000011');
    for (const path of [child, document, '/phone/wallet/nothing'])
      expect((await other.open(`${vneid.issuer}${path}`)).status, path).toBe(404);
  });

  test('of a level-1 account says what it lacks', async () => {
    const browser = await phoneOf('001195000006');
    const page = await browser.open(at('/wallet'));
    expect(page.text).toContain('Chưa có Căn cước điện tử');
    expect(page.html).not.toContain('/wallet/electronic-identity');
    // its papers are there to read, and nothing that stands for the paper one
    const paper = await browser.open(at('/wallet/card'));
    expect([paper.status, paper.text.includes('nâng lên mức độ 2'), /verify\/[\w-]{22}/.test(paper.html)]).toEqual([
      200,
      true,
      false,
    ]);
  });
});

describe('traces', () => {
  test('what was sent and asked is one list by day, each request with what became of it', async () => {
    const browser = await phoneOf(an.number);
    const { id } = await ask();
    await vneid.control.phone(an.number).decline();
    vneid.clock.advance(86_400_000);
    await ask();
    const page = await browser.open(at('/notices'));
    expect(page.text).toMatch(/Hôm nay .*Đang chờ trả lời.* Hôm qua .*Đã từ chối/);
    expect(page.html).toContain(`href="/phone/approvals/${id}"`);
  });

  test('every sign-in is in the history: where, how, from where', async () => {
    const configuration = await relyingParty(vneid);
    await signIn(vneid, new Browser(), (await authorizationRequest(configuration)).url);
    const page = await (await phoneOf(an.number)).open(at('/history'));
    expect(page.text).toContain('Ứng dụng thử Mật khẩu');
    expect(page.text).toContain('Mức xác thực 1/4');
    expect((await (await phoneOf(binh)).open(at('/history'))).text).toContain('Chưa có lần đăng nhập nào');
  });

  test('a form that was not good leads back to its page in the other language', async () => {
    const browser = await phoneOf(an.number);
    for (const [form, page] of [
      ['/devices/lost', '/devices'],
      ['/shared/x/withdraw', '/shared'],
    ] as const) {
      const refused = await browser.post(at(form), new URLSearchParams({ csrf: 'x' }));
      expect([refused.status, refused.html.includes('href="?lang=en"')]).toEqual([403, true]);
      const read = await browser.open(at(`${form}?lang=en`));
      expect([read.status, read.url.href, read.html.includes('<html lang="en">')]).toEqual([200, at(page), true]);
      await browser.open(at('?lang=vi'));
    }
  });

  test('a lost phone ends at once', async () => {
    const browser = await phoneOf(an.number);
    const { id, number } = await ask();
    const page = await browser.open(at('/devices'));
    expect(page.text).toContain('Đang dùng');
    expect((await browser.submit({}, { form: (action) => action.endsWith('/lost') })).text).toContain(
      'đã được báo mất',
    );
    expect(await vneid.phones.active(await accountId(an.number))).toBeUndefined();
    const fields = { csrf: csrfOf(page), number: number ?? '', passcode, decision: 'allow' };
    await browser.post(at(`/approvals/${id}`), new URLSearchParams(fields));
    expect(await stateOf(id)).toBe('waiting');
  });

  test('consent is withdrawn with one press: tokens end, the app asks again, a receipt is kept', async () => {
    const configuration = await relyingParty(vneid);
    const signedIn = new Browser();
    const request = await authorizationRequest(configuration, {
      scope: 'openid profile phone offline_access',
      prompt: 'consent',
    });
    const back = await signIn(vneid, signedIn, request.url);
    const tokens = await redeem(configuration, { ...request, url: back.url });
    const userinfo = () =>
      fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect((await userinfo()).status).toBe(200);

    const browser = await phoneOf(an.number);
    const page = await browser.open(at('/shared'));
    expect(page.text).toContain('Ứng dụng thử');
    const withdraw = /action="([^"]+\/withdraw)"/.exec(page.html)?.[1] ?? '';
    const thief = await phoneOf(binh);
    await thief.open(at('/scan'));
    const stolen = new URLSearchParams({ csrf: csrfOf(thief.page()) });
    expect((await thief.post(`${vneid.issuer}${withdraw}`, stolen)).status).toBe(404);
    expect((await userinfo()).status).toBe(200);

    const done = await browser.submit({}, { form: (action) => action === withdraw });
    expect(done.text).toContain('Bạn đã rút lại sự đồng ý với Ứng dụng thử');
    expect((await userinfo()).status).toBe(401);
    const refreshed = await fetch(`${vneid.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${testClient.client_id}:${testClient.client_secret}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }),
    });
    expect(refreshed.status).toBe(400);
    expect((await signedIn.open((await authorizationRequest(configuration)).url)).html).toContain('value="allow"');
    const [receipt] = await vneid.inbox.messages((await vneid.accounts.byNumber(an.number))?.citizenId ?? '');
    expect(receipt).toMatchObject({
      kind: 'receipt',
      titleEn: 'You withdrew your consent to share data with Ứng dụng thử',
    });
    expect(await vneid.audit.list({ event: 'consent.withdrawn' })).toHaveLength(1);
    await browser.post(`${vneid.issuer}${withdraw}`, new URLSearchParams({ csrf: csrfOf(done) }));
    expect(await vneid.audit.list({ event: 'consent.withdrawn' })).toHaveLength(1);
  });
});

describe('Cá nhân', () => {
  test('changes the passcode for the one in use', async () => {
    const browser = await phoneOf(an.number);
    await browser.open(at('/me'));
    const change = (fields: Record<string, string>) =>
      browser.submit(fields, { form: (action) => action.endsWith('/passcode') });
    const wrong: [Record<string, string>, number][] = [
      [{ old: '111222', new: '135791', again: '135791' }, 401],
      [{ old: passcode, new: '135791', again: '135792' }, 422],
      [{ old: passcode, new: '111111', again: '111111' }, 422],
    ];
    for (const [fields, status] of wrong) {
      const page = await change(fields);
      expect(page.status).toBe(status);
      expect(page.html).not.toMatch(/135791|111222/);
      // where the page asks again as there is something new, and its language is changed
      expect((await browser.open(page.url)).html).toContain('name="old"');
      await vneid.passcodes.check(await accountId(an.number), passcode);
    }
    expect((await change({ old: passcode, new: '135791', again: '135791' })).text).toContain('Đã đổi passcode');
    await vneid.passcodes.check(await accountId(an.number), '135791');
  });

  test('locks the account: every token stops, the phone answers nothing, and says how to unlock', async () => {
    const configuration = await relyingParty(vneid);
    const request = await authorizationRequest(configuration);
    const back = await signIn(vneid, new Browser(), request.url);
    const { access_token: token } = await redeem(configuration, { ...request, url: back.url });
    const { id } = await ask();
    const browser = await phoneOf(an.number);
    await browser.open(at('/me'));
    const lock = (code: string) => browser.submit({ passcode: code }, { form: (action) => action.endsWith('/lock') });
    expect((await lock('111222')).status).toBe(401);
    const page = await lock(passcode);
    expect([page.status, page.text.includes('Tài khoản đang bị khóa')]).toEqual([403, true]);
    const userinfo = await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(userinfo.status).toBe(401);
    expect((await browser.open(at(`/approvals/${id}`))).status).toBe(403);
    expect((await vneid.accounts.byNumber(an.number))?.stateReason).toBe('requested');
    await vneid.control.phone(an.number).unlock();
    expect((await browser.open(at('/me'))).status).toBe(200);
  });

  test('has the lab’s camera, and can take the app away', async () => {
    const browser = await phoneOf(an.number);
    await browser.open(at('/me'));
    await browser.submit({ face: 'differs' }, { form: (action) => action.endsWith('/face') });
    expect((await vneid.control.phone(an.number).phone()).face).toBe('differs');
    await browser.submit({ face: 'nonsense' }, { form: (action) => action.endsWith('/face') });
    expect((await vneid.control.phone(an.number).phone()).face).toBe('differs');
    await browser.submit({}, { form: (action) => action.endsWith('/remove') });
    expect(browser.page().text).toContain('Ứng dụng đã được gỡ');
  });
});

describe('live', () => {
  test('a page is told within a moment of a request, and of its end by the clock', async () => {
    const browser = await phoneOf(an.number);
    const leave = new AbortController();
    const stream = await fetch(at('/follow'), {
      headers: { cookie: browser.cookieHeader(new URL(at(''))) },
      signal: leave.signal,
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value;
    await next();
    const { id } = await ask();
    expect(await next()).toContain(`${id}:waiting`);
    vneid.clock.advance(300_000);
    expect(await next()).not.toContain(id);
    await vneid.control.phone(an.number).lose();
    expect(await next()).toContain('over');
    leave.abort();
  });
});
