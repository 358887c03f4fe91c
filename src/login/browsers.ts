import type { Context } from 'koa';
import { v4 as randomId } from 'uuid';
import { createSeal } from '../seal.ts';

/**
 * Browsers that have signed in before. Strangers who guess at an account make it wait; its owner, on a browser that
 * once signed in to it, has a count of their own and does not wait for the strangers' (OWASP "device cookies").
 */
export interface KnownBrowsers {
  /** This browser's name for the throttle, when it signed in with this personal number before. */
  nameFor(ctx: Context, number: string): string | undefined;
  /** Keeps that this browser signed in with this personal number. */
  remember(ctx: Context, number: string): void;
}

const longest = 5;
const year = 365 * 86_400_000;

/**
 * @param secure true when the issuer is https
 * @param cookiePrefix what browsers hold the cookie to (RFC 6265bis §4.1.3)
 * @param base part of every address of a tenant, which knows nobody whom another has seen, though it has the same secret
 * @param secret 32 bytes; without it nobody can tell a number from the cookie, of which there are few enough to try
 */
export function createKnownBrowsers({
  secure,
  cookiePrefix,
  base,
  secret,
}: {
  secure: boolean;
  cookiePrefix: string;
  base: string;
  secret: Buffer;
}): KnownBrowsers {
  const seal = createSeal(secret);
  const short = (number: string) => seal.of(`${base}${number}`).slice(0, 16);
  const cookie = `${cookiePrefix}vneid.browser`;

  function read(ctx: Context): { name: string; numbers: string[] } | undefined {
    // signed: only this server can have written it
    const [name, ...numbers] = (ctx.cookies.get(cookie, { signed: true }) ?? '').split('.');
    return name ? { name, numbers } : undefined;
  }

  return {
    nameFor(ctx, number) {
      const known = read(ctx);
      return known && number && known.numbers.includes(short(number)) ? known.name : undefined;
    },
    remember(ctx, number) {
      const known = read(ctx);
      const own = short(number);
      if (known?.numbers[0] === own) return;
      const numbers = [own, ...(known?.numbers ?? []).filter((other) => other !== own)].slice(0, longest);
      ctx.cookies.set(cookie, [known?.name ?? randomId(), ...numbers].join('.'), {
        signed: true,
        httpOnly: true,
        sameSite: 'lax',
        secure,
        overwrite: true,
        maxAge: year,
      });
    },
  };
}
