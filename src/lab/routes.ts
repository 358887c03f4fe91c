import type Router from '@koa/router';
import { apiRoutes } from './api.ts';
import type { Bench } from './bench.ts';
import { conformanceRoutes } from './conformance.ts';
import { homeRoutes } from './home.ts';
import { inboxRoutes } from './inbox.ts';
import { tokenInspectorRoutes } from './inspector/token-page.ts';
import { logoutsRoutes } from './logouts.ts';
import { timelinesRoutes } from './timelines/pages.ts';

/**
 * Everything that the lab answers.
 * @param city address of the city, when it runs
 * @param open whether anyone may use the lab
 * @param conformance whether the suite of the OpenID Foundation is expected
 */
export function labRoutes(
  bench: Bench,
  { city, open, conformance }: { city: string | undefined; open: boolean; conformance: boolean },
): Router[] {
  return [
    homeRoutes({ ...bench, city, open }),
    apiRoutes(bench),
    inboxRoutes(bench),
    logoutsRoutes(bench),
    tokenInspectorRoutes(bench),
    timelinesRoutes(bench),
    ...(conformance ? [conformanceRoutes(bench)] : []),
  ];
}
