import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { createClock } from '../../src/clock.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';

const ids = 300;

/**
 * Two processes try to use up the same codes, proofs and one-time codes at the same time, several at once, and to count
 * on one counter: each is won once in all, and no number is given out twice.
 * @param store to lay out what is raced for
 * @param opening TypeScript that opens the same store as `store` with `clock`; modules by URL
 */
export async function raceOfTwo(store: ArtifactStore, opening: string): Promise<void> {
  const end = Math.floor(createClock().now() / 1000) + 600;
  for (let id = 0; id < ids; id += 1) {
    await store.put('AuthorizationCode', `code-${id}`, {}, end, { grantId: `grant-${id}` });
    await store.put('otp', `otp-${id}`, {}, end);
  }
  const runs = await Promise.all([run(opening, end), run(opening, end)]);
  // both were in the race, or nothing was shown
  expect(runs.map(({ met }) => met)).toEqual([true, true]);
  const all = Array.from({ length: ids }, (_, id) => id);
  const together = (what: 'consume' | 'add' | 'take' | 'count') =>
    runs.flatMap((wins) => wins[what]).sort((one, other) => one - other);
  expect(together('consume')).toEqual(all);
  expect(together('add')).toEqual(all);
  expect(together('take')).toEqual(all);
  expect(together('count')).toEqual(Array.from({ length: 2 * ids }, (_, n) => n + 1));
}

interface Wins {
  consume: number[];
  add: number[];
  take: number[];
  count: number[];
  /** It saw the other one at the starting line. */
  met: boolean;
}

/** Tries everything in a process of its own, starting when the other one is there too. */
async function run(opening: string, end: number): Promise<Wins> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module-typescript',
    '--eval',
    `
    import { setTimeout } from 'node:timers/promises';
    const { createClock } = await import('${new URL('../../src/clock.ts', import.meta.url)}');
    const clock = createClock();
    ${opening}
    const wins = { consume: [], add: [], take: [], count: [], met: false };
    await store.count('line', 'start', ${end});
    const patience = Date.now() + 20_000;
    while (!wins.met && Date.now() < patience) {
      wins.met = (await store.get('line', 'start')).count === 2;
      await setTimeout(1);
    }
    const tries = 10;
    for (let from = 0; from < ${ids}; from += tries) {
      await Promise.all(Array.from({ length: tries }, async (_, nth) => {
        const id = from + nth;
        if (await store.consume('AuthorizationCode', 'code-' + id)) wins.consume.push(id);
        if (await store.add('ReplayDetection', 'jti-' + id, {}, ${end})) wins.add.push(id);
        if (await store.take('otp', 'otp-' + id)) wins.take.push(id);
        wins.count.push(await store.count('failures', 'shared', ${end}));
      }));
    }
    await store.close();
    console.log(JSON.stringify(wins));
    `,
  ]);
  return JSON.parse(stdout) as Wins;
}
