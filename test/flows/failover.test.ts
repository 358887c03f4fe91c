import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, highParty, pushedRequest } from '../support/high-client.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { authorizationRequest, redeem, relyingParty, said, signIn, testClient } from '../support/relying-party.ts';

/**
 * Redis replicates after it has answered, so a primary that dies may take with it that a code was used: the replica that
 * takes over holds the code as it was. Here the marks are taken off again, as if that had happened.
 */
let redis: RedisServer;
let vneid: Instance;
let high: HighClient;

beforeAll(async () => {
  [redis, high] = await Promise.all([startRedis(), createHighClient()]);
  const clients = [testClient, high.registration];
  vneid = await startVneid({ data: ':memory:', redisUrl: redis.url, clients, city: false });
});
afterAll(async () => {
  await vneid.stop();
  await redis[Symbol.asyncDispose]();
});

async function loseMarks(kind: string): Promise<void> {
  const keys = (await redis.ask('KEYS', `vneid:${kind}:*`)) as string[];
  expect(keys).not.toEqual([]);
  for (const key of keys) await redis.ask('SETRANGE', key, '0', '0000000000');
}

test('a code of a client of the high class is good once all the same, and its tokens end', async () => {
  const { configuration, dpop } = await highParty(vneid, high);
  const request = await pushedRequest(configuration);
  const { url } = await signIn(vneid, new Browser(), request.url);
  const tokens = await redeem(configuration, { ...request, url }, dpop);
  await loseMarks('AuthorizationCode');
  await expect(redeem(configuration, { ...request, url }, dpop)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toEqual({ active: false });
});

test('a request that was pushed and used is used all the same', async () => {
  const { configuration } = await highParty(vneid, high);
  const { url } = await pushedRequest(configuration);
  await signIn(vneid, new Browser(), url);
  await loseMarks('PushedAuthorizationRequest');
  const refused = { error: 'invalid_request', error_description: 'request_uri was already used' };
  expect(said((await signIn(vneid, new Browser(), url)).url)).toMatchObject(refused);
});

test('a client of the baseline class has Redis alone, whose word is then gone', async () => {
  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration);
  const { url } = await signIn(vneid, new Browser(), request.url);
  await redeem(configuration, { ...request, url });
  await loseMarks('AuthorizationCode');
  expect(await redeem(configuration, { ...request, url })).toHaveProperty('access_token');
});
