import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa, { type Context } from 'koa';
import { afterEach, expect, it } from 'vitest';
import { peekBody, readBody } from '../../src/web/body.ts';

let close = async () => {};
afterEach(() => close());

/** A server that answers with what `read` makes of a request, or with why it could not; and how to send it pieces. */
async function served(read: (ctx: Context) => Promise<unknown>) {
  const failures: unknown[] = [];
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx) => {
    try {
      ctx.body = String(await read(ctx));
    } catch (thrown) {
      failures.push((thrown as { code?: string }).code ?? (thrown as Error).message);
      ctx.body = String(failures.at(-1));
    }
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = async () => {
    server.close();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  const begin = () => request({ port, host: '127.0.0.1', method: 'POST', agent: false });
  async function send(...pieces: string[]): Promise<string> {
    const sent = begin();
    for (const piece of pieces) sent.write(piece);
    sent.end();
    const [answer] = await once(sent, 'response');
    return (await answer.toArray()).join('');
  }
  return { begin, failures, send, server };
}

/** As the library reads: by an iterator, piece by piece. */
async function iterated({ req }: Context): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of req.iterator({ destroyOnReturn: false })) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

it('reads a body of several pieces, and none', async () => {
  const { send } = await served((ctx) => readBody(ctx));
  expect(await send('Nguyễn ', 'Văn ', 'An')).toBe('Nguyễn Văn An');
  expect(await send()).toBe('');
});

it('lets it be read twice by whoever looks at it before, in whatever way', async () => {
  const { send } = await served(async (ctx) =>
    [await peekBody(ctx), ctx.req.readable, await readBody(ctx), await iterated(ctx)].join(),
  );
  expect(await send('a', 'b')).toBe('ab,true,ab,ab');
});

it('refuses what is too large while it still comes, and the answer arrives', async () => {
  const { send } = await served((ctx) => readBody(ctx, 10));
  expect(await send('12345', '67890', '1')).toBe('request.tooLarge');
});

it('refuses it also where somebody who takes more has looked at it before', async () => {
  const { send } = await served(async (ctx) => [await peekBody(ctx), await readBody(ctx, 10)].join());
  expect(await send('12345', '67890')).toBe('1234567890,1234567890');
  expect(await send('12345', '67890', '1')).toBe('request.tooLarge');
});

it('takes nothing for a body that was cut short', async () => {
  const { begin, failures, server } = await served((ctx) => readBody(ctx));
  const arriving = once(server, 'request');
  const sent = begin().on('error', () => {});
  sent.write('half');
  await arriving;
  sent.destroy();
  await expect.poll(() => failures).toEqual(['request.malformed']);
});
