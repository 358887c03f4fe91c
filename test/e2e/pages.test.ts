import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSpecimen, serveSpecimens } from '../views/specimen-server.ts';
import { specimens } from '../views/specimens.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/**
 * Every page there is, in every state that it has, on the narrowest screen: for everyone. One state is looked at in
 * Vietnamese by day, the next in English by night; `gallery.ts` looks at all of them in all ways.
 */
let chromium: Browser;
let server: Awaited<ReturnType<typeof serveSpecimens>>;
beforeAll(async () => {
  [chromium, server] = await Promise.all([openChromium(), serveSpecimens()]);
});
afterAll(async () => {
  await chromium?.close();
  await server?.[Symbol.asyncDispose]();
});

const ways = [
  { language: 'vi', colorScheme: 'light' },
  { language: 'en', colorScheme: 'dark' },
] as const;

test.each(ways)('in $language, $colorScheme', { timeout: 300_000 }, async ({ language, colorScheme }) => {
  const context = await chromium.newContext({ viewport: { width: 320, height: 640 }, colorScheme });
  const page = await context.newPage();
  const faults: string[] = [];
  let name = '';
  page.on('console', (message) => message.type() === 'error' && faults.push(`${name}: ${message.text()}`));
  const names = specimens(language).map((one) => one.name);
  expect(names.length).toBeGreaterThan(100);
  for (name of names.filter((_, at) => ways[at % 2]?.language === language)) {
    await openSpecimen(page, server.origin, language, name);
    for (const fault of await accessibilityFaults(page)) faults.push(`${name}: ${fault}`);
    if (await scrollsSideways(page)) faults.push(`${name}: too wide`);
  }
  await context.close();
  expect(faults).toEqual([]);
});
