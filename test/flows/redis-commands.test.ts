import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { type RedisServer, startCluster, startRedis, until } from '../support/redis.ts';
import { authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/**
 * What a full login costs a shared store: authorization request with its page, password, consent as remembered, code and
 * tokens. A round trip is one packet to Redis; each is a wait for whoever signs in.
 */
const most = { trips: 15, commands: 20 };
/** In a Cluster what one server does in a step about several keys is a command to each of their nodes. */
const mostInCluster = 25;

test(`a full login asks Redis at most ${most.trips} times, for ${most.commands} commands`, async () => {
  const server = await startRedis();
  const sent: string[][] = [];
  const between = createServer((socket) => {
    const onward = connect(server.port, '127.0.0.1');
    socket
      .on('data', (data) => {
        // whether it is there is asked every second, whoever signs in
        const commands = commandsIn(String(data)).filter((command) => !command.startsWith('PING'));
        if (commands.length > 0) sent.push(commands);
      })
      .pipe(onward);
    onward.pipe(socket);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  const vneid = await startVneid({
    redisUrl: `redis://127.0.0.1:${(between.address() as AddressInfo).port}`,
    clients: [testClient],
  });
  const login = await loginAt(vneid);
  await login();
  sent.length = 0;
  await login();
  const commands = sent.flat();
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.length, commands.join('\n')).toBeLessThanOrEqual(most.commands);
  expect(sent.length, commands.join('\n')).toBeLessThanOrEqual(most.trips);
  await vneid.stop();
  between.close();
  await server[Symbol.asyncDispose]();
});

test(`a full login asks a Cluster for at most ${mostInCluster} commands`, async () => {
  await using cluster = await startCluster();
  await using vneid = await startVneid({ redisUrl: cluster.url, clients: [testClient] });
  const login = await loginAt(vneid);
  await login();
  const primaries = await Promise.all(cluster.nodes.slice(0, 3).map(listen));
  await login();
  const commands = (await Promise.all(primaries.map((one) => one.heard()))).flat();
  expect(commands.length).toBeGreaterThan(most.commands);
  expect(commands.length, commands.join('\n')).toBeLessThanOrEqual(mostInCluster);
}, 60_000);

/** Signs in as a stranger would, once for each call. */
async function loginAt(vneid: Instance) {
  const configuration = await relyingParty(vneid);
  return async () => {
    const request = await authorizationRequest(configuration);
    return redeem(configuration, { ...request, url: (await signIn(vneid, new Browser(), request.url)).url });
  };
}

/** Hears every command about a key of ours that a server is sent from now on, not those that its scripts send. */
async function listen(server: RedisServer): Promise<{ heard(): Promise<string[]> }> {
  const client = createClient({ url: server.url, disableClientInfo: true, maintNotifications: 'disabled' });
  await client.connect();
  const lines: string[] = [];
  await client.monitor((line) => void lines.push(line));
  return {
    async heard() {
      await server.ask('ECHO', 'that was all');
      // behind it may be a server that is asked whether it is there
      await until(async () => lines.some((line) => line.includes('that was all')));
      client.destroy();
      return (
        lines
          .filter((line) => !line.includes(' lua]'))
          .map((line) => /"([A-Z]+)" .*?"(vneid[^"]*)"/.exec(line)?.slice(1).join(' ') ?? '')
          // a script's text is sent after it was asked for in vain, once to each server
          .filter((command) => command !== '' && !command.startsWith('EVAL '))
      );
    },
  };
}

/** Names of the commands, each with its key, as RESP writes them: `*<parts>`, and each part behind its length. */
function commandsIn(data: string): string[] {
  return data
    .split(/(?=\*\d+\r\n\$\d+\r\n[A-Z]+\r\n)/)
    .map((command) =>
      command
        .split('\r\n')
        .filter((_, line) => line % 2 === 0)
        .slice(1),
    )
    .map(([name = '', ...parts]) => `${name} ${parts.find((part) => part.startsWith('vneid')) ?? ''}`);
}
