import type { RegisteredClient } from '../../oidc/clients/clients.ts';
import { needOf } from '../../oidc/policy.ts';
import { short } from './parameters.ts';
import type { Answered, Asked, Decision, Entry, Fact } from './timeline.ts';

/** Everything that was decided in an entry, in order: what the library began with, what happened meanwhile, what came of it. */
export function decisionsOf({ answered, happened, failures }: Entry): Decision[] {
  if (!answered) return [...happened, ...failures];
  const { prompt, route } = answered;
  // the first page of a login is drawn where it was asked for; one that another led to is a request of its own
  const drawn = route === 'authorization';
  const asks = prompt ? [promptOf(prompt)] : [];
  return [
    ...decidedFirst(answered, failures),
    ...(drawn ? asks : []),
    ...happened,
    ...(drawn ? [] : asks),
    ...decidedLast(answered),
    ...failures,
  ];
}

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

/** Who asks, and that the request is in order. */
function decidedFirst(answered: Answered, failures: readonly Decision[]): Decision[] {
  const { route, clientId, client, by, asked } = answered;
  const says = authenticated.has(route);
  if (clientId === undefined || !(says || route === 'authorization')) return [];
  if (failures.some(({ facts }) => facts.error === 'invalid_client')) return [];
  const known = client && { name: short(client.name), profile: client.profile, minimum: client.minimumLevel };
  const first: Decision[] = [
    { decision: 'client', ok: true, facts: { client: clientId, ...known, ...(says && { by: String(by) }) } },
  ];
  return client && asked ? [...first, requestInOrder(answered, asked, client)] : first;
}

function requestInOrder({ route, scope = '', way }: Answered, asked: Asked, client: RegisteredClient): Decision {
  const { wanted, least } = needOf(asked, client);
  const scopes = String(asked.scope ?? '').split(' ');
  // the library leaves out what nobody knows; a signed or pushed request says it elsewhere
  const ignored = scope.split(' ').filter((one) => one !== '' && way.length === 0 && !scopes.includes(one));
  const browser = route === 'authorization' || route === 'pushed_authorization_request';
  return {
    decision: 'request',
    ok: true,
    facts: {
      scope: short(scopes.join(' ')),
      ...(ignored.length > 0 && { ignored: listOf(ignored) }),
      wanted,
      least,
      ...(way.length > 0 && { way }),
      ...(browser && { pkce: String(asked.code_challenge_method ?? 'none') }),
      ...(browser && { along: (['state', 'nonce'] as const).filter((name) => asked[name] !== undefined) }),
      ...(asked.authorization_details !== undefined && { transaction: true }),
    },
  };
}

/** What is still to be done, or what the app got. */
function decidedLast(answered: Answered): Decision[] {
  const { route, status, refused, carried } = answered;
  const last: Decision[] = [];
  if (carried && route === 'authorization') last.push(sessionOf(answered));
  if (carried) last.push(backToApp(answered, carried));
  if (status !== 200 || refused) return last;
  const page = pages[route];
  if (page !== undefined && last.length === 0) last.push({ decision: 'page', ok: undefined, facts: { step: page } });
  if (route === 'token') last.push(tokensOf(answered));
  if (route === 'userinfo') last.push(deliveredOf(answered));
  if (route === 'introspection') last.push(activeOf(answered));
  if (route === 'revocation') last.push({ decision: 'revocation', ok: true, facts: {} });
  return last;
}

function promptOf({ name, reasons, details }: NonNullable<Answered['prompt']>): Decision {
  const missing = [
    ...listOf(details.missingOIDCScope),
    ...listOf(details.missingOIDCClaims),
    ...Object.values(details.missingResourceScopes ?? {}).flatMap(listOf),
  ];
  const facts = { prompt: name, reasons, ...(missing.length > 0 && { missing }) };
  return { decision: 'prompt', ok: undefined, facts };
}

/** Nobody had to be asked: an earlier sign-in is good enough. */
function sessionOf({ acr, loginTs }: Answered): Decision {
  const since = loginTs !== undefined && { since: new Date(loginTs * 1000).toISOString() };
  return { decision: 'session', ok: true, facts: { ...(acr !== undefined && { acr }), ...since } };
}

function backToApp({ to = '', mode }: Answered, carried: string[]): Decision {
  const [address = ''] = to.split('?');
  return { decision: 'code', ok: true, facts: { to: short(address), mode: String(mode), carried } };
}

function tokensOf({ grantType, said }: Answered): Decision {
  const { members = [], scope, seconds, type } = said ?? {};
  const facts: Record<string, Fact> = {
    grant: String(grantType),
    issued: members.filter((name) => name.endsWith('_token')),
    scope: short(String(scope ?? '')),
  };
  if (typeof seconds === 'number') facts.seconds = seconds;
  if (typeof type === 'string') facts.type = type;
  return { decision: 'tokens', ok: true, facts };
}

function deliveredOf({ said }: Answered): Decision {
  return { decision: 'claims', ok: true, facts: said ? { claims: said.members } : { signed: true } };
}

function activeOf({ said }: Answered): Decision {
  const active = said?.active;
  const facts: Record<string, Fact> = typeof active === 'boolean' ? { active } : { signed: true };
  return { decision: 'introspection', ok: active !== false, facts };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, 60).map((item) => short(String(item), 100)) : [];
}
