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
const safeName = /^[a-z0-9][a-z0-9.-]*$/;

/**
 * Serves `/assets/<file>` from `views/assets` and `/assets/fonts/<file>` from the font's package. Files are read once
 * and kept; names are checked, so nothing outside those two folders can be asked for.
 */
export function serveAssets(): Middleware {
  const folders = {
    own: new URL('../../views/assets/', import.meta.url).pathname,
    fonts: join(dirname(createRequire(import.meta.url).resolve('@fontsource/be-vietnam-pro/package.json')), 'files'),
  };
  const kept = new Map<string, { body: Buffer; etag: string; type: string }>();

  return async (ctx, next) => {
    const match = /^\/assets\/(fonts\/)?([^/]+)$/.exec(ctx.path);
    const name = match?.[2] ?? '';
    const type = types[extname(name)];
    if (!match || !safeName.test(name) || !type) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw wrongMethod(ctx, 'GET, HEAD');

    let file = kept.get(ctx.path);
    if (!file) {
      const body = await readFile(join(match[1] ? folders.fonts : folders.own, name)).catch(() => undefined);
      if (!body) return next();
      file = { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`, type };
      kept.set(ctx.path, file);
    }
    ctx.set('Cache-Control', match[1] ? 'public, max-age=31536000, immutable' : 'no-cache');
    ctx.set('Cross-Origin-Resource-Policy', 'same-origin');
    ctx.etag = file.etag;
    ctx.type = file.type;
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = file.body;
  };
}
