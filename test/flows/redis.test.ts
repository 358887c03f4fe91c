import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { Browser } from '../support/browser.ts';
import { startCluster, startRedis, until } from '../support/redis.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Two instances with one Redis, one set of keys and one database, behind one address: each request comes to the other one. */
describe.each([
  { name: 'Redis', start: () => startRedis() },
  { name: 'a Redis Cluster of six', start: startCluster },
])('two instances on $name', ({ start }) => {
  let folder: string;
  let store: AsyncDisposable & { url: string };
  let balancer: Balancer;
  let first: Instance;
  let second: Instance;
  let configuration: oidc.Configuration;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vneid-redis-flow-'));
    [store, balancer] = await Promise.all([start(), startBalancer()]);
    const keys = join(folder, 'keys');
    const clients = [{ ...testClient, authorization_details_types: ['vneid_transaction' as const] }];
    const options = { data: folder, keys, redisUrl: store.url, issuer: balancer.origin, clients };
    first = await startVneid(options);
    second = await startVneid(options);
    balancer.behind.push(first.port, second.port);
    configuration = await relyingParty(first);
  }, 60_000);
  afterAll(async () => {
    for (const one of [first, second]) await one.stop();
    await balancer[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('an approval goes into one code, however many ask for it at once', async () => {
    const details = JSON.stringify([{ type: 'vneid_transaction', text: 'Nộp lệ phí 200.000 đ' }]);
    const [browser, number] = [new Browser(), '001084000011'];
    await browser.open((await authorizationRequest(configuration, { authorization_details: details })).url);
    await browser.submit({ login: number, password: an.password });
    await first.control.phone(number).approve();
    const page = await browser.submit({}, { form: (action) => action.endsWith('/transaction') });
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const consent = new URLSearchParams({ csrf, decision: 'allow' });
    const crowd = Array.from({ length: 5 }, () => {
      const one = new Browser();
      one.takeCookies(browser);
      return one.post(new URL(`${page.url.pathname}/consent`, page.url), consent, atCallback);
    });
    const answers = (await Promise.all(crowd)).map(({ url }) => said(url));
    expect(answers.filter(({ code }) => code !== undefined)).toHaveLength(1);
  });

  test('a login goes on at the other with every request, its tokens are renewed there, and a code that comes back ends them', async () => {
    const request = await authorizationRequest(configuration, {
      acr_values: 'urn:vneid:loa:2',
      scope: 'openid profile offline_access',
      prompt: 'consent',
    });
    const { url } = await signIn(first, new Browser(), request.url);
    const tokens = await redeem(configuration, { ...request, url });
    expect(tokens.claims()?.acr).toBe('urn:vneid:loa:2');
    const person = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(person.name).toBe(an.name);

    const renewed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    const again = await oidc.refreshTokenGrant(configuration, renewed.refresh_token ?? '');
    const refused = { error: 'invalid_grant' };
    await expect(redeem(configuration, { ...request, url })).rejects.toMatchObject(refused);
    await expect(oidc.refreshTokenGrant(configuration, again.refresh_token ?? '')).rejects.toMatchObject(refused);
    await expect(oidc.fetchUserInfo(configuration, again.access_token, oidc.skipSubjectCheck)).rejects.toMatchObject({
      status: 401,
    });
    expect(Math.min(...balancer.sent)).toBeGreaterThan(5);
  });

  test('of many who bring one code to both at once, one gets tokens', async () => {
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(first, new Browser(), request.url);
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => redeem(configuration, { ...request, url })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('wrong passwords are counted by both together', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess += 1) {
      const browser = new Browser();
      await browser.open((await authorizationRequest(configuration)).url);
      statuses.push((await browser.submit({ login: '001085000002', password: `guess ${guess}` })).status);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });

  test('who waits at one of them hears what was changed at the other', async () => {
    const heard = Promise.withResolvers<void>();
    const account = (await first.accounts.byNumber(an.number)) as { id: string };
    const stop = second.approvals.watchAccount(account.id, heard.resolve);
    await first.approvals.ask({
      kind: 'push',
      reference: 'walk',
      accountId: account.id,
      ask: { client: { name: 'iHanoi', owner: { vi: 'Thành phố', en: 'The city' }, origin: 'https://ihanoi.example' } },
      level: 2,
      numbered: true,
    });
    await heard.promise;
    stop();
  });
});

describe('when Redis is away', () => {
  test('requests are told to come again, readiness says no, and all is well once it is back', async () => {
    const server = await startRedis();
    const vneid = await startVneid({ data: ':memory:', redisUrl: server.url, clients: [testClient], city: false });
    const configuration = await relyingParty(vneid);
    const { url } = await authorizationRequest(configuration);
    const ready = async () => (await fetch(`${vneid.issuer}/health/ready`)).status;
    expect(await ready()).toBe(200);
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    expect(await ready()).toBe(503);
    const refused = await fetch(url, { redirect: 'manual' });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('2');
    const counted = await (await fetch(`${vneid.issuer}/metrics`)).text();
    expect(counted).toContain('vneid_failures_total{code="store.unreachable"} 1');
    const back = await startRedis([], { port: server.port });
    await until(async () => (await ready()) === 200);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    await vneid.stop();
    await back[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
});
