import type { Context, Middleware } from 'koa';
import { waitingPage } from '../../views/login/waiting.ts';
import type { Clock } from '../clock.ts';
import { problem, type VneidError } from '../errors.ts';
import { wantsPage } from '../web/failures.ts';
import { bodyOf, pageOf } from '../web/language.ts';
import { createLine } from './line.ts';
import { createPressure } from './pressure.ts';

export interface WaitingRoomParts {
  clock: Clock;
  secure: boolean;
  cookiePrefix: string;
  /** At least 32 bytes, for nothing else; the same at every instance. */
  secret: Buffer;
}

/** Seconds from one look to the next, at least and at most. */
const [soonest, latest] = [3, 30];
/** How many may wait; who comes after them is told to come again. */
const most = 100_000;

/**
 * Stands before a login. When more people come to sign in than can be served, those who come last wait before they have
 * begun, with a place in line, instead of everybody waiting in the middle and failing (as on 28 August 2025). Who is
 * signed in already, and whose sign-in has begun, is let through; programs are told when to come again.
 */
export function waitingRoom({ clock, secure, cookiePrefix, secret }: WaitingRoomParts): Middleware {
  const [session, cookie] = [`${cookiePrefix}vneid.session`, `${cookiePrefix}vneid.line`];
  const line = createLine({ clock, secret, most });
  const pressure = createPressure();

  /** Whether somebody may begin now; who may not has a place in the line, or none when it is full. */
  function admit(shown: string | undefined): { place: number; ticket: string } | 'admitted' | 'full' {
    const known = line.place(shown);
    const place = known ?? line.size() + 1;
    if (pressure.admits(place, line.size(), soonest)) {
      line.begin(shown);
      return 'admitted';
    }
    const ticket = known === undefined ? line.join() : shown;
    return ticket === undefined ? 'full' : { place, ticket };
  }

  function wait(ctx: Context, place: number, ticket: string): void {
    const left = pressure.secondsTo(place);
    const seconds = Math.min(latest, Math.max(soonest, Math.ceil(left)));
    line.told(ticket, seconds);
    if (!wantsPage(ctx)) throw busy(seconds);
    ctx.status = 503;
    // the browser asks again by itself, for the same address
    ctx.set({ 'Retry-After': String(seconds), Refresh: String(seconds), 'Cache-Control': 'no-store' });
    ctx.type = 'html';
    ctx.body = bodyOf(waitingPage(pageOf(ctx), { place, seconds, minutes: Math.ceil(left / 60) }));
  }

  return async (ctx, next) => {
    if (!concerns(ctx.path)) return next();
    if (begins(ctx, session)) {
      const admitted = admit(ctx.cookies.get(cookie, { signed: false }));
      if (admitted === 'full') throw busy(latest);
      if (admitted !== 'admitted') {
        const { place, ticket } = admitted;
        ctx.cookies.set(cookie, ticket, { signed: false, httpOnly: true, sameSite: 'lax', secure, overwrite: true });
        return wait(ctx, place, ticket);
      }
    }
    let done = () => {};
    const begin = () => {
      done = pressure.begin();
    };
    // what is still being sent costs nothing: a few who send slowly would look like a crowd that is not served
    if (ctx.method !== 'POST' || ctx.req.readableEnded) begin();
    else ctx.req.once('end', begin);
    try {
      await next();
    } finally {
      ctx.req.off('end', begin);
      done();
    }
  };
}

function busy(seconds: number): VneidError {
  return problem('login.busy', { seconds }, { 'Retry-After': String(seconds) });
}

/** Requests whose number says how busy it is: those of a login, but not those that stay open. */
function concerns(path: string): boolean {
  return /^\/(authorize|login|token|par)(\/|$)/.test(path) && !path.endsWith('/follow');
}

/** Somebody without a session wants one: the first request of a browser. */
function begins(ctx: Context, session: string): boolean {
  return ctx.method === 'GET' && ctx.path === '/authorize' && !ctx.cookies.get(session, { signed: true });
}
