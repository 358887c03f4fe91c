import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { quiet } from '../../src/lab/check-rp/chromium.ts';
import { chromiumPath } from '../support/needs.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Debian's Chromium without a screen, kept from calling home. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...quiet] });
}

/** Pages in which axe is there by itself wherever they go. */
const looksAtAll = new WeakSet<Page>();

/** What axe finds wrong with the page for WCAG 2.2 AA, and its contrast for AAA: "rule: element". */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // brought by the debugger, because the pages' own policy rightly runs no foreign script; and once: it is half a megabyte
  if (!looksAtAll.has(page)) await Promise.all([page.addInitScript(axe), page.evaluate(axe)]);
  looksAtAll.add(page);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

/** True when the page has to be scrolled sideways. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
