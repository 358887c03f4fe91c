/**
 * Takes pictures of every page: `node test/views/gallery.ts <folder> [part of a name…]`. Both languages, three widths,
 * light and dark; runs axe-core over each, and checks that nothing needs scrolling sideways.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { specimens } from './specimens.ts';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('usage: node test/views/gallery.ts <folder> [part of a name…]');

const { resolve } = createRequire(import.meta.url);
const assets = new URL('../../views/assets', import.meta.url).pathname;
const fonts = join(dirname(resolve('@fontsource/be-vietnam-pro/package.json')), 'files');
const axe = await readFile(resolve('axe-core/axe.min.js'), 'utf8');
const types: Record<string, string> = { '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'";

const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const [, language, name = ''] = path.split('/');
  const page = specimens(language === 'en' ? 'en' : 'vi').find((specimen) => specimen.name === name);
  if (page) {
    const text = String(page.show({ language: language === 'en' ? 'en' : 'vi', path: request.url ?? '/' }));
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
      .end(text);
    return;
  }
  // pages are looked at as they are before a script of theirs has done anything
  if (path.endsWith('.js')) return void response.writeHead(200, { 'content-type': 'text/javascript' }).end();
  const font = /^\/assets\/fonts\/([a-z0-9-]+\.woff2)$/.exec(path)?.[1];
  const asset = /^\/assets\/([a-z0-9-]+\.(?:css|svg))$/.exec(path)?.[1];
  const body =
    font || asset
      ? await readFile(font ? join(fonts, font) : join(assets, asset ?? '')).catch(() => undefined)
      : undefined;
  if (body) response.writeHead(200, { 'content-type': types[extname(path)] ?? '' }).end(body);
  else response.writeHead(404).end();
}
await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
await mkdir(folder, { recursive: true });

let faults = 0;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  const names = specimens('vi')
    .map(({ name }) => name)
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  for (const width of [320, 390, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) await sitting(browser, names, width, colorScheme);
  }
} finally {
  await browser.close();
  server.close();
}
process.stdout.write(`${faults} faults\n`);
process.exitCode = faults > 0 ? 1 : 0;

async function sitting(camera: Browser, names: string[], width: number, colorScheme: 'light' | 'dark'): Promise<void> {
  const context = await camera.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && fault(`${page.url()}: ${message.text()}`));
  for (const language of ['vi', 'en']) {
    for (const name of names) {
      const what = `${name}-${language}-${width}-${colorScheme}`;
      await page.goto(`${origin}/${language}/${name}`, { waitUntil: 'load' });
      await page.evaluate('document.fonts.ready');
      // what a script shows where the browser can; here it finds another host
      await page.evaluate("for (const form of document.querySelectorAll('form[hidden]')) form.hidden = false");
      if (name === 'passkeys-wrong') await page.evaluate("document.querySelector('details').open = true");
      if (name === 'otp-wrong') await page.fill('[name=otp]', '482913');
      for (const between of width === 1280 ? [480, 640, 860, width] : [width]) {
        await page.setViewportSize({ width: between, height: 800 });
        const sideways = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        if (sideways > 0) fault(`${what}: ${sideways} px too wide at ${between}`);
      }
      await page.screenshot({ path: join(folder ?? '.', `${what}.png`), fullPage: true });
      if (width !== 390) for (const violation of await violations(page)) fault(`${what}: ${violation}`);
    }
  }
  await context.close();
}

async function violations(page: { evaluate: (script: string) => Promise<unknown> }): Promise<string[]> {
  await page.evaluate(axe);
  return (await page.evaluate(`axe.run({
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    rules: { 'color-contrast-enhanced': { enabled: true } },
  }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target + ' ' + (node.any[0]?.message ?? node.failureSummary ?? ''))))`)) as string[];
}

function fault(text: string): void {
  faults += 1;
  process.stdout.write(`${text}\n`);
}
