import type { Context } from 'koa';
import { describe, expect, test } from 'vitest';
import { createEvents } from '../../src/events.ts';
import { createTimelines } from '../../src/lab/timelines/recorder.ts';
import { createShelf } from '../../src/lab/timelines/shelf.ts';
import type { Entry, Outcome } from '../../src/lab/timelines/timeline.ts';
import type { Clients } from '../../src/oidc/clients/clients.ts';

/** What a shelf of sign-ins may hold, and that a reader of the program never stands in its way. */
const entry = (value = '', path = '/login/…'): Entry => ({
  at: 0,
  request: { id: undefined, method: 'GET', path, status: 200, milliseconds: 1, parameters: [['state', value]] },
  answered: undefined,
  happened: [],
  failures: [],
  tokens: [],
  times: 1,
});

describe('a shelf', () => {
  test('keeps two hundred of a thousand, and of those under way all', () => {
    const shelf = createShelf();
    const ids: Record<Outcome, string[]> = {
      'under-way': [],
      'code-issued': [],
      'signed-in': [],
      refused: [],
      failed: [],
    };
    for (let nth = 0; nth < 1_000; nth += 1) {
      const timeline = shelf.begin('authorize', nth);
      timeline.outcome = nth % 10 === 0 ? 'under-way' : 'signed-in';
      shelf.name(timeline, [`code-${nth}`]);
      ids[timeline.outcome].push(timeline.id);
    }
    expect(shelf.list()).toHaveLength(200);
    expect(ids['under-way'].filter((id) => !shelf.get(id))).toEqual([]);
    expect(shelf.get(ids['signed-in'].at(-1) ?? '')).toBeDefined();
    expect(shelf.get(ids['signed-in'][0] ?? '')).toBeUndefined();
    // a name of one that is gone leads nowhere
    expect([shelf.find(['code-1']), shelf.find(['code-999'])?.id]).toEqual([undefined, ids['signed-in'].at(-1)]);
  });

  test('where all are under way lets go of the oldest', () => {
    const shelf = createShelf();
    const [first] = Array.from({ length: 201 }, (_, nth) => shelf.begin('authorize', nth));
    expect([shelf.list().length, shelf.get(first?.id ?? '')]).toEqual([200, undefined]);
  });

  test('lets go of one that nobody came back to before one that has failed since', () => {
    const shelf = createShelf();
    const [left] = Array.from({ length: 200 }, () => shelf.begin('authorize', 0));
    const twoHours = 7_200_000;
    const failed = Array.from({ length: 50 }, () =>
      Object.assign(shelf.begin('authorize', twoHours), { outcome: 'failed' }),
    );
    expect(failed.filter(({ id }) => !shelf.get(id))).toEqual([]);
    expect(shelf.get(left?.id ?? '')).toBeUndefined();
  });

  test('is led to one sign-in by no more names than it has room for: the newest', () => {
    const shelf = createShelf();
    const timeline = shelf.begin('authorize', 0);
    // an app that refreshes its tokens for days
    for (let nth = 0; nth < 5_000; nth += 1) shelf.name(timeline, [`access-${nth}`, `refresh-${nth}`]);
    const known = Array.from({ length: 5_000 }, (_, nth) => shelf.find([`refresh-${nth}`])).filter(Boolean);
    expect(known.length).toBeLessThanOrEqual(200);
    expect(shelf.find(['refresh-4999'])).toBe(timeline);
  });

  test('keeps no more of one sign-in than it has room for, and says how much it left out', () => {
    const shelf = createShelf();
    const timeline = shelf.begin('authorize', 0);
    for (let nth = 0; nth < 150; nth += 1) shelf.add(timeline, entry('x'.repeat(1_000)));
    expect([timeline.entries.length, timeline.left]).toEqual([100, 50]);
    expect(JSON.stringify(timeline).length).toBeLessThan(100 * 1024);
    // what was left out is what it was about; that it happened is there
    expect(timeline.entries.at(-1)?.request).toMatchObject({ path: '/login/…', parameters: [] });
  });

  test('counts what an app asks again and again', () => {
    const shelf = createShelf();
    const timeline = shelf.begin('ciba', 0);
    const pending = (error: string): Entry => ({
      ...entry('', '/token'),
      failures: [{ decision: 'failure', ok: undefined, facts: { error } }],
    });
    for (const error of ['authorization_pending', 'authorization_pending', 'slow_down', 'authorization_pending'])
      shelf.add(timeline, pending(error));
    expect(timeline.entries.map(({ times }) => times)).toEqual([2, 1, 1]);
  });

  test('tells of every change until nobody listens any more', () => {
    const shelf = createShelf();
    let heard = 0;
    const deaf = shelf.hear(() => (heard += 1));
    const timeline = shelf.begin('authorize', 0);
    shelf.add(timeline, entry());
    shelf.clear();
    deaf();
    shelf.add(shelf.begin('authorize', 0), entry());
    expect([heard, shelf.version(), shelf.list().length]).toEqual([2, 3, 1]);
  });
});

describe('a request', () => {
  const events = createEvents();
  const broken = new Proxy(
    {},
    {
      get() {
        throw new Error('the recorder is broken');
      },
    },
  );
  const clock = { now: () => 0 } as Parameters<typeof createTimelines>[0]['clock'];
  const timelines = createTimelines({ clients: broken as Clients, clock, events, on: true });
  const ctx = (path: string) =>
    ({
      path,
      method: 'GET',
      querystring: '',
      status: 200,
      state: {},
      req: { headers: {} },
      get: () => '',
    }) as unknown as Context;

  test('is answered as if nobody had looked, however broken the looking is', async () => {
    const strange = Object.defineProperty(ctx('/authorize'), 'oidc', {
      get() {
        throw new Error('nothing of this can be read');
      },
    });
    let answered = 0;
    await timelines.record(strange, async () => {
      answered += 1;
      // a payload that cannot be read either
      events.emit('login.failed', broken as never);
    });
    expect(answered).toBe(1);
    const failure = new Error('of the request itself');
    await expect(timelines.record(strange, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  test('that has nothing to do with a sign-in is not noted', async () => {
    for (const path of [
      '/',
      '/assets/vneid.css',
      '/jwks',
      '/.well-known/openid-configuration',
      '/login/x/qr/follow',
      '/lab/inspector',
    ])
      await timelines.record(ctx(path), () => Promise.reject(new Error('failed'))).catch(() => {});
    expect(timelines.list()).toEqual([]);
    await timelines.record(ctx('/login/x'), () => Promise.reject(new Error('failed'))).catch(() => {});
    expect(timelines.list()).toMatchObject([{ began: 'request', outcome: 'failed' }]);
  });
});
