import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clients } from '../../oidc/clients/clients.ts';
import { needOf } from '../../oidc/policy.ts';
import { sessionName, walkName } from './happenings.ts';
import type { Note } from './note.ts';
import { short, type Sent } from './parameters.ts';
import type { Began, Decision, Fact, Token, TokenKind } from './timeline.ts';

/** What is read of the library's context of a request, when the request is over. */
export type Oidc = KoaContextWithOIDC['oidc'];
type Body = Record<string, unknown>;

/** Where a login begins, by the library's names of its endpoints. */
export const beginnings: Record<string, Began> = {
  authorization: 'authorize',
  pushed_authorization_request: 'par',
  backchannel_authentication: 'ciba',
  device_authorization: 'device',
};

/** Endpoints at which an app says who it is. */
const authenticated = new Set([
  'pushed_authorization_request',
  'backchannel_authentication',
  'device_authorization',
  'token',
  'introspection',
  'revocation',
]);

/** Pages of the protocol's own, by the library's names of their endpoints. */
const pages: Record<string, string> = { code_verification: 'device', end_session: 'logout' };

/** What was decided before anything else: who asks, and that the request is in order. */
export function decidedFirst(oidc: Oidc, sent: Sent, note: Note, clients: Clients): Decision[] {
  const { client, route } = oidc;
  const failed = note.refusals.length > 0 || note.thrown !== undefined;
  if (!client || note.refusals.some(({ error }) => error === 'invalid_client')) return [];
  if (route !== 'authorization' && !authenticated.has(route)) return [];
  const known = clients.get(client.clientId);
  const first: Decision[] = [
    {
      decision: 'client',
      ok: true,
      facts: {
        client: client.clientId,
        ...(known && { name: short(known.name), profile: known.profile, minimum: known.minimumLevel }),
        ...(authenticated.has(route) && { by: String(client.clientAuthMethod) }),
      },
    },
  ];
  if (beginnings[route] !== undefined && known && !failed) first.push(requestInOrder(oidc, sent, known));
  return first;
}

function requestInOrder(oidc: Oidc, sent: Sent, client: Parameters<typeof needOf>[1]): Decision {
  const { params = {}, route, entities } = oidc;
  const { wanted, least } = needOf(params, client);
  const way = [
    ...(entities.PushedAuthorizationRequest ? ['pushed'] : []),
    ...(sent.request === undefined ? [] : ['signed']),
  ];
  const scopes = String(params.scope ?? '').split(' ');
  const ignored = String(sent.scope ?? '')
    .split(' ')
    .filter((scope) => scope !== '' && !scopes.includes(scope));
  const browser = route === 'authorization' || route === 'pushed_authorization_request';
  return {
    decision: 'request',
    ok: true,
    facts: {
      scope: short(String(params.scope ?? '')),
      ...(ignored.length > 0 &&
        sent.request === undefined &&
        !entities.PushedAuthorizationRequest && { ignored: ignored.map((scope) => short(scope, 100)) }),
      wanted,
      least,
      ...(way.length > 0 && { way }),
      ...(browser && { pkce: String(params.code_challenge_method ?? 'none') }),
      ...(browser && { along: ['state', 'nonce'].filter((name) => params[name] !== undefined) }),
      ...(params.authorization_details !== undefined && { transaction: true }),
    },
  };
}

/** What was decided in the end: what is still to be done, or what the app got. */
export function decidedLast(ctx: KoaContextWithOIDC, note: Note): Decision[] {
  const { oidc } = ctx;
  const { route } = oidc;
  const last: Decision[] = [];
  if (note.prompt) last.push(promptOf(note.prompt));
  if (note.response && route === 'authorization') last.push(sessionOf(oidc));
  if (note.response) last.push(backToApp(oidc, note.response));
  if (ctx.status !== 200) return last;
  const body: unknown = ctx.body;
  if (route === 'token') last.push(tokensOf(oidc, body as Body));
  const page = pages[route];
  if (page !== undefined && last.length === 0 && note.refusals.length === 0)
    last.push({ decision: 'page', ok: undefined, facts: { step: page } });
  if (route === 'userinfo') last.push(deliveredOf(body));
  if (route === 'introspection') last.push(activeOf(body));
  if (route === 'revocation') last.push({ decision: 'revocation', ok: true, facts: {} });
  return last;
}

