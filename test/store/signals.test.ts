import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRedis, type Redis } from '../../src/store/redis.ts';
import { createSignals, shareSignals } from '../../src/store/signals.ts';
import { startProxy } from '../drill/proxy.ts';
import { type RedisServer, startRedis, until } from '../support/redis.ts';

let server: RedisServer;
const opened: Redis[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  for (const redis of opened) await redis.close();
  await server[Symbol.asyncDispose]();
});

async function instance(prefix?: string) {
  const redis = await openRedis({ url: server.url });
  opened.push(redis);
  return shareSignals(redis, prefix);
}

it('tells those who hear a topic, until they stop', () => {
  const signals = createSignals();
  const heard: string[] = [];
  const stop = signals.hear('client', (text) => heard.push(text));
  signals.hear('another', () => heard.push('of another topic'));
  signals.tell('client', 'first');
  stop();
  signals.tell('client', 'second');
  signals.tell('nobody hears');
  expect(heard).toEqual(['first']);
});

it('tells every instance on one Redis once, the own one at once, and none of another namespace', async () => {
  const [one, other, stranger] = [await instance(), await instance(), await instance('another')];
  const heard = { one: [] as string[], other: [] as string[], stranger: [] as string[] };
  one.hear('client', (text) => heard.one.push(text));
  other.hear('client', (text) => heard.other.push(text));
  stranger.hear('client', (text) => heard.stranger.push(text));
  one.tell('client', 'Nguyễn');
  expect(heard.one).toEqual(['Nguyễn']);
  one.tell('client');
  await until(async () => heard.other.length >= 2);
  // an answer from the other side shows that the channel has brought all that was said before
  other.tell('client', 'back');
  await until(async () => heard.one.includes('back'));
  expect(heard).toEqual({ one: ['Nguyễn', '', 'back'], other: ['Nguyễn', '', 'back'], stranger: [] });
});

it('goes on within the process while Redis is away, and hears again when it is back', async () => {
  const own = await startRedis();
  const redis = await openRedis({ url: own.url, patience: 200 });
  const [signals, other] = [await shareSignals(redis), await shareSignals(await openOther())];
  async function openOther() {
    const second = await openRedis({ url: own.url, patience: 200 });
    opened.push(second);
    return second;
  }
  opened.push(redis);
  const heard: string[] = [];
  other.hear('client', (text) => heard.push(text));
  own.process.kill('SIGKILL');
  await once(own.process, 'exit');
  other.tell('client', 'here');
  // lost, unless Redis is back before the connection has given up
  signals.tell('client', 'meanwhile');
  expect(heard).toEqual(['here']);
  const back = await startRedis([], { port: own.port });
  await until(async () => {
    signals.tell('client', 'again');
    return heard.includes('again');
  });
  await back[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

it('hears again after the connection that heard has fallen silent', async () => {
  await using wire = await startProxy({ host: '127.0.0.1', port: server.port });
  const redis = await openRedis({ url: `redis://127.0.0.1:${wire.port}`, patience: 200 });
  opened.push(redis);
  const [far, near] = [await shareSignals(redis, 'far'), await instance('far')];
  const heard: string[] = [];
  far.hear('client', (text) => heard.push(text));
  wire.silence();
  await until(async () => {
    near.tell('client', 'again');
    return heard.includes('again');
  });
  // and once, not on each of the connections that there were
  near.tell('client', 'last');
  await until(async () => heard.includes('last'));
  expect(heard.filter((text) => text === 'last')).toHaveLength(1);
});

it('leaves connections alone that answer', async () => {
  const own = await startRedis();
  const redis = await openRedis({ url: own.url, patience: 100 });
  opened.push(redis);
  const signals = await shareSignals(redis);
  signals.hear('client', () => {});
  const counted = async (section: string, what: RegExp) =>
    Number(what.exec(String(await own.ask('INFO', section)))?.[1] ?? 0);
  const connections = () => counted('stats', /total_connections_received:(\d+)/);
  const before = await connections();
  // each is asked twice in its patience
  await until(async () => (await counted('commandstats', /cmdstat_ping:calls=(\d+)/)) > 20);
  expect(await connections()).toBe(before);
  await redis.close();
  await own[Symbol.asyncDispose]();
});
