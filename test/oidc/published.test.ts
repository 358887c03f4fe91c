import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { expect, test } from 'vitest';
import { createPublished } from '../../src/oidc/published.ts';

test('letters of any language are the same from memory', async () => {
  const said = { keys: [], 'x-of': 'Trung tâm Phục vụ hành chính công Hà Nội 🏛' };
  const published = createPublished({ straight: () => true, observe: () => {} });
  const app = new Koa().use(published.keep).use((ctx) => void (ctx.body = said));
  const server = createServer(published.before(app.callback())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const [made, kept] = [await fetch(address), await fetch(address)];
  expect(await made.json()).toEqual(said);
  expect(await kept.json()).toEqual(said);
  expect(kept.headers.get('content-length')).toBe(made.headers.get('content-length'));
  server.close();
});
