import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { asPage, form, send } from '../support/raw.ts';
import { an } from '../support/relying-party.ts';

/** A holder shows a code; whoever it is shown to checks it, with a phone's camera, a scanner or a program. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid();
});
afterAll(() => vneid.stop());

const long = { number: '001215000012', name: 'Đỗ Minh Long' };
const manh = { number: '001080000013', name: 'Đỗ Văn Mạnh' };

/** What the phone of `by` does when it shows a document of `whose`. */
async function show(kind: string, whose: { number: string } = an, by: { number: string } = whose) {
  const [citizen, account] = [await vneid.registry.find(whose.number), await vneid.accounts.byNumber(by.number)];
  if (!citizen || !account) throw new Error('nobody to show anything');
  const { items } = await vneid.wallets.walletOf(citizen, { today: '2026-11-25' });
  const item = items.find((one) => one.kind === kind)?.id ?? '';
  return vneid.presentations.present({ citizen, item, by: account });
}
const asProgram = (path: string) => send(vneid, { path, headers: { accept: 'application/json' } });
const pathOf = ({ url }: { url: string }) => new URL(url).pathname;
const never = 'A'.repeat(22);

describe('the page that a camera opens', () => {
  test.each([
    ['card', 'Thẻ căn cước', 'Identity card (2024)'],
    ['electronic-identity', 'Căn cước điện tử', 'Electronic identity'],
    ['driving-licence', 'Giấy phép lái xe hạng B', 'Driving licence, class B'],
    ['vehicle', 'Đăng ký xe ô tô', 'Registration of a car'],
    ['health-insurance', 'Thẻ bảo hiểm y tế', 'Health-insurance card'],
    ['residence', 'Thông tin cư trú', 'Residence'],
    ['dependants', 'Thông tin người phụ thuộc', 'Dependants'],
  ])('says of %s in both languages what it is worth', async (kind, vi, en) => {
    const { url } = await show(kind);
    const page = await new Browser().open(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.html).toContain('<h1>Có giá trị</h1>');
    expect(page.html).toContain('<span lang="en">Valid</span>');
    expect(page.text).toContain(`${an.name} ${vi}`);
    expect(page.text).toMatch(/Mã còn dùng được ([1-5]\d?|60) giây/);
    const english = await new Browser({ language: 'en' }).open(url);
    expect(english.html).toContain('<h1>Valid</h1>');
    expect(english.text).toContain(`${an.name} ${en}`);
    for (const { html } of [page, english]) expect(html).not.toContain(an.number);
  });

  test('shows a child’s document with who shows it', async () => {
    const page = await new Browser().open((await show('card', long, manh)).url);
    expect(page.text).toContain(`Người giám hộ xuất trình: ${manh.name}`);
    expect(page.html).toContain(`>${long.name}</h2>`);
  });

  test('of what ran out or was revoked says so, large', async () => {
    const khoa = await new Browser().open((await show('driving-licence', { number: '001084000011' })).url);
    expect([khoa.status, khoa.html.includes('<h1>Hết hạn</h1>')]).toEqual([200, true]);
    const son = await new Browser({ language: 'en' }).open(
      (await show('driving-licence', { number: '037079000028' })).url,
    );
    expect([son.status, son.html.includes('<h1>Revoked</h1>')]).toEqual([200, true]);
  });

  test('of an account that was locked in between shows neither number nor line', async () => {
    const { url } = await show('card', manh);
    const account = await vneid.accounts.byNumber(manh.number);
    await vneid.accounts.setState(account?.id ?? '', 'locked', 'requested');
    const page = await new Browser().open(url);
    expect(page.html).toContain('<h1>Đang bị khóa</h1>');
    expect(page.html).toContain(manh.name);
    expect(page.html).not.toMatch(/<dl|class="digits"/);
    await vneid.accounts.setState(account?.id ?? '', 'active', null);
  });

  test('tells a code that never was from one that is too old', async () => {
    const { url } = await show('card');
    const guessed = await new Browser().open(`${vneid.issuer}/verify/${never}`);
    expect([guessed.status, guessed.html.includes('<h1>Không có thật</h1>')]).toEqual([404, true]);
    vneid.clock.advance(60_000);
    const late = await new Browser().open(url);
    expect([late.status, late.html.includes('<h1>Mã hết hạn</h1>')]).toEqual([410, true]);
    expect(late.html).not.toContain(an.name);
  });
});

