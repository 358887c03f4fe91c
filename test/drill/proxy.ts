import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A wire between two programs that can be made slow, or cut. */
export interface Proxy extends AsyncDisposable {
  port: number;
  /** Milliseconds that every piece takes from now on, each way. */
  delay(milliseconds: number): void;
  /** Nothing gets through from now on and nobody is told, as when a cable is out. */
  cut(): void;
  mend(): void;
  /** What is open stays open, and nothing gets through there any more, ever; what is opened from now on is whole. */
  silence(): void;
}

export async function startProxy(target: NetConnectOpts): Promise<Proxy> {
  const open = new Map<Socket, { cut: boolean }>();
  let late = 0;
  let whole = true;
  // what was on its way when the wire was cut is lost, and with it its connection
  const pass = (from: Socket, to: Socket, age: { cut: boolean }) =>
    from.on('data', (piece) => {
      age.cut ||= !whole;
      const write = () => void (whole && !age.cut ? to.write(piece) : (age.cut = true));
      if (late === 0) write();
      else setTimeout(write, late);
    });
  const server = createServer((near) => {
    const far = connect(target);
    const age = { cut: false };
    pass(near, far, age);
    pass(far, near, age);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.set(one, age);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        if (whole && !age.cut) other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    delay: (milliseconds) => void (late = milliseconds),
    cut: () => void (whole = false),
    mend() {
      whole = true;
      for (const socket of open.keys()) socket.destroy();
    },
    silence() {
      for (const age of open.values()) age.cut = true;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open.keys()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
