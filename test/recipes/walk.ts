import type { Browser, Page } from 'playwright-core';
import { an, newestCode } from '../support/relying-party.ts';

/**
 * Signs Nguyễn Văn An in at an app with a browser, until the app's own page names him. On the way it looks at what the
 * app asks VNeID: a recipe that leaves out state, nonce or PKCE is a bad one.
 * @throws Error saying which page came instead, or what the request lacks
 */
export async function signInAt(browser: Browser, address: string, issuer: string): Promise<void> {
  await using context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const asked = page.waitForRequest((request) => request.url().startsWith(`${issuer}/authorize?`));
  asked.catch(() => {}); // the walk ends first, and says more
  try {
    await walk(page, address, issuer);
  } catch (error) {
    const seen = await page.textContent('body').catch(() => '');
    throw new Error(`at ${page.url()}: ${(error as Error).message}\n${seen?.replaceAll(/\s+/g, ' ').slice(0, 500)}`, {
      cause: error,
    });
  }
  const { searchParams } = new URL((await asked).url());
  if (searchParams.has('request_uri')) return; // it was pushed (RFC 9126), and does not pass here
  const lacking = ['state', 'nonce', 'code_challenge'].filter((name) => !searchParams.get(name));
  if (lacking.length > 0) throw new Error(`the app asks without ${lacking.join(' and ')}`);
}

async function walk(page: Page, address: string, issuer: string): Promise<void> {
  const forward = 'button[type=submit].primary';
  await page.goto(address);
  // an app with a page of its own before VNeID has something to press there
  const way = page.getByRole('link', { name: 'VNeID' }).or(page.getByRole('button', { name: 'VNeID' }));
  if (!page.url().startsWith(issuer)) await way.click();
  await page.fill('input[name=login]', an.number);
  await page.fill('input[name=password]', an.password);
  await page.click(forward);
  await page.locator('input[name=otp]').waitFor();
  await page.fill('input[name=otp]', await newestCode({ issuer }, an.number));
  await page.click(forward);
  await page.click('button[name=decision][value=allow]');
  await page.waitForURL((url) => url.origin !== issuer);
  await page.getByText(an.name).first().waitFor();
}
