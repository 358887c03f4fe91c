import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { listen } from '../../src/web/server.ts';

const place = { host: '127.0.0.1', port: 0 };

test('who comes before anybody answers hears when to come again', async () => {
  const server = await listen(place);
  const answer = await fetch(server.origin);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  await server.close();
});

test('of several that share a port, one that is starting keeps who comes until it answers', async () => {
  const server = await listen({ ...place, patient: true });
  const asked = request({ ...place, port: server.port, path: '/early', agent: false }).end();
  const answered = once(asked, 'response').then(([answer]) => text(answer as IncomingMessage));
  await once(asked, 'finish');
  // what is no request is answered at once; by then the server has what came before it
  const rubbish = connect(server.port, place.host).end('no request\r\n\r\n');
  expect(await text(rubbish)).toContain('400');
  const late = fetch(`${server.origin}/late`).then((answer) => answer.text());
  server.answer(({ url }, response) => response.end(`${url} is answered`));
  expect(await Promise.all([answered, late])).toEqual(['/early is answered', '/late is answered']);
  await server.close();
});
