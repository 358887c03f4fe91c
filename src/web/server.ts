import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { problem } from '../errors.ts';
import { failureBody } from './failures.ts';

/** A listening server. */
export interface Listening {
  port: number;
  /** Its address for browsers on this machine. */
  origin: string;
  /** Sets who answers from now on; requests under way stay with whom they began. Until the first call nobody does. */
  answer(handler: RequestListener): void;
  /** Stops taking requests, lets those under way finish (at most 5 s), then closes. */
  close(): Promise<void>;
}

/** With what a server answers by TLS. */
export interface Tls {
  /** PEM: its certificate, then those of the issuers in between. */
  cert: string;
  /** PEM. */
  key: string;
  /** True to ask clients for a certificate; they need not have one, and whoever asked judges it. */
  clientCertificates?: boolean | undefined;
}

/** FAPI 2.0 Security Profile §5.2.2: what BCP 195 recommends (RFC 9325 §4.2), and all of TLS 1.3. */
const suites = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

const starting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'application/json' });
  response.end('{"error":"temporarily_unavailable","error_description":"starting"}');
};

const maxHeaderSize = 16 * 1024;
const answered = {
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
};
const statuses: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What cannot be read as HTTP has no request to answer, only a connection. */
function answerUnreadable({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  // what broke below HTTP, such as a TLS handshake, has nobody to read an answer
  if (!socket.writable || !/^(HPE|ERR_HTTP)_/.test(code ?? '')) return void socket.destroy();
  const lines = [
    `HTTP/1.1 ${statuses[code ?? ''] ?? '400 Bad Request'}`,
    ...Object.entries(answered).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${malformed(`HTTP (headers ≤ ${maxHeaderSize} B)`)}`);
}

function malformed(expected: string): string {
  return JSON.stringify(failureBody(problem('request.malformed', { expected })));
}

/** Of two hosts one may be what a proxy or a cache went by, and the other what is answered for (RFC 9112 §3.2). */
function namesTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length > 1;
}

/**
 * Listens on `host` and `port` (0 takes a free one), by TLS where it is given.
 * @param patient whether requests wait for the first that answers, instead of hearing 503 until then
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen({
  host,
  port,
  tls,
  patient = false,
}: {
  host: string;
  port: number;
  tls?: Tls | undefined;
  patient?: boolean | undefined;
}): Promise<Listening> {
  const waiting: Parameters<RequestListener>[] = [];
  let current: RequestListener = patient ? (...exchange) => void waiting.push(exchange) : starting;
  const answer: RequestListener = (request, response) => {
    if (!namesTwoHosts(request)) return current(request, response);
    const body = malformed('HTTP (Host)');
    response.writeHead(400, { ...answered, 'Content-Length': Buffer.byteLength(body) }).end(body);
  };
  // a missing Host header is refused with those that are not ours
  const limits = { keepAliveTimeout: 65_000, requestTimeout: 30_000, maxHeaderSize, requireHostHeader: false };
  const server = tls ? createTlsServer({ ...limits, ...secured(tls) }, answer) : createServer(limits, answer);
  server.on('clientError', answerUnreadable);
  // an expectation that means nothing to us changes nothing (RFC 9110 §10.1.1); Node would answer by itself
  server.on('checkExpectation', answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    origin: `${tls ? 'https' : 'http'}://localhost:${taken}`,
    answer: (handler) => {
      current = handler;
      for (const [request, response] of waiting.splice(0)) handler(request, response);
    },
    close: () => close(server),
  };
}

function secured({ cert, key, clientCertificates = false }: Tls) {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2' as const,
    ciphers: suites,
    requestCert: clientCertificates,
    rejectUnauthorized: false,
    // closing waits for handshakes, which are no requests yet
    handshakeTimeout: patience,
  };
}

/**
 * Listens for a provider: on one port for everyone and, where there is a second, there for clients with certificates.
 * @returns one server to the eye, and the second port
 */
export async function listenTwice({
  host,
  port,
  mtlsPort,
  tls,
  patient,
}: {
  host: string;
  port: number;
  mtlsPort: number | '';
  tls: Tls | undefined;
  patient: boolean;
}): Promise<Listening & { mtlsPort: number | undefined }> {
  const [first, second] = await Promise.all([
    listen({ host, port, tls, patient }),
    mtlsPort !== '' && tls
      ? listen({ host, port: mtlsPort, tls: { ...tls, clientCertificates: true }, patient })
      : undefined,
  ]);
  return {
    ...first,
    mtlsPort: second?.port,
    answer(handler) {
      first.answer(handler);
      second?.answer(handler);
    },
    async close() {
      await Promise.all([first.close(), second?.close()]);
    },
  };
}

const patience = 5000;

async function close(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // one that is answered meanwhile is idle then, and would be kept for another request
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const impatient = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(idle);
  clearTimeout(impatient);
}
