import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import type { FaultName } from '../../src/lab/faults/vocabulary.ts';
import { Browser } from './browser.ts';
import { arrive, careful, eventsOf, type FaultWorld, logIn, told, type Who } from './fault-world.ts';
import { authorizationRequest, redeem, relyingParty } from './relying-party.ts';

/** One fault, and how a proper app gets to feel it. */
export interface Row {
  /** What is said with the fault. */
  with?: object;
  /** Goes through what the fault is about as a proper app does: "fine", or why it did not go well. */
  probe: (who: Who, world: FaultWorld) => Promise<string>;
  /** What a proper app finds. */
  finds: RegExp;
}

const fine = 'fine';

/** A login, its ID token and userinfo, with every check that OIDC Core leaves to the app. */
async function login(who: Who): Promise<string> {
  return orWhy(async () => {
    const { configuration, tokens, request } = await logIn(who);
    const claims = tokens.claims() as oidc.IDToken;
    const half = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
    if (claims.iat > Date.now() / 1000 + 60) throw new Error('iat is ahead of time');
    if (claims.at_hash !== undefined && claims.at_hash !== half(tokens.access_token))
      throw new Error('at_hash is of another token');
    if (claims.c_hash !== undefined && claims.c_hash !== half(request.url.searchParams.get('code') ?? ''))
      throw new Error('c_hash is of another code');
    await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
  });
}

/** Two apps that a token could be for: openid-client looks at `azp` then. */
const idToken = (finds: RegExp, said?: object): Row => ({ probe: login, finds, ...(said && { with: said }) });

/** Reads the key set as if for the first time, and an ID token by it. */
const keys: Row['probe'] = (who) =>
  orWhy(async () => {
    // a party that does not look at keys itself, so that what is wrong with them is jose's to find
    const configuration = await relyingParty(who, { id: who.client });
    const { tokens } = await logIn(who, { configuration });
    const set = createRemoteJWKSet(new URL(`${who.issuer}/jwks`));
    await jwtVerify(tokens.id_token ?? '', set, { issuer: who.issuer, audience: who.client });
  });

/** A login whose token is redeemed by an app that looks at what it is sent, and that does not wait for what is late. */
const atToken = (finds: RegExp, said: object = { endpoint: 'token' }): Row => ({
  with: said,
  finds,
  probe: (who, world) =>
    orWhy(async () => {
      const { configuration, request } = await arrive(who);
      const patience = new AbortController();
      eventsOf(world, who).on('fault.struck', ({ fault }) => {
        if (fault === 'endpoint.slow') patience.abort(new Error('it took too long'));
      });
      configuration[oidc.customFetch] = async (url, options) => {
        const answer = await fetch(url, { ...(options as RequestInit), signal: patience.signal });
        const type = answer.headers.get('content-type') ?? '';
        if (answer.ok && !/^application\/([\w-]+\+)?json/.test(type)) throw new Error(`content-type ${type}`);
        return answer;
      };
      await redeem(configuration, request);
    }),
});

/** Signs in anew, and waits for the code; the inbox is the lab's. */
const code: Row['probe'] = async (who) => {
  const before = (await messagesOf(who)).length;
  const browser = new Browser();
  await browser.open((await authorizationRequest(await careful(who), { acr_values: 'urn:vneid:loa:2' })).url);
  const page = await browser.submit({ login: who.person.number, password: who.person.password });
  if (!page.html.includes('name="otp"')) return `no page for a code: ${page.status} ${page.text.slice(0, 200)}`;
  const messages = await messagesOf(who);
  const [newest] = messages;
  if (messages.length === before || newest === undefined) return 'no code came';
  return page.text.includes(newest.recipient.slice(-4)) ? fine : `sent to ${newest.recipient}`;
};

async function messagesOf({ issuer, person }: Who) {
  const answer = await fetch(`${issuer}/lab/api/inbox/${person.number}`);
  return ((await answer.json()) as { messages: { recipient: string; code?: string }[] }).messages;
}

/** What userinfo says of the person. */
const citizen: Row['probe'] = (who) =>
  orWhy(async () => {
    const { configuration, tokens } = await logIn(who);
    const said = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    if (said.personal_number !== who.person.number) throw new Error(`the number is ${String(said.personal_number)}`);
    if (said.name !== who.person.name) throw new Error(`the name is ${said.name}`);
  });

