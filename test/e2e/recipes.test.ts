import { afterAll, beforeAll, expect, test } from 'vitest';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { recipes } from '../recipes/catalogue.ts';
import { runRecipe } from '../recipes/stage.ts';
import { openChromium } from './chromium.ts';

/** The pages of docs/recipes do what they say; `npm run recipes` runs those that need more than Node. */
let browser: Browser;
beforeAll(async () => {
  browser = await openChromium();
});
afterAll(() => browser.close());

test.each(recipes.filter(({ inSuite }) => inSuite))(
  'the recipe $page runs as printed',
  { timeout: 180_000 },
  async (entry) => {
    await runRecipe(entry, browser, { linked: true });
  },
);

test('every page is run by someone', () => {
  const pages = readdirSync(resolve(import.meta.dirname, '../../docs/recipes')).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(recipes.map(({ page }) => `${page}.md`).sort());
});
