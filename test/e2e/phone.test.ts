import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium as launcher, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import type { Passkey } from '../../src/lab/authenticator.ts';
import { chromiumPath } from '../support/needs.ts';
import { an, newestCode } from '../support/relying-party.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** The phone in a real browser: somebody signs in at a desk with it, and everything happens live. */
let vneid: Instance;
let chromium: Browser;
const open: BrowserContext[] = [];
const complaints: string[] = [];
const forward = 'button[type=submit].primary';
const passcode = '246810';
const binh = '001187000002';

beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ city: true, cityPort: 0 }), openChromium()]);
});
afterEach(async () => {
  // a page that is not looked at any more goes on asking
  await Promise.all(open.splice(0).map((context) => context.close()));
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

async function pageOf(options: Parameters<Browser['newContext']>[0] = {}, browser = chromium): Promise<Page> {
  const context = await browser.newContext({ locale: 'vi-VN', ...options });
  open.push(context);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && /policy|refused/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

/** A phone that holds somebody's app. */
async function phoneOf(number: string, options = {}, browser = chromium): Promise<Page> {
  const page = await pageOf({ viewport: { width: 390, height: 780 }, ...options }, browser);
  await page.goto(`${vneid.issuer}/phone`);
  await page.click(`button[value="${number}"]`);
  await page.waitForURL(`${vneid.issuer}/phone`);
  return page;
}

/** A desk whose browser shows iHanoi's sign-in by QR code. */
async function deskWithCode(): Promise<{ desk: Page; code: string; number: string }> {
  const desk = await pageOf({ viewport: { width: 1000, height: 900 } });
  await desk.goto(`${vneid.city}/ihanoi/login`);
  await desk.click('a[href$="?by=qr"]');
  const code = (await desk.getAttribute('[data-code]', 'data-code')) ?? '';
  const id = code.split('#')[1]?.split('.')[0] ?? '';
  return { desk, code, number: (await vneid.approvals.get(id))?.number ?? '' };
}

async function approve(phone: Page, number: string): Promise<void> {
  await phone.waitForSelector('.number-tile');
  await phone.click(`.number-tile:has(input[value="${number}"])`);
  await phone.fill('input[name=passcode]', passcode);
  await phone.click(forward);
  await phone.waitForSelector('.outcome-yes');
}

/** A passkey of somebody, as Chromium's own authenticator takes it in. */
async function keyFor(number: string) {
  const authenticator = await vneid.control.passkey(number);
  const [{ id, rpId, userHandle, privateKey }] = authenticator.passkeys() as [Passkey];
  return {
    credentialId: id.toString('base64'),
    isResidentCredential: true,
    rpId,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    userHandle: Buffer.from(userHandle, 'base64url').toString('base64'),
    signCount: 0,
  };
}

/** The desk goes on by itself: to the consent the first time, and to iHanoi. */
async function arrived(desk: Page): Promise<void> {
  const allow = desk.locator('button[value=allow]');
  const me = desk.waitForURL(`${vneid.city}/ihanoi/me`);
  await Promise.race([allow.waitFor(), me]);
  if (await allow.isVisible()) await allow.click();
  await me;
}

describe('signing in at a desk', () => {
  test('by the address in the code, as a real phone’s camera opens it; the desk goes on by itself', async () => {
    const { desk, code, number } = await deskWithCode();
    const phone = await phoneOf(an.number);
    await phone.goto(code);
    await phone.waitForURL('**/phone/approvals/*');
    expect(await phone.textContent('body')).toContain('Chrome trên');
    await approve(phone, number);
    await arrived(desk);
    expect(await desk.textContent('h1')).toContain(an.name);
    expect(complaints).toEqual([]);
  });

  test.each(['failed', 503])('though a page could not be had for a moment: %s', async (how) => {
    const { desk, code, number } = await deskWithCode();
    await desk.route(
      '**/login/*?by=qr',
      (route) => (typeof how === 'number' ? route.fulfill({ status: how, body: 'away' }) : route.abort(how)),
      { times: 1 },
    );
    const phone = await phoneOf(an.number);
    await phone.goto(code);
    await phone.waitForURL('**/phone/approvals/*');
    await approve(phone, number);
    await arrived(desk);
    expect(await desk.textContent('h1')).toContain(an.name);
  });

  test('though its stream was refused for a moment', async () => {
    const { desk, code, number } = await deskWithCode();
    await desk.route('**/qr/follow', (route) => route.fulfill({ status: 503 }), { times: 1 });
    await desk.reload();
    const phone = await phoneOf(an.number);
    await phone.goto(code);
    await phone.waitForURL('**/phone/approvals/*');
    await approve(phone, number);
    await arrived(desk);
  });

  test('by a picture of the code, read in the page', async () => {
    const { desk, number } = await deskWithCode();
    const picture = await desk.locator('svg.qr').first().screenshot();
    const phone = await phoneOf(an.number);
    await phone.goto(`${vneid.issuer}/phone/scan`);
    await phone.setInputFiles('#picture', {
      name: 'none.png',
      mimeType: 'image/png',
      buffer: await phone.screenshot(),
    });
    await phone.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.includes('Không tìm thấy'));
    await phone.setInputFiles('#picture', { name: 'code.png', mimeType: 'image/png', buffer: picture });
    await phone.waitForURL('**/phone/approvals/*');
    await approve(phone, number);
    await arrived(desk);
    expect(complaints).toEqual([]);
  });

  test('by the phone’s camera', async () => {
    const { desk, number } = await deskWithCode();
    const folder = await mkdtemp(join(tmpdir(), 'vneid-camera-'));
    const seen = join(folder, 'desk.mjpeg');
    await writeFile(seen, await desk.screenshot({ type: 'jpeg', quality: 95 }));
    const withCamera = await launcher.launch({
      executablePath: chromiumPath(),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${seen}`,
      ],
    });
    try {
      const phone = await phoneOf(an.number, {}, withCamera);
      await phone.goto(`${vneid.issuer}/phone/scan`);
      await phone.click('[data-camera]');
      await phone.waitForURL('**/phone/approvals/*');
      await approve(phone, number);
      await arrived(desk);
    } finally {
      await withCamera.close();
      await rm(folder, { recursive: true });
    }
    expect(complaints).toEqual([]);
  });

  test('with the lock of the device itself instead of the passcode', async () => {
    const { desk, code, number } = await deskWithCode();
    const phone = await phoneOf(binh);
    const lock = await phone.context().newCDPSession(phone);
    await lock.send('WebAuthn.enable');
    const sensor = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    const { authenticatorId } = await lock.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', ...sensor, automaticPresenceSimulation: true },
    });
    await phone.goto(code);
    await phone.waitForURL('**/phone/approvals/*');
    // who has no passkey is not offered one
    expect(await phone.locator('[data-unlock]').count()).toBe(0);
    await lock.send('WebAuthn.addCredential', { authenticatorId, credential: await keyFor(binh) });
    await phone.reload();
    expect(await accessibilityFaults(phone)).toEqual([]);
    await phone.click(`.number-tile:has(input[value="${number}"])`);
    await phone.click('[data-unlock] button');
    await phone.waitForSelector('.outcome-yes');
    await arrived(desk);
    expect(await desk.textContent('body')).toContain('urn:vneid:loa:2');
    expect(complaints).toEqual([]);
  });

  test('where the camera is not allowed the page says what else there is', async () => {
    const phone = await phoneOf(an.number);
    await phone.goto(`${vneid.issuer}/phone/scan`);
    await phone.click('[data-camera]');
    await phone.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.includes('không cho dùng'));
  });
});

describe('live', () => {
  const ask = async (text: string) =>
    vneid.approvals.ask({
      kind: 'transaction',
      reference: text,
      accountId: (await vneid.accounts.byNumber(binh))?.id,
      ask: { client: { name: 'iHanoi', owner: { vi: 'x', en: 'x' }, origin: '' }, text },
      level: 2,
      numbered: true,
    });

  test('a request lights up any screen, and nothing typed is lost by it', async () => {
    const phone = await phoneOf(binh);
    await phone.goto(`${vneid.issuer}/phone/me`);
    await phone.click('summary:has-text("Đổi passcode")');
    await phone.fill('#old', '111222');
    const { id } = await ask('một');
    await phone.waitForSelector(`a.ask[href$="${id}"]`);
    expect(await phone.inputValue('#old')).toBe('111222');
    await vneid.control.phone(binh).decline();
    await phone.waitForSelector('a.ask', { state: 'detached' });
    expect(await phone.inputValue('#old')).toBe('111222');
  });

  test('a page whose server was away for a moment is live again', async () => {
    const phone = await phoneOf(binh);
    let refused = 0;
    await phone.route('**/phone/follow', (route) => {
      if (refused > 0 || !route.request().frame().url().endsWith('/phone/me')) return route.continue();
      refused += 1;
      return route.fulfill({ status: 503 });
    });
    await phone.goto(`${vneid.issuer}/phone/me`);
    await expect.poll(() => refused).toBe(1);
    const { id } = await ask('một');
    await phone.waitForSelector(`a.ask[href$="${id}"]`);
    await vneid.control.phone(binh).decline();
    await phone.waitForSelector('a.ask', { state: 'detached' });
    // and a page that could not be had once is had the next time
    await phone.route('**/phone/me', (route) => route.fulfill({ status: 503 }), { times: 1 });
    const another = await ask('hai');
    await phone.waitForSelector(`a.ask[href$="${another.id}"]`);
    expect(phone.url()).toBe(`${vneid.issuer}/phone/me`);
    await vneid.control.phone(binh).decline();
  });

  test('a wrong passcode is sent once, whatever comes after it', async () => {
    const phone = await phoneOf(binh);
    await phone.goto(`${vneid.issuer}/phone/me#lock`);
    const lock = phone.locator('form[action$="/lock"]');
    await lock.locator('input[name=passcode]').fill('111222');
    await lock.locator('button').click();
    await phone.waitForSelector('text=4 lần thử');
    const { id } = await ask('không');
    await phone.waitForSelector(`a.ask[href$="${id}"]`);
    await vneid.control.phone(binh).decline();
    await phone.waitForSelector('a.ask', { state: 'detached' });
    expect(await phone.textContent('#screen')).toContain('4 lần thử');
  });

  test('a request that is answered elsewhere or expires says so on its own screen', async () => {
    const phone = await phoneOf(binh);
    const { id, number } = await ask('hai');
    await phone.waitForSelector('a.ask');
    await phone.click('a.ask');
    await phone.click(`.number-tile:has(input[value="${number}"])`);
    vneid.clock.advance(300_000);
    await phone.waitForSelector('.outcome-no');
    expect(await phone.textContent('h1')).toContain('hết hạn');
    expect((await vneid.approvals.get(id))?.state).toBe('expired');
  });

  test('a document’s code is another one after a minute', async () => {
    const phone = await phoneOf(binh);
    await phone.clock.install();
    await phone.goto(`${vneid.issuer}/phone/wallet/card`);
    const first = await phone.getAttribute('.show a', 'href');
    await phone.clock.runFor(61_000);
    await phone.waitForFunction((old) => document.querySelector('.show a')?.getAttribute('href') !== old, first);
  });

  test('a phone that is picked up elsewhere or ended leaves this browser at once', async () => {
    const phone = await phoneOf(binh);
    await phoneOf(binh);
    await phone.waitForSelector('button[name=citizen]');
    const now = await phoneOf(binh);
    await vneid.control.phone(binh).lose();
    await now.waitForSelector('text=đã được báo mất');
    await vneid.control.phone(binh).bind();
  });
});

test('changing phones: the old one agrees, and the new one goes on by itself', async () => {
  const [old, next] = [await phoneOf(an.number), await pageOf({ viewport: { width: 390, height: 780 } })];
  await next.goto(`${vneid.issuer}/phone`);
  await next.click('a[href="/phone/activate"]');
  await next.fill('#login', an.number);
  await next.fill('#password', an.password);
  await next.click(forward);
  await next.fill('#otp', await newestCode(vneid, an.number));
  await next.click(forward);
  await next.fill('#passcode', passcode);
  await next.click(forward);
  await next.click(forward);
  const number = (await next.textContent('.match-number')) ?? '';
  await old.waitForSelector('a.ask');
  await old.click('a.ask');
  await old.waitForSelector('.number-tile');
  await old.click(`.number-tile:has(input[value="${number}"])`);
  await old.fill('input[name=passcode]', passcode);
  await old.click(forward);
  await next.waitForURL(`${vneid.issuer}/phone`);
  expect(await next.textContent('.identity')).toContain(an.name);
  await old.waitForSelector('text=đã chuyển sang điện thoại khác');
  expect(complaints).toEqual([]);
});

describe.each([
  { name: 'small, light, Vietnamese', viewport: { width: 320, height: 640 }, colorScheme: 'light', locale: 'vi-VN' },
  { name: 'large, dark, English', viewport: { width: 430, height: 930 }, colorScheme: 'dark', locale: 'en-GB' },
  { name: 'on a desk', viewport: { width: 1280, height: 900 }, colorScheme: 'light', locale: 'vi-VN' },
] as const)('$name', ({ viewport, colorScheme, locale }) => {
  test('every screen is sound', { timeout: 120_000 }, async () => {
    const person = '001190000015';
    const phone = await phoneOf(person, { viewport, colorScheme, locale });
    const { id } = await vneid.approvals.ask({
      kind: 'push',
      reference: 'x',
      accountId: (await vneid.accounts.byNumber(person))?.id,
      ask: { client: { name: 'iHanoi', owner: { vi: 'Hà Nội', en: 'Hanoi' }, origin: 'https://ihanoi.example' } },
      level: 4,
      numbered: true,
    });
    const paths = ['', '/wallet', '/wallet/card', '/scan', '/notices', '/me', '/history', '/devices', '/shared'];
    for (const path of [...paths, `/approvals/${id}`, '/activate', '/cast']) {
      await phone.goto(`${vneid.issuer}/phone${path}`);
      expect(await accessibilityFaults(phone), path).toEqual([]);
      expect(await scrollsSideways(phone), path).toBe(false);
      expect(await phone.textContent('body')).toContain('DỮ LIỆU GIẢ LẬP');
    }
    await vneid.control.phone(person).decline();
  });
});

test('without JavaScript: the page asks again by itself, and everything can be done', async () => {
  const phone = await phoneOf(an.number, { javaScriptEnabled: false });
  const { desk, code, number } = await deskWithCode();
  expect(await phone.content()).toContain('http-equiv="refresh"');
  await phone.goto(`${vneid.issuer}/phone/scan`);
  expect(await phone.isVisible('[data-scanner]')).toBe(false);
  await phone.fill('#code', code);
  await phone.click(forward);
  await phone.check(`input[name=number][value="${number}"]`);
  await phone.check('#face');
  await phone.click(forward);
  expect(await phone.textContent('h1')).toContain('Đã xác nhận');
  await arrived(desk);
});

test('with the keyboard alone', async () => {
  const phone = await phoneOf(an.number);
  const { id, number } = await vneid.approvals.ask({
    kind: 'push',
    reference: 'keys',
    accountId: (await vneid.accounts.byNumber(an.number))?.id,
    ask: { client: { name: 'iHanoi', owner: { vi: 'x', en: 'x' }, origin: '' } },
    level: 2,
    numbered: true,
  });
  await phone.goto(`${vneid.issuer}/phone/approvals/${id}`);
  await phone.focus('input[name=number]');
  for (let time = 0; time < 3; time += 1) {
    if (await phone.locator(`input[name=number][value="${number}"]:checked`).count()) break;
    await phone.keyboard.press(time === 0 ? 'Space' : 'ArrowRight');
  }
  await phone.keyboard.press('Tab');
  await phone.keyboard.type(passcode);
  await phone.keyboard.press('Enter');
  await phone.waitForSelector('.outcome-yes');
  expect((await vneid.approvals.get(id))?.state).toBe('confirmed');
});
