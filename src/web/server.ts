import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

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

/**
 * Listens on `host` and `port` (0 takes a free one).
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen({ host, port }: { host: string; port: number }): Promise<Listening> {
  let current = starting;
  const server = createServer(
    { keepAliveTimeout: 65_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 },
    (request, response) => current(request, response),
  );
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
