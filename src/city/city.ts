import type { RequestListener } from 'node:http';
import type { JWK } from 'jose';
import Koa from 'koa';
import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import { ihanoiProblem } from '../../views/city/ihanoi.ts';
import { serveAssets } from '../web/assets.ts';
import { answerFailures } from '../web/failures.ts';
import { rememberLanguage } from '../web/language.ts';
import { securityHeaders } from '../web/security.ts';
import { ihanoiRoutes } from './ihanoi.ts';
import { createVisits, type KeepsVisits } from './visits.ts';

/**
 * The city's services: relying parties with an origin, sessions and keys of their own. They import nothing of the
 * provider and reach it over HTTP, so what works here works for a stranger's app.
 */
export function createCity({
  issuer,
  internalUrl,
  origin,
  key,
  kept,
  clock,
  events,
}: {
  issuer: string;
  /** Where programs reach the provider, when that is another address. */
  internalUrl: string;
  origin: string;
  key: JWK;
  kept: KeepsVisits;
  clock: Clock;
  events: EventHub;
}): RequestListener {
  const app = new Koa();
  const secure = origin.startsWith('https:');
  const visits = createVisits({ clock, kept, secure });
  const routes = ihanoiRoutes({ issuer, internalUrl, origin, key, visits });

  app.use((ctx, next) => {
    // an https address is ended by somebody in front, who is reached by nobody else
    ctx.cookies.secure = secure;
    return clock.run(next);
  });
  app.use(
    answerFailures({
      events,
      problemPage: (page, { text, next, code, status }) =>
        ihanoiProblem(page, { text, next, details: [{ label: String(status), value: code }] }),
    }),
  );
  app.use(securityHeaders({ origin }));
  app.use(rememberLanguage(secure));
  app.use(serveAssets());
  app.use(routes.routes());
  app.use(routes.allowedMethods());
  return app.callback();
}
