import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Phone, Phones } from '../accounts/phones.ts';

/**
 * Which phone a browser is: a cookie `<phone id>.<secret>`, good as long as the phone is in use. Before one is activated the
 * browser is known by a random name, so that an activation begun in it ends in it.
 */
export interface Devices {
  /** The phone in use that this browser is. */
  phoneOf(ctx: Context): Promise<Phone | undefined>;
  /** The phone this browser was, until it was ended. */
  formerPhoneOf(ctx: Context): Promise<Phone | undefined>;
  /** Puts a phone into this browser. */
  put(ctx: Context, phone: Pick<Phone, 'id'>, secret: string): void;
  remove(ctx: Context): void;
  /** The browser's own name, made when it has none. */
  guest(ctx: Context): string;
}

const year = 365 * 86_400_000;
/** 128 random bits, base64url. */
const guestPattern = /^[A-Za-z0-9_-]{22}$/;

/**
 * @param secure true when the issuer is https
 * @param cookiePrefix what browsers hold the cookies to (RFC 6265bis §4.1.3)
 */
export function createDevices({
  phones,
  secure,
  cookiePrefix,
}: {
  phones: Phones;
  secure: boolean;
  cookiePrefix: string;
}): Devices {
  const [phoneCookie, guestCookie] = [`${cookiePrefix}vneid.phone`, `${cookiePrefix}vneid.guest`];
  const keep = { signed: false, httpOnly: true, sameSite: 'lax' as const, secure, overwrite: true };

  function held(ctx: Context): { id: string; secret: string } | undefined {
    const [id, secret] = (ctx.cookies.get(phoneCookie, { signed: false }) ?? '').split('.');
    return id && secret ? { id, secret } : undefined;
  }

  return {
    async phoneOf(ctx) {
      const known = held(ctx);
      return known && phones.authenticate(known.id, known.secret);
    },
    async formerPhoneOf(ctx) {
      const known = held(ctx);
      return known && phones.formerly(known.id, known.secret);
    },
    put(ctx, { id }, secret) {
      ctx.cookies.set(phoneCookie, `${id}.${secret}`, { ...keep, maxAge: year });
    },
    remove(ctx) {
      ctx.cookies.set(phoneCookie, null, keep);
    },
    guest(ctx) {
      const known = ctx.cookies.get(guestCookie, { signed: false }) ?? '';
      if (guestPattern.test(known)) return known;
      const name = randomBytes(16).toString('base64url');
      ctx.cookies.set(guestCookie, name, { ...keep, maxAge: year });
      return name;
    },
  };
}
