import { CompactEncrypt, exportJWK, generateKeyPair } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { forge } from '../support/forge.ts';
import { kinds } from '../support/token-kinds.ts';
import { tokenWorld, type World } from '../support/token-world.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** The token inspector in a real browser: it works while somebody types, and what they paste goes nowhere. */
let world: World;
let chromium: Browser;
beforeAll(async () => {
  [world, chromium] = await Promise.all([tokenWorld(), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await world?.[Symbol.asyncDispose]();
});

const open: BrowserContext[] = [];
afterEach(async () => {
  for (const context of open.splice(0)) await context.close();
});

interface Visit {
  page: Page;
  /** Everything that left the browser: "GET http://localhost/x", and a body if there was one. */
  requests: string[];
  complaints: string[];
}

async function visit(hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await chromium.newContext({ locale: 'vi-VN', ...options });
  open.push(context);
  const page = await context.newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) =>
    requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`.trim()),
  );
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${world.vneid.issuer}/lab/inspector/token${hash}`);
  return { page, requests, complaints };
}

const made = async (kind: string) => (await kinds[kind]?.make(world))?.value ?? '';
const inside = (hash: Record<string, string>) => `#${new URLSearchParams(hash)}`;
const outcome = (page: Page, check: string) => page.getAttribute(`[data-check="${check}"]`, 'data-outcome');
const shown = (page: Page, kind: string) => page.waitForSelector(`.report[data-kind="${kind}"]`);

async function fine({ page, complaints }: Visit): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  expect(complaints).toEqual([]);
}

test('a token that is typed is inspected at once, and nothing of it leaves the browser', async () => {
  const visitor = await visit();
  const { page, requests } = visitor;
  expect(await page.isVisible('[data-where=browser]')).toBe(true);
  expect(await page.isVisible('[data-where=server]')).toBe(false);
  const token = await made('ID token');
  await page.fill('#token', token);
  await shown(page, 'id-token');
  expect(await outcome(page, 'signature')).toBe('passed');
  expect(await page.textContent('[data-summary]')).toMatch(/^ID token · 2 chưa rõ · \d+ đạt$/);
  await fine(visitor);

  // every field, and a token that is not ours: the key that is pasted is the greatest secret of all
  await page.click('summary');
  const { publicKey, privateKey } = await generateKeyPair('RSA-OAEP-256', { extractable: true });
  const encrypted = await new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })
    .encrypt(publicKey);
  await page.fill('#token', encrypted);
  await shown(page, 'jwe');
  expect(await outcome(page, 'decryption')).toBe('unchecked');
  await page.fill('#key', JSON.stringify(await exportJWK(privateKey)));
  await shown(page, 'id-token');
  await page.fill('#audience', 'everything');
  await page.fill('#nonce', 'n-0S6_WzA2Mj');
  await page.fill('#other', await made('ID token'));
  await page.waitForSelector('.difference[data-state=same]');
  await page.waitForSelector('[data-check=nonce][data-outcome=passed]');
  await page.click('button[type=submit]');
  await fine(visitor);

  const { issuer } = world.vneid;
  const allowed = new RegExp(`^GET ${issuer}/(?:lab/inspector/token|assets/[\\w./-]+|jwks|lab/api/clock)$`);
  expect(requests.filter((request) => !allowed.test(request))).toEqual([]);
  expect(requests.filter((request) => request.endsWith('/jwks')).length).toBeGreaterThan(0);
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
  expect(stored).not.toContain(token);

  await page.click('button[type=reset]');
  await page.waitForSelector('.report', { state: 'detached' });
  expect(await page.inputValue('#token')).toBe('');
});

test('a link brings a token behind its #, which no server sees and no history keeps', async () => {
  const token = await made('JWT access token');
  const { page, requests } = await visit(inside({ token, audience: 'https://cases.example/' }));
  await shown(page, 'access-token');
  expect(await outcome(page, 'aud')).toBe('passed');
  expect(page.url()).toBe(`${world.vneid.issuer}/lab/inspector/token`);
  expect(requests.join('\n')).not.toContain(token.split('.')[1]);
  // another link, on the page itself
  await page.evaluate((hash) => void (location.hash = hash), inside({ token: await made('DPoP proof') }));
  await shown(page, 'dpop-proof');

  // in the other language it is still there, but for the key
  await page.evaluate(() => ((document.querySelector('#key') as HTMLTextAreaElement).value = 'a secret'));
  await page.click('.languages a[lang=en]');
  await shown(page, 'dpop-proof');
  expect(await page.textContent('h1')).toBe('Token inspector');
  expect(await page.inputValue('#key')).toBe('');
  expect(page.url()).toBe(`${world.vneid.issuer}/lab/inspector/token?lang=en`);
  expect(requests.join('\n')).not.toContain('secret');
});

test('the browser says of every token what the server says', async () => {
  const { page } = await visit();
  const tokens = await Promise.all(
    [
      'ID token',
      'logout token',
      'client assertion',
      'DPoP proof',
      'signed answer of /introspect',
      'opaque access token',
    ].map(made),
  );
  const [, payload] = (tokens[0] ?? '').split('.');
  const forged = forge({ header: { alg: 'HS256' }, payload: Buffer.from(payload ?? '', 'base64url'), key: 'guessed' });
  for (const token of [...tokens, forged]) {
    const { token: said } = await world.vneid.control.tokens.inspect({ token });
    await page.fill('#token', token);
    await page.waitForFunction(
      (kind) => document.querySelector('.report')?.getAttribute('data-kind') === kind,
      said.kind,
    );
    const inPage = await page.$$eval('[data-check]', (all) =>
      all.map((one) => `${one.getAttribute('data-check')}:${one.getAttribute('data-reason')}`),
    );
    expect(inPage.toSorted()).toEqual(said.checks.map(({ check, reason }) => `${check}:${reason}`).toSorted());
  }
});

test('hostile text is seen as text, on a phone in the dark', async () => {
  const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const token = forge({
    header: { alg: 'none', kid: markup },
    payload: { [markup]: markup, '\u202Eturned': 'a\u0000b' },
  });
  const visitor = await visit(inside({ token, other: markup, key: markup }), {
    viewport: { width: 320, height: 720 },
    colorScheme: 'dark',
  });
  const { page, requests } = visitor;
  await page.waitForSelector('.report');
  expect(await page.textContent('[data-result]')).toContain(markup);
  expect(await page.textContent('[data-result]')).toContain('\\u{202e}turned');
  expect(await page.$$eval('[data-result] img, [data-result] script', (all) => all.length)).toBe(0);
  expect(await page.title()).toContain('Soi token');
  expect(requests.filter((request) => request.endsWith('/x'))).toEqual([]);
  await fine(visitor);
});

test('time is that of the instance, also after somebody moved it', async () => {
  const token = await made('ID token');
  await using late = await world.vneid.control.tenant('late');
  late.clock.advance(2 * 3_600_000);
  const context = await chromium.newContext({ locale: 'en-GB' });
  open.push(context);
  const page = await context.newPage();
  await page.goto(`${late.issuer}/lab/inspector/token${inside({ token })}`);
  await page.waitForSelector('[data-check=exp][data-reason=over]');
  expect(await page.textContent('[data-check=exp]')).toContain('It ended');
});

test('without JavaScript the form is sent, and says so before', async () => {
  const { page, requests } = await visit('', { javaScriptEnabled: false });
  expect(await page.isVisible('[data-where=server]')).toBe(true);
  expect(await page.isVisible('[data-where=browser]')).toBe(false);
  await page.fill('#token', await made('ID token'));
  await page.click('button.primary');
  await shown(page, 'id-token');
  expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
});
