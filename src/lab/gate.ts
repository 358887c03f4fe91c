import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { problem } from '../errors.ts';

/**
 * The lab is powerful: it reads codes and acts for people. On one machine it is open; in sandbox mode it answers 404
 * to everyone without the operator's token, as if it were not there, and no token means no lab.
 */
export function labGate({ mode, operatorToken }: { mode: 'lab' | 'sandbox'; operatorToken: string }): Middleware {
  return (ctx, next) => {
    // the routers do not mind the case of an address, so the gate must not either
    if (mode === 'lab' || !ctx.path.toLowerCase().startsWith('/lab')) return next();
    const [scheme, given] = ctx.get('authorization').split(' ');
    if (operatorToken === '' || scheme !== 'Bearer' || !same(given ?? '', operatorToken)) throw problem('lab.closed');
    return next();
  };
}

/** Compared as hashes, so that neither content nor length shows in the time it takes. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
