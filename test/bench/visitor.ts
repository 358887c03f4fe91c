import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** What came back. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Connections to one server, kept open, so that the generator costs little. */
export interface Line {
  send(method: 'GET' | 'POST' | 'PUT', path: string, headers?: Record<string, string>, body?: string): Promise<Reply>;
  close(): void;
}

/**
 * @param connections how many at most; 0 for a new one for each request, which of several processes on one port takes in turns
 * @param again sends once more what came to a connection that the server had let go of meanwhile (RFC 9112 §9.3.1); not where
 * it matters whether a server that died had read it
 */
export function openLine(issuer: string, connections: number, { again = false } = {}): Line {
  const { port, host } = new URL(issuer);
  const keepAlive = connections > 0;
  const agent = new Agent({ keepAlive, maxSockets: connections || Number.POSITIVE_INFINITY, scheduling: 'fifo' });
  const send: Line['send'] = (method, path, headers = {}, body) =>
    new Promise((resolve, reject) => {
      const asked = request(
        {
          agent,
          host: '127.0.0.1',
          port,
          method,
          path,
          headers:
            body === undefined ? { host, ...headers } : { host, 'content-length': Buffer.byteLength(body), ...headers },
          timeout: 30_000,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
          response.on('error', reject);
        },
      );
      asked.on('error', (error: NodeJS.ErrnoException) => {
        if (again && asked.reusedSocket && error.code === 'ECONNRESET') resolve(send(method, path, headers, body));
        else reject(error);
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer to ${method} ${path.split('?')[0]} in 30 s`)));
      asked.end(body);
    });
  return {
    send,
    close: () => agent.destroy(),
  };
}

const formType = 'application/x-www-form-urlencoded';

/** A browser with the least a login needs: cookies by path, and forms. */
export class Visitor {
  private readonly cookies = new Map<string, { value: string; path: string }>();
  readonly line: Line;
  private readonly from: string | undefined;

  /** @param from address that a proxy in front would tell of; the generator's own where there is none */
  constructor(line: Line, from?: string) {
    this.line = line;
    this.from = from;
  }

  /** Asks for a path, or posts a form to it, and keeps the cookies that come back. */
  go(path: string, form?: string): Promise<Reply> {
    const headers = { accept: 'text/html', 'accept-language': 'vi' };
    if (form === undefined) return this.ask('GET', path, headers);
    return this.ask('POST', path, { ...headers, 'content-type': formType }, form);
  }

  /** Sends JSON, as a program in the browser does. */
  tell(method: 'POST' | 'PUT', path: string, body: object): Promise<Reply> {
    return this.ask(method, path, { 'content-type': 'application/json' }, JSON.stringify(body));
  }

  private async ask(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Reply> {
    if (this.from) headers['x-forwarded-for'] = this.from;
    const cookie = this.cookieHeader(path);
    if (cookie) headers.cookie = cookie;
    const reply = await this.line.send(method, path, headers, body);
    for (const line of reply.headers['set-cookie'] ?? []) this.keep(line);
    return reply;
  }

  private cookieHeader(path: string): string {
    let header = '';
    for (const [name, cookie] of this.cookies) {
      if (path.startsWith(cookie.path)) header += `${header && '; '}${name}=${cookie.value}`;
    }
    return header;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; ?/);
    const split = pair.indexOf('=');
    const [name, value] = [pair.slice(0, split), pair.slice(split + 1)];
    const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, { value, path });
  }
}
