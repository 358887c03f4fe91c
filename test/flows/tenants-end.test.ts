import { once } from 'node:events';
import { request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { freePort } from '../support/ports.ts';
import { an, testClient } from '../support/relying-party.ts';

/** How tenants begin and end: whole or not at all, once, and with nothing left of them. */
const badClient = { client_id: 'no-redirect' };

/** A request that has reached its tenant, and whose body has not. */
async function begun({ issuer }: { issuer: string }) {
  const asking = request(`${issuer}/lab/api/phones/${an.number}/lock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue' },
  });
  asking.flushHeaders();
  await once(asking, 'continue');
  return asking;
}

test('a request that is under way when its tenant ends is answered', async () => {
  await using vneid = await startVneid();
  const tenant = await vneid.control.tenant('busy');
  const asking = await begun(tenant);
  const ended = tenant.stop();
  // nobody else is answered any more
  expect((await fetch(`${tenant.issuer}/lab/api/clock`)).status).toBe(404);
  const answered = once(asking, 'response');
  asking.end('{}');
  const [answer] = await answered;
  expect(answer.statusCode).toBe(200);
  answer.resume();
  await ended;
});

test('one that never comes to its end keeps it for five seconds', async () => {
  await using vneid = await startVneid();
  const tenant = await vneid.control.tenant('stuck');
  const asking = await begun(tenant);
  const cut = once(asking, 'error');
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const ended = tenant.stop();
    vi.advanceTimersByTime(5000);
    await ended;
  } finally {
    vi.useRealTimers();
  }
  expect((await cut)[0].code).toBe('ECONNRESET');
});

test('however often it is told to end, it ends once, and the next of that name is let alone', async () => {
  await using vneid = await startVneid();
  const first = await vneid.control.tenant('again');
  await Promise.all([first.stop(), first.stop(), first[Symbol.asyncDispose]()]);
  expect((await vneid.control.tenants.list()).tenants).toEqual([]);
  const second = await vneid.control.tenant('again');
  await first[Symbol.asyncDispose]();
  expect((await fetch(`${second.issuer}/lab/api/clock`)).status).toBe(200);
  // ended by HTTP, and once more at the end of the test that opened it
  {
    await using ended = second;
    expect(ended.issuer).toBe(second.issuer);
    await fetch(`${vneid.issuer}/lab/api/tenants/again`, { method: 'DELETE' });
  }
});

test('keys that change when it has ended do not bring it back', async () => {
  await using vneid = await startVneid();
  const tenant = await vneid.control.tenant('rotating');
  await tenant.stop();
  await tenant.keys.rotate({ announce: 0, retire: 0 });
  expect((await fetch(`${tenant.issuer}/jwks`)).status).toBe(404);
});

test('one that cannot begin leaves nothing behind, and one that begins while all ends, ends too', async () => {
  const port = await freePort();
  await expect(startVneid({ port, clients: [badClient] })).rejects.toMatchObject({ code: 'clients.invalid' });
  // the port is free again
  const vneid = await startVneid({ port });
  const beginning = vneid.control.tenant('late');
  await vneid.stop();
  const late = await beginning;
  await expect(late.control.phones.get({ number: an.number })).rejects.toThrow();
});

test('of those that ended, or never began, nothing is held', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await using vneid = await startVneid({ clients: [testClient] });
  const held: WeakRef<object>[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    const tenant = await vneid.control.tenant('short');
    await fetch(`${tenant.issuer}/lab/api/phones/${an.number}`);
    held.push(new WeakRef(tenant.events), new WeakRef(tenant.artifacts), new WeakRef(tenant.keys));
    await tenant.stop();
    await expect(vneid.control.tenant('none', { clients: [badClient] })).rejects.toThrow();
  }
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn();
    collect();
  }
  // the last one may still be on a stack
  expect(held.filter((one) => one.deref() !== undefined).length).toBeLessThanOrEqual(3);
});

test('on a Node that cannot copy a database each is made anew, and is the same', async () => {
  const { prototype } = DatabaseSync;
  const serialize = Object.getOwnPropertyDescriptor(prototype, 'serialize');
  if (serialize) Reflect.deleteProperty(prototype, 'serialize');
  try {
    await using vneid = await startVneid();
    const [one, two] = await Promise.all(['one', 'two'].map((name) => vneid.control.tenant(name, { citizens: 3 })));
    await one?.control.phones.lose({ number: an.number });
    expect((await two?.control.phones.get({ number: an.number }))?.phone.name).toContain(an.name);
  } finally {
    if (serialize) Object.defineProperty(prototype, 'serialize', serialize);
  }
});
