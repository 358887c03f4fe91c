import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startErrands } from './errands.ts';
import { startLoad } from './load.ts';
import { promises } from './records.ts';
import type { Drilled, Story } from './story.ts';
import { startWorld, type World } from './world.ts';

/** Looks at the memory, spread evenly. */
const looks = 12;
/** Looks after which a program has all that it needs: its code is compiled, its caches are full. */
const warm = 3;
/** Growth of the memory from then on. */
const most = 0.05;
/** Milliseconds between two who come to the same place: five sign-ins a second are steady and light. */
const every = 1_000;

export const soak: Story = {
  name: 'soak',
  about: 'Citizens come for an hour, five a second, and nothing goes wrong but time.',
  seconds: 3600,
  async run(seconds) {
    await using world = await startWorld({ inspected: true, env: { VNEID_TRUST_PROXY: 'true' } });
    await using load = startLoad(world, { baseline: 4, high: 1, every });
    const taken: Awaited<ReturnType<World['members'][number]['memory']>>[][] = [];
    await using errands = new AsyncDisposableStack();
    errands.use(startErrands(world, load, { every }));
    for (let look = 1; look <= looks; look += 1) {
      await pause((seconds * 1000) / looks);
      taken.push(await Promise.all(world.members.map((member) => member.memory())));
      if (look === warm || look === looks) await keepSnapshot(world, look === warm ? 'early' : 'late');
    }
    await errands.disposeAsync();
    await load.stop();
    const { operations } = load.history;
    const failed = operations.filter(({ outcome }) => outcome === 'unknown').length;
    const others = operations.filter(({ kind }) => kind === 'errand').length;
    const row = (name: string, which: 'used' | 'resident') =>
      world.members.map((_, index) =>
        flatness(
          `${name} of instance ${index + 1}`,
          taken.map((of) => of[index]?.[which] ?? Number.NaN),
        ),
      );
    return [
      {
        name: 'requests that were not served',
        value: `${failed} of ${operations.length}, of which ${others} of twelve other kinds`,
        holds: failed === 0,
      },
      ...row('memory in use', 'used'),
      ...row('resident memory', 'resident'),
      ...(await promises(world, operations)),
    ];
  },
};

/** Whether it is as at first, by the medians of three looks: what is freed a moment later is no growth. */
function flatness(name: string, bytes: number[]): Drilled {
  const [early, late] = [median(bytes.slice(warm - 1, warm + 2)), median(bytes.slice(-3))];
  const growth = (late - early) / early;
  const inMegabytes = bytes.map((one) => (one / 2 ** 20).toFixed(1)).join(', ');
  return {
    name,
    value: `${(growth * 100).toFixed(1)} % more in the end than after a quarter of the time (bar ${most * 100} %); MB: ${inMegabytes}`,
    holds: growth < most,
  };
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** What to compare when memory grows, where somebody wants it: VNEID_DRILL_SNAPSHOTS is the folder. */
async function keepSnapshot({ members: [first] }: World, when: 'early' | 'late'): Promise<void> {
  const folder = process.env.VNEID_DRILL_SNAPSHOTS;
  if (folder) await first?.snapshot(join(folder, `${when}.heapsnapshot`));
}
