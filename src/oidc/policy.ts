import type { KoaContextWithOIDC } from 'oidc-provider';
import { type AuthenticationLevel, levelOfAcr } from '../levels.ts';
import type { Clients, RegisteredClient } from './clients.ts';
import { interactionPolicy } from './library.ts';

/** How sure a relying party wants to be, and with how little it would make do. */
export interface Need {
  /** The level to aim for. */
  wanted: AuthenticationLevel;
  /** Below this the answer is `unmet_authentication_requirements`. */
  least: AuthenticationLevel;
}

/**
 * What a request asks for. `acr_values` is a list in order of preference (OIDC Core §3.1.2.1): the first is aimed
 * for, the lowest of them is the least, and the level agreed for the client is below neither.
 */
export function needOf(acrValues: unknown, client: Pick<RegisteredClient, 'minimumLevel'>): Need {
  const asked = String(acrValues ?? '')
    .split(' ')
    .map(levelOfAcr)
    .filter((level) => level !== undefined);
  const [preferred] = asked;
  return {
    wanted: atLeast(preferred ?? client.minimumLevel, client.minimumLevel),
    least: atLeast(asked.length > 0 ? lowest(asked) : client.minimumLevel, client.minimumLevel),
  };
}

/**
 * When a browser has to go through our pages. The library prompts for a missing session, `max_age`, `prompt` and
 * unseen scopes; it does not prompt for `acr_values`, nor does it know a client's agreed level or that an account can be
 * locked while it has a session, so that is added.
 */
export function createPolicy(clients: Clients): ReturnType<typeof interactionPolicy.base> {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const login = policy.get('login');
  login?.checks.add(
    new Check('account_barred', 'the account of this session may not be used', 'login_required', ({ oidc }) =>
      Boolean(oidc.session?.accountId && !oidc.account),
    ),
  );
  login?.checks.add(
    new Check('acr_step_up', 'a higher authentication level was asked for', 'login_required', (ctx) =>
      stepUpNeeded(ctx, clients),
    ),
  );
  login?.checks.add(
    new Check('fresh_login', 'this client never accepts an earlier sign-in', 'login_required', (ctx) => {
      const client = clients.get(ctx.oidc.client?.clientId ?? '');
      return Boolean(client?.fresh) && !ctx.oidc.result?.login;
    }),
  );
  return policy;
}

function stepUpNeeded(ctx: KoaContextWithOIDC, clients: Clients): boolean {
  const client = clients.get(ctx.oidc.client?.clientId ?? '');
  const { session, params, result } = ctx.oidc;
  if (!client || !session?.accountId) return false;
  const need = needOf(params?.acr_values, client);
  const reached = levelOfAcr(session.acr) ?? 0;
  // who has just signed in went as far as the account can; asking again would turn in circles
  return result?.login ? reached < need.least : reached < need.wanted;
}

function atLeast(level: AuthenticationLevel, floor: AuthenticationLevel): AuthenticationLevel {
  return level < floor ? floor : level;
}

function lowest(levels: AuthenticationLevel[]): AuthenticationLevel {
  return levels.reduce((low, level) => (level < low ? level : low));
}
