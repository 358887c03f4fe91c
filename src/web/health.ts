import Router from '@koa/router';
import { problem } from '../errors.ts';

/**
 * Probes for whoever runs the program. Live: the process answers. Ready: every store answers, so a login would succeed
 * where there is room; one that is about to stop is not, while it still answers. A store that is full is no reason to send
 * nobody here any more: all instances have the same, tokens are still looked at, and who begins a login reads why not.
 * @param publicName the host name by which everybody reaches the program and nobody its figures; none where all may read them
 */
export function healthRoutes({
  checks,
  leaving,
  metrics,
  publicName,
}: {
  checks: Record<string, () => Promise<unknown>>;
  leaving: () => boolean;
  metrics: { render(): Promise<{ type: string; body: string }> };
  publicName: string | undefined;
}): Router {
  const router = new Router();
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'live' };
  });
  router.get('/health/ready', async (ctx) => {
    const results = await Promise.all(
      Object.entries(checks).map(
        async ([name, check]) =>
          [
            name,
            await check().then(
              () => 'ok',
              () => 'failed',
            ),
          ] as const,
      ),
    );
    const ready = !leaving() && results.every(([, result]) => result === 'ok');
    ctx.status = ready ? 200 : 503;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { status: ready ? 'ready' : leaving() ? 'leaving' : 'not-ready', checks: Object.fromEntries(results) };
  });
  router.get('/metrics', async (ctx) => {
    // as it stands in the request: `ctx.host` is the public one for whatever comes from a trusted proxy
    if (nameIn(ctx.req.headers.host) === publicName) throw problem('request.notFound');
    const { type, body } = await metrics.render();
    ctx.type = type;
    ctx.body = body;
  });
  return router;
}

/** The name of a host without its port and the dot of its root, both of which a proxy overlooks (RFC 9110 §7.2, RFC 1034 §3.1). */
function nameIn(host = ''): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '');
}

/** What a load balancer asks by address instead of by name. A request that is no good yet may have no path. */
export function isProbe(path: string | null): boolean {
  return path?.startsWith('/health/') === true || path === '/metrics';
}
