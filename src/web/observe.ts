import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Context, Middleware } from 'koa';
import { isProbe } from './health.ts';
import type { Log } from './log.ts';

/** What one answered request says about itself; `route` is a template, never an address with ids in it. */
export interface Answered {
  route: string;
  method: string;
  status: number;
  seconds: number;
}

/** The name of a request, for whoever has to find it in the log; made when first asked for. */
export function requestId(ctx: Pick<Context, 'state'>): string {
  ctx.state.requestId ??= randomUUID();
  return String(ctx.state.requestId);
}

/** Measures every request and says so to the metrics and, when asked for, to the traces and the log. */
export function observe({
  metrics,
  traces,
  log,
  verbose,
}: {
  metrics: { observe(answered: Answered): void };
  traces?: { begin(headers: IncomingHttpHeaders): (answered: Answered) => void } | undefined;
  log: Log;
  verbose: boolean;
}): Middleware {
  return async (ctx, next) => {
    const started = performance.now();
    const end = isProbe(ctx.path) ? undefined : traces?.begin(ctx.headers);
    try {
      await next();
    } finally {
      const answered = {
        route: routeOf(ctx),
        method: ctx.method,
        status: ctx.status,
        seconds: (performance.now() - started) / 1000,
      };
      metrics.observe(answered);
      end?.(answered);
      if (verbose) log.debug({ request: requestId(ctx), ...answered }, `${ctx.method} ${answered.route} ${ctx.status}`);
    }
  };
}

/** What was asked for; a page that something else then answered has said so in `state.asked`. */
function routeOf(ctx: Context): string {
  const { oidc, _matchedRoute } = ctx as Context & { oidc?: { route?: string }; _matchedRoute?: unknown };
  const { asked } = ctx.state as { asked?: string };
  if (asked !== undefined) return asked;
  if (oidc?.route) return oidc.route;
  if (typeof _matchedRoute === 'string') return _matchedRoute;
  return ctx.path.startsWith('/assets/') ? '/assets/:file' : 'none';
}
