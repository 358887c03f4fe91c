import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createSqliteArtifacts } from '../../src/store/artifacts/sqlite.ts';
import { artifactContract } from './contract.ts';

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

  it('lets exactly one of two processes win each code, proof and one-time code, whoever is faster', async () => {
    const file = newFile();
    const clock = createClock();
    const rounds = 400;
    const end = Math.floor(clock.now() / 1000) + 600;
    const store = createSqliteArtifacts({ file, clock });
    for (let round = 0; round < rounds; round += 1) {
      await store.put('AuthorizationCode', `code-${round}`, {}, end);
      await store.put('otp', `otp-${round}`, {}, end);
    }
    const runs = await Promise.all([race(file, rounds, end), race(file, rounds, end)]);
    const wins = (what: 'consume' | 'add' | 'take') => runs.flatMap((run) => run[what]).sort((a, b) => a - b);
    const all = Array.from({ length: rounds }, (_, round) => round);
    expect(wins('consume')).toEqual(all);
    expect(wins('add')).toEqual(all);
    expect(wins('take')).toEqual(all);
    // both were in the race, or nothing was shown
    for (const run of runs) expect(run.met).toBe(true);
    expect(await store.count('failures', 'shared', end)).toBe(2 * rounds + 1);
    await store.close();
  });
});

interface Wins {
  consume: number[];
  add: number[];
  take: number[];
  /** It saw the other one at the starting line. */
  met: boolean;
}

/** Tries everything in a process of its own, starting when the other one is there too. */
async function race(file: string, rounds: number, end: number): Promise<Wins> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module-typescript',
    '--eval',
    `
    import { createClock } from '${new URL('../../src/clock.ts', import.meta.url)}';
    import { createSqliteArtifacts } from '${new URL('../../src/store/artifacts/sqlite.ts', import.meta.url)}';
    const store = createSqliteArtifacts({ file: ${JSON.stringify(file)}, clock: createClock() });
    const wins = { consume: [], add: [], take: [], met: false };
    await store.count('line', 'start', ${end});
    const patience = Date.now() + 20_000;
    while (!wins.met && Date.now() < patience) {
      wins.met = (await store.get('line', 'start')).count === 2;
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let round = 0; round < ${rounds}; round += 1) {
      if (await store.consume('AuthorizationCode', 'code-' + round)) wins.consume.push(round);
      if (await store.add('ReplayDetection', 'jti-' + round, {}, ${end})) wins.add.push(round);
      if (await store.take('otp', 'otp-' + round)) wins.take.push(round);
      await store.count('failures', 'shared', ${end});
    }
    await store.close();
    console.log(JSON.stringify(wins));
    `,
  ]);
  return JSON.parse(stdout) as Wins;
}

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
