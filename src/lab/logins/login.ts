import { X509Certificate } from 'node:crypto';
import { decodeJwt, type JWK } from 'jose';
import { problem } from '../../errors.ts';
import type { Bench } from '../bench.ts';
import { type Answer, refusalOf } from './in-process.ts';
import { redeem, type Tokens } from './redeem.ts';
import { type Asked, buildRequest } from './request.ts';
import { type Walker, walk } from './walk.ts';

/** Who is to be signed in, to what, and what is wanted of it. */
export interface Order extends Omit<Walker, 'account'>, Omit<Asked, 'client'> {
  number: string;
  client?: string | undefined;
  /** The app's own request, in place of one built here. */
  authorizationUrl?: string | undefined;
  tokens: boolean;
  session: boolean;
  dpopKey?: JWK | undefined;
  /** PEM. */
  certificate?: string | undefined;
}

/** What came of it. */
export interface LoggedIn {
  redirect?: string | undefined;
  form?: Record<string, string> | undefined;
  codeVerifier?: string | undefined;
  nonce?: string | undefined;
  state?: string | undefined;
  tokens?: Tokens | undefined;
  dpopKey?: JWK | undefined;
  cookies?: Cookie[] | undefined;
}

/** As Playwright's `context.addCookies` takes it; `expires` in seconds since 1970. */
export interface Cookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'Lax';
}

/**
 * Signs a citizen in without a browser: their answer to an app's request, or the tokens that the app would have got for it.
 * @throws VneidError `account.unknown`, `request.badField`, and those of `buildRequest`, `walk` and `redeem`
 */
export async function login(bench: Bench, order: Order): Promise<LoggedIn> {
  const account = await bench.accounts.byNumber(order.number);
  if (!account) throw problem('account.unknown', { account: order.number.slice(0, 12) });
  const certificate = certificateIn(order.certificate);
  const { client = '' } = order;
  const built = order.authorizationUrl === undefined ? await buildRequest(bench, { ...order, client }) : undefined;
  const address = built?.address ?? ownAddress(bench, order.authorizationUrl ?? '');
  const { answer, cookies } = await walk(bench, address, { ...order, account });
  const arrived = whereTo(answer);
  const session = order.session ? { cookies: sessionIn(bench, cookies) } : {};
  const secrets = built && { codeVerifier: built.codeVerifier, nonce: built.nonce, state: built.state };
  if (!order.tokens || !built) return { ...arrived, ...secrets, ...session };
  const said = parametersOf(arrived);
  if (said.code === undefined) throw refusalOf('login.noTokens', said);
  const code = { code: said.code, client, resource: order.resource };
  return { ...(await redeem(bench, code, built, { key: order.dpopKey, certificate })), nonce: built.nonce, ...session };
}

function ownAddress({ issuer }: Bench, address: string): string {
  const url = URL.parse(address);
  const own = `${issuer}/authorize`;
  if (!url || url.origin + url.pathname !== own)
    throw problem('request.badField', {
      field: 'authorizationUrl',
      expected: { vi: `một địa chỉ ở ${own}`, en: `an address at ${own}` },
    });
  return url.href;
}

/** What the browser would open, or post, at the app. @throws VneidError `login.requestRefused` where it would stay here */
function whereTo(answer: Answer): { redirect: string; form?: Record<string, string> } {
  if (answer.location !== undefined) return { redirect: answer.location };
  // what the library draws where an app wants its answer posted
  const [, action] = /<form method="post" action="([^"]+)">/.exec(answer.body) ?? [];
  if (action === undefined) throw refusalOf('login.requestRefused', answer.failure ?? { error: String(answer.status) });
  const inputs = answer.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"\/>/g);
  const form = Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, plain(value)]));
  return { redirect: plain(action), form };
}

function plain(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');
}

/** What an authorization response says, wherever it stands; one that is signed is looked into. */
function parametersOf({ redirect, form }: { redirect: string; form?: Record<string, string> }): Record<string, string> {
  const { search, hash } = new URL(redirect);
  const said = form ?? Object.fromEntries(new URLSearchParams(search || hash.slice(1)));
  return said.response === undefined ? said : (decodeJwt(said.response) as Record<string, string>);
}

function certificateIn(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    throw problem('request.badField', {
      field: 'certificate',
      expected: { vi: 'một chứng thư dạng PEM', en: 'a certificate in PEM' },
    });
  }
}

/** The session as a browser would hold it, and its signature. */
function sessionIn({ issuer, provider }: Bench, cookies: ReadonlyMap<string, string>): Cookie[] {
  const name = provider().cookieName('session');
  return [name, `${name}.sig`].flatMap((one) => {
    const line = cookies.get(one);
    if (line === undefined) return [];
    const [pair = '', ...attributes] = line.split('; ');
    const said = (wanted: string) =>
      attributes.find((attribute) => attribute.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const expires = Date.parse(said('expires') ?? '');
    return {
      name: one,
      value: pair.slice(one.length + 1),
      domain: new URL(issuer).hostname,
      path: said('path') ?? '/',
      expires: Number.isNaN(expires) ? -1 : expires / 1000,
      httpOnly: attributes.some((attribute) => /^httponly$/i.test(attribute)),
      secure: attributes.some((attribute) => /^secure$/i.test(attribute)),
      sameSite: 'Lax' as const,
    };
  });
}
