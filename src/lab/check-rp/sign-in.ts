import type { Locator, Page } from 'playwright-core';
import type { Lab } from './lab.ts';
import type { Visitor } from './visitor.ts';

/** Who signs in. */
export interface Person {
  number: string;
  password: string;
}

/** How a way ended. */
export type End =
  /** The browser is at the app; `typed` when a password was asked for. */
  | { at: 'app'; typed: boolean }
  /** At a page of the provider that does not lead on. */
  | { at: 'provider'; status: number | undefined; text: string }
  /** The app never sent the browser to the provider. */
  | { at: 'start' }
  /** No page came in time. */
  | { at: 'nowhere'; why: 'hung' | 'loop' | 'gone'; where: string; reason: string };

export interface Way {
  /** What begins a login at the app. */
  start: string;
  lab: Lab;
  person: Person;
  entrance: Entrance;
  /** Milliseconds that one page may take. */
  limit: number;
}

/** What was learned of the page that begins a login: whether its scripts lead nowhere until somebody presses a button. */
export interface Entrance {
  pressed: boolean;
}

/** More pages than any login of the provider has. */
const most = 12;
/** Milliseconds in which a page of scripts may send the browser on. */
const scripts = 3000;

/** Begins at the app, and does at the provider what each page asks, until the browser is back at the app. */
export async function signIn(visitor: Visitor, way: Way): Promise<End> {
  const { page } = visitor;
  const { entrance, lab, limit } = way;
  visitor.asked = visitor.callback = undefined;
  visitor.sent = false;
  const lost = await open(page, way.start, limit);
  if (lost) return lost;
  const door = doorOf(page);
  // who was waited for in vain once is not waited for again
  if (!(await isSent(visitor, way, entrance.pressed ? door : undefined))) {
    entrance.pressed = await isSentWhenPressed(visitor, way, door);
    if (!entrance.pressed) return { at: 'start' };
  }
  let typed = false;
  for (let pages = 0; pages < most; pages += 1) {
    if (page.url().startsWith('chrome-error:')) return { at: 'nowhere', why: 'gone', where: page.url(), reason: '' };
    if (!lab.isProvider(page.url())) return { at: 'app', typed };
    const where = page.url();
    // a refusal may be posted to the app as well; and once it is, what the browser is answered is of the app
    const asks = !visitor.callback && (visitor.status ?? 500) < 400;
    typed ||= (await page.locator('input[name=password]').count()) > 0;
    const answered = (asks && (await answer(page, way))) || (await goesOn(visitor, where, limit));
    if (answered !== true) return answered ?? standsAt(visitor);
  }
  return standsAt(visitor);
}

/** Opens an address; how it failed, if it did. */
export async function open(page: Page, address: string, limit: number): Promise<End | undefined> {
  return whereItFails(page.goto(address, { waitUntil: 'domcontentloaded', timeout: limit }), address);
}

async function whereItFails(work: Promise<unknown>, where: string): Promise<End | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    const reason = (thrown as Error).message.split('\n')[0] ?? '';
    // a page that was left for another before it was all there, or a file to keep
    if (/ERR_ABORTED|interrupted by another navigation|Download is starting/.test(reason)) return undefined;
    if (/Timeout/.test(reason)) return { at: 'nowhere', why: 'hung', where, reason };
    if (/ERR_TOO_MANY_REDIRECTS/.test(reason)) return { at: 'nowhere', why: 'loop', where, reason };
    if (/net::ERR_/.test(reason)) return { at: 'nowhere', why: 'gone', where, reason };
    throw thrown;
  }
}

/**
 * Whether the page leads to the provider by itself: it did, or its scripts do.
 * @param door where it is there, nothing else is waited for
 */
async function isSent(visitor: Visitor, { limit }: Way, door?: Locator): Promise<boolean> {
  const { page } = visitor;
  const began = performance.now();
  while (!visitor.sent) {
    const took = performance.now() - began;
    if (door && !visitor.asked && (await door.count()) > 0) return false;
    if (visitor.asked ? took > limit : took > scripts || (await isStill(page))) return false;
    await page.waitForTimeout(50);
  }
  await whereItFails(page.waitForLoadState('domcontentloaded', { timeout: limit }), page.url());
  return true;
}

/** A page with a button, such as those of Auth.js. */
async function isSentWhenPressed(visitor: Visitor, way: Way, door: Locator): Promise<boolean> {
  if ((await door.count()) === 0) return false;
  await moveOn(visitor.page, () => door.click(), way.limit);
  return isSent(visitor, way);
}

function doorOf(page: Page): Locator {
  const name = /vneid|định danh/i;
  return page.getByRole('button', { name }).or(page.getByRole('link', { name })).first();
}

/** Does what this page of the provider asks for: true when that led on, nothing when the page is not known. */
async function answer(page: Page, { lab, person, limit }: Way): Promise<true | End | undefined> {
  const has = async (selector: string) => (await page.locator(selector).count()) > 0;
  const forward = page.locator('button[type=submit].primary');
  if (await has('input[name=password]')) {
    await page.fill('input[name=login]', person.number);
    await page.fill('input[name=password]', person.password);
  } else if (await has('input[name=otp]')) {
    await page.fill('input[name=otp]', (await lab.newestCode(person.number)) ?? '');
  } else if (await has('button[name=decision][value=allow]')) {
    for (const box of await page.locator('input[name=purpose]').all()) await box.check();
  } else if (await has('.approve[data-state]')) {
    const shown = page.locator('[data-code]');
    const code = (await shown.count()) > 0 ? await shown.getAttribute('data-code') : null;
    // the page goes on by itself: to press its button as well would answer twice
    return (await moveOn(page, () => lab.approve(person.number, code), limit)) ?? true;
  } else return undefined;
  return (await moveOn(page, () => forward.click(), limit)) ?? true;
}

/** A page that leads on without anybody: one that posts the answer to the app (form_post). */
async function goesOn(visitor: Visitor, where: string, limit: number): Promise<true | End | undefined> {
  const { page } = visitor;
  const began = performance.now();
  while (page.url() === where) {
    const took = performance.now() - began;
    if (visitor.callback && took > limit)
      return { at: 'nowhere', why: 'hung', where, reason: 'nothing came of the form' };
    if (!visitor.callback && (took > scripts || (await isStill(page)))) return undefined;
    await page.waitForTimeout(50);
  }
  return (await whereItFails(page.waitForLoadState('domcontentloaded', { timeout: limit }), page.url())) ?? true;
}

/** Does what leads to another page, and waits until that is there. */
async function moveOn(page: Page, act: () => Promise<unknown>, limit: number): Promise<End | undefined> {
  const moved = page.waitForEvent('framenavigated', {
    predicate: (frame) => frame === page.mainFrame(),
    timeout: limit,
  });
  const where = page.url();
  const [lost] = await Promise.all([whereItFails(moved, where), act()]);
  return lost ?? whereItFails(page.waitForLoadState('domcontentloaded', { timeout: limit }), page.url());
}

async function standsAt({ page, status }: Visitor): Promise<End> {
  const text = await page
    .evaluate(() => (document.querySelector('#trouble') ?? document.body).textContent)
    // it was left meanwhile
    .catch(() => '');
  return { at: 'provider', status, text: text.replaceAll(/\s+/g, ' ').trim().slice(0, 300) };
}

/** Whether nothing on this page can lead anywhere without a person. */
export async function isStill(page: Page): Promise<boolean> {
  return page
    .evaluate(() => document.scripts.length === 0 && !document.querySelector('meta[http-equiv=refresh i]'))
    .catch(() => false);
}
