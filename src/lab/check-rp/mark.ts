import type { Page } from 'playwright-core';
import { isStill } from './sign-in.ts';

/** By what an app is seen to have somebody logged in. */
export interface Mark {
  /** It was given; it is the person's name; it is what was to be read after logging in only. */
  by: 'given' | 'name' | 'text';
  /** The text or selector given; the names of those who may come; lines, all of which are to be seen. */
  what: string[];
}

/**
 * Learns the mark from what was to be read in several proper logins and what without one.
 * @param names of those who logged in
 */
export function learnMark({
  inside,
  outside,
  names,
}: {
  inside: readonly string[];
  outside: readonly string[];
  names: readonly string[];
}): Mark | undefined {
  const named = (text: string) => names.some((name) => says(text, name));
  if (inside.every(named) && !outside.some(named)) return { by: 'name', what: [...names] };
  const [first = '', ...others] = inside;
  const news = linesOf(first).filter(
    (line) => others.every((text) => linesOf(text).includes(line)) && !outside.some((text) => says(text, line)),
  );
  return news.length > 0 ? { by: 'text', what: news.slice(0, 5) } : undefined;
}

/** Whether the page shows it now. */
export async function shows(page: Page, { by, what }: Mark): Promise<boolean> {
  const text = await textOf(page);
  if (by === 'name' ? what.some((name) => says(text, name)) : what.every((line) => says(text, line))) return true;
  const [selector = ''] = what;
  // what is no selector is no fault: it was a text
  return (
    by === 'given' &&
    page
      .locator(selector)
      .first()
      .isVisible()
      .catch(() => false)
  );
}

/** Waits for it as long as the page may still change, `patience` milliseconds at most. */
export async function comesToShow(page: Page, mark: Mark, patience: number): Promise<boolean> {
  const until = performance.now() + patience;
  for (;;) {
    if (await shows(page, mark)) return true;
    if (performance.now() > until || (await isStill(page))) return false;
    await page.waitForTimeout(50);
  }
}

/** What a person can read on the page. */
export async function textOf(page: Page): Promise<string> {
  return page.evaluate(() => document.body?.innerText ?? '').catch(() => '');
}

/** Without regard to case and tone marks: a name may be in capitals, and a tone mark elsewhere. */
export function says(text: string, what: string): boolean {
  return plain(text).includes(plain(what));
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'd').replaceAll(/\s+/g, ' ').toLowerCase();
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 2 && line.length < 120);
}
