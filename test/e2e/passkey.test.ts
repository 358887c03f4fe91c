import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { an, newestCode } from '../support/relying-party.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** Passkeys in a real browser, with authenticators that Chromium itself plays (WebDriver, WebAuthn Level 3 §11). */
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
const door = 'form[data-passkey=get] button';

interface Device {
  context: BrowserContext;
  page: Page;
  client: CDPSession;
  authenticatorId: string;
  complaints: string[];
}

const open: BrowserContext[] = [];
afterEach(async () => {
  for (const context of open.splice(0)) await context.close();
});

/** A browser with an authenticator of its own. It answers at once when `touched`, else what is asked then is never answered. */
async function device({
  synced = false,
  verified = true,
  touched = true,
  options = {},
}: {
  synced?: boolean;
  verified?: boolean;
  touched?: boolean;
  options?: Parameters<Browser['newContext']>[0];
} = {}): Promise<Device> {
  const context = await chromium.newContext({ locale: 'vi-VN', ...options });
  open.push(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const client = await context.newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verified,
      automaticPresenceSimulation: touched,
      defaultBackupEligibility: synced,
      defaultBackupState: synced,
    },
  });
  return { context, page, client, authenticatorId, complaints };
}

const keysOf = async ({ client, authenticatorId }: Device) =>
  (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
const touch = ({ client, authenticatorId }: Device, enabled: boolean) =>
  client.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });

/** Through the fresh sign-in to the page of one's own passkeys. */
async function openOwnPasskeys({ page }: Device): Promise<void> {
  vneid.clock.advance(10 * 60_000);
  await page.goto(`${vneid.issuer}/passkeys`);
  await page.click(forward);
  await page.fill('input[name=login]', an.number);
  await page.fill('input[name=password]', an.password);
  await page.click(forward);
  await page.fill('input[name=otp]', await newestCode(vneid, an.number));
  await page.click(forward);
  await page.waitForURL(`${vneid.issuer}/passkeys`);
}

async function add({ page }: Device, name: string): Promise<void> {
  await page.fill('form[data-passkey=create] input[name=name]', name);
  await page.click(`form[data-passkey=create] ${forward}`);
  await page.waitForURL(`${vneid.issuer}/passkeys?done=added`);
}

/** Signs out of VNeID by forgetting it. */
async function forget({ context }: Device): Promise<void> {
  await context.clearCookies();
}

async function fine({ page, complaints }: Device): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  expect(complaints).toEqual([]);
}

async function agreeAndArrive(page: Page): Promise<void> {
  await page.waitForSelector(`h1:has-text("chia sẻ"), h1:has-text("${an.name}")`);
  if (page.url().startsWith(vneid.issuer)) await page.click('button[value=allow]');
  await page.waitForURL(`${vneid.city}/ihanoi/me`);
}

