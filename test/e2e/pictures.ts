import { join } from 'node:path';
import { startVneid } from '../../src/index.ts';
import { an, newestCode } from '../support/relying-party.ts';
import { openChromium } from './chromium.ts';

/**
 * `node test/e2e/pictures.ts` takes the README's pictures anew: the three pages of a login on a phone, and the phone
 * itself beside a desk that shows a QR code.
 */
const vneid = await startVneid({ city: true, cityPort: 3001, port: 3000 });
const chromium = await openChromium();
const handheld = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, reducedMotion: 'reduce' } as const;
const newPage = async (options: Parameters<typeof chromium.newContext>[0]) =>
  (await chromium.newContext({ locale: 'vi-VN', ...options })).newPage();
type Page = Awaited<ReturnType<typeof newPage>>;
const shot = async (page: Page) => (await page.screenshot()).toString('base64');
const forward = 'button[type=submit].primary';

await keep('login.png', 1290, await login());
await keep('phone.png', 1290, await sideBySide());
await chromium.close();
await vneid.stop();

async function login(): Promise<string[]> {
  const page = await newPage(handheld);
  await page.goto(`${vneid.city}/ihanoi/login`);
  const shots = [await shot(page)];
  await page.fill('input[name=login]', an.number);
  await page.fill('input[name=password]', an.password);
  await page.click(forward);
  shots.push(await shot(page));
  await page.fill('input[name=otp]', await newestCode(vneid, an.number));
  await page.click(forward);
  await page.waitForSelector('button[value=deny]');
  return [...shots, await shot(page)];
}

async function sideBySide(): Promise<string[]> {
  const [desk, phone] = [await newPage(handheld), await newPage(handheld)];
  await phone.goto(`${vneid.issuer}/phone`);
  await phone.click(`button[value="${an.number}"]`);
  await phone.waitForSelector('nav');
  const shots = [await shot(phone)];
  await desk.goto(`${vneid.city}/ihanoi/login`);
  await desk.click('a[href$="by=qr"]');
  await desk.waitForSelector('[data-code]');
  shots.push(await shot(desk));
  await phone.goto((await desk.getAttribute('[data-code]', 'data-code')) ?? '');
  await phone.waitForSelector('.number-tile');
  await phone.locator('.caution').scrollIntoViewIfNeeded();
  await phone.locator('.face-choice').scrollIntoViewIfNeeded();
  return [...shots, await shot(phone)];
}

async function keep(file: string, width: number, shots: string[]): Promise<void> {
  const sheet = await chromium.newPage({ viewport: { width, height: 860 } });
  const frames = shots.map((one) => `<img src="data:image/png;base64,${one}">`).join('');
  await sheet.setContent(
    `<style>body{margin:0;display:flex;gap:30px;padding:40px 30px;background:#e9dfcb}img{width:390px;border-radius:24px;box-shadow:0 10px 40px #0003}</style>${frames}`,
  );
  await sheet.screenshot({ path: join(import.meta.dirname, 'pictures', file) });
}
