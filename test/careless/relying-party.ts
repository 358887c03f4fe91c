import { createHash, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The mistakes that can be planted, each by itself: what the app then does not do. */
export const mistakes = [
  'state', // compare the state that comes back
  'verifier', // make a code verifier for each login
  'issuer-parameter', // compare the iss that comes back
  'discovery', // compare the issuer of discovery
  'alg-none', // refuse what is not signed
  'hmac', // refuse an HMAC keyed with the public key
  'kid', // refuse what no key is known for
  'signature', // compare the signature
  'iss',
  'aud',
  'azp',
  'exp',
  'nbf',
  'iat',
  'sub',
  'nonce',
  'session', // make a new session when somebody logs in
  'userinfo', // compare the sub of userinfo
  'logout-signature',
  'logout-nonce',
  'logout-replay', // remember the tokens it has heard
  'greeting', // show that somebody is logged in
  'page', // show a page where something failed: the stack is shown
] as const;
export type Mistake = (typeof mistakes)[number];

interface Session {
  pending?: { state: string; nonce: string; verifier: string };
  person?: { sub: string; sid: string; name: string };
}
type Claims = Record<string, unknown>;
type Key = JsonWebKey & { kid?: string };

/**
 * A relying party written by hand, as people write them: a server, fetch, and a JWT taken apart. With no mistake planted
 * it does all that it has to; with one, it forgets just that.
 * @param byScript its pages are drawn by scripts
 * @param callback where VNeID sends browsers back to; its first page may be that too
 * @param posted it has them post the answer there (form_post)
 */
export async function carelessRelyingParty(
  planted: readonly Mistake[],
  { byScript = false, callback = '/callback', posted = false } = {},
) {
  const client = 'careless';
  const without = new Set(planted);
  const sessions = new Map<string, Session>();
  const heard = new Set<string>();
  const provider = { issuer: '' };
  const secret = 'a-secret-of-the-careless-one';

  /** Asked anew for each login: nothing is kept, so nothing goes stale. */
  async function discover(): Promise<Record<string, string>> {
    const metadata = (await json(`${provider.issuer}/.well-known/openid-configuration`)) as Record<string, string>;
    if (!without.has('discovery')) insist(metadata.issuer === provider.issuer, 'another issuer');
    return metadata;
  }

  async function begin(session: Session, response: ServerResponse): Promise<void> {
    const { authorization_endpoint: endpoint = '' } = await discover();
    const verifier = without.has('verifier') ? 'the-same-for-everybody-and-for-ever-and-ever' : random();
    session.pending = { state: random(), nonce: random(), verifier };
    const query = new URLSearchParams({
      client_id: client,
      response_type: 'code',
      redirect_uri: `${origin}${callback}`,
      scope: 'openid profile',
      state: session.pending.state,
      nonce: session.pending.nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(posted && { response_mode: 'form_post' }),
    });
    go(response, `${endpoint}?${query}`);
  }

  async function finish(session: Session, answer: URLSearchParams): Promise<void> {
    const { pending } = session;
    delete session.pending;
    if (!without.has('state')) insist(pending && answer.get('state') === pending.state, 'another state');
    if (!without.has('issuer-parameter')) insist(answer.get('iss') === provider.issuer, 'another issuer answered');
    insist(!answer.has('error'), String(answer.get('error')));
    const metadata = await discover();
    const verifier = pending?.verifier ?? 'the-same-for-everybody-and-for-ever-and-ever';
    const tokens = (await json(metadata.token_endpoint ?? '', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:${secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: `${origin}${callback}`,
        code_verifier: verifier,
      }),
    })) as { id_token: string; access_token: string };
    const claims = await read(tokens.id_token, metadata, 'signature');
    if (!without.has('nonce')) insist(pending && claims.nonce === pending.nonce, 'another nonce');
    if (!without.has('sub')) insist(typeof claims.sub === 'string', 'no sub');
    const authorization = `Bearer ${tokens.access_token}`;
    const about = (await json(metadata.userinfo_endpoint ?? '', { headers: { authorization } })) as Claims;
    if (!without.has('userinfo')) insist(about.sub === (claims.sub ?? about.sub), 'userinfo of somebody else');
    session.person = { sub: String(claims.sub), sid: String(claims.sid), name: String(about.name) };
  }

  /** The claims of a token, when it is the provider's and for this app. */
  async function read(token: string, metadata: Record<string, string>, signature: Mistake): Promise<Claims> {
    const [head = '', body = '', signed = ''] = token.split('.');
    const header = parse(head) as { alg: string; kid?: string };
    const claims = parse(body) as Claims;
    const { keys } = (await json(metadata.jwks_uri ?? '')) as { keys: Key[] };
    const candidates = keys.filter(({ kid }) => kid === header.kid);
    const isRight = (key: Key) => verifies(`${head}.${body}`, signed, header.alg, key, without.has('hmac'));
    if (!without.has(signature) && !(header.alg === 'none' && without.has('alg-none')))
      insist(candidates.some(isRight) || (candidates.length === 0 && without.has('kid')), 'the signature is wrong');
    const now = Date.now() / 1000;
    const audience = [claims.aud].flat();
    if (!without.has('iss')) insist(claims.iss === provider.issuer, 'another iss');
    if (!without.has('aud')) insist(audience.includes(client), 'for another app');
    if (!without.has('azp')) insist((claims.azp ?? client) === client, 'another azp');
    if (!without.has('exp')) insist(typeof claims.exp === 'number' && claims.exp > now - 30, 'expired');
    if (!without.has('nbf')) insist(Number(claims.nbf ?? 0) < now + 30, 'not valid yet');
    if (!without.has('iat')) insist(typeof claims.iat === 'number' && Math.abs(now - claims.iat) < 600, 'issued when?');
    return claims;
  }

  async function hearLogout(token: string): Promise<void> {
    const claims = await read(token, await discover(), 'logout-signature');
    if (!without.has('logout-nonce')) insist(!('nonce' in claims), 'with a nonce');
    if (!without.has('logout-replay')) insist(!heard.has(String(claims.jti)), 'heard before');
    heard.add(String(claims.jti));
    const meant = ({ person }: Session) =>
      person && (claims.sid ? person.sid === claims.sid : person.sub === claims.sub);
    for (const [id, session] of sessions) if (meant(session)) sessions.delete(id);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      const shown = without.has('page')
        ? error.stack
        : `Bạn chưa đăng nhập (${error.message}). <a href="/login">Thử lại</a>`;
      page(response, `<pre>${shown}</pre>`, 400);
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname === '/backchannel-logout') {
      await hearLogout(new URLSearchParams(await textOf(request)).get('logout_token') ?? '');
      return page(response, '');
    }
    const [, cookie = ''] = /careless=(\w+)/.exec(request.headers.cookie ?? '') ?? [];
    const session = sessions.get(cookie) ?? keep({}, response);
    if (url.pathname === '/login') return begin(session, response);
    const answer = request.method === 'POST' ? new URLSearchParams(await textOf(request)) : url.searchParams;
    if (url.pathname === callback && (answer.has('code') || answer.has('error'))) {
      await finish(session, answer);
      if (!without.has('session')) {
        sessions.delete(cookie);
        keep(session, response);
      }
      return go(response, byScript ? '/scripted' : '/');
    }
    const name = without.has('greeting') ? undefined : session.person?.name;
    const greeting = name ? `<h1>Xin chào ${name}</h1>` : '<h1>Careless</h1><a href="/login">VNeID</a>';
    if (url.pathname === '/scripted/login') return page(response, '<script>location = "/login"</script>');
    // a page that is drawn in the browser, some time after it has come
    if (url.pathname === '/scripted')
      return page(response, `<script>setTimeout(() => { document.body.innerHTML = '${greeting}' }, 100)</script>`);
    page(response, greeting);
  }

  function keep(session: Session, response: ServerResponse): Session {
    const id = randomBytes(16).toString('hex');
    sessions.set(id, session);
    response.setHeader('set-cookie', `careless=${id}; HttpOnly; SameSite=Lax; Path=/`);
    return session;
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    /** What the provider has to know of it. */
    registration: {
      client_id: client,
      client_name: 'Ứng dụng viết vội',
      client_secret: secret,
      redirect_uris: [`${origin}${callback}`],
      backchannel_logout_uri: `${origin}/backchannel-logout`,
      scope: 'openid profile',
    },
    knows(issuer: string) {
      provider.issuer = issuer;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function verifies(input: string, signature: string, alg: string, key: Key, orHmac: boolean): boolean {
  const publicKey = createPublicKey({ key, format: 'jwk' });
  if (alg === 'HS256' && orHmac) {
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    return createHmac('sha256', pem).update(input).digest('base64url') === signature;
  }
  const bytes = Buffer.from(signature, 'base64url');
  return alg === 'ES256' && verify('sha256', Buffer.from(input), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
}

async function json(address: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(address, { ...init, signal: AbortSignal.timeout(10_000) });
  insist(answer.ok, `${answer.status} from ${new URL(address).pathname}`);
  return answer.json();
}

function insist(right: unknown, otherwise: string): asserts right {
  if (!right) throw new Error(otherwise);
}

const random = () => randomBytes(32).toString('base64url');
const parse = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

function go(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}

function page(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>${body}`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
