import type { Authenticator } from '../../src/lab/authenticator.ts';
import { createAuthenticator } from '../../src/lab/authenticator.ts';
import { Browser } from '../support/browser.ts';
import { addPasskey, openOwnPasskeys } from '../support/passkeys.ts';
import type { Person } from './child.ts';
import { drive } from './load.ts';
import { createMix } from './mix.ts';
import { createPool } from './pool.ts';
import { openProtocol, type Tokens } from './protocol.ts';
import { unexpected } from './replies.ts';
import { logIn, logInByPasskey, logInByQr, type Site } from './sign-in.ts';
import type { Target } from './target.ts';
import { openLine, Visitor } from './visitor.ts';

export type Operation = () => Promise<unknown>;

/** What a server may be asked for; `scenarios` says what each is. */
export type OperationName =
  | 'discovery'
  | 'jwks'
  | 'token'
  | 'introspection'
  | 'userinfo'
  | 'refresh'
  | 'session'
  | 'login'
  | 'passkey'
  | 'qr'
  | 'password'
  | 'code'
  | 'mix';

/** Operations of the bench on one server, each ready to be put under load. What is missing it cannot do. */
export interface Operations {
  by: Partial<Record<OperationName, Operation>>;
  close(): void;
}

/** How a kind of server is used, where servers differ. */
export interface Ways {
  /** Body for a token of the client's own; undefined where there are none. */
  grant?: string;
  /** Signs in, answering whatever page comes. */
  enter(site: Site, visitor: Visitor, person: Person): Promise<string>;
  /** Which full login `enter` is, once everybody has agreed; undefined where it is none. */
  entry?: OperationName;
  /** Tokens have to be of the same kinds as those of the server that this is compared with most. */
  alike?: boolean;
  /** There is no session: a browser that comes again is anyone. */
  sessionless?: boolean;
  /** It gives wrong answers when it is asked two things at once. */
  oneAtATime?: boolean;
  /** Ours alone has the other ways to sign in. */
  ours?: boolean;
}

/** Operations under way at the same time; below what the throttle allows one address. */
export const lanes = 16;
/** Browsers and refresh tokens that are kept: more than an open model has under way. */
const keepers = 64;
/** People who have a passkey, or a phone of the bench. */
const holders = 48;

/**
 * Prepares a server: everybody signs in once and agrees, so that consent is remembered from then on, and those who come
 * first keep their browsers and tokens.
 */
