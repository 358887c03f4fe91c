import type { Authenticator } from '../../src/lab/authenticator.ts';
import { authorization, authorizePath, credentialsGrant, redemption, redirectUri } from './client.ts';
import type { Person } from './child.ts';
import { type Line, type Reply, Visitor } from './visitor.ts';

const program = { authorization, 'content-type': 'application/x-www-form-urlencoded' };

/** Fetches the discovery document. */
export async function discover(line: Line): Promise<void> {
  const reply = await line.send('GET', '/.well-known/openid-configuration');
  if (reply.status !== 200 || !reply.body.includes('"authorization_endpoint"')) throw unexpected('discovery', reply);
}

/** Gets an opaque access token for the client itself. */
export async function getOwnToken(line: Line): Promise<void> {
  const reply = await line.send('POST', '/token', program, credentialsGrant);
  const { access_token: token } = json(reply) as { access_token?: string };
  if (reply.status !== 200 || !token || token.includes('.')) throw unexpected('client credentials', reply);
}

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
}

/** Redeems a code. */
export async function redeem(line: Line, code: string): Promise<Tokens> {
  const reply = await line.send('POST', '/token', program, redemption(code));
  const tokens = json(reply) as Partial<Tokens>;
  if (reply.status !== 200 || !tokens.access_token || !tokens.id_token || !tokens.refresh_token)
    throw unexpected('token', reply);
  return tokens as Tokens;
}

/** Asks for a code with a session that is there: one request, no page. */
export async function authorizeWithSession(visitor: Visitor): Promise<string> {
  const reply = await visitor.go(authorizePath());
  const code = codeIn(reply);
  if (!code) throw unexpected('authorization with a session', reply);
  return code;
}

export interface LoginOptions {
  person: Person;
  /** Asks for a password and a one-time code. */
  withCode?: boolean;
  /** Whether the consent page may come; in what is measured it was answered before. */
  mayConsent?: boolean;
}

/** Goes through whatever comes between an authorization request and the way back to the relying party. */
export async function logIn(
  line: Line,
  visitor: Visitor,
  { person, withCode, mayConsent }: LoginOptions,
): Promise<string> {
  let reply = await visitor.go(authorizePath(withCode ? { acr_values: 'urn:vneid:loa:2' } : {}));
  for (let step = 0; step < 16; step += 1) {
    const code = codeIn(reply);
    if (code) return code;
    const { location } = reply.headers;
    if (reply.status === 303 && location) reply = await visitor.go(pathOf(location));
    else if (reply.status === 200 && (mayConsent || !reply.body.includes('value="allow"')))
      reply = await visitor.go(...(await filledIn(line, reply.body, person)));
    else break;
  }
  throw unexpected('login', reply);
}

/** The same by passkey: the page asks for one, the authenticator signs, and nothing is typed. */
export async function logInByPasskey(visitor: Visitor, authenticator: Authenticator): Promise<string> {
  let reply = await visitor.go(authorizePath());
  for (let step = 0; step < 16; step += 1) {
    const code = codeIn(reply);
    if (code) return code;
    const { location } = reply.headers;
    if (reply.status === 303 && location) {
      reply = await visitor.go(pathOf(location));
      continue;
    }
    if (reply.status !== 200 || !reply.body.includes('data-passkey="get"')) break;
    const options = between(reply.body, 'data-passkey="get" data-options="', '"').replaceAll('&quot;', '"');
    const credential = JSON.stringify(authenticator.get(JSON.parse(options) as Asked));
    const csrf = between(reply.body, 'name="csrf" value="', '"');
    const path = between(reply.body, '<form method="post" action="', '"').replace(/\/password$/, '/passkey');
    reply = await visitor.go(path, String(new URLSearchParams({ csrf, credential })));
  }
  throw unexpected('login by passkey', reply);
}

type Asked = Parameters<Authenticator['get']>[0];

/** The form of a page with the answers of this person: path and body. */
async function filledIn(line: Line, page: string, { number, password }: Person): Promise<[path: string, form: string]> {
  const csrf = between(page, 'name="csrf" value="', '"');
  const path = between(page, '<form method="post" action="', '"');
  const answers = new URLSearchParams({ csrf });
  if (page.includes('name="password"')) {
    answers.set('login', number);
    answers.set('password', password);
  } else if (page.includes('name="otp"')) answers.set('otp', await newestCode(line, number));
  else if (page.includes('value="allow"')) answers.set('decision', 'allow');
  else throw new Error(`a page that the bench does not know: ${between(page, '<title>', '</title>')}`);
  return [path, String(answers)];
}

async function newestCode(line: Line, number: string): Promise<string> {
  const reply = await line.send('GET', `/lab/api/inbox/${number}`);
  const { messages = [] } = json(reply) as { messages?: { kind: string; code: string | null }[] };
  const code = messages.find(({ kind }) => kind === 'otp')?.code;
  if (!code) throw unexpected('inbox', reply);
  return code;
}

function codeIn({ status, headers }: Reply): string | undefined {
  const { location = '' } = headers;
  if ((status !== 303 && status !== 302) || !location.startsWith(`${redirectUri}?code=`)) return undefined;
  return between(location, '?code=', '&');
}

function pathOf(location: string): string {
  return location.startsWith('/') ? location : location.slice(new URL(location).origin.length);
}

function between(text: string, before: string, after: string): string {
  const from = text.indexOf(before);
  const to = from < 0 ? -1 : text.indexOf(after, from + before.length);
  if (to < 0) throw new Error(`no ${before}…${after} in: ${text.slice(0, 300)}`);
  return text.slice(from + before.length, to);
}

function json(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body);
  } catch {
    throw unexpected('an answer in JSON', reply);
  }
}

function unexpected(what: string, { status, headers, body }: Reply): Error {
  return new Error(`${what}: ${status} ${headers.location ?? ''} ${body.replaceAll(/\s+/g, ' ').slice(0, 600)}`);
}
