import type { Browser as Chromium, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** A developer watches sign-ins in a real browser: they appear by themselves, and tokens go nowhere. */
let vneid: Instance;
let chromium: Chromium;
let context: BrowserContext;

beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ clients: [testClient] }), openChromium()]);
  context = await chromium.newContext({ locale: 'en-GB' });
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

test('a sign-in appears while somebody looks, what they unfolded stays so, and a token is opened in the browser alone', async () => {
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto(`${vneid.issuer}/lab/inspector`);
  expect(await page.textContent('main')).toContain('No sign-in has been written down yet');
  expect(await accessibilityFaults(page)).toEqual([]);

  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration);
  const browser = new Browser();
  await browser.open(request.url);
  const row = page.locator('[data-live] tbody tr');
  await row.filter({ hasText: 'Under way' }).waitFor();

  await row.locator('a').first().click();
  await page.locator('.moment').first().waitFor();
  const first = page.locator('#entry-0');
  await first.locator('summary').click();
  expect(await first.textContent()).toContain(request.state);

  const back = await signIn(vneid, browser, request.url);
  const tokens = await redeem(configuration, { ...request, url: back.url }).catch((cause: unknown) => cause);
  expect(tokens).toHaveProperty('id_token');
  const link = page.locator('.handed a', { hasText: 'id_token' });
  await page.goto(`${vneid.issuer}/lab/inspector?text=${request.state}`);
  await row.filter({ hasText: 'Signed in' }).locator('a').first().click();
  await link.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await scrollsSideways(page)).toBe(false);

  await link.click();
  await page.locator('[data-result] .report').waitFor();
  expect(new URL(page.url()).hash).toBe('');
  expect(await page.textContent('[data-result]')).toContain(vneid.issuer);
  const [, claims = ''] = (tokens as { id_token: string }).id_token.split('.');
  expect(asked.filter((one) => one.includes(claims))).toEqual([]);
});

test('what was unfolded stays unfolded when more comes, with the keyboard where it was', async () => {
  const page = await context.newPage();
  const { url, state } = await authorizationRequest(await relyingParty(vneid));
  const browser = new Browser();
  await browser.open(url);
  const { timelines } = await vneid.control.timelines.list({ text: state });
  await page.goto(`${vneid.issuer}/lab/inspector/${timelines[0]?.id}`);
  const first = page.locator('#entry-0');
  await first.locator('summary').focus();
  await page.keyboard.press('Enter');
  await browser.open(browser.page().url);
  await page.locator('.moment').nth(1).waitFor();
  expect(await first.getAttribute('open')).not.toBeNull();
  expect(await page.evaluate(() => document.activeElement?.closest('details')?.id)).toBe('entry-0');
});

test('a page or a stream that could not be had for a moment is asked for again', async () => {
  const page = await context.newPage();
  await page.route('**/lab/inspector/follow', (route) => route.fulfill({ status: 503 }), { times: 1 });
  await page.goto(`${vneid.issuer}/lab/inspector`);
  const seen = async () => {
    const { url, state } = await authorizationRequest(await relyingParty(vneid));
    await new Browser().open(url);
    const { timelines } = await vneid.control.timelines.list({ text: state });
    await page.locator(`[data-live] a[href$="${timelines[0]?.id}"]`).first().waitFor();
  };
  await seen();
  await page.route('**/lab/inspector', (route) => route.abort('failed'), { times: 1 });
  await seen();
  await page.route('**/lab/inspector', (route) => route.fulfill({ status: 503 }), { times: 1 });
  await seen();
});
