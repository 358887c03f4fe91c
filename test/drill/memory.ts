import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Program } from '../support/program.ts';

/**
 * The memory of another process, by the inspector of Node (the V8 part of the Chrome DevTools protocol) in a process
 * that was started with `--inspect=127.0.0.1:0`.
 */
export async function memoryOf(program: Program): Promise<{ resident: number; used: number }> {
  await using inspector = await openInspector(program);
  // the first frees things whose ends others wait for
  for (let time = 0; time < 2; time += 1) await inspector.ask('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await inspector.ask('Runtime.getHeapUsage');
  const status = await readFile(`/proc/${program.process.pid}/status`, 'utf8');
  const kilobytes = (line: string) => Number(new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  return {
    // its own: pages of files come and go with what else the machine has to keep
    resident: (kilobytes('RssAnon') + kilobytes('VmSwap')) * 1024,
    used: Number(usedSize) + Number(backingStorageSize),
  };
}

/** Writes a heap snapshot of it, of some ten megabytes. */
export async function snapshotOf(program: Program, file: string): Promise<void> {
  const written = createWriteStream(file);
  await using inspector = await openInspector(program, (piece) => written.write(piece));
  await inspector.ask('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  written.end();
  await once(written, 'finish');
}

interface Answered {
  id?: number;
  method?: string;
  params?: { chunk?: string };
  result?: Record<string, unknown>;
  error?: { message: string };
}

async function openInspector({ output }: Program, piece: (chunk: string) => void = () => {}) {
  const address = /ws:\/\/127\.0\.0\.1:\S+/.exec(output().stderr)?.[0];
  if (!address) throw new Error('the instance was started without --inspect');
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, method, params, result = {}, error } = JSON.parse(String(data)) as Answered;
    if (method === 'HeapProfiler.addHeapSnapshotChunk') piece(params?.chunk ?? '');
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the instance has ended'));
  });
  let last = 0;
  return {
    ask(method: string, params = {}): Promise<Record<string, unknown>> {
      last += 1;
      const answer = Promise.withResolvers<Record<string, unknown>>();
      waiting.set(last, answer);
      socket.send(JSON.stringify({ id: last, method, params }));
      return answer.promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
