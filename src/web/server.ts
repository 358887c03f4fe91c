import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { problem } from '../errors.ts';
import { failureBody } from './failures.ts';

/** A listening HTTP server. */
export interface Listening {
  port: number;
  /** Sets who answers from now on; requests under way stay with whom they began. Until the first call it is 503. */
  answer(handler: RequestListener): void;
  /** Stops taking requests, lets those under way finish (at most 5 s), then closes. */
  close(): Promise<void>;
}

const starting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'application/json' });
  response.end('{"error":"temporarily_unavailable","error_description":"starting"}');
};

const maxHeaderSize = 16 * 1024;
const statuses: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What cannot be read as HTTP has no request to answer, only a connection. */
function answerUnreadable({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy();
  const expected = `HTTP (headers ≤ ${maxHeaderSize} B)`;
  const lines = [
    `HTTP/1.1 ${statuses[code ?? ''] ?? '400 Bad Request'}`,
    'Content-Type: application/json; charset=utf-8',
    "Content-Security-Policy: default-src 'none'",
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${JSON.stringify(failureBody(problem('request.malformed', { expected })))}`);
}

/**
 * Listens on `host` and `port` (0 takes a free one).
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen({ host, port }: { host: string; port: number }): Promise<Listening> {
  let current = starting;
  const server = createServer(
    // a missing Host header is refused with those that are not ours
    { keepAliveTimeout: 65_000, requestTimeout: 30_000, maxHeaderSize, requireHostHeader: false },
    (request, response) => current(request, response),
  );
  server.on('clientError', answerUnreadable);
  // an expectation that means nothing to us changes nothing (RFC 9110 §10.1.1); Node would answer by itself
  server.on('checkExpectation', (request, response) => current(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    answer: (handler) => {
      current = handler;
    },
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), 5000);
  await closed;
  clearTimeout(patience);
}
