import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { an, newestCode } from '../support/relying-party.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** A person opens iHanoi, signs in with number, password and code, agrees, and is back: in a real browser. */
let vneid: Instance;
let chromium: Browser;

beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ city: true, cityPort: 0 }), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

const forward = 'button[type=submit].primary';
const looks = [
  {
    name: 'Vietnamese, desktop, light',
    locale: 'vi-VN',
    person: an,
    words: ['Đăng nhập', 'Nhập mã xác nhận đăng nhập', 'Xác nhận chia sẻ thông tin'],
    options: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  },
  {
    name: 'English, phone, dark, no JavaScript',
    locale: 'en-GB',
    person: { ...an, number: '001187000002', name: 'Trần Thị Bình' },
    words: ['Sign in', 'Enter your sign-in code', 'share'],
    options: { colorScheme: 'dark', viewport: { width: 320, height: 640 }, javaScriptEnabled: false },
  },
] as const;

describe.each(looks)('$name', ({ locale, person, words, options }) => {
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    context = await chromium.newContext({ locale, ...options });
    page = await context.newPage();
    page.on(
      'console',
      (message) =>
        message.type() === 'error' && /policy|refused/i.test(message.text()) && complaints.push(message.text()),
    );
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(() => context?.close());

  /** Every page on the way is checked as it is passed. */
  async function fine(): Promise<void> {
    if (!('javaScriptEnabled' in options)) expect(await accessibilityFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    expect(await page.textContent('body')).toContain('DỮ LIỆU GIẢ LẬP');
    expect(await page.getAttribute('html', 'lang')).toBe(locale.slice(0, 2));
    expect(complaints).toEqual([]);
  }

  test('from the app to the app, signed in', async () => {
    await page.goto(`${vneid.city}/ihanoi`);
    await fine();
    await page.click('a[href="/ihanoi/login"]');
    expect(await page.textContent('h1')).toContain(words[0]);
    await fine();

    await page.fill('input[name=login]', person.number);
    await page.fill('input[name=password]', 'not my password');
    await page.click(forward);
    expect(await page.inputValue('input[name=login]')).toBe(person.number);
    expect(await page.inputValue('input[name=password]')).toBe('');
    expect(await page.getByRole('alert').count()).toBe(1);
    await fine();

    await page.fill('input[name=password]', person.password);
    await page.click(forward);
    expect(await page.textContent('h1')).toContain(words[1]);
    await fine();

    await page.fill('input[name=otp]', await newestCode(vneid, person.number));
    await page.click(forward);
    expect(await page.textContent('h1')).toContain(words[2]);
    expect(await page.locator('input[name=purpose]:checked').count()).toBe(0);
    await fine();

    await page.check('input[name=purpose][value=contact]');
    await page.click(forward);
    await page.waitForURL(`${vneid.city}/ihanoi/me`);
    const shown = (await page.textContent('body')) ?? '';
    expect(shown).toContain(person.name);
    expect(shown).toContain('phone_number');
    expect(shown).not.toContain('Phường');
    await fine();
  });

  test('is recognised the second time without being asked', async () => {
    await page.goto(`${vneid.city}/ihanoi/login`);
    await page.waitForURL(`${vneid.city}/ihanoi/me`);
    expect(await page.textContent('h1')).toContain(person.name);
  });

  test('signs out of both', async () => {
    await page.click('form[action="/ihanoi/logout"] button');
    await page.waitForURL(new RegExp('/logout'));
    await fine();
    await page.click(forward);
    await page.waitForURL(`${vneid.city}/ihanoi/goodbye`);
    await fine();
    await page.goto(`${vneid.city}/ihanoi/login`);
    await page.waitForSelector('input[name=password]');
  });

  test('may say no', async () => {
    await page.click(`form[action$="/cancel"] button`);
    await page.waitForURL(`${vneid.city}/ihanoi/callback**`);
    expect(await page.textContent('body')).toContain('access_denied');
    await fine();
  });

  test('the pages beside the way are as sound', async () => {
    for (const path of ['/', `/lab/inbox/${person.number}`, '/nowhere', '/authorize?client_id=nobody']) {
      await page.goto(vneid.issuer + path);
      await fine();
    }
  });
});

test('with the keyboard alone', async () => {
  const context = await chromium.newContext({ locale: 'vi-VN' });
  const page = await context.newPage();
  await page.goto(`${vneid.city}/ihanoi/login`);
  // a key pressed before the field has the focus is nobody's
  await page.waitForSelector('input[name=login]:focus');
  await page.keyboard.type(an.number);
  await page.keyboard.press('Tab');
  await page.keyboard.type(an.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('input[name=otp]:focus');
  await page.keyboard.type(await newestCode(vneid, an.number));
  await page.keyboard.press('Enter');
  await page.waitForURL(`${vneid.city}/ihanoi/me`);
  await context.close();
});

test('who presses everything twice sends each form once, and is signed in', async () => {
  const context = await chromium.newContext({ locale: 'vi-VN' });
  const page = await context.newPage();
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url().split('/').at(-1) ?? '');
  });
  const khue = '046199000018';
  await page.goto(`${vneid.city}/ihanoi/login`);
  await page.fill('input[name=login]', khue);
  await page.fill('input[name=password]', an.password);
  await page.dblclick(forward);
  await page.waitForSelector('input[name=otp]');
  await page.fill('input[name=otp]', await newestCode(vneid, khue));
  await page.dblclick(forward);
  await page.waitForSelector('button[value=allow]');
  await page.dblclick('button[value=allow]');
  await page.waitForURL(`${vneid.city}/ihanoi/me`);
  expect(posts).toEqual(['password', 'otp', 'consent']);

  // where an answer is slow a browser would send it again: a form of a page is let through once, until somebody comes back
  await page.goto(vneid.issuer);
  const sent = await page.evaluate(() => {
    const passed: string[] = [];
    const [one, other] = ['one', 'other'].map((name) => {
      const form = document.body.appendChild(document.createElement('form'));
      Object.assign(form, { name, target: 'nowhere' });
      return form;
    }) as [HTMLFormElement, HTMLFormElement];
    addEventListener('submit', (event) => {
      if (!event.defaultPrevented) passed.push((event.target as HTMLFormElement).name);
      event.preventDefault();
    });
    for (const form of [one, one, other, one]) form.requestSubmit();
    dispatchEvent(new PageTransitionEvent('pageshow'));
    one.requestSubmit();
    return passed;
  });
  expect(sent).toEqual(['one', 'other', 'one']);
  await context.close();
});

test('a citizen of level 1 learns how to reach what iHanoi asks for, and iHanoi is told', async () => {
  const context = await chromium.newContext({ locale: 'vi-VN' });
  const page = await context.newPage();
  await page.goto(`${vneid.city}/ihanoi/login`);
  await page.fill('input[name=login]', '001195000006');
  await page.fill('input[name=password]', an.password);
  await page.click(forward);
  expect(await page.textContent('body')).toContain('Cách nâng lên mức độ 2');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.click(forward);
  await page.waitForURL(`${vneid.city}/ihanoi/callback**`);
  expect(await page.textContent('body')).toContain('unmet_authentication_requirements');
  await context.close();
});
