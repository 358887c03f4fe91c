import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { type Nginx, prepareNginx } from '../support/nginx.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { freePort } from '../support/ports.ts';
import { an, authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';
import { believedServer } from '../support/tls.ts';

/** docker/nginx.conf in front of two instances of a sandbox, as compose.scale.yaml has them. */
let folder: string;
let redis: RedisServer;
let nginx: Nginx;
const instances: Instance[] = [];
const logged: string[] = [];
const operatorToken = 'operator-'.repeat(5);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-nginx-flow-'));
  [redis, nginx] = await Promise.all([startRedis(), believedServer().then(prepareNginx)]);
  const options = {
    mode: 'sandbox' as const,
    issuer: nginx.origin,
    trustProxy: true,
    operatorToken,
    data: folder,
    keys: join(folder, 'keys'),
    redisUrl: redis.url,
    clients: [testClient],
    logLevel: 'info' as const,
    logTo: { write: (line: string) => logged.push(line) },
  };
  const ports: [number, number] = [await freePort(), await freePort()];
  const cityPorts: [number, number] = [await freePort(), await freePort()];
  // the city asks the first, as it asks any of them by one name in the compose file
  const internalUrl = `http://127.0.0.1:${ports[0]}`;
  for (const index of [0, 1] as const) {
    const city = { city: true, cityUrl: nginx.city, cityPort: cityPorts[index] };
    instances.push(await startVneid({ ...options, ...city, port: ports[index], internalUrl }));
  }
  await nginx.start(ports, cityPorts);
}, 60_000);
afterAll(async () => {
  await nginx[Symbol.asyncDispose]();
  for (const one of instances) await one.stop();
  await redis[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** How many requests of a route each instance has answered. */
const answered = (route: string) =>
  Promise.all(
    instances.map(async ({ port }) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(`vneid_requests_total{route="${route}"`));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    }),
  );

test('a citizen signs in through it, by https, and both instances take part', async () => {
  const configuration = await relyingParty({ issuer: nginx.origin });
  const request = await authorizationRequest(configuration, {
    scope: 'openid profile offline_access',
    prompt: 'consent',
  });
  const { url } = await signIn({ issuer: nginx.origin }, new Browser(), request.url);
  const tokens = await redeem(configuration, { ...request, url });
  expect(tokens.claims()?.iss).toBe(nginx.origin);
  for (let count = 0; count < 6; count += 1)
    expect(await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')).toMatchObject({
      name: an.name,
    });
  expect(Math.min(...(await answered('userinfo')))).toBeGreaterThan(0);
});

test('a citizen signs in to the city through it, whose cookie goes by https alone, and both instances know it', async () => {
  const browser = new Browser();
  const begun = await browser.open(`${nginx.city}/ihanoi/login`, { until: () => true });
  expect(begun.url.origin).toBe(nginx.origin);
  const [cookie = ''] = begun.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-city\.visit=[\w-]{43}; path=\/;.*samesite=lax; secure; httponly$/i);
  await browser.open(begun.url);
  await browser.submit({ login: an.number, password: an.password });
  const answer = await fetch(`${nginx.origin}/lab/api/inbox/${an.number}`, {
    headers: { authorization: `Bearer ${operatorToken}` },
  });
  const { messages } = (await answer.json()) as { messages: { code: string | null }[] };
  let page = await browser.submit({ otp: messages[0]?.code ?? '' });
  if (page.html.includes('value="allow"')) page = await browser.submit({ decision: 'allow' });
  expect(page.url.href).toBe(`${nginx.city}/ihanoi/me`);
  for (let count = 0; count < 6; count += 1) {
    page = await browser.open(`${nginx.city}/ihanoi/me`);
    expect(page.text).toContain(an.name);
    expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' ${nginx.origin}`);
  }
  expect((await browser.submit({}, { form: (action) => action === '/ihanoi/logout' })).url.origin).toBe(nginx.origin);
});

test('what a browser claims of where it is, and by which name it came, is overwritten', async () => {
  const browser = new Browser();
  const configuration = await relyingParty({ issuer: nginx.origin });
  await browser.open((await authorizationRequest(configuration)).url);
  const lies = { 'x-forwarded-for': '203.0.113.66', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' };
  const { url, html } = browser.page();
  const action = /action="([^"]+\/password)"/.exec(html)?.[1] ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const answer = await fetch(new URL(action, url), {
    method: 'POST',
    headers: { ...lies, cookie: browser.cookieHeader(url), accept: 'text/html' },
    body: new URLSearchParams({ csrf, login: an.number, password: 'wrong' }),
  });
  expect(answer.status).toBe(401);
  const failures = logged.map((line) => JSON.parse(line) as { event: string; address: string });
  expect(failures.filter(({ event }) => event === 'login.failed').map(({ address }) => address)).toEqual(['127.0.0.1']);
  const discovery = await fetch(`${nginx.origin}/.well-known/openid-configuration`, { headers: lies });
  expect(await discovery.text()).not.toMatch(/evil\.example|"http:/);
});

test('an event stream says at once how things stand, through it', async () => {
  const headers = { authorization: `Bearer ${operatorToken}` };
  const stream = await fetch(`${nginx.origin}/lab/inspector/follow`, { headers });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const reader = stream.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toMatch(/^data: /);
  await reader?.cancel();
});

test('the metrics stay inside', async () => {
  expect((await fetch(`${nginx.origin}/metrics`)).status).toBe(404);
  expect((await fetch(`${nginx.origin}/health/ready`)).status).toBe(200);
});

test('while one instance is gone nobody notices', async () => {
  await instances.shift()?.stop();
  const configuration = await relyingParty({ issuer: nginx.origin });
  const request = await authorizationRequest(configuration);
  const { url } = await signIn({ issuer: nginx.origin }, new Browser(), request.url);
  expect((await redeem(configuration, { ...request, url })).claims()?.sub).toBeTruthy();
});
