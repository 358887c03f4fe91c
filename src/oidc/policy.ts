import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { type AccountLevel, type AuthenticationLevel, levelOfAcr, withinCeiling } from '../levels.ts';
import { askedItems, undecidedItems } from './claims/asked.ts';
import type { Clients, RegisteredClient } from './clients/clients.ts';
import { hintedSubject } from './id-token-hint.ts';
import { errors, interactionPolicy } from './library.ts';
import type { Tamper } from './tamper.ts';

/** How sure a relying party wants to be, and with how little it would make do. */
export interface Need {
  /** The level to aim for. */
  wanted: AuthenticationLevel;
  /** Below this the answer is `unmet_authentication_requirements`. */
  least: AuthenticationLevel;
}

/** A transaction that the citizen approves on their phone before the code is issued (RFC 9396). */
export interface Transaction {
  /** What the phone shows, word for word. */
  text: string;
}

/** What a request says about level and transaction. */
export type RequestParameters = Readonly<Record<string, unknown>>;

/**
 * What a request asks for. `acr_values` is a list in order of preference (OIDC Core §3.1.2.1), and so is an essential
 * `acr` (§5.5.1.1), which goes before it: the first is aimed for, the lowest of them is the least, and the level agreed
 * for the client is below neither.
 */
export function needOf(
  { acr_values: acrValues, claims }: RequestParameters,
  client: Pick<RegisteredClient, 'minimumLevel'>,
): Need {
  const essential = essentialAcr(claims);
  const asked = (essential.length > 0 ? essential : String(acrValues ?? '').split(' '))
    .map(levelOfAcr)
    .filter((level) => level !== undefined);
  const [preferred] = asked;
  return {
    wanted: atLeast(preferred ?? client.minimumLevel, client.minimumLevel),
    least: atLeast(asked.length > 0 ? lowest(asked) : client.minimumLevel, client.minimumLevel),
  };
}

/** The transaction of a request, or undefined; the library has checked its shape by `transactions.ts`. */
export function transactionOf({ authorization_details: details }: RequestParameters): Transaction | undefined {
  if (typeof details !== 'string') return undefined;
  const [first] = JSON.parse(details) as { type: string; text: string }[];
  return first && { text: first.text };
}

/** The values of `claims.id_token.acr` when it is essential. */
function essentialAcr(claims: unknown): string[] {
  if (typeof claims !== 'string') return [];
  const { acr } =
    (JSON.parse(claims) as { id_token?: { acr?: Partial<Record<string, unknown>> | null } }).id_token ?? {};
  if (!acr?.essential) return [];
  return [acr.value, ...(Array.isArray(acr.values) ? acr.values : [])].filter((value) => typeof value === 'string');
}

export interface PolicyParts {
  clients: Clients;
  tamper: Tamper;
  /** What an app knows a person by. */
  subjectOf: (accountId: string, client: Client) => string;
}

/**
 * When a browser has to go through our pages. The library prompts for a missing session, `max_age`, `prompt` and
 * unseen scopes; it does not prompt for `acr_values`, nor does it know a client's agreed level or that an account can be
 * locked or lowered while it has a session, so that is added; nor does it compare who signs in with whom the request
 * names. Of single claims it knows neither which are agreed with the client nor that an agreed scope has them in it, nor
 * verified ones, so that is said anew.
 */
export function createPolicy({ clients, tamper, subjectOf }: PolicyParts): ReturnType<typeof interactionPolicy.base> {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const login = policy.get('login');
  login?.checks.add(
    new Check('tampered', 'the test bench has something to say first', (ctx) => {
      tamper.authorize(ctx);
      return false;
    }),
  );
  // the library compares an essential acr for equality; levels are ordered, and what is higher will do
  login?.checks.remove('essential_acrs');
  login?.checks.remove('essential_acr');
  login?.checks.add(
    new Check('account_barred', 'the account of this session may not be used', 'login_required', ({ oidc }) =>
      Boolean(oidc.session?.accountId && !oidc.account),
    ),
  );
  login?.checks.add(
    new Check(
      'account_lowered',
      'the account of this session has a lower level since',
      'login_required',
      ({ oidc }) => {
        const { level } = (oidc.account ?? {}) as { level?: AccountLevel };
        return level !== undefined && !withinCeiling(level, oidc.session?.acr);
      },
    ),
  );
  // the library compares whom a request names with who is signed in when it comes, and asks for ever who is somebody else
  const named = (reason: string, description: string, subject: (oidc: KoaContextWithOIDC['oidc']) => unknown) => {
    login?.checks.remove(reason);
    login?.checks.add(
      new Check(reason, description, 'login_required', ({ oidc }) => {
        const wanted = subject(oidc);
        const account = oidc.session?.accountId;
        if (wanted === undefined || (account && oidc.client && subjectOf(account, oidc.client) === wanted))
          return false;
        // who was asked and is another is not asked again (OIDC Core §3.1.2.1, of a `sub` §5.5.1)
        if (oidc.result?.login) throw new errors.LoginRequired(description);
        return true;
      }),
    );
  };
  named('id_token_hint', 'id_token_hint and authenticated subject do not match', ({ params }) =>
    hintedSubject(params ?? {}),
  );
  named(
    'claims_id_token_sub_value',
    'requested subject could not be obtained',
    ({ claims }) => (claims.id_token?.sub as { value?: unknown } | null | undefined)?.value,
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
  const consent = policy.get('consent');
  consent?.checks.add(
    // with an earlier session and consent, one press would be all between a code that was sent and a stranger (RFC 8628 §5.4)
    new Check('another_device', 'another device is signed in', 'consent_required', ({ oidc }) =>
      Boolean(oidc.entities.DeviceCode && !oidc.result?.consent),
    ),
  );
  const undecided = ({ oidc }: KoaContextWithOIDC): string[] => {
    const client = oidc.params?.claims === undefined ? undefined : clients.get(oidc.client?.clientId ?? '');
    const { Grant: grant } = oidc.entities;
    return client && grant ? undecidedItems(askedItems(oidc.params?.claims, client), grant) : [];
  };
  consent?.checks.remove('op_claims_missing');
  consent?.checks.add(
    new Check(
      'op_claims_missing',
      'requested claims not granted',
      'consent_required',
      (ctx) => undecided(ctx).length > 0,
      (ctx) => ({ missingOIDCClaims: undecided(ctx) }),
    ),
  );
  return policy;
}

function stepUpNeeded(ctx: KoaContextWithOIDC, clients: Clients): boolean {
  const client = clients.get(ctx.oidc.client?.clientId ?? '');
  const { session, params, result } = ctx.oidc;
  if (!client || !session?.accountId) return false;
  const need = needOf(params ?? {}, client);
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
