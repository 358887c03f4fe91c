import { authorization, authorizationQuery, redemption } from './client.ts';
import { codeIn, json, unexpected } from './replies.ts';
import type { Line, Visitor } from './visitor.ts';

/** What a program says to a provider, whichever it is: its discovery document tells where. */
export interface Protocol {
  /** Paths of the endpoints; undefined where the server has none. */
  endpoints: Partial<Record<Endpoint, string>>;
  authorizePath(more?: Record<string, string>): string;
  discovery(): Promise<void>;
  jwks(): Promise<void>;
  /** A token for the client itself. @param grant body of the request */
  ownToken(grant: string): Promise<string>;
  /** Asks for a code with a session that is there: one request, no page. */
  authorizeWithSession(visitor: Visitor): Promise<string>;
  redeem(code: string): Promise<Tokens>;
  refresh(token: string): Promise<Tokens>;
  introspect(token: string): Promise<void>;
  userinfo(token: string): Promise<void>;
}

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
}

type Endpoint = 'authorization' | 'token' | 'userinfo' | 'introspection';

const program = { authorization, 'content-type': 'application/x-www-form-urlencoded' };

/** Reads the discovery document of a server. Every call throws an Error when the answer is not as it should be. */
export async function openProtocol(issuer: string, line: Line): Promise<Protocol> {
  const wellKnown = `${new URL(issuer).pathname.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return protocolAt(line, wellKnown, json(await line.send('GET', wellKnown)) as Found);
}

/** What of a discovery document is read. */
type Found = Partial<Record<`${Endpoint}_endpoint` | 'jwks_uri', string>>;

/** The same with addresses that are known. @param wellKnown path of the discovery document */
export function protocolAt(line: Line, wellKnown: string, found: Found): Protocol {
  // MockPass 4.3.4 publishes addresses with two slashes that it does not answer
  const pathAt = (address: string | undefined) =>
    address === undefined ? undefined : new URL(address, 'http://localhost').pathname.replaceAll('//', '/');
  const endpoints: Protocol['endpoints'] = {};
  for (const name of ['authorization', 'token', 'userinfo', 'introspection'] as const) {
    const path = pathAt(found[`${name}_endpoint`]);
    if (path !== undefined) endpoints[name] = path;
  }
  const keys = pathAt(found.jwks_uri) ?? '/jwks';
  const { authorization: authorize = '', token: tokens = '', introspection = '', userinfo = '' } = endpoints;

  async function read(path: string, mark: string): Promise<void> {
    const reply = await line.send('GET', path);
    if (reply.status !== 200 || !reply.body.includes(mark)) throw unexpected(path, reply);
  }
  async function tokensFor(body: string): Promise<Tokens> {
    const reply = await line.send('POST', tokens, program, body);
    const got = json(reply) as Partial<Tokens>;
    if (reply.status !== 200 || !got.access_token || !got.id_token || !got.refresh_token)
      throw unexpected('token', reply);
    return got as Tokens;
  }
  const protocol: Protocol = {
    endpoints,
    authorizePath: (more) => `${authorize}?${authorizationQuery(more)}`,
    discovery: () => read(wellKnown, '"authorization_endpoint"'),
    jwks: () => read(keys, '"keys"'),
    async ownToken(grant) {
      const reply = await line.send('POST', tokens, program, grant);
      const { access_token: token } = json(reply) as { access_token?: string };
      if (reply.status !== 200 || !token) throw unexpected('client credentials', reply);
      return token;
    },
    async authorizeWithSession(visitor) {
      const reply = await visitor.go(protocol.authorizePath());
      const code = codeIn(reply);
      if (!code) throw unexpected('authorization with a session', reply);
      return code;
    },
    redeem: (code) => tokensFor(redemption(code)),
    refresh: (token) => tokensFor(`grant_type=refresh_token&refresh_token=${encodeURIComponent(token)}`),
    async introspect(token) {
      const reply = await line.send('POST', introspection, program, `token=${encodeURIComponent(token)}`);
      if (reply.status !== 200 || (json(reply) as { active?: boolean }).active !== true)
        throw unexpected('introspection', reply);
    },
    async userinfo(token) {
      const reply = await line.send('GET', userinfo, { authorization: `Bearer ${token}` });
      if (reply.status !== 200 || !reply.body.includes('"sub"')) throw unexpected('userinfo', reply);
    },
  };
  return protocol;
}
