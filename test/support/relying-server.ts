import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A relying party that listens, on this machine. */
export interface RelyingServer extends AsyncDisposable {
  origin: string;
  /** What it was asked for, oldest first: "GET /jwks". */
  asked: string[];
  /** What it says to the next request. */
  answer: (response: ServerResponse) => unknown;
}

export async function relyingServer(tls?: { cert: string; key: string }): Promise<RelyingServer> {
  const listener: RequestListener = (request, response) => {
    relying.asked.push(`${request.method} ${request.url}`);
    request.resume();
    relying.answer(response);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const relying: RelyingServer = {
    origin: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    asked: [],
    answer: (response) => response.writeHead(204).end(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return relying;
}

/** Says something in JSON, as it should be unless told. */
export const json =
  (body: unknown, { status = 200, type = 'application/json' } = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
