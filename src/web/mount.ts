import type { IncomingMessage, RequestListener } from 'node:http';
import type { Middleware } from 'koa';

/** Below `/t/<name>` another instance answers. */
const below = /^\/t\/([a-z0-9][a-z0-9-]{0,62})(?=[/?]|$)/;

/** The instances of one server: its own, and those below `/t/<name>`. */
export interface Mounts {
  set(name: string, handler: RequestListener): void;
  delete(name: string): void;
  /** Answers by the instance that the address names; what names none that is there is for `own`. */
  before(own: RequestListener): RequestListener;
}

/** The part of an address that names a mounted instance. */
export function baseOf(name: string): string {
  return `/t/${name}`;
}

/** Makes the table of one server. */
export function createMounts(): Mounts {
  const handlers = new Map<string, RequestListener>();
  return {
    set: (name, handler) => void handlers.set(name, handler),
    delete: (name) => void handlers.delete(name),
    before(own) {
      return (request, response) => {
        const [base = '', name = ''] = handlers.size > 0 ? (below.exec(request.url ?? '') ?? []) : [];
        const handler = handlers.get(name);
        return handler ? handler(stripped(request, base), response) : own(request, response);
      };
    },
  };
}

/** The request as an instance sees it that knows nothing of its base; the library finds the base as Express tells it. */
function stripped(request: IncomingMessage & { baseUrl?: string }, base: string): IncomingMessage {
  const rest = request.url?.slice(base.length) ?? '';
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  request.baseUrl = base;
  return request;
}

/**
 * A mounted instance speaks of its own addresses as if it stood at the root; on their way out they get its base: where a
 * browser is sent, where cookies are good, where links and forms of a page lead. Assets are the server's.
 */
export function outwards(base: string): Middleware {
  const whole = (path: string) =>
    /^\/(?!\/|assets\/)/.test(path) && path !== base && !path.startsWith(`${base}/`) ? `${base}${path}` : path;
  return async (ctx, next) => {
    await next();
    const { res } = ctx;
    const location = res.getHeader('Location');
    if (typeof location === 'string') res.setHeader('Location', whole(location));
    const cookies = res.getHeader('Set-Cookie');
    if (Array.isArray(cookies)) res.setHeader('Set-Cookie', cookies.map(inCookie));
    if (ctx.type === 'text/html' && (typeof ctx.body === 'string' || Buffer.isBuffer(ctx.body)))
      ctx.body = Buffer.from(inPage(String(ctx.body)));
  };

  function inCookie(cookie: string): string {
    return cookie.replace(/(?<=; path=)[^;]+/i, whole);
  }

  /** In text a quotation mark is written as an entity, so what matches is an attribute of ours. */
  function inPage(html: string): string {
    return html.replaceAll(/(?<=\s[a-z-]+=")\/[^"]*/g, whole);
  }
}
