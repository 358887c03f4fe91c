import { EventEmitter, once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'koa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStreams } from '../../src/web/streams.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A browser that follows, and what it was told. */
function browser() {
  const told: string[] = [];
  const res = Object.assign(new EventEmitter(), {
    writableEnded: false,
    writeHead() {},
    write: (text: string) => void told.push(text.trim()),
    end() {
      res.writableEnded = true;
      res.emit('close');
    },
  });
  return { ctx: { res } as unknown as Context, told };
}

test('a source that is slow is not asked again before it has answered, and no news is missed meanwhile', async () => {
  const streams = createStreams();
  const { ctx, told } = browser();
  const asked: ((now: string) => void)[] = [];
  let changed = () => {};
  const read = () => new Promise<string>((answer) => void asked.push(answer));
  const following = streams.follow(ctx, {
    read,
    hear(listener) {
      changed = listener;
      return () => {};
    },
  });
  asked[0]?.('waiting');
  await following;
  await vi.advanceTimersByTimeAsync(10_000);
  changed();
  expect(asked.length).toBe(2);
  // read before the news came, so that it is read once more
  asked[1]?.('waiting');
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.length).toBe(3);
  asked[2]?.('confirmed');
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['data: waiting', 'data: confirmed']);
  streams.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.length).toBe(3);
});

test('a browser that has left before the first answer was there is not followed: no timer, no listener, no question', async () => {
  vi.useRealTimers();
  const streams = createStreams();
  const [hears, asks] = [vi.fn<() => () => void>(() => () => {}), vi.fn<() => void>()];
  let answer = (_now: string) => {};
  let done = Promise.resolve();
  const server = createServer((_request, res) => {
    const read = () => {
      asks();
      return new Promise<string>((resolve) => void (answer = resolve));
    };
    done = streams.follow({ res } as unknown as Context, { read, hear: hears });
    server.emit('asked', res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).on('error', () => {});
  const [res] = (await once(server, 'asked')) as [NodeJS.EventEmitter];
  request.destroy();
  await once(res, 'close');
  vi.useFakeTimers();
  answer('waiting');
  await done;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([asks.mock.calls.length, hears.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0, 0]);
  server.close();
});

test('who asks for the head of a stream alone has it at once, and is not followed', async () => {
  vi.useRealTimers();
  const streams = createStreams();
  const hears = vi.fn<() => () => void>(() => () => {});
  const server = createServer((request, res) => {
    const ctx = { req: request, res, method: request.method } as unknown as Context;
    void streams.follow(ctx, { read: async () => 'waiting', hear: hears });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(hears).not.toHaveBeenCalled();
  server.closeAllConnections();
  server.close();
});
