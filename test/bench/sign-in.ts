import type { Authenticator } from '../../src/lab/authenticator.ts';
import type { Person } from './child.ts';
import type { Protocol } from './protocol.ts';
import { between, codeIn, json, pathOf, unexpected } from './replies.ts';
import type { Line, Reply, Visitor } from './visitor.ts';

/** A server of which the bench knows how to sign in there. */
export interface Site {
  line: Line;
  protocol: Protocol;
  issuer: string;
  people: Person[];
}

export interface LoginOptions {
  person: Person;
  /** Asks for a password and a one-time code. */
  withCode?: boolean;
  /** Whether the consent page may come; in what is measured it was answered before. */
  mayConsent?: boolean;
}

/** What is done with a page: where the form goes, and what is in it. */
type Answered = [path: string, form: string];

/** Goes through whatever comes between an authorization request and the way back to the relying party. */
async function walk(visitor: Visitor, path: string, answer: (page: string) => Promise<Answered>): Promise<string> {
  let reply = await visitor.go(path);
  for (let step = 0; step < 16; step += 1) {
    const code = codeIn(reply);
    if (code) return code;
    const { location } = reply.headers;
    if ((reply.status === 303 || reply.status === 302) && location) reply = await visitor.go(pathOf(location));
    else if (reply.status === 200) reply = await visitor.go(...(await answer(reply.body)));
    else break;
  }
  throw unexpected('login', reply);
}

/** By password, with a one-time code where asked for; at the bare provider there is no page to answer. */
export function logIn(
  { line, protocol }: { line: Line; protocol: Pick<Protocol, 'authorizePath'> },
  visitor: Visitor,
  { person, withCode, mayConsent }: LoginOptions,
): Promise<string> {
  const path = protocol.authorizePath(withCode ? { acr_values: 'urn:vneid:loa:2' } : {});
  return walk(visitor, path, async (page) => {
    if (page.includes('value="allow"') && !mayConsent) throw new Error('consent was asked for again');
    return filledIn(page, person, () => newestCode(line, person.number));
  });
}

/** By passkey: the page asks for one, the authenticator signs, and nothing is typed. */
export function logInByPasskey({ protocol }: Site, visitor: Visitor, authenticator: Authenticator): Promise<string> {
  return walk(visitor, protocol.authorizePath(), async (page) => {
    const options = between(page, 'data-passkey="get" data-options="', '"').replaceAll('&quot;', '"');
    const credential = JSON.stringify(authenticator.get(JSON.parse(options) as Asked));
    const path = formOf(page).replace(/\/password$/, '/passkey');
    return [path, String(new URLSearchParams({ csrf: csrfOf(page), credential }))];
  });
}

type Asked = Parameters<Authenticator['get']>[0];

/** By QR: the page shows a code, the phone reads it and says yes, the page goes on. */
export async function logInByQr({ line, protocol }: Site, visitor: Visitor, { number }: Person): Promise<string> {
  const entered = await visitor.go(protocol.authorizePath());
  // the first page may come where it was asked for, and say where it is
  const start = pathOf(entered.headers.location ?? entered.headers['content-location'] ?? '');
  const page = await visitor.go(`${start}?by=qr`);
  const phone = async (what: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await line.send('POST', `/lab/api/phones/${number}/${what}`, headers, JSON.stringify(body));
    if (reply.status !== 200) throw unexpected(`phone, ${what}`, reply);
  };
  await phone('scan', { code: between(page.body, 'data-code="', '"') });
  await phone('approve', {});
  const form = String(new URLSearchParams({ csrf: csrfOf(page.body) }));
  let reply = await visitor.go(`${start}/qr`, form);
  for (let step = 0; step < 8 && !codeIn(reply); step += 1) {
    if (!reply.headers.location) break;
    reply = await visitor.go(pathOf(reply.headers.location));
  }
  const code = codeIn(reply);
  if (!code) throw unexpected('login by QR', reply);
  return code;
}

/** A password that is wrong, or of nobody: ends at the page that says so. */
export async function failPassword({ protocol }: Site, visitor: Visitor, person: Person): Promise<void> {
  let reply: Reply = await visitor.go(protocol.authorizePath());
  for (let step = 0; step < 4 && reply.headers.location; step += 1)
    reply = await visitor.go(pathOf(reply.headers.location));
  reply = await visitor.go(...(await filledIn(reply.body, person)));
  if (reply.headers.location) reply = await visitor.go(pathOf(reply.headers.location));
  if (reply.status === 429 || !reply.body.includes('name="password"')) throw unexpected('a wrong password', reply);
}

/** The form of a page with the answers of this person. */
async function filledIn(page: string, { number, password }: Person, codeOf?: () => Promise<string>): Promise<Answered> {
  const answers = new URLSearchParams({ csrf: csrfOf(page) });
  if (page.includes('name="password"')) {
    answers.set('login', number);
    answers.set('password', password);
  } else if (page.includes('name="otp"') && codeOf) answers.set('otp', await codeOf());
  else if (page.includes('value="allow"')) answers.set('decision', 'allow');
  else throw new Error(`a page that the bench does not know: ${between(page, '<title>', '</title>')}`);
  return [formOf(page), String(answers)];
}

async function newestCode(line: Line, number: string): Promise<string> {
  const reply = await line.send('GET', `/lab/api/inbox/${number}`);
  const { messages = [] } = json(reply) as { messages?: { kind: string; code: string | null }[] };
  const code = messages.find(({ kind }) => kind === 'otp')?.code;
  if (!code) throw unexpected('inbox', reply);
  return code;
}

const csrfOf = (page: string) => between(page, 'name="csrf" value="', '"');

const formOf = (page: string) => between(page, '<form method="post" action="', '"');
