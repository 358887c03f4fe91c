import { setTimeout as pause } from 'node:timers/promises';
import { startLoad } from './load.ts';
import { promises } from './records.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

/** Share of the time after which what a program holds is what it needs. */
const warm = 0.4;
/** Growth of the memory from then on. */
const most = 0.05;
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

export const soak: Story = {
  name: 'soak',
  about: 'Citizens come for an hour, and nothing goes wrong but time.',
  seconds: 3600,
  async run(seconds) {
    await using world = await startWorld();
    await using load = startLoad(world, { baseline: 3, high: 1 });
    await pause(seconds * 1000 * warm);
    const middle = (seconds * 1000 * (1 - warm)) / 2;
    const early = await leastMemory();
    await pause(middle);
    await pause(middle - 5000);
    const late = await leastMemory();
    await load.stop();
    const { operations } = load.history;
    const failed = operations.filter(({ outcome }) => outcome === 'unknown').length;
    const growth = early.map((bytes, index) => ((late[index] ?? Number.NaN) - bytes) / bytes);
    return [
      { name: 'requests that were not served', value: `${failed} of ${operations.length}`, holds: failed === 0 },
      {
        name: 'memory of each instance',
        value: early
          .map((bytes, index) => `${megabytes(bytes)}, then ${megabytes(late[index] ?? Number.NaN)}`)
          .join('; '),
        holds: growth.every((share) => share < most),
      },
      ...(await promises(world, operations)),
    ];

    /** The least of five seconds: between two collections of garbage anything may be held. */
    async function leastMemory(): Promise<number[]> {
      const least = world.members.map(() => Number.POSITIVE_INFINITY);
      for (let time = 0; time < 10; time += 1) {
        for (const [index, member] of world.members.entries())
          least[index] = Math.min(least[index] ?? 0, await member.memory());
        await pause(500);
      }
      return least;
    }
  },
};
