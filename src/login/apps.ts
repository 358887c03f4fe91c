import Router from '@koa/router';
import { problem } from '../errors.ts';
import type { Clients, RegisteredClient } from '../oidc/clients/clients.ts';

/**
 * The way from VNeID into an app (OpenID Connect Core §4): `/apps/<client_id>` sends the browser to where the app begins
 * a sign-in, and names VNeID as the one to sign in with. Who it is about is never said: an address is no place for a
 * personal number.
 *
 * `?target_link_uri=` says which page of the app the person wants. It has to lie at an origin of the app's registered
 * addresses, so that this address leads nowhere that a registration does not. It is told as a URL parser spells it: of
 * `https://app.example\@evil.example/` not everybody sees that it lies there.
 */
export function appRoutes({ clients, issuer }: { clients: Clients; issuer: string }): Router {
  const router = new Router();

  router.get('/apps/:client', (ctx) => {
    const client = clients.get(String(ctx.params.client));
    if (!client?.initiateLoginUri) throw problem('app.notOpened');
    const to = new URL(client.initiateLoginUri);
    to.searchParams.set('iss', issuer);
    const target = ctx.query.target_link_uri;
    if (target !== undefined) to.searchParams.set('target_link_uri', checkTarget(client, target));
    ctx.status = 303;
    ctx.set('Location', to.href);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = '';
  });

  return router;
}

function checkTarget({ name, addresses }: RegisteredClient, target: string | string[]): string {
  const asked = typeof target === 'string' ? atHost(target) : null;
  if (!asked || asked.username || asked.password || !addresses.some((item) => atHost(item)?.origin === asked.origin))
    throw problem('app.foreignTarget', { name });
  return asked.href;
}

/** Addresses with a scheme of their own have the origin "null", which would make all of them the same. */
function atHost(address: string): URL | null {
  const url = URL.parse(address);
  return url && /^https?:$/.test(url.protocol) ? url : null;
}
