import type { Context } from 'koa';
import type { Provider as ProviderType } from 'oidc-provider';

/**
 * Under which addresses a provider is reached. Browsers know that of the issuer; programs may be given another, internal
 * one, because in a network of containers `localhost` is somebody else. Each of the two has an alias on the port that
 * asks for certificates of clients, where there is one (RFC 8705 §5).
 */
export interface Addresses {
  /** Host header values under which it is reached. */
  hosts: string[];
  /** Has a provider write, and expect, the address by which it is called. */
  attach(provider: ProviderType): void;
}

interface Address {
  /** Without a final slash. */
  url: string;
  host: string;
}

interface Place extends Address {
  alias: Address | undefined;
}

/**
 * @param internalUrl base of what programs call, where that is another than the issuer; may be empty
 * @param mtlsPort port of the listener that asks for certificates, when there is one
 */
export function createAddresses({
  issuer,
  internalUrl,
  mtlsPort,
}: {
  issuer: string;
  internalUrl: string;
  mtlsPort: number | undefined;
}): Addresses {
  const open = placeAt(issuer, mtlsPort);
  const internal = internalUrl === '' ? undefined : placeAt(internalUrl, mtlsPort);
  const calledAt = ({ req }: Context): Place =>
    internal && hostsOf(internal).includes(String(req.headers.host)) ? internal : open;

  return {
    hosts: [...hostsOf(open), ...(internal ? hostsOf(internal) : [])],

    attach(provider) {
      const pathOf = (route: string, options?: object) => provider.pathFor(route, { ...options, mountPath: '' });
      const { prototype } = provider.OIDCContext;
      prototype.urlFor = function (name, options) {
        const { ctx } = this as unknown as { ctx: Context };
        const { url, alias } = forPrograms.has(name) ? calledAt(ctx) : open;
        // what a DPoP proof names is the address that was called
        const called = alias && name === this.route && ctx.socket.localPort === mtlsPort ? alias.url : url;
        return `${called}${pathOf(name, options)}`;
      };
      provider.use(async (ctx, next) => {
        await next();
        const { alias } = calledAt(ctx);
        if (!alias || ctx.status !== 200 || !ctx.path.startsWith('/.well-known/')) return;
        const aliases = endpoints.map((name) => [`${name}_endpoint`, `${alias.url}${pathOf(name)}`]);
        (ctx.body as Record<string, unknown>).mtls_endpoint_aliases = Object.fromEntries(aliases);
      });
      if (!internal) return;

      const { clientJwtAuthExpectedAudience: audiences } = prototype;
      // a proof is sent to one address; an assertion is for this provider, by whichever of its names
      prototype.clientJwtAuthExpectedAudience = function () {
        const paths = [pathOf('token'), pathOf(this.route)];
        return new Set([...audiences.call(this), ...paths.flatMap((path) => [open.url + path, internal.url + path])]);
      };
      provider.use((ctx, next) => (calledAt(ctx) === internal ? sendBrowserTo(open, ctx, next) : next()));
    },
  };
}

/** What clients call themselves, by the names that the library gives to routes; in discovery it is `<name>_endpoint`. */
const endpoints = [
  'token',
  'pushed_authorization_request',
  'userinfo',
  'introspection',
  'revocation',
  'device_authorization',
  'backchannel_authentication',
  'registration',
];

/** Every route that programs call; the others are a browser's. */
const forPrograms = new Set([...endpoints, 'jwks', 'client', 'client_update', 'client_delete']);

function placeAt(base: string, mtlsPort: number | undefined): Place {
  const alias = new URL(base);
  alias.protocol = 'https:';
  alias.port = String(mtlsPort ?? '');
  return { ...addressOf(new URL(base)), alias: mtlsPort === undefined ? undefined : addressOf(alias) };
}

function addressOf({ href, host }: URL): Address {
  return { url: href.replace(/\/$/, ''), host };
}

function hostsOf({ host, alias }: Place): string[] {
  return [host, ...(alias ? [alias.host] : [])];
}

/** A browser that was sent to the internal address goes on at the other: its session, and its passkeys, are there. */
function sendBrowserTo({ url }: Address, ctx: Context, next: () => Promise<unknown>): Promise<unknown> {
  const isPage = /^\/(authorize|device|logout)(\/|$)/.test(ctx.path) && ctx.path !== '/device/authorize';
  if (!isPage || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
  ctx.status = 303;
  ctx.set('Location', `${url}${ctx.originalUrl}`);
  ctx.body = '';
  return Promise.resolve();
}
