import { decodeJwt } from 'jose';
import type { Context } from 'koa';
import type { Accounts } from '../../accounts/accounts.ts';
import type { ArtifactStore } from '../../store/artifacts.ts';
import { peekBody } from '../../web/body.ts';
import type { About } from './active.ts';

/** Parameters that name something issued before, and as what it is kept. */
const issued: Record<string, readonly string[]> = {
  code: ['AuthorizationCode'],
  refresh_token: ['RefreshToken'],
  device_code: ['DeviceCode'],
  auth_req_id: ['BackchannelAuthenticationRequest'],
  access_token: ['AccessToken'],
  token: ['AccessToken', 'RefreshToken'],
};

/** Where a browser comes, with its session. */
const browsed: readonly (string | undefined)[] = ['login', 'authorize', 'device', 'logout'];

export interface WhoseParts {
  accounts: Accounts;
  artifacts: ArtifactStore;
  /** Name of the cookie that holds a browser's session. */
  sessionCookie: () => string;
}

/**
 * Whose request it is, before anything of it was checked: what it says of its client, and for whom was issued what it brings.
 * Good enough to leave others alone; nothing else may rest on it.
 */
export function createWhose({ accounts, artifacts, sessionCookie }: WhoseParts): (ctx: Context) => Promise<About> {
  return async (ctx) => {
    const said = await parametersOf(ctx);
    const about: About = { client: clientIn(ctx, said) };
    for (const [name, kinds] of Object.entries(issued)) {
      const id = said.get(name) ?? (name === 'access_token' ? bearer(ctx) : undefined);
      if (id) for (const kind of kinds) note(about, await artifacts.get(kind, id));
    }
    const userCode = said.get('user_code');
    if (userCode)
      note(about, await artifacts.findBy('DeviceCode', 'userCode', userCode.toUpperCase().replaceAll(/\W/g, '')));
    const [, place, uid = ''] = ctx.path.split('/');
    if (place === 'register' && uid) about.client ??= uid;
    if (browsed.includes(place)) await noteBrowser(about, ctx, uid);
    const hint = said.get('login_hint');
    if (hint && ctx.path === '/ciba') about.account ??= (await accounts.byNumber(hint))?.id;
    return about;
  };

  /** What is known of somebody who is on their way through our pages, or was before. */
  async function noteBrowser(about: About, ctx: Context, uid: string): Promise<void> {
    const walk = (await artifacts.get('Interaction', uid)) as { params?: { client_id?: string } } | undefined;
    about.client ??= walk?.params?.client_id;
    note(about, await artifacts.get('Login', uid));
    const session = ctx.cookies.get(sessionCookie(), { signed: false });
    if (session) about.account ??= accountIn(await artifacts.get('Session', session));
  }
}

/** Everything that stands in the query or in a form. */
async function parametersOf(ctx: Context): Promise<URLSearchParams> {
  const said = new URLSearchParams(ctx.querystring);
  if (ctx.method === 'POST' && ctx.is('application/x-www-form-urlencoded'))
    for (const [name, value] of new URLSearchParams((await peekBody(ctx)).toString('utf8'))) said.append(name, value);
  return said;
}

/** By Basic, by assertion, or by name alone (RFC 6749 §2.3.1, RFC 7523 §2.2); a hint names its audience. */
function clientIn(ctx: Context, said: URLSearchParams): string | undefined {
  const [scheme = '', value = ''] = ctx.get('authorization').split(' ');
  if (scheme.toLowerCase() === 'basic') {
    const [id = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
    return new URLSearchParams(`id=${id}`).get('id') ?? undefined;
  }
  return (
    said.get('client_id') ?? claimOf(said.get('client_assertion'), 'sub') ?? claimOf(said.get('id_token_hint'), 'aud')
  );
}

function claimOf(token: string | null, name: 'sub' | 'aud'): string | undefined {
  if (token === null) return undefined;
  try {
    const value = decodeJwt(token)[name];
    return Array.isArray(value) ? value[0] : value;
  } catch {
    // encrypted, or nothing that anybody can read
    return undefined;
  }
}

function bearer(ctx: Context): string | undefined {
  const [scheme = '', value] = ctx.get('authorization').split(' ');
  return /^(bearer|dpop)$/i.test(scheme) ? value : undefined;
}

function note(about: About, payload: Record<string, unknown> | undefined): void {
  if (typeof payload?.clientId === 'string') about.client ??= payload.clientId;
  about.account ??= accountIn(payload);
}

function accountIn(payload: Record<string, unknown> | undefined): string | undefined {
  return typeof payload?.accountId === 'string' ? payload.accountId : undefined;
}
