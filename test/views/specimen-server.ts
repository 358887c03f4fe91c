import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { specimens } from './specimens.ts';

const { resolve } = createRequire(import.meta.url);
const assets = new URL('../../views/assets', import.meta.url).pathname;
const fonts = join(dirname(resolve('@fontsource/be-vietnam-pro/package.json')), 'files');
const types: Record<string, string> = { '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'";

const shown = { vi: specimens('vi'), en: specimens('en') };

/** Every page with believable data, at `/<language>/<name>`, as the program would send it but without its scripts. */
export async function serveSpecimens(): Promise<{ origin: string } & AsyncDisposable> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** Opens one as a person comes to see it who has done something on it already, where that shows more. */
export async function openSpecimen(page: Page, origin: string, language: 'vi' | 'en', name: string): Promise<void> {
  await page.goto(`${origin}/${language}/${name}`, { waitUntil: 'load' });
  await page.evaluate('document.fonts.ready');
  // what a script shows where the browser can; here it finds another host
  await page.evaluate("for (const form of document.querySelectorAll('form[hidden]')) form.hidden = false");
  if (name === 'passkeys-wrong') await page.evaluate("document.querySelector('details').open = true");
  if (name === 'otp-wrong') await page.fill('[name=otp]', '482913');
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const [, language, name = ''] = path.split('/');
  const spoken = language === 'en' ? 'en' : 'vi';
  const page = shown[spoken].find((specimen) => specimen.name === name);
  if (page) {
    const text = String(page.show({ language: spoken, path: request.url ?? '/' }));
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
  // kept, or every page would have its fonts read and unpacked anew: half the time it takes to open
  const head = { 'content-type': types[extname(path)] ?? '', 'cache-control': 'max-age=3600' };
  if (body) response.writeHead(200, head).end(body);
  else response.writeHead(404).end();
}