/** Signs in and out; what the app hears has to be as OpenID Connect Back-Channel Logout 1.0 §2.6 has it. */
const logout: Row['probe'] = (who, world) =>
  orWhy(async () => {
    const { browser } = await logIn(who, { browser: new Browser() });
    const before = world.heard[who.client]?.length ?? 0;
    const tried = new Promise<void>((resolve) => {
      eventsOf(world, who).on('logout.told', ({ client, attempt }) => {
        if (client === who.client && attempt === 1) resolve();
      });
    });
    await browser.open(`${who.issuer}/logout`);
    await browser.submit({ logout: 'yes' });
    await tried;
    const set = createRemoteJWKSet(new URL(`${who.issuer}/jwks`));
    for (const token of world.heard[who.client]?.slice(before) ?? []) {
      const { payload } = await jwtVerify(token, set, { issuer: who.issuer, audience: who.client, typ: 'logout+jwt' });
      if ('nonce' in payload) throw new Error('a logout token has no nonce');
      if (seen.has(String(payload.jti))) throw new Error('this jti was here before');
      seen.add(String(payload.jti));
    }
  });
const seen = new Set<string>();

async function orWhy(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return fine;
  } catch (thrown) {
    return told(thrown);
  }
}

export const rows: Record<FaultName, Row> = {
  'endpoint.slow': atToken(/took too long/, { endpoint: 'token', seconds: 60 }),
  'endpoint.429': atToken(/temporarily_unavailable.*429/),
  'endpoint.500': atToken(/\b500\b/),
  'endpoint.503': atToken(/\b503\b/),
  'endpoint.cut': atToken(/ECONNRESET|other side closed|terminated/),
  'endpoint.malformed': atToken(/JSON/),
  'endpoint.truncated': atToken(/other side closed|terminated/),
  'endpoint.wrong-type': atToken(/content-type/),
  'id-token.wrong-iss': idToken(/"iss"/),
  'id-token.wrong-aud': idToken(/"aud"/),
  'id-token.wrong-azp': idToken(/"azp"/),
  'id-token.wrong-nonce': idToken(/"nonce"/),
  'id-token.wrong-sub': idToken(/"sub"/),
  'id-token.alg-none': idToken(/alg|signature/i),
  'id-token.hs256-public-key': idToken(/alg/),
  'id-token.expired': idToken(/"exp"/),
  'id-token.not-yet-valid': idToken(/"nbf"/),
  'id-token.far-iat': idToken(/iat is ahead/),
  'id-token.missing-claim': idToken(/"nonce"/, { claim: 'nonce' }),
  'id-token.wrong-at-hash': idToken(/at_hash/),
  'id-token.wrong-c-hash': idToken(/c_hash/),
  'id-token.bad-signature': idToken(/signature/),
  'id-token.unknown-kid': idToken(/key/),
  'id-token.foreign-key': idToken(/signature/),
  'jwks.without-key': { probe: keys, finds: /no applicable key/ },
  'jwks.duplicate-kid': { probe: keys, finds: /multiple matching keys/ },
  'jwks.stale': { probe: keys, finds: /no applicable key/ },
  'jwks.rotated': { probe: keys, finds: /fine/ },
  'discovery.wrong-issuer': { probe: (who) => orWhy(() => careful(who)), finds: /issuer/ },
  'authorize.wrong-state': { probe: login, finds: /"state"/ },
  'authorize.no-state': { probe: login, finds: /"state"/ },
  'authorize.no-iss': { probe: login, finds: /"iss"/ },
  'authorize.wrong-iss': { probe: login, finds: /"iss"/ },
  'authorize.replayed-code': { probe: login, finds: /invalid_grant/ },
  'authorize.access-denied': { probe: login, finds: /access_denied/ },
  'authorize.login-required': { probe: login, finds: /login_required/ },
  'authorize.temporarily-unavailable': { probe: login, finds: /temporarily_unavailable/ },
  'userinfo.wrong-sub': { probe: login, finds: /"sub"/ },
  'logout-token.forged': { probe: logout, finds: /signature/ },
  'logout-token.replayed': { probe: logout, finds: /jti was here before/ },
  'logout-token.with-nonce': { probe: logout, finds: /no nonce/ },
  'day.overload': atToken(/\b503\b/, {}),
  'otp.late': { probe: code, finds: /no code came/ },
  'otp.lost': { probe: code, finds: /no code came/ },
  'otp.old-phone': { probe: code, finds: /sent to 000/ },
  'citizen.other-tone-mark': { probe: citizen, finds: /Hoà|Thuý/ },
  'citizen.renumbered': { probe: citizen, finds: /the number is/ },
};