describe('a program', () => {
  test('gets the same check', async () => {
    const shown = await show('vehicle');
    const answer = await asProgram(pathOf(shown));
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    expect(answer.json()).toMatchObject({
      state: 'valid',
      document: {
        kind: 'vehicle',
        title: { vi: 'Đăng ký xe ô tô', en: 'Registration of a car' },
        number: '30K-850.01',
        facts: [{ label: { en: 'Plate' }, value: { vi: '30K-850.01' } }, {}, {}],
      },
      holder: { name: an.name },
      shownBy: null,
      expiresAt: new Date(shown.expiresAt).toISOString(),
      synthetic: true,
    });
    // several verifiers in one minute
    expect((await asProgram(pathOf(shown))).status).toBe(200);
  });

  test('gets the catalogue’s errors', async () => {
    const unknown = await asProgram(`/verify/${never}`);
    expect([unknown.status, unknown.json().code]).toEqual([404, 'presentation.unknown']);
    const shown = await show('card');
    vneid.clock.advance(60_000);
    const late = await asProgram(pathOf(shown));
    expect([late.status, late.json().code]).toEqual([410, 'presentation.expired']);
  });

  test.each(['', '%2e%2e', '%00', 'x'.repeat(3000), '<script>', `${never}/x`, `${never}%0a`, '%E0%A4%A'])(
    'finds nothing at /verify/%s',
    async (tail) => {
      const answer = await asProgram(`/verify/${tail}`);
      expect(answer.status).toBeGreaterThanOrEqual(tail === '' ? 200 : 400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toContain('<script>');
    },
  );
});

describe('the field', () => {
  const paste = async (text: string) => {
    const browser = new Browser();
    await browser.open(`${vneid.issuer}/verify`);
    return browser.submit({ code: text });
  };

  test('takes a code, an address, and what a scanner adds to it', async () => {
    const { code, url } = await show('card');
    for (const text of [code, url, ` ${url}\r\n`, `${url}?lang=en`]) {
      const page = await paste(text);
      expect([page.url.pathname, page.status], text).toEqual([`/verify/${code}`, 200]);
    }
  });

  test('refuses an address of somebody else, and says whose it is', async () => {
    const { code } = await show('card');
    for (const text of [`https://vneid.example/verify/${code}`, `http://localhost.evil.example/verify/${code}`]) {
      const page = await paste(text);
      expect(page.status).toBe(422);
      expect(page.text).toContain(`${new URL(text).host}, không phải VNeID`);
      expect(page.html).toMatch(/<input id="code"[^>]*aria-invalid="true"/);
    }
  });

  test('knows the QR code printed on a card, and puts nothing of it into an address or on the page', async () => {
    const printed = '001085000001|012345601|Nguyễn Văn An|12031985|Nam|Số 12 phố Hoa Sữa|10022025||||';
    const page = await paste(printed);
    expect([page.status, page.url.href]).toEqual([422, `${vneid.issuer}/verify`]);
    expect(page.text).toContain('mã QR in trên thẻ');
    expect(page.html).not.toContain('Hoa Sữa');
  });

  test('says what a code looks like', async () => {
    for (const text of ['', 'abc', '../../etc/passwd', 'javascript:alert(1)', '<script>alert(1)</script>', 'http://']) {
      const page = await paste(text);
      expect(page.status, text).toBe(422);
      expect(page.text).toContain('22 chữ và số');
      expect(page.html).not.toContain('alert(1)');
    }
  });

  test('answers a program with the address or the error', async () => {
    const { code } = await show('card');
    const post = (text: string) =>
      send(vneid, {
        method: 'POST',
        path: '/verify',
        headers: { accept: 'application/json', 'content-type': form },
        body: String(new URLSearchParams({ code: text })),
      });
    const found = await post(code);
    expect([found.status, found.headers.location]).toEqual([303, `/verify/${code}`]);
    expect((await post('abc')).json()).toMatchObject({ code: 'presentation.malformed' });
  });
});

test('no code is in the audit, and both ends are', async () => {
  const { code, url } = await show('card');
  await new Browser().open(url);
  const entries = await vneid.audit.list({ limit: 1000 });
  expect(entries.map(({ event }) => event)).toEqual(expect.arrayContaining(['document.shown', 'document.checked']));
  expect(JSON.stringify(entries)).not.toContain(code);
});

test('the first page needs no account and says how to check', async () => {
  const page = await send(vneid, { path: '/verify', headers: asPage });
  expect(page.status).toBe(200);
  expect(page.headers['set-cookie']).toBeUndefined();
  expect(page.body).toContain('Chỉ tin kết quả ở địa chỉ');
  expect(page.body).toContain(vneid.issuer);
});
