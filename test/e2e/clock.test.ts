import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { authorizationRequest, an, newestCode, relyingParty, testClient } from '../support/relying-party.ts';
import { type RelyingServer, relyingServer } from '../support/relying-server.ts';
import { openChromium } from './chromium.ts';

/** A real browser keeps the time of its own machine, whatever that of the instance, and its cookies by it. */
// the global one may be that which an instance of another file has put in its place
const HostDate = Date.prototype.constructor as DateConstructor;
const day = 86_400_000;
let chromium: Browser;
let app: RelyingServer;
beforeAll(async () => {
  [chromium, app] = await Promise.all([openChromium(), relyingServer()]);
  app.answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<title>App</title>');
});
afterAll(async () => {
  await chromium?.close();
  await app?.[Symbol.asyncDispose]();
});

test.each<[string, (vneid: Instance) => Promise<unknown>]>([
  ['ten years ahead', ({ control }) => control.clock.advance({ seconds: 3650 * 86_400 })],
  [
    'two days behind, where it stood still',
    async ({ control }) => {
      const { now } = HostDate;
      const earlier = vi.spyOn(HostDate, 'now').mockImplementation(() => now() - 2 * day);
      await control.clock.freeze();
      earlier.mockRestore();
      return control.clock.resume();
    },
  ],
])('whoever signs in to an instance %s is signed in', async (_where, move) => {
  const redirect = `${app.origin}/callback`;
  await using vneid = await startVneid({ clients: [{ ...testClient, redirect_uris: [redirect] }] });
  await move(vneid);
  const configuration = await relyingParty(vneid);
  const address = async (more: Record<string, string> = {}) =>
    (await authorizationRequest(configuration, { redirect_uri: redirect, acr_values: 'urn:vneid:loa:2', ...more })).url
      .href;
  const page = await (await chromium.newContext()).newPage();
  const forward = 'button[type=submit].primary';
  await page.goto(await address());
  await page.fill('input[name=login]', an.number);
  await page.fill('input[name=password]', an.password);
  await page.click(forward);
  await page.fill('input[name=otp]', await newestCode(vneid, an.number));
  await page.click(forward);
  await page.click(forward);
  await page.waitForURL(`${redirect}?**`);
  expect(new URL(page.url()).searchParams.get('code')).toBeTypeOf('string');
  // the session is in the browser, and asks for nothing more
  await page.goto(await address({ prompt: 'none' }));
  expect(new URL(page.url()).searchParams.get('error')).toBeNull();
  const cookies = await page.context().cookies(vneid.issuer);
  const session = cookies.find(({ name }) => name === 'vneid.session');
  expect(Math.abs((session?.expires ?? 0) * 1000 - HostDate.now() - day / 2)).toBeLessThan(60_000);
  await page.context().close();
});
