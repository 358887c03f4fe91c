import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clients } from '../../oidc/clients/clients.ts';
import { sessionName, walkName } from './names.ts';
import type { Note } from './note.ts';
import type { Sent } from './parameters.ts';
import type { Answered, Asked, Began, Token, TokenKind } from './timeline.ts';

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

/** Takes down how a request was answered. */
export function answeredOf(ctx: KoaContextWithOIDC, sent: Sent, note: Note, clients: Clients): Answered {
  const { route, client, params, entities, session, responseMode } = ctx.oidc;
  const { prompt, response, refusals, thrown } = note;
  const begins = route in beginnings;
  const pushed = begins && entities.PushedAuthorizationRequest !== undefined;
  const refused = refusals.length > 0 || thrown !== undefined;
  return {
    route,
    status: ctx.status,
    refused,
    clientId: client?.clientId,
    client: client && clients.get(client.clientId),
    by: client?.clientAuthMethod,
    asked: begins && !refused && params ? askedIn(params as Asked) : undefined,
    scope: typeof sent.scope === 'string' ? sent.scope : undefined,
    way: [...(pushed ? (['pushed'] as const) : []), ...(sent.request === undefined ? [] : (['signed'] as const))],
    prompt,
    carried: response && carriedIn(response),
    to: response && String(params?.redirect_uri),
    mode: response && responseMode,
    acr: response && session?.acr,
    loginTs: response && session?.loginTs,
    grantType: route === 'token' ? String(params?.grant_type) : undefined,
    said: ctx.status === 200 && speaks.has(route) ? saidIn(ctx.body) : undefined,
  };
}

/** Member by member: some of the others are secrets. */
function askedIn(params: Asked): Asked {
  const { acr_values, authorization_details, claims, code_challenge_method, nonce, scope, state } = params;
  return { acr_values, authorization_details, claims, code_challenge_method, nonce, scope, state };
}

/** Endpoints whose answer says something for a program. */
const speaks = new Set(['token', 'userinfo', 'introspection']);

function carriedIn(response: Body): string[] {
  return ['code', 'id_token', 'access_token'].filter((name) => response[name] !== undefined);
}

/** A signed or encrypted answer is a text, whose members are for the app. */
function saidIn(body: unknown): Answered['said'] {
  if (typeof body !== 'object' || body === null) return undefined;
  const { scope, expires_in: seconds, token_type: type, active } = body as Body;
  return { members: Object.keys(body), scope, seconds, type, active };
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

/** Endpoints that hand something out in the body of their answer. */
const issuing = new Set([
  'token',
  'pushed_authorization_request',
  'backchannel_authentication',
  'device_authorization',
]);

/** What the answer hands out, by kind. */
export function tokensIssued(ctx: KoaContextWithOIDC, { response }: Note): Token[] {
  const body: unknown = response ?? (issuing.has(ctx.oidc.route) ? ctx.body : undefined);
  if (typeof body !== 'object' || body === null) return [];
  const tokens: Token[] = [];
  for (const kind of issued) {
    const value = (body as Body)[kind];
    if (typeof value === 'string') tokens.push({ kind, value });
  }
  return tokens;
}

/** Names by which this login will be known: of the walk that began, of what was handed out, of the browser's session. */
export function namesGiven({ entities, session, client, route }: Oidc, tokens: readonly Token[]): string[] {
  const names: string[] = [];
  // an ID token opens nothing, and is long
  for (const { kind, value } of tokens) if (kind !== 'id_token') names.push(value);
  if (entities.Interaction && route !== 'token') names.push(walkName(entities.Interaction.uid));
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
