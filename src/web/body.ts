import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { problem } from '../errors.ts';

/** Bytes of a body, unless told. */
const limit = 16 * 1024;

/** Reads a body of at most `largest` bytes. @throws VneidError request.tooLarge, request.malformed */
export async function readBody(ctx: Context, largest = limit): Promise<Buffer> {
  const tooLarge = () => problem('request.tooLarge', { limit: largest }, { Connection: 'close' });
  if ((ctx.request.length ?? 0) > largest) throw tooLarge();
  const { peeked } = ctx.state as { peeked?: Buffer };
  const body = peeked ?? (await wholeBody(ctx.req, largest));
  if (body === undefined || body.length > largest) throw tooLarge();
  return body;
}

/** Reads a body, and leaves it there for whoever reads it next. @throws what `readBody` does */
export async function peekBody(ctx: Context): Promise<Buffer> {
  const body = await readBody(ctx);
  ctx.state.peeked = body;
  // the library iterates over the request, and need not know that it was read already
  const again: typeof ctx.req.iterator = (options) => Readable.from([body]).iterator(options);
  Object.defineProperties(ctx.req, { readable: { value: true }, iterator: { value: again } });
  return body;
}

/**
 * The bytes of a request, undefined where they are too many. By its events, as Node's iterator costs more; and the
 * connection outlives a body that is refused, or the answer could not be sent.
 * @throws VneidError request.malformed where it ends too soon
 */
function wholeBody(req: IncomingMessage, largest: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const leave = () => req.off('data', take).off('end', end).off('error', gone).off('close', gone);
    function take(chunk: Buffer): void {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= largest) return;
      leave().pause();
      resolve(undefined);
    }
    function end(): void {
      leave();
      resolve(Buffer.concat(chunks));
    }
    function gone(): void {
      leave();
      reject(problem('request.malformed', { expected: 'HTTP' }));
    }
    // of one that is over already nothing more is heard
    if (req.readableEnded) return end();
    if (req.destroyed) return gone();
    req.on('data', take).on('end', end).on('error', gone).on('close', gone);
  });
}