describe('a citizen with a phone that has a screen lock', () => {
  test.each([
    ['bound to it', false, 'hwk'],
    ['synced with their other devices', true, 'swk'],
  ])('adds a passkey %s, signs in with one touch, and takes it away', async (_name, synced, amr) => {
    const phone = await device({ synced });
    const { page } = phone;
    await openOwnPasskeys(phone);
    await fine(phone);
    await add(phone, 'Điện thoại thử');
    await fine(phone);
    expect(await page.textContent('.passkeys')).toContain(
      synced ? 'Đồng bộ giữa các thiết bị' : 'Chỉ nằm trên một thiết bị',
    );
    const [key] = await keysOf(phone);
    const account = await vneid.accounts.byNumber(an.number);
    expect(key).toMatchObject({ rpId: 'localhost', isResidentCredential: true, backupEligibility: synced });
    expect(Buffer.from(key?.userHandle ?? '', 'base64').toString()).toBe(account?.id);
    expect(key?.userName).toBe('001085******');

    await forget(phone);
    await touch(phone, false);
    await page.goto(`${vneid.city}/ihanoi/login`);
    await page.waitForSelector(door);
    await fine(phone);
    await touch(phone, true);
    await page.click(door);
    await agreeAndArrive(page);
    expect(await page.textContent('body')).toContain(amr);
    expect(await page.textContent('h1')).toContain(an.name);

    // signed in with it a moment ago, at level 2: that is fresh enough
    await page.goto(`${vneid.issuer}/passkeys`);
    expect(await page.textContent('.passkeys')).toContain('Dùng lần cuối lúc');
    await page.click('.passkey summary');
    await fine(phone);
    const gone = new Promise((resolve) => phone.client.once('WebAuthn.credentialDeleted', resolve));
    await page.click('form[action="/passkeys/revoke"] button');
    await page.waitForURL(`${vneid.issuer}/passkeys?done=revoked`);
    expect(await page.textContent('main')).toContain('Bạn chưa có khóa truy cập nào');
    await fine(phone);
    // the browser was told, and offers it no more
    await gone;
    expect(await keysOf(phone)).toEqual([]);
  });

  test('is offered the passkey where the number would be typed', async () => {
    const phone = await device();
    const { page } = phone;
    await openOwnPasskeys(phone);
    await add(phone, 'Tự điền');
    await forget(phone);
    // nothing is pressed: the authenticator answers what the field asked for
    await page.goto(`${vneid.city}/ihanoi/login`);
    await agreeAndArrive(page);
    expect(await page.textContent('body')).toContain('hwk');
  });

  test('who has lost the passkey at VNeID is told so, and the browser forgets it', async () => {
    const phone = await device();
    const { page } = phone;
    await openOwnPasskeys(phone);
    await add(phone, 'Sẽ mất');
    const account = await vneid.accounts.byNumber(an.number);
    for (const { id } of await vneid.passkeys.list(account?.id ?? ''))
      await vneid.passkeys.revoke(account?.id ?? '', id);
    await forget(phone);
    await touch(phone, false);
    await page.goto(`${vneid.city}/ihanoi/login`);
    await page.waitForSelector(door);
    const gone = new Promise((resolve) => phone.client.once('WebAuthn.credentialDeleted', resolve));
    await touch(phone, true);
    await page.click(door);
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('không còn gắn với tài khoản nào');
    await gone;
    expect(await keysOf(phone)).toEqual([]);
  });
});

describe('without verification of the user', () => {
  test('none is added', async () => {
    const phone = await device({ verified: false });
    await openOwnPasskeys(phone);
    await phone.page.fill('form[data-passkey=create] input[name=name]', 'Không xác minh');
    await phone.page.click(`form[data-passkey=create] ${forward}`);
    await phone.page.waitForSelector('[data-say=stopped]:not([hidden])');
    await fine(phone);
    expect(await keysOf(phone)).toEqual([]);
  });

  test('none signs in', async () => {
    const phone = await device();
    const { page, client, authenticatorId } = phone;
    await openOwnPasskeys(phone);
    await add(phone, 'Rồi không xác minh');
    await forget(phone);
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto(`${vneid.city}/ihanoi/login`);
    await page.click(door);
    await page.waitForSelector('[data-say=stopped]:not([hidden])');
    await fine(phone);
    expect(await page.isVisible('input[name=password]')).toBe(true);
  });
});

test('a device that has one makes no second, and says so', async () => {
  const phone = await device();
  await openOwnPasskeys(phone);
  await add(phone, 'Một');
  await phone.page.fill('form[data-passkey=create] input[name=name]', 'Hai');
  await phone.page.click(`form[data-passkey=create] ${forward}`);
  await phone.page.waitForSelector('[data-say=exists]:not([hidden])');
  await fine(phone);
});

test('a person renames one, in the dark, on a small screen, in English', async () => {
  const options = { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 320, height: 640 } } as const;
  const phone = await device({ options });
  await openOwnPasskeys(phone);
  await add(phone, 'A name as long as a name of a passkey may be, which is 60 ch');
  await fine(phone);
  await phone.page.click('.passkey:last-child summary >> nth=-1');
  await phone.page.locator('form[action="/passkeys/rename"] input[name=name]').last().fill('Mine');
  await phone.page.locator('form[action="/passkeys/rename"] button').last().click();
  await phone.page.waitForURL(`${vneid.issuer}/passkeys?done=renamed`);
  expect(await phone.page.textContent('.passkeys')).toContain('Mine');
  await fine(phone);
});

test('without JavaScript nothing of a passkey shows but the list', async () => {
  const context = await chromium.newContext({ locale: 'vi-VN', javaScriptEnabled: false });
  open.push(context);
  const page = await context.newPage();
  await page.goto(`${vneid.city}/ihanoi/login`);
  expect(await page.isVisible(door)).toBe(false);
  await openOwnPasskeys({ context, page } as Device);
  expect(await page.isVisible('form[data-passkey=create]')).toBe(false);
  expect(await page.isVisible('noscript')).toBe(true);
  expect(await page.textContent('noscript')).toContain('JavaScript');
});
