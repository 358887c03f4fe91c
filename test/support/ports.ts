import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that Linux gives to connections (32,768 and more): one of these is a connection's before the server listens. */
const [first, last] = [16_000, 32_000];

/**
 * A port on which nobody listens, for whoever has to know it before its server listens there.
 * @param neighbours how many that follow it have to be free too
 */
export async function freePort(neighbours = 0): Promise<number> {
  for (;;) {
    const port = randomInt(first, last);
    const free = await Promise.all(Array.from({ length: neighbours + 1 }, (_, nth) => isFree(port + nth)));
    if (free.every(Boolean)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
