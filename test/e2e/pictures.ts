import { join } from 'node:path';
import { startVneid } from '../../src/index.ts';
import { an, newestCode } from '../support/relying-party.ts';
import { openChromium } from './chromium.ts';

/** `node test/e2e/pictures.ts` takes the README's picture anew: the three pages of a login on a phone, side by side. */
const vneid = await startVneid({ city: true, cityPort: 3001, port: 3000 });
const chromium = await openChromium();
const phone = await chromium.newContext({
  locale: 'vi-VN',
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 2,
  reducedMotion: 'reduce',
});
const page = await phone.newPage();
const shots: string[] = [];
const shoot = async () => void shots.push((await page.screenshot()).toString('base64'));

await page.goto(`${vneid.city}/ihanoi/login`);
await shoot();
await page.fill('input[name=login]', an.number);
await page.fill('input[name=password]', an.password);
await page.click('button[type=submit].primary');
await shoot();
await page.fill('input[name=otp]', await newestCode(vneid, an.number));
await page.click('button[type=submit].primary');
await page.waitForSelector('button[value=deny]');
await shoot();

const sheet = await chromium.newPage({ viewport: { width: 1290, height: 860 } });
const frames = shots.map((shot) => `<img src="data:image/png;base64,${shot}">`).join('');
await sheet.setContent(
  `<style>body{margin:0;display:flex;gap:30px;padding:40px 30px;background:#e9dfcb}img{width:390px;border-radius:24px;box-shadow:0 10px 40px #0003}</style>${frames}`,
);
await sheet.screenshot({ path: join(import.meta.dirname, 'pictures/login.png') });
await chromium.close();
await vneid.stop();
