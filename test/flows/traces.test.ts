import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { freePort } from '../support/ports.ts';
import { an, authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** What OTLP/HTTP has of a span (opentelemetry-proto, trace.proto, as JSON). */
interface Span {
  name: string;
  traceId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** Whoever collects spans, on loopback. */
let collector: Server;
let url: string;
const bodies: { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }[] = [];

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    bodies.push((await json(request)) as (typeof bodies)[number]);
    response.setHeader('Content-Type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
});
afterAll(async () => {
  collector.closeAllConnections();
  collector.close();
  await once(collector, 'close');
});

const spans = () =>
  bodies.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
const valuesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

describe('spans of requests', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const parent = 'b7ad6b7169203331';

  beforeAll(async () => {
    await using vneid = await startVneid({ tracesUrl: url, clients: [testClient] });
    // of another time than the host's, which spans are not
    await vneid.control.clock.advance({ seconds: 86_400 * 30 });
    const configuration = await relyingParty(vneid);
    const request = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2', login_hint: an.number });
    const back = await signIn(vneid, new Browser(), request.url);
    expect(back.url.searchParams.get('code')).toBeTruthy();
    await expect(redeem(configuration, { ...request, url: back.url, verifier: 'x'.repeat(43) })).rejects.toThrow();
    const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${vneid.issuer}${path}`, { headers });
    await ask(`/lab/inbox/${an.number}?secret=Zq7xSecret`, { traceparent: `00-${trace}-${parent}-01` });
    // read before by the relying party, and so known by heart
    await ask('/.well-known/openid-configuration');
    await ask('/jwks', { traceparent: `00-${trace}-${parent}-00` });
    await ask('/nowhere/Zq7xSecret', { traceparent: 'nonsense' });
    await ask('/health/ready');
    await ask('/metrics');
  });

  test('have the route as a template, the method and the status', () => {
    const seen = spans().map((span) => ({ name: span.name, ...valuesOf(span) }));
    expect(seen).toContainEqual({
      name: 'GET authorization',
      'http.request.method': 'GET',
      'http.route': 'authorization',
      'http.response.status_code': 200,
    });
    expect(seen).toContainEqual({
      name: 'POST token',
      'http.request.method': 'POST',
      'http.route': 'token',
      'http.response.status_code': 400,
    });
    expect(seen).toContainEqual({ name: 'GET', 'http.request.method': 'GET', 'http.response.status_code': 404 });
    expect(seen.map(({ name }) => name)).toContain('POST /login/:uid/:step');
    expect(seen.filter(({ name }) => name === 'GET discovery')).toHaveLength(2);
    // what the library did of it is no request of its own
    expect(seen.map(({ name }) => name)).not.toContain('POST resume');
  });

  test('belong to the trace that the request names, and are left out where that is', () => {
    const named = spans().filter(({ traceId }) => traceId === trace);
    expect(named.map(({ name, parentSpanId }) => ({ name, parentSpanId }))).toEqual([
      { name: 'GET /lab/inbox/:number', parentSpanId: parent },
    ]);
    const others = spans().filter(({ traceId }) => traceId !== trace);
    expect(others.every(({ parentSpanId }) => !parentSpanId)).toBe(true);
    expect(new Set(others.map(({ traceId }) => traceId)).size).toBe(others.length);
  });

  test('are of the time of the host, also when the instance is in another', () => {
    for (const { startTimeUnixNano: from, endTimeUnixNano: to } of spans()) {
      expect(BigInt(to)).toBeGreaterThan(BigInt(from));
      expect(Math.abs(Number(BigInt(from) / 1_000_000n) - Date.now())).toBeLessThan(86_400_000);
    }
  });

  test('have no probe, no number of a person, no query, no code and no token', () => {
    // ids and times are made by chance and by the clock, and may have any digits
    const text = JSON.stringify(bodies).replaceAll(/"(?:trace|span|parentSpan)Id":"[0-9a-f]+",?/g, '');
    expect(text).not.toMatch(/health|metrics/);
    expect(text).not.toMatch(/(?<![\d.])\d{12}(?!\d)/);
    for (const secret of [an.number, an.password, 'Zq7xSecret', 'login_hint', 'code_challenge', '?'])
      expect(text).not.toContain(secret);
  });
});

test('a collector that is away holds up neither answers nor the end', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}/v1/traces`;
  const vneid = await startVneid({ tracesUrl: nobody });
  expect((await fetch(`${vneid.issuer}/jwks`)).status).toBe(200);
  await vneid.stop();
});

test.each([
  { asked: true, loaded: true },
  { asked: false, loaded: false },
])('the library is read only where traces are asked for: $asked', async ({ asked, loaded }) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    `import { registerHooks } from 'node:module';
     let seen = false;
     registerHooks({ resolve: (name, context, next) => ((seen ||= name === '@opentelemetry/sdk-trace'), next(name, context)) });
     const { startVneid } = await import(${JSON.stringify(resolve('src/index.ts'))});
     const vneid = await startVneid(${JSON.stringify(asked ? { tracesUrl: url } : {})});
     await fetch(vneid.issuer + '/jwks');
     await vneid.stop();
     console.log(seen);`,
  ]);
  expect(stdout.trim()).toBe(String(loaded));
});
