import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Middleware } from 'koa';

/** What a place may be called: part of an address, so there is one spelling of it. */
export const mountName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Below `/t/<name>` another instance answers; the address in a request line may be whole (RFC 9112 §3.2.2). */
const below = /^(https?:\/\/[^/?#]*)?(\/t\/([^/?]+))(.*)$/s;
/** Its documents that have a well-known address have it at the root of the server, with the path of the issuer behind (RFC 8414 §3.1). */
const wellKnown = /^(https?:\/\/[^/?#]*)?(\/\.well-known\/[^/?]+)(\/t\/[^/?]+)(\?.*)?$/s;

/** Milliseconds that those under way have when an instance leaves. */
const patience = 5000;

/** The instances of one server: its own, and those below `/t/<name>`. */
export interface Mounts {
  /** A place for an instance, which is there from its first answer on. @param name as `mountName` has it */
  at(name: string): Mount;
  /** Answers by the instance that the address names; what names none that is there is for `own`. */
  before(own: RequestListener): RequestListener;
}

export interface Mount {
  /** Sets who answers here from now on; nobody does after `leave`. */
  answer(handler: RequestListener): void;
  /** Nobody is answered any more; resolves when those under way are, within 5 s. */
  leave(): Promise<void>;
}

/** The part of an address that names a mounted instance. */
export function baseOf(name: string): string {
  return `/t/${name}`;
}

/** Makes the table of one server. */
export function createMounts(): Mounts {
  const handlers = new Map<string, RequestListener>();
  return {
    at(name) {
      const underWay = new Set<ServerResponse>();
      let left = false;
      return {
        answer(handler) {
          if (left) return;
          handlers.set(name, (request, response) => {
            underWay.add(response);
            response.once('close', () => underWay.delete(response));
            return handler(request, response);
          });
        },
        async leave() {
          left = true;
          handlers.delete(name);
          const impatient = setTimeout(() => underWay.forEach((response) => response.destroy()), patience);
          await Promise.all([...underWay].map((response) => once(response, 'close')));
          clearTimeout(impatient);
        },
      };
    },
    before(own) {
      return (request, response) => {
        const [, origin = '', base = '', name = '', rest = ''] =
          handlers.size > 0 ? (below.exec((request.url ?? '').replace(wellKnown, '$1$3$2$4')) ?? []) : [];
        const handler = handlers.get(name);
        return handler ? handler(stripped(request, origin, base, rest), response) : own(request, response);
      };
    },
  };
}

/** The request as an instance sees it that knows nothing of its base; the library finds the base as Express tells it. */
function stripped(
  request: IncomingMessage & { baseUrl?: string },
  origin: string,
  base: string,
  rest: string,
): IncomingMessage {
  request.url = `${origin}${rest.startsWith('/') ? '' : '/'}${rest}`;
  request.baseUrl = base;
  return request;
}

/** Where an attribute of a page of ours holds an address. What a person typed or an app sent stands in others. */
const addressed = /(?<=\s(?:href|action|formaction|src|data-(?:follow|request|jwks|clock))=")\/[^"]*/g;

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
    // the head of a stream is under way by now, and leads nowhere
    if (res.headersSent) return;
    for (const name of ['Location', 'Content-Location']) {
      const location = res.getHeader(name);
      if (typeof location === 'string') res.setHeader(name, whole(location));
    }
    const cookies = res.getHeader('Set-Cookie');
    if (Array.isArray(cookies)) res.setHeader('Set-Cookie', cookies.map(inCookie));
    if (ctx.type === 'text/html' && (typeof ctx.body === 'string' || Buffer.isBuffer(ctx.body)))
      // in text a quotation mark is written as an entity, so what matches is an attribute
      ctx.body = Buffer.from(String(ctx.body).replaceAll(addressed, whole));
  };

  function inCookie(cookie: string): string {
    return cookie.replace(/(?<=; path=)[^;]+/i, whole);
  }
}
