import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';

/** Pages that follow something live, by server-sent events (HTML Living Standard §9.2). */
export interface Streams {
  /**
   * Answers with a stream that says how something stands, now and after every change, until the browser leaves.
   * @param read how it stands, as one line; what is the same as before is not said again
   * @param hear told at once of changes within this process; `read` is asked every second all the same
   */
  follow(ctx: Context, source: Source): Promise<void>;
  /** Ends every stream, so that the server can stop. */
  close(): void;
}

export interface Source {
  read(): Promise<string>;
  hear(changed: () => void): () => void;
}

/** Milliseconds between two looks: what another process did, or a clock that was moved, is seen by then. */
const pause = 1_000;
/** A browser that still follows after this many looks asks again by itself. */
const longest = 900;

/** Makes the streams of one instance. */
export function createStreams(): Streams {
  const open = new Set<ServerResponse>();
  return {
    async follow(ctx, { read, hear }) {
      const { res } = ctx;
      let said = await read();
      // who left meanwhile has said so already, and would be followed for nobody
      if (res.destroyed) return;
      // koa would take a browser that leaves for an error
      ctx.respond = false;
      res.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      // a head has no news after it, and would be waited for until the stream ends
      if (ctx.method === 'HEAD') return void res.end();
      let looks = 0;
      let [looking, missed] = [false, false];
      const look = async () => {
        missed = true;
        // one that takes long is not asked again meanwhile, or a slow database would have ever more to do
        if (looking) return;
        looking = true;
        while (missed && !res.writableEnded) {
          missed = false;
          looks += 1;
          const now = await read();
          if (res.writableEnded) return;
          if (now !== said) res.write(`data: ${now}\n\n`);
          else if (looks % 15 === 0) res.write(': still here\n\n');
          said = now;
          if (looks > longest) res.end();
        }
        looking = false;
      };
      // a failing look ends the stream; the browser comes back and gets the error as an answer
      const lookAgain = () => void look().catch(() => res.end());
      const timer = setInterval(lookAgain, pause).unref();
      const deaf = hear(lookAgain);
      open.add(res);
      res.once('close', () => {
        clearInterval(timer);
        deaf();
        open.delete(res);
      });
      res.write(`data: ${said}\n\n`);
    },
    close() {
      for (const res of open) res.end();
    },
  };
}
