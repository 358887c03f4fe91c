import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { Browser } from '../support/browser.ts';
import { newPostgres, onPostgres } from '../support/database.ts';
import { send } from '../support/raw.ts';
import { startRedis } from '../support/redis.ts';
import { an, authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** Two instances of one installation behind one address: what is done at one holds at the other. */
let folder: string;
let first: Instance;
let second: Instance;
let balancer: Balancer;
let drop: (() => Promise<unknown>) | undefined;
let open: () => Promise<Instance & AsyncDisposable>;
const api = 'https://cases.example/';
const named = { vi: 'Hồ sơ', en: 'Cases' };
const resources = [{ resource: api, name: named, scopes: [{ scope: 'cases:read', ...named }] }];
/** Milliseconds in which a change has to be known everywhere. */
const soon = { timeout: 1_000, interval: 20 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-instances-'));
  balancer = await startBalancer();
  const shared = onPostgres() ? await onServers() : { artifacts: 'sqlite' as const };
  const options = { ...shared, data: folder, keys: join(folder, 'keys'), issuer: balancer.origin };
  open = () => startVneid({ ...options, clients: [testClient], resources });
  first = await open();
  second = await open();
  balancer.behind.push(first.port, second.port);
}, 60_000);
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await balancer[Symbol.asyncDispose]();
  await drop?.();
  await rm(folder, { recursive: true });
});

async function onServers() {
  const [postgres, redis] = [await newPostgres(), await startRedis()];
  drop = () => Promise.all([postgres.drop(), redis[Symbol.asyncDispose]()]);
  return { databaseUrl: postgres.url, redisUrl: redis.url };
}

async function tokensFor(id: string, secret = '') {
  const configuration = await relyingParty(first, { id, secret });
  const request = await authorizationRequest(configuration);
  const { url } = await signIn(first, new Browser(), request.url);
  return { configuration, tokens: await redeem(configuration, { ...request, url }) };
}

