import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, newestCode } from '../support/relying-party.ts';

/** Who signs out at VNeID is signed out of iHanoi too, in every browser of that session, and by nobody else's word. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ city: true, cityPort: 0 });
});
afterAll(() => vneid.stop());

async function signedIn(): Promise<Browser> {
  const browser = new Browser();
  await browser.open(`${vneid.city}/ihanoi/login`);
  await browser.submit({ login: an.number, password: an.password });
  let page = await browser.submit({ otp: await newestCode(vneid, an.number) });
  if (page.html.includes('value="allow"')) page = await browser.submit({ decision: 'allow' });
  expect(page.url.pathname).toBe('/ihanoi/me');
  return browser;
}
const isIn = async (browser: Browser) => (await browser.open(`${vneid.city}/ihanoi/me`)).url.pathname === '/ihanoi/me';

test('who comes back to the address of the callback is still signed in, and a stranger is not', async () => {
  const browser = await signedIn();
  const callback = `${vneid.city}/ihanoi/callback?code=spent&state=old&iss=${vneid.issuer}`;
  expect((await browser.open(callback)).url.pathname).toBe('/ihanoi/me');
  expect((await new Browser().open(callback)).status).toBe(400);
});

test('a button pressed twice asks at VNeID all the same', async () => {
  const browser = await signedIn();
  await browser.submit({}, { form: (action) => action === '/ihanoi/logout' });
  const again = await browser.post(`${vneid.city}/ihanoi/logout`, '');
  expect(again.url.pathname).toBe('/logout');
  await browser.submit({ logout: 'yes' });
  expect(browser.page().url.href).toBe(`${vneid.city}/ihanoi/goodbye`);
});

test('the address of its form is none to look at, and leads home', async () => {
  const page = await new Browser().open(`${vneid.city}/ihanoi/logout?lang=en`);
  expect([page.status, page.url.pathname]).toEqual([200, '/ihanoi']);
});

test('signing out at VNeID ends the visit at iHanoi', async () => {
  const [mine, another] = [await signedIn(), await signedIn()];
  const told = new Promise((resolve) => vneid.events.on('logout.told', resolve));
  await mine.open(`${vneid.issuer}/logout`);
  await mine.submit({ logout: 'yes' });
  expect(await told).toMatchObject({ client: 'ihanoi', attempt: 1 });
  expect(await isIn(mine)).toBe(false);
  expect(await isIn(another)).toBe(true);
});

describe('what ends nothing', () => {
  let browser: Browser;
  let sid: string;
  beforeAll(async () => {
    browser = await signedIn();
    sid = /sid ([\w-]+)/.exec(browser.page().text)?.[1] ?? '';
    expect(sid).not.toBe('');
  });

  const right = (): JWTPayload => ({
    iss: vneid.issuer,
    aud: 'ihanoi',
    sid,
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 120,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  const ours = () => vneid.keys.signingKeys().find(({ alg }) => alg === 'ES256');
  async function told(claims: JWTPayload, { typ = 'logout+jwt', key = ours() } = {}) {
    const signer = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ, ...(key?.kid && { kid: key.kid }) });
    const body = new URLSearchParams({ logout_token: await signer.sign(await importJWK(key ?? {}, 'ES256')) });
    return (await fetch(`${vneid.city}/ihanoi/backchannel-logout`, { method: 'POST', body })).status;
  }
  const stranger = () => ({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  });

  test.each<[string, () => Promise<number>]>([
    ['a token that a stranger signed', () => told(right(), { key: stranger() })],
    ['one for another app', () => told({ ...right(), aud: 'another' })],
    ['one of another provider', () => told({ ...right(), iss: 'https://vneid.example' })],
    ['an ID token', () => told({ ...right(), nonce: 'x' }, { typ: 'JWT' })],
    ['one with a nonce', () => told({ ...right(), nonce: 'x' })],
    ['one about something else', () => told({ ...right(), events: { 'urn:something': {} } })],
    ['one without a session', () => told({ ...right(), sid: undefined })],
    ['one that is over', () => told({ ...right(), exp: Math.floor(Date.now() / 1000) - 60 })],
  ])('%s', async (_what, tell) => {
    expect(await tell()).toBe(400);
    expect(await isIn(browser)).toBe(true);
  });

  test('where the right one does', async () => {
    expect(await told(right())).toBe(200);
    expect(await isIn(browser)).toBe(false);
  });
});
