import type { Context } from 'koa';
import { problem, type VneidError } from '../../errors.ts';
import type { About, ActiveFaults, Setting } from './active.ts';
import type { Endpoint } from './fault.ts';

const usualDelay = 5;
/** Seconds after which to try again. */
const later = { 'Retry-After': '5' };

/** Instead of doing what was asked. */
const refusals: Record<string, () => VneidError> = {
  'endpoint.429': () => problem('service.tooMany', {}, later),
  'endpoint.500': () => problem('service.broken'),
  'endpoint.503': () => problem('service.unavailable', {}, later),
};

/** After it was done. */
const damage: Record<string, (ctx: Context, body: Buffer) => void> = {
  'endpoint.malformed'(ctx, body) {
    const { type } = ctx;
    const text = body.toString('utf8');
    // the last brace of JSON, the signature of a JWT, the second half of a page
    const end = /^[{[]/.test(text) ? -1 : /^[\w-]+\.[\w.-]+$/.test(text) ? text.lastIndexOf('.') : text.length / 2;
    ctx.body = `${text.slice(0, end)}${type.includes('json') ? ',' : ''}`;
    ctx.type = type;
  },
  'endpoint.wrong-type'(ctx, body) {
    ctx.body = body;
    ctx.type = 'text/html';
  },
  'endpoint.truncated'(ctx, body) {
    begin(ctx, body, (socket) => socket.end());
  },
  'endpoint.cut'(ctx, body) {
    begin(ctx, body, (socket) => {
      // a TLS connection cannot be reset from here, only dropped
      if ('encrypted' in socket) socket.destroy();
      else socket.resetAndDestroy();
    });
  },
};

/** What is wrong with an endpoint as a server: slow, too busy, broken, cut off. */
export function createAnswers({ active }: { active: ActiveFaults }) {
  const shares = new WeakMap<Setting, number>();

  /** Spreads a share evenly: of 0.5 every second one. */
  function due(setting: Setting): boolean {
    const sum = (shares.get(setting) ?? 0) + (setting.share ?? 1);
    // thirds do not add up to one
    const reached = sum >= 1 - 1e-9;
    shares.set(setting, reached ? sum - 1 : sum);
    return reached;
  }

  return {
    /**
     * Refuses or waits before anything is done.
     * @throws VneidError service.overloaded, service.tooMany, service.broken, service.unavailable
     */
    async before(ctx: Context, about: About): Promise<void> {
      const overload = active.at('day.overload', about).find(due);
      if (overload) {
        active.struck(overload, about);
        throw problem('service.overloaded', {}, later);
      }
      if (about.endpoint === undefined) return;
      for (const [fault, refusal] of Object.entries(refusals)) {
        const [setting] = active.at(fault, about);
        if (!setting) continue;
        active.struck(setting, about);
        throw refusal();
      }
      const [slow] = active.at('endpoint.slow', about);
      if (!slow) return;
      active.struck(slow, about);
      await patience(ctx, (slow.seconds ?? usualDelay) * 1000);
    },

    /** Damages the answer; a redirect has no body that anybody reads, so all that can happen to it is that it is cut off. */
    after(ctx: Context, about: About): void {
      if (about.endpoint === undefined) return;
      for (const setting of active.at('endpoint.', about)) {
        const change = damage[setting.fault];
        if (!change || ctx.respond === false) continue;
        const redirect = ctx.status >= 300 && ctx.status < 400;
        const body = redirect ? Buffer.alloc(0) : bytesOf(ctx.body);
        if (body.length === 0 && setting.fault !== 'endpoint.cut') continue;
        change(ctx, body);
        active.struck(setting, about);
      }
    },
  };
}

/** Waits, by the host's time: who asked waits in it. Whoever goes away is not waited for. */
function patience(ctx: Context, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    ctx.res.once('close', left);
    function done(): void {
      ctx.res.off('close', left);
      resolve();
    }
    function left(): void {
      clearTimeout(timer);
      ctx.respond = false;
      reject(problem('service.unavailable'));
    }
  });
}

/** Sends the head and half of the body, and then has the connection end. */
function begin(ctx: Context, body: Buffer, end: (socket: NonNullable<Context['res']['socket']>) => void): void {
  ctx.respond = false;
  const { res } = ctx;
  const { socket } = res;
  if (!socket) return;
  if (body.length === 0) return end(socket);
  res.setHeader('Content-Length', body.length);
  res.write(body.subarray(0, Math.ceil(body.length / 2)), () => end(socket));
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

const places: Record<string, Endpoint> = {
  '/token': 'token',
  '/userinfo': 'userinfo',
  '/jwks': 'jwks',
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/oauth-authorization-server': 'discovery',
  '/authorize': 'authorize',
  '/par': 'par',
  '/introspect': 'introspect',
  '/revoke': 'revoke',
  '/ciba': 'ciba',
  '/device': 'device',
  '/register': 'register',
  '/logout': 'logout',
};

/** Which endpoint an address belongs to; what stands below one with an id is its too. */
export function endpointOf(path: string): Endpoint | undefined {
  return places[path] ?? places[`/${path.split('/')[1]}`];
}

/** Pages of sign-in and of the phone, which the day of overload has as well. */
export function isBusyPage(path: string): boolean {
  return /^\/(login|phone)(\/|$)/.test(path.toLowerCase());
}
