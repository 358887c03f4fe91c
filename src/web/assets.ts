import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Middleware } from 'koa';
import { wrongMethod } from './failures.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};
const safeName = /^[a-z0-9][a-z0-9._-]*$/;

/** Of the package that reads QR codes, what a page needs where its browser has no reader of its own. */
const qrModules = new Set(['decode.js', 'index.js']);

/**
 * Serves `/assets/…` from `views/assets`, and `/assets/fonts/…`, `/assets/qr/…` and `/assets/jose/…` from the packages that
 * have them. Files are read once and kept; names are checked, so nothing outside those folders can be asked for.
 */
export function serveAssets(): Middleware {
  const { resolve } = createRequire(import.meta.url);
  const folders: Record<string, string> = {
    '': join(import.meta.dirname, '../../views/assets'),
    'fonts/': join(dirname(resolve('@fontsource/be-vietnam-pro/package.json')), 'files'),
    'qr/': dirname(resolve('qr')),
    'jose/': dirname(resolve('jose')),
  };
  const kept = new Map<string, { body: Buffer; etag: string; type: string }>();

  return async (ctx, next) => {
    const [, folder = '', name = ''] = /^\/assets\/(fonts\/|qr\/|jose\/)?(.+)$/.exec(ctx.path) ?? [];
    const type = types[extname(name)];
    if (!name.split('/').every((part) => safeName.test(part)) || !type || (folder === 'qr/' && !qrModules.has(name)))
      return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw wrongMethod(ctx, 'GET, HEAD');

    let file = kept.get(ctx.path);
    if (!file) {
      const body = await readFile(join(folders[folder] ?? '', name)).catch(() => undefined);
      if (!body) return next();
      file = { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`, type };
      kept.set(ctx.path, file);
    }
    ctx.set('Cache-Control', folder === 'fonts/' ? 'public, max-age=31536000, immutable' : 'no-cache');
    ctx.set('Cross-Origin-Resource-Policy', 'same-origin');
    ctx.etag = file.etag;
    ctx.type = file.type;
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = file.body;
  };
}
