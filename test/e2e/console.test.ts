import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid, type Tenant } from '../../src/index.ts';
import { an, testClient } from '../support/relying-party.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** The console in a real browser: found as one types, done by keyboard alone, read by everyone, in a tenant too. */
let vneid: Instance;
let tenant: Tenant;
let chromium: Browser;
const open: BrowserContext[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ clients: [testClient], citizens: 300 }), openChromium()]);
  tenant = await vneid.control.tenant('build-1234');
});
afterEach(async () => {
  // a page that is not looked at any more goes on asking
  await Promise.all(open.splice(0).map((context) => context.close()));
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

async function pageOf(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await chromium.newContext({ locale: 'vi-VN', ...options });
  open.push(context);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && /policy|refused/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

const places = () => [['the installation', vneid] as const, ['a tenant', tenant] as const];

describe('what is looked for', () => {
  test('is found as one types, and nothing typed is lost by it', async () => {
    for (const [, { issuer }] of places()) {
      const page = await pageOf();
      await page.goto(`${issuer}/lab/console/citizens`);
      await page.focus('[name=q]');
      await page.keyboard.type('nguyen van an');
      await page.waitForFunction(
        (number) => [...document.querySelectorAll('#found tbody th')].some((cell) => cell.textContent === number),
        an.number,
      );
      await page.waitForFunction(() => new URLSearchParams(location.search).get('q') === 'nguyen van an');
      expect(await page.inputValue('[name=q]')).toBe('nguyen van an');
      expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('q');
      // the address says what was looked for, so it can be kept; what is below leads on
      expect(page.url()).toBe(`${issuer}/lab/console/citizens?q=nguyen+van+an`);
      await page.reload();
      expect(await page.textContent('#found')).toContain(an.number);
      await page.click('#found tbody tr:first-child a:has-text("get")');
      expect(page.url()).toContain(`${issuer}/lab/console/citizens/get?number=`);
    }
    expect(complaints).toEqual([]);
  });

  test('is what was typed last, though an earlier answer comes later', async () => {
    const page = await pageOf();
    await page.goto(`${vneid.issuer}/lab/console/citizens`);
    let release = () => {};
    const held = new Promise<void>((go) => (release = go));
    await page.route('**/citizens?q=zzz', async (route) => {
      await held;
      await route.continue();
    });
    await page.fill('[name=q]', 'zzz');
    await page.fill('[name=q]', an.number);
    await page.waitForFunction(
      (number) => document.querySelector('#found tbody th')?.textContent === number,
      an.number,
    );
    const late = page.waitForResponse('**/citizens?q=zzz');
    release();
    await (await late).finished();
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    expect(await page.textContent('#found tbody th')).toBe(an.number);
    expect(page.url()).toContain(`q=${an.number}`);
  });

  test('is the page that came instead, where the lab has been closed meanwhile', async () => {
    const page = await pageOf();
    await page.goto(`${vneid.issuer}/lab/console/citizens`);
    await page.route('**/citizens?q=*', (route) =>
      route.fulfill({
        status: 404,
        contentType: 'text/html; charset=utf-8',
        body: '<!doctype html><h1>Không tìm thấy</h1>',
      }),
    );
    await page.fill('[name=q]', 'an');
    await page.waitForSelector('h1:has-text("Không tìm thấy")');
    expect(complaints).toEqual([]);
  });
});

test('an operation is done by keyboard alone', async () => {
  for (const [, { issuer, clock }] of places()) {
    const page = await pageOf();
    await page.goto(`${issuer}/lab/console`);
    // the skip link, and from there on
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await tabTo(page, 'a[href$="/lab/console/clock"]');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${issuer}/lab/console/clock`);
    await tabTo(page, 'summary:has-text("advance")');
    await page.keyboard.press('Space');
    await tabTo(page, '#clock-advance-seconds');
    await page.keyboard.type('3600');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${issuer}/lab/console/do/clock.advance`);
    expect(await page.textContent('pre')).toContain('"offset": 3600');
    expect(clock.state().offset).toBe(3_600_000);
    clock.reset();
  }
  expect(complaints).toEqual([]);
});

/** Tab until the focus is there, and visible. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const there = page.locator(selector);
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press('Tab');
    if (await there.evaluateAll((all) => all.includes(document.activeElement as HTMLElement))) {
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
      expect(outline).not.toBe('none');
      return;
    }
  }
  throw new Error(`${selector} is not reached by Tab`);
}

const pages: [string, (page: Page, issuer: string) => Promise<unknown>][] = [
  ['overview', (page, issuer) => page.goto(`${issuer}/lab/console`)],
  ['citizens', (page, issuer) => page.goto(`${issuer}/lab/console/citizens?limit=5`)],
  ['one phone', (page, issuer) => page.goto(`${issuer}/lab/console/phones/get?number=${an.number}`)],
  ['nobody', (page, issuer) => page.goto(`${issuer}/lab/console/phones/get?number=${'9'.repeat(20)}`)],
  ['faults', (page, issuer) => page.goto(`${issuer}/lab/console/faults`)],
  ['clients', (page, issuer) => page.goto(`${issuer}/lab/console/clients`)],
  ['state', (page, issuer) => page.goto(`${issuer}/lab/console/state`)],
  ['what is described', (page, issuer) => page.goto(`${issuer}/lab/api`)],
  [
    'what was done',
    async (page, issuer) => {
      await page.goto(`${issuer}/lab/console/operatorLinks`);
      await page.click('summary');
      await page.click('form.operation button');
    },
  ],
  [
    'what was refused',
    async (page, issuer) => {
      await page.goto(`${issuer}/lab/console/phones`);
      await page.click('summary:has-text("lock")');
      await page.fill('#phones-lock-number', 'x'.repeat(20));
      await page.click('#phones-lock-number ~ * button, form[action$="phones.lock"] button');
    },
  ],
];

describe.each(pages)('%s', (_name, visit) => {
  test.each([
    ['vi', 'light', 1200],
    ['en', 'dark', 320],
  ] as const)('in %s, %s, %i px wide, is for everyone', async (language, colorScheme, width) => {
    const page = await pageOf({
      locale: language === 'vi' ? 'vi-VN' : 'en-GB',
      colorScheme,
      // what is looked at is how a page stands, not how it gets there
      reducedMotion: 'reduce',
      viewport: { width, height: 800 },
    });
    await visit(page, vneid.issuer);
    expect(await page.getAttribute('html', 'lang')).toBe(language);
    // of those that look alike, some
    await page.evaluate(() =>
      [...document.querySelectorAll('details')].slice(0, 8).forEach((one) => (one.open = true)),
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.context().close();
  });
});

test('a word in a table stays whole, however narrow the window and long what stands beside it', async () => {
  await vneid.control.login(an.number, { client: testClient.client_id, tokens: true });
  const page = await pageOf({ reducedMotion: 'reduce' });
  for (const family of ['organisations', 'grants', 'sessions', 'tokens', 'audit']) {
    await page.goto(`${vneid.issuer}/lab/console/${family}`);
    for (const width of [390, 900, 1024, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const { seen, cut } = await page.evaluate(wordsOfCells);
      expect(seen, family).toBeGreaterThan(0);
      expect([family, width, cut]).toEqual([family, width, []]);
    }
  }
});

/** In a page: how many words its tables have, and which of them are on two lines. What is longer than a word may be. */
function wordsOfCells(): { seen: number; cut: string[] } {
  const cells = [...document.querySelectorAll('.cards td .cell')].filter((one) => !/[^\s-]{25}/.test(one.textContent));
  const ranges = cells.flatMap(({ firstChild: text }) =>
    [...(text?.textContent ?? '').matchAll(/[\p{L}\p{N}.:]+/gu)].map(({ 0: word, index }) => {
      const range = document.createRange();
      range.setStart(text as Node, index);
      range.setEnd(text as Node, index + word.length);
      return range;
    }),
  );
  const lines = (range: Range) => new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  return { seen: ranges.length, cut: ranges.filter((range) => lines(range) > 1).map(String) };
}

test('in a tenant every link leads to the tenant, and everything that a page needs is there', async () => {
  const page = await pageOf();
  const failed: string[] = [];
  page.on('response', (answer) => {
    // the one that is asked for is not there
    if (answer.status() >= 400 && !answer.url().includes('999')) failed.push(`${answer.status()} ${answer.url()}`);
  });
  page.on('requestfailed', (asked) => {
    // whoever goes on to the next page asks no further for what belongs to this one
    if (asked.failure()?.errorText !== 'net::ERR_ABORTED') failed.push(asked.url());
  });
  const leads = new Set<string>();
  for (const [name, visit] of pages.filter(([one]) => one !== 'what was refused')) {
    await visit(page, tenant.issuer);
    expect(await page.evaluate(() => document.fonts.ready.then(() => document.styleSheets.length)), name).toBe(1);
    const found = await page.evaluate(() => [
      ...[...document.querySelectorAll('a[href]')].map((one) => (one as HTMLAnchorElement).href),
      ...[...document.querySelectorAll('form')].map((one) => one.action),
    ]);
    for (const address of found) leads.add(address);
  }
  expect(leads.size).toBeGreaterThan(40);
  expect([...leads].filter((address) => !address.startsWith(`${tenant.issuer}/`))).toEqual([]);
  expect(failed).toEqual([]);
  // and each of them is a page
  for (const address of [...leads].filter((one) => !one.includes('/do/') && !one.includes('/get?')))
    expect([address, (await fetch(address, { headers: { accept: 'text/html' } })).status]).toEqual([address, 200]);
});