export async function prepare(
  target: Target,
  ways: Ways,
  wanted: (name: OperationName) => boolean,
): Promise<Operations> {
  // servers wait for each other, some for longer than they keep a connection
  const line = openLine(target.issuer, lanes * 4, { again: true });
  const protocol = await openProtocol(target.issuer, line);
  const { issuer } = target;
  // one-time codes are what many are needed for
  const people = target.people.slice(0, wanted('code') || wanted('mix') ? 1000 : 200);
  const site: Site = { line, protocol, issuer, people };
  const kept: { visitor: Visitor; tokens: Tokens }[] = [];
  await drive({
    seconds: 60,
    most: Math.max(people.length, keepers),
    lanes: ways.oneAtATime ? 1 : lanes,
    async work(_lane, turn) {
      const visitor = new Visitor(line);
      const tokens = await protocol.redeem(await ways.enter(site, visitor, personAt(people, turn)));
      if (turn < keepers) kept.push({ visitor, tokens });
    },
  });
  // nobody signs in twice at the same time, and turns go on where the last load ended
  let turns = 0;
  const next = () => personAt(people, turns++);
  const browsers = createPool(kept.map(({ visitor }) => visitor));
  const refreshing = createPool(kept.map(({ tokens }) => tokens.refresh_token));
  const [{ tokens: first } = { tokens: undefined }] = kept;
  if (!first) throw new Error(`nobody could sign in at ${target.name}`);
  const { access_token: access } = first;
  const { grant, entry } = ways;
  if (ways.alike) checkTokens(first, grant ? await protocol.ownToken(grant) : '');
  const by: Operations['by'] = {
    discovery: protocol.discovery,
    jwks: protocol.jwks,
    ...(grant && { token: () => protocol.ownToken(grant) }),
    ...(protocol.endpoints.introspection && { introspection: () => protocol.introspect(access) }),
    ...(protocol.endpoints.userinfo && { userinfo: () => protocol.userinfo(access) }),
    refresh: () => refreshing.lend(async (token) => (await protocol.refresh(token)).refresh_token),
    ...(!ways.sessionless && {
      session: () =>
        browsers.lend(async (visitor) => {
          await protocol.redeem(await protocol.authorizeWithSession(visitor));
          return visitor;
        }),
    }),
    ...(entry && {
      [entry]: async () => protocol.redeem(await ways.enter(site, new Visitor(line), next())),
    }),
  };
  if (ways.ours) {
    const full = (withCode: boolean) => async () =>
      protocol.redeem(await logIn(site, new Visitor(line), { person: next(), withCode }));
    // the same pages and requests; what differs is whether a password is looked at by then
    Object.assign(by, { login: full(false), password: full(false), code: full(true), mix: createMix(site, next) });
    if (wanted('qr')) {
      const owners = createPool(await bindPhones(site));
      by.qr = () =>
        owners.lend(async (person) => {
          await protocol.redeem(await logInByQr(site, new Visitor(line), person));
          return person;
        });
    }
    if (wanted('passkey')) {
      const authenticators = createPool(await addPasskeys(site));
      by.passkey = () =>
        authenticators.lend(async (authenticator) => {
          await protocol.redeem(await logInByPasskey(site, new Visitor(line), authenticator));
          return authenticator;
        });
    }
  }
  return { by: ways.oneAtATime ? queued(by) : by, close: () => line.close() };
}

/** The same operations, each after the one before. */
function queued(by: Operations['by']): Operations['by'] {
  const turn = createPool([undefined]);
  const after: Operations['by'] = {};
  for (const [name, work] of Object.entries(by) as [OperationName, Operation][])
    after[name] = () => turn.lend(async () => void (await work()));
  return after;
}

/** Phones for some people, as a tester gives them: most have none that answers. */
async function bindPhones({ line, people }: Site): Promise<Person[]> {
  const owners = people.slice(0, holders);
  for (const { number } of owners) {
    const headers = { 'content-type': 'application/json' };
    const reply = await line.send('POST', `/lab/api/phones/${number}/bind`, headers, '{}');
    if (reply.status !== 200) throw unexpected('a new phone', reply);
  }
  return owners;
}

async function addPasskeys({ issuer, people }: Site): Promise<Authenticator[]> {
  const authenticators: Authenticator[] = [];
  await drive({
    seconds: 60,
    most: holders,
    lanes: 8,
    async work(_lane, turn) {
      const [browser, authenticator] = [new Browser(), createAuthenticator({ origin: issuer })];
      await openOwnPasskeys({ issuer }, browser, personAt(people, turn));
      const page = await addPasskey(browser, authenticator);
      if (page.status >= 400) throw new Error(`no passkey was added: ${page.status} ${page.text.slice(0, 300)}`);
      authenticators.push(authenticator);
    },
  });
  return authenticators;
}

/** Both servers have to give the same kinds of token, or comparing them means nothing. */
function checkTokens({ id_token: idToken, access_token: opaque }: Tokens, jwt: string): void {
  if (algorithmOf(idToken) !== 'ES256' || algorithmOf(jwt) !== 'ES256' || opaque.includes('.'))
    throw new Error(`expected an ES256 ID token, an opaque access token and a JWT, got ${idToken} ${opaque} ${jwt}`);
}

function algorithmOf(jwt: string): string | undefined {
  const header = Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString() || '{}';
  return (JSON.parse(header) as { alg?: string }).alg;
}

function personAt<T>(people: T[], turn: number): T {
  return people[turn % people.length] as T;
}
