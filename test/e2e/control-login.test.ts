import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { an } from '../support/relying-party.ts';
import { openChromium } from './chromium.ts';

/** A test of an app that has nothing to do with signing in puts a session into the browser, and is signed in. */
let vneid: Instance;
let chromium: Browser;

beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ city: true, cityPort: 0 }), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

test('cookies of control.login sign a real browser in, silently', async () => {
  const { cookies = [] } = await vneid.control.login(an, { client: 'ihanoi', session: true });
  const context = await chromium.newContext();
  await context.addCookies(cookies);
  const page = await context.newPage();
  const seen: string[] = [];
  page.on('framenavigated', (frame) => seen.push(new URL(frame.url()).pathname));
  await page.goto(`${vneid.city}/ihanoi`);
  await page.click('a[href="/ihanoi/login"]');
  await page.waitForSelector(`text=${an.name}`);
  expect(seen).toEqual(['/ihanoi', '/ihanoi/me']);
  await context.close();
});
