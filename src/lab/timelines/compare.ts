import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clients } from '../../oidc/clients/clients.ts';
import { short, type Sent } from './parameters.ts';
import type { Decision, Fact, Timeline } from './timeline.ts';

/** All that a comparison may look at. */
export interface Scene {
  ctx: KoaContextWithOIDC;
  sent: Sent;
  /** The login that the request belongs to, with what was sent before. */
  timeline: Timeline | undefined;
  clients: Clients;
  /** Milliseconds since 1970. */
  at: number;
}

/** What would have been right, and what there was instead. */
interface Compared {
  expected?: Fact | undefined;
  found?: Fact | undefined;
}

/** One for each thing that can be unlike another, by the library's words for it. */
const comparisons: [RegExp, (scene: Scene) => Compared][] = [
  [
    /any of the client's registered redirect_uris/,
    ({ ctx, sent }) => ({
      expected: ctx.oidc.client?.redirectUris,
      found: one(ctx.oidc.params?.redirect_uri ?? sent.redirect_uri),
    }),
  ],
  [
    /code redirect_uri mismatch/,
    ({ sent, timeline }) => ({ expected: earlier(timeline, 'redirect_uri'), found: one(sent.redirect_uri) }),
  ],
  [/authorization code (?:not found|is expired)/, ({ at, timeline }) => ageOfCode(timeline, at)],
  [
    /code_verifier does not match/,
    ({ sent, timeline }) => ({
      expected: earlier(timeline, 'code_challenge'),
      found: challengeOf(one(sent.code_verifier)),
    }),
  ],
  [
    /post_logout_redirect_uri not registered/,
    ({ ctx, sent }) => ({
      expected: ctx.oidc.client?.postLogoutRedirectUris,
      found: one(sent.post_logout_redirect_uri),
    }),
  ],
  [/DPoP proof htm mismatch/, ({ ctx }) => ({ expected: ctx.method, found: said(ctx.get('dpop'), 'htm') })],
  [
    /DPoP proof htu mismatch/,
    ({ ctx }) => ({ expected: ctx.oidc.urlFor(ctx.oidc.route), found: said(ctx.get('dpop'), 'htu') }),
  ],
  [
    /audience|^aud has to be/,
    ({ ctx, sent }) => ({ expected: ctx.oidc.issuer, found: said(one(sent.client_assertion ?? sent.request), 'aud') }),
  ],
  [
    /must be the client_id/,
    ({ ctx, sent }) => ({ expected: ctx.oidc.client?.clientId, found: said(one(sent.client_assertion), 'iss') }),
  ],
  [
    /does not match the registered client authentication method/,
    ({ ctx, sent }) => ({ expected: ctx.oidc.client?.clientAuthMethod, found: methodOf(ctx, sent) }),
  ],
  [
    /^client (?:not found|is invalid)$/,
    ({ ctx, sent, clients }) => ({ expected: clients.list().map(({ id }) => id), found: clientSaid(ctx, sent) }),
  ],
  [
    /requested scope is not allowed|missing requested scope/,
    ({ ctx, sent }) => ({ expected: ctx.oidc.client?.scope, found: one(ctx.oidc.params?.scope ?? sent.scope) }),
  ],
  [
    /response_type is not allowed|unsupported response_type/,
    ({ ctx, sent }) => ({
      expected: ctx.oidc.client?.responseTypes,
      found: one(ctx.oidc.params?.response_type ?? sent.response_type),
    }),
  ],
  [
    /grant[_ ]type (?:is not allowed|requested)|is not allowed for this client$/,
    ({ ctx, sent }) => ({ expected: ctx.oidc.client?.grantTypes, found: one(sent.grant_type) }),
  ],
];

/** Adds to a failure what would have been right and what there was, where both can be told. */
export function compared(failure: Decision, scene: Scene): Decision {
  const { reason, description } = failure.facts;
  const [, compare] =
    comparisons.find(([words]) => words.test(String(reason ?? '')) || words.test(String(description ?? ''))) ?? [];
  if (!compare) return failure;
  const { expected, found } = compare(scene);
  return { ...failure, facts: { ...failure.facts, ...fact('expected', expected), ...fact('found', found) } };
}

/** Who a request says that it comes from, whether or not that is so. */
export function clientSaid(ctx: KoaContextWithOIDC, sent: Sent): string | undefined {
  const [scheme, credentials = ''] = ctx.get('authorization').split(' ');
  if (sent.client_id !== undefined) return one(sent.client_id);
  if (scheme?.toLowerCase() !== 'basic') return said(one(sent.client_assertion), 'sub');
  const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':');
  return id === '' ? undefined : id;
}

function methodOf(ctx: KoaContextWithOIDC, sent: Sent): string {
  if (sent.client_assertion !== undefined) return 'client_assertion';
  if (sent.client_secret !== undefined) return 'client_secret_post';
  return ctx.get('authorization') === '' ? 'none' : 'client_secret_basic';
}

/** What was sent of this name when the login began. */
function earlier(timeline: Timeline | undefined, name: string): string | undefined {
  for (const { request } of timeline?.entries ?? [])
    for (const [sent, value] of request?.parameters ?? []) if (sent === name && value !== undefined) return value;
  return undefined;
}

/** How old a code of this login is; one that was never issued here has no age. */
function ageOfCode(timeline: Timeline | undefined, now: number): Compared {
  const issued = timeline?.entries.findLast(({ tokens }) => tokens.some(({ kind }) => kind === 'code'));
  return issued ? { expected: '60 s', found: `${Math.floor((now - issued.at) / 1000)} s` } : {};
}

/** `code_challenge` of a verifier (RFC 7636 §4.6): the verifier itself is not kept. */
function challengeOf(verifier: string | undefined): string | undefined {
  return verifier && createHash('sha256').update(verifier).digest('base64url');
}

/** A claim of a token, as it was said and without a look at its signature. */
function said(token: string | undefined, claim: string): string | undefined {
  try {
    const value = decodeJwt(token ?? '')[claim];
    return value === undefined ? undefined : String(value);
  } catch {
    return undefined;
  }
}

function one(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fact(name: string, value: Fact | undefined): Record<string, Fact> {
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return {};
  return { [name]: Array.isArray(value) ? value.slice(0, 20).map((item) => short(item)) : short(String(value)) };
}
