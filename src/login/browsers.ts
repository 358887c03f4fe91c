import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { v4 as randomId } from 'uuid';

/**
 * Browsers that have signed in before. Strangers who guess at an account make it wait; its owner, on a browser that
 * once signed in to it, has a count of their own and does not wait for the strangers' (OWASP "device cookies").
 */
export interface KnownBrowsers {
  /** This browser's name for the throttle, when it signed in to the account with this key before. */
  nameFor(ctx: Context, account: string | undefined): string | undefined;
  /** Keeps that this browser signed in to this account. */
  remember(ctx: Context, account: string): void;
}

const longest = 5;
const year = 365 * 86_400_000;

/** @param secure true when the issuer is https */
export function createKnownBrowsers({ secure }: { secure: boolean }): KnownBrowsers {
  const cookie = secure ? '__Host-vneid.browser' : 'vneid.browser';

  function read(ctx: Context): { name: string; accounts: string[] } | undefined {
    // signed: only this server can have written it
    const [name, ...accounts] = (ctx.cookies.get(cookie, { signed: true }) ?? '').split('.');
    return name ? { name, accounts } : undefined;
  }

  return {
    nameFor(ctx, account) {
      const known = read(ctx);
      return known && account && known.accounts.includes(short(account)) ? known.name : undefined;
    },
    remember(ctx, account) {
      const known = read(ctx);
      if (known?.accounts[0] === short(account)) return;
      const accounts = [short(account), ...(known?.accounts ?? []).filter((other) => other !== short(account))].slice(
        0,
        longest,
      );
      ctx.cookies.set(cookie, [known?.name ?? randomId(), ...accounts].join('.'), {
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

/** An account as the cookie names it: enough to tell five apart, useless to anyone who reads it. */
function short(account: string): string {
  return createHash('sha256').update(account).digest('base64url').slice(0, 12);
}
