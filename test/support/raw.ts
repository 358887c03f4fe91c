import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { Instance } from '../../src/index.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body as JSON; throws when it is not. */
  json(): Record<string, unknown>;
}

export interface Sent {
  method?: string;
  /** Request target as it stands in the request line, so that it may be anything. */
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer | undefined;
  /** The loopback address that it comes from. */
  from?: string;
}

/** Sends a request of which nothing is corrected: no default headers but Host, any target, no redirect followed. */
export function send(
  vneid: Pick<Instance, 'port'>,
  { method = 'GET', path, headers = {}, body, from = '127.0.0.1' }: Sent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      {
        host: '127.0.0.1',
        localAddress: from,
        port: vneid.port,
        method,
        path,
        headers: { host: `localhost:${vneid.port}`, ...length, ...headers },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends bytes and reads until the server closes: for what is not HTTP. */
export function sendBytes({ port }: Pick<Instance, 'port'>, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

/** Headers of a browser asking for a page. */
export const asPage = { accept: 'text/html,application/xhtml+xml' };
export const form = 'application/x-www-form-urlencoded';
