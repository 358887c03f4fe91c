import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address in front of several instances: who has the least to do gets the next request, and of equals each in turn. */
export interface Balancer extends AsyncDisposable {
  origin: string;
  /** The ports of those behind it. */
  behind: number[];
  /** How many requests each of them got. */
  sent: number[];
}

export async function startBalancer(): Promise<Balancer> {
  const [behind, sent]: [number[], number[]] = [[], []];
  const underWay = new Map<number, number>();
  let turn = 0;
  // who waits is told by those behind it how long that is, and must not find the connection closed before
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    const which = next();
    sent[which] = (sent[which] ?? 0) + 1;
    const port = behind[which] ?? 0;
    underWay.set(port, load(port) + 1);
    outgoing.once('close', () => underWay.set(port, load(port) - 1));
    const { method, url: path, headers } = incoming;
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  function load(port = 0): number {
    return underWay.get(port) ?? 0;
  }

  function next(): number {
    turn += 1;
    const inTurn = behind.map((_port, index) => (turn + index) % behind.length);
    return inTurn.reduce((best, one) => (load(behind[one]) < load(behind[best]) ? one : best), turn % behind.length);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    behind,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
