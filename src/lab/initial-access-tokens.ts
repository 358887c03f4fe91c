import Router from '@koa/router';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import { checkBody, readJson } from '../web/json.ts';

/** Seconds: an hour unless told, a month at most. */
const lifetime = z.int().min(1).max(2_592_000).default(3600);
const body = z.strictObject({ lifetime });

/**
 * Leave to register relying parties, for whoever the operator gives it to (RFC 7591 §1.2, "initial access token"). It is
 * good for any number of registrations until it ends.
 *
 *     POST /lab/api/initial-access-tokens   { "lifetime": 3600 }  →  { "token", "expires_in" }
 *
 * @throws VneidError request.badField
 */
export function initialAccessTokenRoutes({ provider }: { provider: () => Provider }): Router {
  const router = new Router();
  router.post('/lab/api/initial-access-tokens', async (ctx) => {
    const { lifetime: expiresIn } = checkBody(body, await readJson(ctx));
    const { InitialAccessToken } = provider();
    const token = new InitialAccessToken({ expiresIn });
    ctx.set('Cache-Control', 'no-store');
    ctx.status = 201;
    ctx.body = { token: await token.save(), expires_in: expiresIn };
  });
  return router;
}
