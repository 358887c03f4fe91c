import { EventEmitter } from 'node:events';
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