function promptOf({ name, reasons, details }: NonNullable<Note['prompt']>): Decision {
  const missing = [
    ...listOf(details.missingOIDCScope),
    ...listOf(details.missingOIDCClaims),
    ...Object.values((details.missingResourceScopes ?? {}) as object).flatMap(listOf),
  ];
  return {
    decision: 'prompt',
    ok: undefined,
    facts: { prompt: name, reasons, ...(missing.length > 0 && { missing }) },
  };
}

/** Nobody had to be asked: an earlier sign-in is good enough. */
function sessionOf({ session }: Oidc): Decision {
  const { acr, loginTs } = session ?? {};
  const facts: Record<string, Fact> = acr === undefined ? {} : { acr };
  if (loginTs !== undefined) facts.since = new Date(loginTs * 1000).toISOString();
  return { decision: 'session', ok: true, facts };
}

function backToApp({ params, responseMode }: Oidc, response: Record<string, unknown>): Decision {
  const [to] = String(params?.redirect_uri ?? '').split('?');
  const carried = ['code', 'id_token', 'access_token'].filter((name) => response[name] !== undefined);
  return { decision: 'code', ok: true, facts: { to: short(to ?? ''), mode: String(responseMode), carried } };
}

function tokensOf({ params }: Oidc, body: Body): Decision {
  const facts: Record<string, Fact> = {
    grant: String(params?.grant_type),
    issued: ['access_token', 'id_token', 'refresh_token'].filter((name) => body[name] !== undefined),
    scope: short(String(body.scope ?? '')),
  };
  if (typeof body.expires_in === 'number') facts.seconds = body.expires_in;
  if (typeof body.token_type === 'string') facts.type = body.token_type;
  return { decision: 'tokens', ok: true, facts };
}

/** A signed or encrypted answer is a text, whose claims are for the app. */
function deliveredOf(body: unknown): Decision {
  const facts: Record<string, Fact> =
    typeof body === 'object' && body ? { claims: Object.keys(body) } : { signed: true };
  return { decision: 'claims', ok: true, facts };
}

function activeOf(body: unknown): Decision {
  const active = (body as { active?: unknown } | null)?.active;
  const facts: Record<string, Fact> = typeof active === 'boolean' ? { active } : { signed: true };
  return { decision: 'introspection', ok: active === false ? false : true, facts };
}

/** What the answer hands out, by kind. */
export function tokensIssued(ctx: KoaContextWithOIDC, { response }: Note): Token[] {
  const body = (response ?? (typeof ctx.body === 'object' ? ctx.body : {})) as Body | null;
  if (!body || ctx.oidc.route === 'introspection') return [];
  return issued.flatMap((kind) => {
    const value = body[kind];
    return typeof value === 'string' ? [{ kind, value }] : [];
  });
}

const issued = [
  'code',
  'access_token',
  'id_token',
  'refresh_token',
  'request_uri',
  'auth_req_id',
  'device_code',
] as const satisfies TokenKind[];

/** Names by which this login will be known: of the walk that began, of what was handed out, of the browser's session. */
export function namesGiven({ entities, session, client, route }: Oidc, tokens: readonly Token[]): string[] {
  const names = tokens.map(({ value }) => value);
  if (entities.Interaction) names.push(walkName(entities.Interaction.uid));
  if (session?.accountId && (route === 'authorization' || route === 'resume'))
    names.push(sessionName(session.uid, client?.clientId), sessionName(session.uid));
  return names;
}

/** Names by which it may be known already, beside what was sent. */
export function namesKnown({ entities, session, client, route }: Oidc): string[] {
  const { DeviceCode: device } = entities;
  const names = device ? [device.jti] : [];
  if (session && route.startsWith('end_session'))
    names.push(sessionName(session.uid, client?.clientId), sessionName(session.uid));
  return names;
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, 60).map((item) => short(String(item), 100)) : [];
}
