import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { problem, type VneidError } from '../errors.ts';
import { wrongMethod } from '../web/failures.ts';
import { readForm } from '../web/forms.ts';
import { redirect } from '../web/redirect.ts';
import { allowFormsTo } from '../web/security.ts';
import { explainError } from './bilingual.ts';

/** What the library leaves to do: methods it has no route for, errors in both languages, documents that may be kept. */
export async function finishAnswer(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  // resuming takes no parameters; given some, and no cookie, the library trips over its own error (a 500)
  if (ctx.path.startsWith('/authorize/')) ctx.querystring = '';
  // the library would take it for a sign-in to resume, `/device/:uid`
  if (ctx.path === '/device/authorize' && (ctx.method === 'GET' || ctx.method === 'HEAD'))
    throw wrongMethod(ctx, 'POST');
  // a page that came of the form is asked for again in another language, or by a reload of its address
  if (ctx.path === '/logout/confirm' && (ctx.method === 'GET' || ctx.method === 'HEAD'))
    return redirect(ctx, '/logout');
  await next();
  const { passing } = ctx.state as { passing?: VneidError };
  if (passing) {
    ctx.remove('Location');
    throw passing;
  }
  if (ctx.path === '/userinfo') followInteraction(ctx);
  if (ctx.path.startsWith('/authorize')) letFormsLead(ctx as unknown as KoaContextWithOIDC);
  // the button was pressed twice, or in another tab before
  if (ctx.path === '/logout/confirm' && ctx.status === 400 && !signedIn(ctx)) return redirect(ctx, '/logout/success');
  if (ctx.status >= 400) {
    const allowed = methodsOf[ctx.path] ?? methodsBelow[below(ctx.path) ?? ''];
    if (ctx.status === 404 && ctx.body === undefined && allowed) throw wrongMethod(ctx, allowed);
    explainError(ctx);
  } else if (ctx.path === '/logout') {
    leaveWithoutSession(ctx as unknown as KoaContextWithOIDC);
  } else if (ctx.path === '/jwks' || ctx.path.startsWith('/.well-known/')) {
    ctx.set('Cache-Control', 'public, max-age=300');
    // the library promises what would be up to us: see `userCode` in misfits.ts
    if (ctx.path !== '/jwks') delete (ctx.body as Record<string, unknown>).backchannel_user_code_parameter_supported;
  }
}

/** A FAPI client follows its request by an id: its own, or one that it is given (FAPI 1.0 Part 1 §6.2.1). */
function followInteraction(ctx: Context): void {
  const given = ctx.get('x-fapi-interaction-id');
  ctx.set('x-fapi-interaction-id', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given) ? given : randomUUID());
}

/** What the library sends on by a form of its own leads to the relying party, at once or after a redirect. */
function letFormsLead(ctx: KoaContextWithOIDC): void {
  if (ctx.type !== 'text/html' || !ctx.oidc) return;
  const { params, entities } = ctx.oidc;
  const address = params?.redirect_uri ?? entities.Interaction?.params.redirect_uri;
  // only a page that the library drew names its script by a hash
  if (address !== undefined && ctx.response.get('Content-Security-Policy').includes("'sha256-"))
    allowFormsTo(ctx, [String(address)]);
}

function signedIn(ctx: Context): boolean {
  return (ctx as unknown as KoaContextWithOIDC).oidc?.session?.accountId !== undefined;
}

/** Who is not signed in need not confirm that they sign out; the library would have a form do it. */
function leaveWithoutSession(ctx: KoaContextWithOIDC): void {
  const { session } = ctx.oidc;
  if (ctx.status !== 200 || !session || session.accountId) return;
  const { postLogoutRedirectUri, state } = (session.state ?? {}) as Record<string, string | undefined>;
  const to = new URL(postLogoutRedirectUri ?? ctx.oidc.urlFor('end_session_success'));
  if (postLogoutRedirectUri !== undefined && state !== undefined) to.searchParams.set('state', state);
  ctx.status = 303;
  ctx.set('Location', to.href);
  ctx.body = '';
}

/** Bytes that an address may have, so that a browser's headers and cookies have room beside it in the 16 KiB that are read. */
const mostSentOn = 12 * 1024;

/**
 * OIDC Core §3.1.2.1 and RP-Initiated Logout §2 have these two take a form as well. A post from another site brings no
 * SameSite=Lax cookie, so the browser is sent on to the same address with what it posted.
 */
export async function turnPostsIntoGets(ctx: Context, next: () => Promise<unknown>): Promise<unknown> {
  if (ctx.method !== 'POST' || (ctx.path !== '/authorize' && ctx.path !== '/logout')) return next();
  const { fields, all } = await readForm(ctx, mostSentOn);
  const query = new URLSearchParams([...fields.keys()].flatMap((name) => all(name).map((value) => [name, value])));
  ctx.status = 303;
  ctx.set('Location', `${ctx.path}?${query}`);
  ctx.body = '';
  return undefined;
}

/**
 * The library takes `/DEVICE` and `/device/` for `/device`. Whatever stands around it, and does something for an address,
 * would be gone round that way, so there is one spelling of each.
 * @throws VneidError request.notFound
 */
export function knowOneSpelling({ path }: Context, next: () => Promise<unknown>): Promise<unknown> {
  const lower = path.toLowerCase();
  const usual = lower.endsWith('/') ? lower.slice(0, -1) : lower;
  const start = below(lower);
  if ((usual in methodsOf && usual !== path) || (start !== undefined && !path.startsWith(start)))
    throw problem('request.notFound');
  return next();
}

/** Whether an address belongs to the protocol rather than to a page of ours. */
export function isProtocol(path: string): boolean {
  return path in methodsOf || path.startsWith('/logout/') || below(path) !== undefined;
}

/** Of addresses that end with an id. */
const methodsBelow: Record<string, string> = {
  '/authorize/': 'GET, HEAD',
  '/device/': 'GET, HEAD',
  '/register/': 'GET, HEAD, PUT, DELETE',
};

const starts = Object.keys(methodsBelow);

/** What such an address begins with. */
function below(path: string): string | undefined {
  return starts.find((start) => path.startsWith(start));
}

const methodsOf: Record<string, string> = {
  '/.well-known/openid-configuration': 'GET, HEAD',
  '/.well-known/oauth-authorization-server': 'GET, HEAD',
  '/jwks': 'GET, HEAD',
  '/authorize': 'GET, POST',
  '/token': 'POST',
  '/userinfo': 'GET, POST',
  '/introspect': 'POST',
  '/revoke': 'POST',
  '/par': 'POST',
  '/register': 'POST',
  '/ciba': 'POST',
  '/device': 'GET, HEAD, POST',
  '/device/authorize': 'POST',
  '/logout': 'GET, POST',
  '/logout/confirm': 'GET, HEAD, POST',
  '/logout/success': 'GET, HEAD',
};
