import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { startRedis } from '../support/redis.ts';
import { authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/**
 * What a full login costs a shared store: authorization request with its page, password, consent as remembered, code and
 * tokens. A round trip is one packet to Redis; each is a wait for whoever signs in.
 */
const most = { trips: 15, commands: 20 };

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
  const configuration = await relyingParty(vneid);
  const login = async () => {
    const request = await authorizationRequest(configuration);
    return redeem(configuration, { ...request, url: (await signIn(vneid, new Browser(), request.url)).url });
  };
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