describe('a client', () => {
  const { client_secret: secret, redirect_uris: redirectUris } = testClient;
  const app = {
    client_secret: secret,
    redirect_uris: redirectUris,
    token_endpoint_auth_method: 'client_secret_basic' as const,
  };
  const nameAt = (instance: Instance, id: string) => instance.clients.get(id)?.name;

  test('that is registered at one logs in at both within a second, has its new name and is gone everywhere', async () => {
    await first.control.clients.create({ ...app, client_id: 'late-app', client_name: 'Đến sau' });
    await expect.poll(() => nameAt(second, 'late-app'), soon).toBe('Đến sau');
    const { tokens } = await tokensFor('late-app', secret);
    expect(tokens.claims()?.aud).toBe('late-app');

    await second.control.clients.change({ client: 'late-app', client_name: 'Tên mới' });
    await expect.poll(() => nameAt(first, 'late-app'), soon).toBe('Tên mới');
    await first.control.clients.remove({ client: 'late-app' });
    await expect.poll(() => nameAt(second, 'late-app'), soon).toBeUndefined();
  });

  test.each(['much-changed', testClient.client_id])(
    'that is changed here and there at once (%s) keeps each change',
    async (id) => {
      if (id !== testClient.client_id) await first.control.clients.create({ ...app, client_id: id });
      await expect.poll(() => nameAt(second, id), soon).toBe(nameAt(first, id));
      const address = 'https://app.example/';
      await Promise.all([
        first.control.clients.change({ client: id, client_name: 'Tên mới' }),
        first.control.clients.change({ client: id, policy_uri: `${address}policy` }),
        second.control.clients.change({ client: id, tos_uri: `${address}terms` }),
      ]);
      const kept = (instance: Instance) => instance.clients.written(id)?.registration;
      for (const instance of [first, second])
        await expect
          .poll(() => kept(instance), soon)
          .toMatchObject({ client_name: 'Tên mới', policy_uri: `${address}policy`, tos_uri: `${address}terms` });
    },
  );

  test('that is taken out at one is not brought back by who changes it at the other before it has heard', async () => {
    await first.control.clients.create({ ...app, client_id: 'short-lived', client_name: 'Ngắn' });
    await expect.poll(() => nameAt(second, 'short-lived'), soon).toBe('Ngắn');
    await first.control.clients.remove({ client: 'short-lived' });
    const late = second.control.clients.change({ client: 'short-lived', client_name: 'Quá muộn' });
    await expect(late).rejects.toMatchObject({ code: 'client.unknown' });
    expect(nameAt(first, 'short-lived')).toBeUndefined();
  });

  test('that registered itself does not bring itself back, nor what was taken from it, where that has not been heard yet', async () => {
    const ask = async (instance: Instance, method: string, path: string, body: object, token?: string) => {
      const headers = {
        host: new URL(balancer.origin).host,
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      };
      return send(instance, { method, path, headers, body: JSON.stringify(body) });
    };
    const metadata = { client_name: 'Tự đăng ký', redirect_uris: ['https://app.example/cb'] };
    const made = (await ask(first, 'POST', '/register', metadata)).json() as Record<string, string>;
    const { client_id: id = '', registration_access_token: token } = made;
    const change = async () =>
      (await ask(second, 'PUT', `/register/${id}`, { ...metadata, client_id: id }, token)).status;
    const resourcesAt = (instance: Instance) => instance.clients.get(id)?.resources;
    await first.control.clients.change({ client: id, resources: [api] });
    await expect.poll(() => resourcesAt(second), soon).toEqual([api]);
    await first.control.clients.change({ client: id, resources: [] });
    expect(await change()).toBe(200);
    for (const instance of [first, second]) await expect.poll(() => resourcesAt(instance), soon).toEqual([]);
    await first.control.clients.remove({ client: id });
    expect(await change()).toBe(401);
    for (const instance of [first, second]) await expect.poll(() => nameAt(instance, id), soon).toBeUndefined();
  });

  test('that registers itself over the protocol is known to both', async () => {
    const answer = await fetch(`${balancer.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://app.example/cb'], client_name: 'Tự đăng ký' }),
    });
    const { client_id: id } = (await answer.json()) as { client_id: string };
    for (const instance of [first, second]) await expect.poll(() => nameAt(instance, id), soon).toBe('Tự đăng ký');
  });

  test('of a file, changed or taken out at one, is so at the other, and as configured again where another starts', async () => {
    await first.control.clients.change({ client: testClient.client_id, client_name: 'Đổi tạm' });
    await expect.poll(() => nameAt(second, testClient.client_id), soon).toBe('Đổi tạm');
    await second.control.clients.remove({ client: testClient.client_id });
    await expect.poll(() => nameAt(first, testClient.client_id), soon).toBeUndefined();
    await using third = await open();
    expect(nameAt(third, testClient.client_id)).toBe(testClient.client_name);
    await expect.poll(() => nameAt(first, testClient.client_id), soon).toBe(testClient.client_name);
  });

  test('of many changes at both at once none is lost', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `many-${index}`);
    await Promise.all(
      ids.map((id, index) =>
        (index % 2 === 0 ? first : second).control.clients.create({ ...app, client_id: id, client_name: id }),
      ),
    );
    for (const instance of [first, second])
      await expect.poll(() => ids.filter((id) => nameAt(instance, id) === undefined), soon).toEqual([]);
  });
});

describe('at once, by what they share', () => {
  test('a locked account is locked at both, and its token is worth nothing', async () => {
    const { configuration, tokens } = await tokensFor(testClient.client_id, testClient.client_secret);
    await first.control.accounts.change({ number: an.number, state: 'locked' });
    const at = await second.accounts.byNumber(an.number);
    expect(at?.state).toBe('locked');
    for (const _ of balancer.behind)
      await expect(oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck)).rejects.toMatchObject(
        { status: 401 },
      );
    await first.control.accounts.change({ number: an.number, state: 'active' });
  });

  test('a revoked token is revoked at both', async () => {
    const { configuration, tokens } = await tokensFor(testClient.client_id, testClient.client_secret);
    await oidc.tokenRevocation(configuration, tokens.access_token);
    for (const _ of balancer.behind)
      await expect(oidc.fetchUserInfo(configuration, tokens.access_token, oidc.skipSubjectCheck)).rejects.toMatchObject(
        { status: 401 },
      );
  });
});
