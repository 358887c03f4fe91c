import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { testClient } from '../support/relying-party.ts';

/** What everybody reads is made once, and is as true as when it is made each time. */
const paths = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks'];
let vneid: Awaited<ReturnType<typeof startVneid>>;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

const read = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${vneid.issuer}${path}`, { headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
};
/** What stays the same from one answer to the next. */
const lasting = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)));

test.each(paths)('%s is the same from memory as it was made, headers and all', async (path) => {
  const [made, kept] = [await read(path), await read(path)];
  expect(kept.body).toBe(made.body);
  expect(lasting(kept.headers)).toEqual(lasting(made.headers));
  expect(kept.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(kept.headers.get('access-control-allow-origin')).toBe('*');
});

test.each(paths)('%s is not sent again to whoever has it', async (path) => {
  const etag = (await read(path)).headers.get('etag') ?? '';
  const again = await read(path, { 'if-none-match': etag });
  expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
  expect((await read(path, { 'if-none-match': '"another"' })).status).toBe(200);
});

test('a page of another site gets its own answer, and an unknown host none', async () => {
  await read('/jwks');
  const { headers } = await read('/jwks', { origin: 'https://spa.example' });
  expect(headers.get('access-control-allow-origin')).toBe('https://spa.example');
  expect((await read('/jwks')).headers.get('access-control-allow-origin')).toBe('*');
});

test('new keys are there at once, and a fault is heard of at once and gone at once', async () => {
  const before = await read('/jwks');
  await vneid.keys.rotate({ announce: 0, retire: 60_000 });
  const after = await read('/jwks');
  expect(after.body).not.toBe(before.body);
  const { id } = await vneid.control.faults.set({ fault: 'jwks.without-key' });
  expect((await read('/jwks')).body).not.toBe(after.body);
  await vneid.control.faults.clear({ id });
  expect((await read('/jwks')).body).toBe(after.body);
});

test.each([
  ['/jwks', 'jwks'],
  // both documents are one route to the library, and so they are to who reads the metrics
  ['/.well-known/oauth-authorization-server', 'discovery'],
])('%s is counted from memory as it was when it was made', async (path, route) => {
  const counted = new RegExp(`vneid_requests_total\\{route="${route}",method="GET",status="200"\\} (\\d+)`);
  const count = async () => Number(counted.exec((await read('/metrics')).body)?.[1]);
  await read(path);
  const before = await count();
  await read(path);
  expect(await count()).toBe(before + 1);
});
