import { expect, test } from 'vitest';
import { type ClientRegistration, type Config, startVneid } from '../src/index.ts';

/** What a test hands to `startVneid`, in the ways in which people get it wrong. */
test('an option that is undefined is as one that was left out: a free port, and nothing on disk', async () => {
  const unset = {
    port: undefined,
    data: undefined,
    keys: undefined,
    artifacts: undefined,
  } as unknown as Partial<Config>;
  await using one = await startVneid(unset);
  await using other = await startVneid(unset);
  expect([one.port, other.port]).not.toContain(3000);
  expect(one.port).not.toBe(other.port);
  expect(one.control).toBeDefined();
});

test.each([
  ['one registration', { client_id: 'my-app', redirect_uris: ['http://localhost:8080/callback'] }],
  ['the name of a file', 'my-clients.yaml'],
])('clients that are %s are refused in words', async (_, clients) => {
  await expect(startVneid({ clients: clients as unknown as ClientRegistration[] })).rejects.toMatchObject({
    code: 'clients.invalid',
    message: expect.stringContaining('a list') as string,
  });
});
