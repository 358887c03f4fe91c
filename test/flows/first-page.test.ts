import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** A login is three requests: what asks for it brings the first page, and what ends it leads straight back to the app. */
let vneid: Awaited<ReturnType<typeof startVneid>>;
let configuration: Awaited<ReturnType<typeof relyingParty>>;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

test('who agreed before signs in with one page and one answer', async () => {
  await signIn(vneid, new Browser(), (await authorizationRequest(configuration)).url);
  const [browser, request] = [new Browser(), await authorizationRequest(configuration)];
  await browser.open(request.url);
  const { url } = await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
  expect(browser.history.map((line) => line.replace(/login\/[\w-]+/, 'login/…'))).toEqual([
    '200 GET /authorize',
    '303 POST /login/…/password',
  ]);
  expect((await redeem(configuration, { ...request, url })).claims()?.acr).toBe('urn:vneid:loa:1');
});

test('its links lead to where the page is, and not to where it was asked for', async () => {
  const browser = new Browser();
  const page = await browser.open((await authorizationRequest(configuration)).url);
  const hrefs = [...page.html.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, href = '']) => href);
  expect(hrefs.filter((href) => href.startsWith('?'))).toEqual([]);
  const english = hrefs.find((href) => href.endsWith('?lang=en')) ?? '';
  expect(english).toBe(`${page.headers.get('content-location')}?lang=en`);
  const read = await browser.open(english);
  expect([read.status, read.html.includes('<html lang="en">'), read.html.includes('name="login"')]).toEqual([
    200,
    true,
    true,
  ]);
});

test('a program that asks for no page is told where it is', async () => {
  const { url } = await authorizationRequest(configuration);
  const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'application/json' } });
  expect([answer.status, answer.headers.get('content-location')]).toEqual([303, null]);
  expect(answer.headers.get('location')).toMatch(/^\/login\/[\w-]+$/);
});

test('a page that has sent something is at its own address, where it may be asked for again', async () => {
  const browser = new Browser();
  await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
  const raised = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' });
  const page = await browser.open(raised.url);
  expect(page.html).toContain('name="otp"');
  expect(browser.history.slice(-2).map((line) => line.slice(0, 15))).toEqual(['303 GET /author', '200 GET /login/']);
  const { id = '' } = (await vneid.registry.find(an.number)) ?? {};
  const sent = async () => (await vneid.inbox.messages(id)).filter(({ kind }) => kind === 'otp').length;
  const before = await sent();
  expect(before).toBeGreaterThan(0);
  await browser.open(page.url);
  expect(await sent()).toBe(before);
});

test('a page that came of a form is there in the other language, and at its address', async () => {
  const browser = new Browser();
  await browser.open((await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' })).url);
  for (const [fields, field] of [
    [{ login: an.number, password: 'sai' }, 'name="password"'],
    [{ login: an.number, password: an.password }, 'name="otp"'],
    [{ otp: '000000' }, 'name="otp"'],
  ] as const) {
    const page = await browser.submit(fields);
    const [, english = ''] = /href="([^"]*lang=en)"/.exec(page.html) ?? [];
    for (const [address, language] of [
      [new URL(english.replaceAll('&amp;', '&'), page.url), 'en'],
      [page.url, 'en'],
      [new URL('?lang=vi', page.url), 'vi'],
    ] as const) {
      const read = await browser.open(address);
      expect([read.status, read.html.includes(`<html lang="${language}">`), read.html.includes(field)]).toEqual([
        200,
        true,
        true,
      ]);
    }
  }
});
