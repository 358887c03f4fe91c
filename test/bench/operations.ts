import { authorizeWithSession, discover, getOwnToken, logIn, type LoginOptions, redeem } from './flows.ts';
import { drive, type Load } from './load.ts';
import type { Target } from './target.ts';
import { type Line, openLine, Visitor } from './visitor.ts';

/** Operations of the bench on one server, each ready to be put under load. */
export interface Operations {
  discovery: Load['work'];
  token: Load['work'];
  /** Authorization and token, with a session that is there. */
  session: Load['work'];
  /** A new browser, all pages, token. */
  login: Load['work'];
  /** The same with a password and a one-time code. */
  loginWithCode: Load['work'];
  close(): void;
}

/** Operations under way at the same time; below what the throttle allows one address. */
export const lanes = 16;

/**
 * Prepares a server: everybody signs in once and agrees, so that consent is remembered from then on, and those who come
 * first keep their browsers for the operation `session`.
 */
export async function prepare(target: Target, { people: most }: { people: number }): Promise<Operations> {
  const line = openLine(target.issuer, lanes + 4);
  const people = target.people.slice(0, most);
  const visitors: Visitor[] = [];
  await drive({
    seconds: 60,
    most: people.length,
    lanes,
    async work(_lane, turn) {
      const visitor = new Visitor(line);
      const person = personAt(people, turn);
      const tokens = await redeem(line, await logIn(line, visitor, { person, mayConsent: true }));
      if (turn === 0) checkTokens(tokens);
      visitors[turn] = visitor;
    },
  });
  const login = (line: Line, turn: number, options: Partial<LoginOptions> = {}) =>
    logIn(line, new Visitor(line), { person: personAt(people, turn), ...options }).then((code) => redeem(line, code));
  // nobody signs in twice at the same time, and turns go on where the last load ended
  let [turns, coded] = [0, 0];
  return {
    discovery: () => discover(line),
    token: () => getOwnToken(line),
    session: async (lane) => redeem(line, await authorizeWithSession(visitors[lane] as Visitor)),
    login: () => login(line, turns++),
    loginWithCode: () => login(line, coded++, { withCode: true }),
    close: () => line.close(),
  };
}

function personAt<T>(people: T[], turn: number): T {
  return people[turn % people.length] as T;
}

/** Both servers have to give the same kinds of token, or comparing them means nothing. */
function checkTokens({
  id_token: idToken,
  access_token: accessToken,
}: {
  id_token: string;
  access_token: string;
}): void {
  const header = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString()) as { alg?: string };
  if (header.alg !== 'ES256' || accessToken.includes('.'))
    throw new Error(`expected an ES256 ID token and an opaque access token, got ${header.alg} and ${accessToken}`);
}
