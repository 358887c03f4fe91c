import type { Middleware } from 'koa';
import type { Clock } from '../clock.ts';
import { createSeal } from '../seal.ts';

/** What koa's cookies sign with: the interface of the package keygrip. */
export interface CookieSigner {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** Which key made the signature; -1 for none. There is one key, so 0 also says that it need not be renewed. */
  index(data: string, signature: string): number;
}

/**
 * Signs cookies with seals. The default signer uses HMAC with SHA-1, three of them to compare, and a login signs and checks
 * cookies six times.
 * @param secret at least 32 bytes
 */
export function createCookieSigner(secret: Buffer): CookieSigner {
  const seal = createSeal(secret);
  return { sign: seal.of, verify: seal.fits, index: (data, signature) => (seal.fits(data, signature) ? 0 : -1) };
}

/**
 * A browser lives in the host's time, whatever that of the instance: it throws away at once a cookie whose end it thinks
 * past, and lets one last that ends far ahead. So the ends of cookies are told in the host's time.
 */
export function datedForBrowsers(clock: Clock): Middleware {
  return async (ctx, next) => {
    await next();
    const cookies = ctx.res.getHeader('Set-Cookie');
    const { offset } = clock.state();
    // the head of a stream is under way by now, and of cookies it has that of the language at most
    if (!Array.isArray(cookies) || offset === 0 || ctx.res.headersSent) return;
    ctx.res.setHeader(
      'Set-Cookie',
      cookies.map((cookie) => cookie.replace(/(?<=; expires=)[^;]+/i, (date) => inTimeOf(date, offset))),
    );
  };
}

/** What is to be forgotten is dated at the beginning of time, and stays there. */
function inTimeOf(date: string, offset: number): string {
  const at = Date.parse(date);
  return at === 0 ? date : new Date(at - offset).toUTCString();
}
