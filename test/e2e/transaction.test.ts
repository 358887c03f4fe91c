import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { an, authorizationRequest, redeem, relyingParty, testClient } from '../support/relying-party.ts';
import { openChromium } from './chromium.ts';

/** One transaction, at a desk and on the phone that lies beside it: the service's own words, and a yes or a no. */
const redirect_uri = 'http://localhost:8080/callback';
const client = {
  ...testClient,
  redirect_uris: [redirect_uri],
  authorization_details_types: ['vneid_transaction' as const],
};
const text = 'Nộp lệ phí 200.000 đ cho hồ sơ H26.14-241125-0001';
const forward = 'button[type=submit].primary';

let vneid: Instance;
let chromium: Browser;
beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ clients: [client] }), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

async function newPage(width: number): Promise<Page> {
  const context = await chromium.newContext({ locale: 'vi-VN', viewport: { width, height: 800 } });
  return context.newPage();
}

/** A desk at which An has signed in by password, waiting for what the phone says; the phone has the request open. */
async function askedSideBySide() {
  const configuration = await relyingParty(vneid);
  const [desk, phone] = [await newPage(1000), await newPage(390)];
  await phone.goto(`${vneid.issuer}/phone`);
  await phone.click(`button[value="${an.number}"]`);
  await phone.waitForURL(`${vneid.issuer}/phone`);
  const authorization_details = JSON.stringify([{ type: 'vneid_transaction', text }]);
  const request = await authorizationRequest(configuration, { redirect_uri, authorization_details });
  await desk.goto(request.url.href);
  await desk.fill('input[name=login]', an.number);
  await desk.fill('input[name=password]', an.password);
  await desk.click(forward);
  const number = (await desk.textContent('.match-number')) ?? '';
  expect(await desk.textContent('main')).toContain(text);
  // the phone has heard of it by itself
  await phone.click('a.ask');
  await phone.waitForSelector('.number-tile');
  expect(await phone.textContent('main')).toContain(text);
  return { configuration, desk, phone, number, request };
}

test('is approved word for word, and the token of this one authorization says so', async () => {
  const { configuration, desk, phone, number, request } = await askedSideBySide();
  await phone.click(`.number-tile:has(input[value="${number}"])`);
  await phone.fill('input[name=passcode]', '246810');
  await phone.click(forward);
  await phone.waitForSelector('.outcome-yes');
  // nobody serves the service itself
  const sentBack = desk.waitForRequest(`${redirect_uri}?**`);
  await desk.click('button[value=allow]');
  const tokens = await redeem(configuration, { ...request, url: new URL((await sentBack).url()) });
  const shown = { type: 'vneid_transaction', text, acr: 'urn:vneid:loa:2' };
  expect(tokens.authorization_details).toEqual([expect.objectContaining(shown)]);
});

test('is declined, and the desk says so by itself and has nothing to give', async () => {
  const { desk, phone } = await askedSideBySide();
  await phone.click('button[value=deny]');
  await desk.waitForSelector('text=đã bị từ chối trên điện thoại');
  expect(await desk.isVisible('button[value=allow]')).toBe(false);
});
