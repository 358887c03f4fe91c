import Router from '@koa/router';
import type { Middleware } from 'koa';

/**
 * Routers by the first part of an address: a router tries its routes one by one, and there are hundreds of them, of which a
 * sign-in needs those below `/login`.
 * @param methods what the server knows, for the answer to what it does not
 * @throws RangeError for a route without a fixed first part
 */
export function byFirstPart(routers: readonly Router[], methods: string[]): Middleware {
  const families = new Map<string, Router>();
  for (const router of routers) {
    for (const part of new Set(router.stack.map(({ path }) => firstPart(String(path))))) {
      if (/[:*(]/.test(part)) throw new RangeError(`the first part of a route is fixed, not "${part}"`);
      const family = families.get(part) ?? new Router({ methods });
      families.set(part, family.use(router.routes()));
    }
  }
  const answers = new Map<string, Middleware>();
  for (const [part, family] of families) {
    const [routes, allowed] = [family.routes() as Middleware, family.allowedMethods() as Middleware];
    answers.set(part, (ctx, next) => routes(ctx, async () => allowed(ctx, next)));
  }
  return (ctx, next) => (answers.get(firstPart(ctx.path)) ?? pass)(ctx, next);
}

const pass: Middleware = (_ctx, next) => next();

/** As a router compares addresses, which is without regard to case; an address may have no path at all. */
function firstPart(path: string | null): string {
  return path?.split('/', 2)[1]?.toLowerCase() ?? '';
}
