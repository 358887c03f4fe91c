import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createSqliteArtifacts } from '../../src/store/artifacts/sqlite.ts';
import { artifactContract } from './contract.ts';
import { raceOfTwo } from './race.ts';

const folder = mkdtempSync(join(tmpdir(), 'vneid-artifacts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `${files++}`, 'artifacts.sqlite');
const smallFile = 256 * 1024;

artifactContract('SQLite', ({ clock, small }) =>
  createSqliteArtifacts({ file: newFile(), clock, ...(small && { limit: smallFile }) }),
);
artifactContract('SQLite without a file', ({ clock, small }) =>
  createSqliteArtifacts({ file: ':memory:', clock, ...(small && { limit: smallFile }) }),
);
artifactContract('SQLite behind two connections', ({ clock, small }) => {
  const parts = { file: newFile(), clock, ...(small && { limit: smallFile }) };
  return inTurns([createSqliteArtifacts(parts), createSqliteArtifacts(parts)]);
});

describe('SQLite artifacts outlive what holds them', () => {
  it('finds everything again after a restart, with its marks and links', async () => {
    const file = newFile();
    const clock = createClock();
    const end = Math.floor(clock.now() / 1000) + 60;
    const before = createSqliteArtifacts({ file, clock });
    await before.put('Session', 's', { n: 1 }, end, { uid: 'u' });
    await before.put('RefreshToken', 'r', { n: 2 }, end, { grantId: 'g' });
    await before.consume('RefreshToken', 'r');
    await before.put('Client', 'c', { n: 3 });
    await before.close();

    const after = createSqliteArtifacts({ file, clock });
    expect(await after.findBy('Session', 'uid', 'u')).toEqual({ n: 1 });
    expect(await after.get('RefreshToken', 'r')).toMatchObject({ n: 2, consumed: expect.any(Number) });
    expect(await after.consume('RefreshToken', 'r')).toBe(false);
    expect(await after.get('Client', 'c')).toEqual({ n: 3 });
    await after.removeByGrant('g');
    expect(await after.size()).toBe(2);
    await after.close();
  });

  it('opens a new file for whoever begins on it at the same moment', async () => {
    const [files, openers] = [50, 3];
    const there = new Int32Array(new SharedArrayBuffer(4 * files));
    const code = `
      const { parentPort, workerData: there } = require('node:worker_threads');
      void (async () => {
        const { createSqliteArtifacts } = await import('${new URL('../../src/store/artifacts/sqlite.ts', import.meta.url)}');
        const { createClock } = await import('${new URL('../../src/clock.ts', import.meta.url)}');
        const failures = [];
        for (let nth = 0; nth < ${files}; nth += 1) {
          Atomics.add(there, nth, 1);
          while (Atomics.load(there, nth) < ${openers});
          try {
            const file = ${JSON.stringify(folder)} + '/begun-' + nth + '.sqlite';
            await createSqliteArtifacts({ file, clock: createClock() }).close();
          } catch (failure) {
            failures.push(failure.message);
          }
        }
        parentPort.postMessage(failures);
      })();`;
    const failures = await Promise.all(
      Array.from({ length: openers }, async () => {
        const worker = new Worker(code, { eval: true, workerData: there });
        const [of] = (await once(worker, 'message')) as [string[]];
        return of;
      }),
    );
    expect(failures.flat()).toEqual([]);
  });

  it('lets exactly one of two processes win each code, proof and one-time code, whoever is faster', async () => {
    const file = newFile();
    const store = createSqliteArtifacts({ file, clock: createClock() });
    await raceOfTwo(
      store,
      `const { createSqliteArtifacts } = await import('${new URL('../../src/store/artifacts/sqlite.ts', import.meta.url)}');
      const store = createSqliteArtifacts({ file: ${JSON.stringify(file)}, clock });`,
    );
    await store.close();
  });
});

/** One store whose calls go to several in turn, as requests do behind a balancer. */
function inTurns(stores: ArtifactStore[]): ArtifactStore {
  let turn = 0;
  const next = () => stores[turn++ % stores.length] as ArtifactStore;
  return {
    put: (...args) => next().put(...args),
    add: (...args) => next().add(...args),
    get: (...args) => next().get(...args),
    findBy: (...args) => next().findBy(...args),
    consume: (...args) => next().consume(...args),
    take: (...args) => next().take(...args),
    remove: (...args) => next().remove(...args),
    removeByGrant: (...args) => next().removeByGrant(...args),
    count: (...args) => next().count(...args),
    list: (...args) => next().list(...args),
    all: () => next().all(),
    clear: () => next().clear(),
    size: () => next().size(),
    close: async () => {
      for (const store of stores) await store.close();
    },
  };
}
