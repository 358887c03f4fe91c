import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders, RequestListener } from 'node:http';
import type { Middleware } from 'koa';
import type { Answered } from '../web/observe.ts';

/** What everybody reads and nobody changes, with the library's names of it. */
const routes: Record<string, string> = {
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/oauth-authorization-server': 'discovery',
  '/jwks': 'jwks',
};

interface Document {
  etag: string;
  headers: OutgoingHttpHeaders;
  /** In letters of one byte each, so that it goes out with its headers in one piece. */
  body: string;
}

/**
 * The documents of a provider, each made once by the library and from then on answered as it was, before anything else looks
 * at the request: every client of every app reads them, some at every sign-in (a peer's discovery once went from 20 ms to a
 * second). They are those of one provider; the next one, after a rotation of keys, has its own.
 */
export interface Published {
  /** Keeps what the library made, and gives it a validator (RFC 9110 §8.8.3). Stands around everything. */
  keep: Middleware;
  /** Answers what is kept; all else is for `answer`. */
  before(answer: RequestListener): RequestListener;
}

/**
 * @param straight false while each request has to be looked at: what is answered may differ, or somebody watches all
 * @param observe hears of what is answered
 */
export function createPublished({
  straight,
  observe,
}: {
  straight: () => boolean;
  observe: (answered: Answered) => void;
}): Published {
  // by host and path: programs may be told another address than browsers, and an unknown host is told nothing
  const kept = new Map<string, Document>();

  return {
    async keep(ctx, next) {
      await next();
      const { host = '', origin } = ctx.req.headers;
      const plain = ctx.originalUrl in routes && ctx.method === 'GET' && origin === undefined;
      if (!plain || ctx.status !== 200 || !ctx.body || !straight()) return;
      const body = inAscii(JSON.stringify(ctx.body));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      ctx.set('ETag', etag);
      ctx.body = body;
      kept.set(`${host} ${ctx.originalUrl}`, { etag, body, headers: { ...ctx.res.getHeaders() } });
      if (ctx.fresh) ctx.status = 304;
    },

    before: (answer) => (request, response) => {
      const { method, url = '', headers } = request;
      const route = routes[url];
      const document =
        route !== undefined && method === 'GET' && headers.origin === undefined && straight()
          ? kept.get(`${headers.host} ${url}`)
          : undefined;
      if (route === undefined || !document) return answer(request, response);
      const started = performance.now();
      const status = headers['if-none-match'] === document.etag ? 304 : 200;
      if (status === 200) response.writeHead(status, document.headers).end(document.body, 'latin1');
      else response.writeHead(status, withoutBody(document.headers)).end();
      observe({ route, method: 'GET', status, seconds: (performance.now() - started) / 1000 });
    },
  };
}

/** The same JSON with letters beyond ASCII escaped (RFC 8259 §7). */
function inAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function withoutBody({ 'content-length': _length, 'content-type': _type, ...headers }: OutgoingHttpHeaders) {
  return headers;
}
