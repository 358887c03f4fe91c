import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Accounts } from '../../accounts/accounts.ts';
import { maskNumber } from '../../accounts/masking.ts';
import { levelOfAcr } from '../../levels.ts';
import type { Clients } from '../../oidc/clients/clients.ts';
import { iso } from '../shapes.ts';
import { decisionsOf } from './decisions.ts';
import { isToken, masked } from './parameters.ts';
import { type Why, whyOf } from './rules.ts';
import type { Decision, Entry, Fact, Timeline, Token } from './timeline.ts';

/** How a login went, in a few members: a row of the list. */
export async function summaryOf(timeline: Timeline, { accounts, clients }: { accounts: Accounts; clients: Clients }) {
  const { id, began, startedAt, changedAt, outcome, client, account, acr, entries } = timeline;
  const person = account === undefined ? undefined : await accounts.byId(account);
  return {
    id,
    began,
    startedAt: iso(startedAt),
    changedAt: iso(changedAt),
    outcome,
    client: client === undefined ? null : { id: masked(client), name: clients.get(client)?.name ?? null },
    citizen: person ? { number: maskNumber(person.number), name: person.fullName } : null,
    level: levelOfAcr(acr) ?? null,
    requests: entries.reduce((sum, { request, times }) => sum + (request ? times : 0), 0),
    why: shownWhy(lastFailure(timeline)),
  };
}

/** The last request that failed for good, and why. */
function lastFailure({ entries }: Timeline): Why | undefined {
  const last = entries.flatMap(({ failures }) => failures).findLast(({ ok }) => ok === false);
  return last && whyOf(last);
}

/** Everything of one entry, with its tokens read and its failures explained. */
export function entryShown(entry: Entry) {
  const { at, request, tokens, times } = entry;
  return {
    at: iso(at),
    times,
    request: request
      ? {
          id: request.id ?? null,
          method: request.method,
          path: request.path,
          status: request.status,
          milliseconds: request.milliseconds,
          parameters: request.parameters.map(([name, value]) => {
            const token = value !== undefined && isToken(name);
            return { name, value: value === undefined ? null : token ? value : masked(value), token };
          }),
        }
      : null,
    decisions: decisionsOf(entry).map(decisionShown),
    tokens: tokens.map(tokenShown),
  };
}

function decisionShown(decision: Decision) {
  const facts = Object.fromEntries(Object.entries(decision.facts).map(([name, fact]) => [name, factShown(fact)]));
  return { decision: decision.decision, ok: decision.ok ?? null, facts, why: shownWhy(whyOf(decision)) };
}

function factShown(fact: Fact): string | number | boolean | string[] {
  if (typeof fact === 'string') return masked(fact);
  return typeof fact === 'object' ? fact.map(masked) : fact;
}

function shownWhy(why: Why | undefined) {
  if (!why) return null;
  const { rule, reason, expected, found, ...rest } = why;
  const shown = (text: string | undefined) => (text === undefined ? null : masked(text));
  return { ...rest, rule: rule ?? null, reason: shown(reason), expected: shown(expected), found: shown(found) };
}

/** What a token says of itself; one that is opaque or encrypted says little. */
function tokenShown({ kind, value }: Token) {
  const header = readHeader(value);
  const claims = header && readClaims(value);
  const lives =
    claims && typeof claims.exp === 'number' && typeof claims.iat === 'number' ? claims.exp - claims.iat : null;
  return {
    kind,
    value,
    format: header ? (claims ? ('jwt' as const) : ('jwe' as const)) : ('opaque' as const),
    alg: typeof header?.alg === 'string' ? header.alg : null,
    kid: typeof header?.kid === 'string' ? header.kid : null,
    claims: claims ? Object.keys(claims) : null,
    seconds: lives,
  };
}

function readHeader(value: string): Record<string, unknown> | undefined {
  try {
    return decodeProtectedHeader(value);
  } catch {
    return undefined;
  }
}

function readClaims(value: string): Record<string, unknown> | undefined {
  try {
    return decodeJwt(value);
  } catch {
    return undefined;
  }
}
