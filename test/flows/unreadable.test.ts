import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { send, sendBytes } from '../support/raw.ts';

/** What cannot be read as HTTP never reaches a page, and is answered in both languages all the same. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid();
});
afterAll(() => vneid.stop());

const host = () => `Host: localhost:${vneid.port}\r\n`;

test.each<[string, () => string | Buffer, number]>([
  ['a header of 20 kB', () => `GET / HTTP/1.1\r\n${host()}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ['a cookie of 64 kB', () => `GET / HTTP/1.1\r\n${host()}Cookie: vneid.session=${'a'.repeat(65_536)}\r\n\r\n`, 431],
  ['three thousand headers', () => `GET / HTTP/1.1\r\n${host()}${'a: b\r\n'.repeat(3000)}\r\n`, 431],
  ['an address of 20 kB', () => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host()}\r\n`, 431],
  ['no HTTP', () => 'hello\r\n\r\n', 400],
  ['TLS', () => Buffer.from('16030100c8010000c40303', 'hex'), 400],
  ['another version', () => `GET / HTTP/9.9\r\n${host()}\r\n`, 400],
  ['no host', () => 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['two hosts', () => `GET / HTTP/1.1\r\n${host()}Host: evil.example\r\nConnection: close\r\n\r\n`, 400],
  ['the same host twice', () => `GET /jwks HTTP/1.1\r\n${host()}${host()}Connection: close\r\n\r\n`, 400],
  ['a broken header', () => `GET / HTTP/1.1\r\n${host()}a b\r\n\r\n`, 400],
  ['a header that splits', () => `GET / HTTP/1.1\r\n${host()}a: b\rc: d\r\n\r\n`, 400],
  [
    'two lengths (smuggling)',
    () => `POST /token HTTP/1.1\r\n${host()}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    400,
  ],
  [
    'a length and chunks (smuggling)',
    () => `POST /token HTTP/1.1\r\n${host()}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
])('%s', async (_what, bytes, status) => {
  const answer = await sendBytes(vneid, bytes());
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.split(' ')[1]).toBe(String(status));
  expect(head).toMatch(/content-security-policy: default-src 'none'/i);
  expect(head).toMatch(/x-content-type-options: nosniff/i);
  expect(JSON.parse(body)).toMatchObject({
    error: 'invalid_request',
    message: { vi: expect.any(String), en: expect.any(String) },
  });
});

test('one bad connection disturbs no other', async () => {
  await Promise.all(Array.from({ length: 50 }, () => sendBytes(vneid, 'hello\r\n\r\n')));
  expect((await send(vneid, { path: '/health/ready' })).status).toBe(200);
});

test('a probe need not name a host', async () => {
  expect(await sendBytes(vneid, 'GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200/);
});
