import type { Context, Middleware } from 'koa';
import { problem } from '../errors.ts';

/**
 * Answers only for the hosts it was told of (Host-header injection: CVE-2026-27959, GHSA-2wmj-46rj-qm2w). An address
 * in the request line stands above the Host header (RFC 9112 §3.2.2), so that is what is judged, and put in its place.
 * @param allowed further Host values, such as the internal name behind a proxy
 * @param free true for probes, which a load balancer sends with an address for a name
 */
export function onlyKnownHosts({
  issuer,
  allowed,
  free,
}: {
  issuer: string;
  allowed: string[];
  free: (path: string) => boolean;
}): Middleware {
  const own = new URL(issuer).host;
  const known = new Set([own, ...allowed].flatMap(loopbackNames).map((host) => host.toLowerCase()));
  return (ctx, next) => {
    const [, named, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(ctx.originalUrl) ?? [];
    // an address that ends with its host, or has a query there, is that of the root (RFC 9110 §4.2.3)
    const target = rest === undefined || rest.startsWith('/') ? rest : `/${rest}`;
    if (target !== undefined) ctx.req.url = ctx.originalUrl = ctx.request.originalUrl = target;
    const host = (named ?? ctx.req.headers.host ?? '').toLowerCase();
    ctx.req.headers.host = host;
    if (!ctx.originalUrl.startsWith('/')) {
      // whoever tells of it asks for a path, which an address of another kind may not have
      ctx.req.url = '/';
      throw problem('request.malformed', { expected: 'HTTP' });
    }
    if (!known.has(host) && !free(ctx.path))
      throw host === ''
        ? problem('request.malformed', { expected: 'HTTP (Host)' })
        : problem('host.unknown', { issuer });
    return next();
  };
}

/** All names of a host: on a laptop localhost, 127.0.0.1 and [::1] are the same machine. */
function loopbackNames(host: string): string[] {
  const match = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.exec(host);
  return match ? ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}${match[2] ?? ''}`) : [host];
}

const fixedHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(self), geolocation=(), microphone=(), payment=()',
};

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * Headers of every answer, and a content policy without inline script or style. Browsers are told to keep to https, but not
 * for localhost: they would hold every other server on the machine to it (RFC 6797 §8.2 knows no ports).
 */
export function securityHeaders({ origin }: { origin: string }): Middleware {
  const { protocol, host } = new URL(origin);
  const strict = protocol === 'https:' && loopbackNames(host).length === 1;
  const headers = Object.entries({
    ...fixedHeaders,
    'Content-Security-Policy': contentPolicy,
    ...(strict && { 'Strict-Transport-Security': 'max-age=31536000' }),
  });
  return (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    return next();
  };
}

/**
 * Lets the forms of this page lead to the given addresses. Chromium holds `form-action` against every redirect that
 * follows a form's POST, so a login page has to name where the relying party will be reached.
 * @param sources what `sourcesOf` has made of other addresses
 */
export function allowFormsTo(ctx: Context, addresses: readonly string[], sources: readonly string[] = []): void {
  const forms = ["'self'", ...new Set([...sources, ...sourcesOf(addresses)])].join(' ');
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set(
    'Content-Security-Policy',
    policy.replace(/form-action [^;]*/, () => `form-action ${forms}`),
  );
}

/**
 * `https://app.example` of an address; `com.app:` of an address with a scheme of its own. Each once. A host may have signs in it
 * that end a source in a policy, and begin another directive: nobody has such a name, and none is named (CSP3 §2.2).
 */
export function sourcesOf(addresses: readonly string[]): string[] {
  const sources = addresses.flatMap((address) => {
    const url = URL.parse(address);
    return url ? [url.origin === 'null' ? url.protocol : url.origin] : [];
  });
  return [...new Set(sources)].filter((source) => /^[\w+.:/[\]-]+$/.test(source));
}
