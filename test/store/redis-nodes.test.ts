import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { checkNodes, routesTo } from '../../src/store/redis-nodes.ts';

test.each([
  ['one server', (address: string) => address],
  ['nodes of a Cluster', (address: string) => `${address},${address}`],
])('%s that takes connections and says nothing, as a frozen process does, is given up', async (_, urlOf) => {
  const open = new Set<Socket>();
  const server = createServer((socket) => void open.add(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const url = urlOf(`redis://:secret@127.0.0.1:${port}`);
  await expect(checkNodes(routesTo({ url }), url, 100)).rejects.toMatchObject({
    code: 'redis.unreachable',
    facts: { reason: 'no answer within 100 ms', address: expect.not.stringContaining('secret') },
  });
  server.close();
  for (const socket of open) socket.destroy();
});
