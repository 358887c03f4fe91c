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
import { createVisits } from './visits.ts';

/**
 * The city's services: relying parties with an origin, sessions and keys of their own. They import nothing of the
 * provider and reach it over HTTP, so what works here works for a stranger's app.
 */
export function createCity({
  issuer,
  origin,
  key,
  clock,
  events,
}: {
  issuer: string;
  origin: string;
  key: JWK;
  clock: Clock;
  events: EventHub;
}): RequestListener {
  const app = new Koa();
  const secure = origin.startsWith('https:');
  const visits = createVisits({ clock, secure });
  const routes = ihanoiRoutes({ issuer, origin, key, visits, clock });

  app.use((_ctx, next) => clock.run(next));
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
