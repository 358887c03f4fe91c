import type { X509Certificate } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Provider as ProviderType } from 'oidc-provider';
import { problem, type VneidError } from '../../errors.ts';
import { Provider } from '../../oidc/library.ts';
import { reasonOf } from '../../oidc/telling.ts';

/**
 * Asks the provider as HTTP would, without a network: the same code answers, a few times faster, and wherever the issuer's
 * address may lead. Who asks this way has the bench in their hands, so a client need not prove who it is.
 */
export interface InProcess {
  ask(question: Question): Promise<Answer>;
}

export interface Question {
  method?: 'GET' | 'POST';
  /** Below the issuer, or an address of it. */
  address: string;
  form?: URLSearchParams | undefined;
  headers?: Record<string, string> | undefined;
  /** What the client's TLS would show. */
  certificate?: X509Certificate | undefined;
}

export interface Answer {
  status: number;
  /** Where it leads to, as it is written. */
  location: string | undefined;
  cookies: string[];
  body: string;
  /** What the library found wrong, with what it tells no app. */
  failure: { error: string; error_description?: string | undefined } | undefined;
}

/** A JSON answer, or an OAuth error. */
type Said = { error?: string; error_description?: string | undefined } & Record<string, unknown>;
type Handler = ReturnType<ProviderType['callback']>;

/** What an endpoint for programs said; what cannot be read is an error like any other. */
export function saidIn({ body, failure }: Answer): Said {
  try {
    return { ...(JSON.parse(body) as Record<string, unknown>), ...failure };
  } catch {
    return { error: 'server_error', error_description: `no JSON: ${body.slice(0, 100)}` };
  }
}

/** An OAuth error as one of ours. */
export function refusalOf(
  code: 'login.requestRefused' | 'login.noTokens',
  { error = '', error_description: description = '' }: { error?: string; error_description?: string | undefined },
): VneidError {
  return problem(code, { error, description });
}

/** @param provider that of the moment; it is replaced when keys rotate */
export function createInProcess({ issuer, provider }: { issuer: string; provider: () => ProviderType }): InProcess {
  const { host, pathname } = new URL(issuer);
  const base = pathname.replace(/\/$/, '');
  const asked = new WeakMap<IncomingMessage, { failure: Answer['failure'] }>();
  const known = new WeakMap<ProviderType, Handler>();

  function handlerOf(newest: ProviderType): Handler {
    let handler = known.get(newest);
    if (!handler) {
      vouch(newest, (request) => asked.has(request));
      const note = ({ req }: { req: IncomingMessage }, thrown: Error & { error: string }) => {
        const one = asked.get(req);
        if (one) one.failure = { error: thrown.error, error_description: reasonOf(thrown) };
      };
      newest.on('authorization.error', note);
      newest.on('pushed_authorization_request.error', note);
      newest.on('grant.error', note);
      handler = newest.callback();
      known.set(newest, handler);
    }
    return handler;
  }

  return {
    async ask({ method = 'GET', address, form, headers = {}, certificate }) {
      const { pathname: path, search } = new URL(address, issuer);
      const body = form && Buffer.from(String(form));
      const inner = base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length) : path;
      const request = Object.assign(new IncomingMessage(socketWith(certificate)), {
        method,
        url: `${inner}${search}`,
        baseUrl: base,
        headers: {
          host,
          accept: 'application/json',
          ...(body && {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': String(body.length),
          }),
          ...headers,
        },
      });
      if (body) request.push(body);
      request.push(null);
      const written: Buffer[] = [];
      const write = (chunk?: unknown) => {
        if (typeof chunk === 'string' || chunk instanceof Uint8Array) written.push(Buffer.from(chunk));
        return true;
      };
      const response = Object.assign(new ServerResponse(request), { write, end: write });
      const one = { failure: undefined };
      asked.set(request, one);
      await handlerOf(provider())(request, response);
      const { statusCode: status } = response;
      return {
        status,
        location: response.getHeader('location') as string | undefined,
        cookies: [response.getHeader('set-cookie') ?? []].flat().map(String),
        body: Buffer.concat(written).toString('utf8'),
        failure: one.failure,
      };
    },
  };
}

/**
 * A client of ours has nothing to prove: until the library has taken its code it counts as one without credentials, and
 * from then on as what it is, so that it gets what it would have got.
 */
function vouch(provider: ProviderType, isOurs: (request: IncomingMessage) => boolean): void {
  Object.defineProperty(provider.Client.prototype, 'clientAuthMethod', {
    configurable: true,
    get(this: { tokenEndpointAuthMethod?: string }) {
      const { oidc, req } = Provider.ctx ?? {};
      // not while the library makes the client: what it makes is kept
      const here = oidc !== undefined && oidc.client === (this as unknown) && req !== undefined && isOurs(req);
      return here && !oidc.entities.AuthorizationCode ? 'none' : this.tokenEndpointAuthMethod;
    },
  });
}

/** A connection that nobody is at the other end of: its address is no proxy's, and no client's. */
function socketWith(certificate: X509Certificate | undefined): Socket {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: '0.0.0.0' });
  return Object.assign(socket, { getPeerX509Certificate: () => certificate });
}
