import { setTimeout as pause } from 'node:timers/promises';
import { recovery } from './history.ts';
import { startLoad } from './load.ts';
import { promises } from './records.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

export const killInstance: Story = {
  name: 'kill-instance',
  about: 'Of two instances under load one dies (kill -9), in turns, and is started again.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld();
    await using load = startLoad(world);
    const until = performance.now() + seconds * 1000;
    const restarts: number[] = [];
    const kills: number[] = [];
    for (let turn = 0; performance.now() < until || turn < 2; turn += 1) {
      const member = world.members[turn % world.members.length];
      await pause(1500);
      kills.push(performance.now());
      await member?.kill();
      await pause(500);
      restarts.push((await member?.start()) ?? 0);
    }
    await load.stop();
    await load.replay(0);
    const costs = kills.map((at, index) =>
      recovery(
        load.history.operations.filter(({ ended }) => ended < (kills[index + 1] ?? Number.POSITIVE_INFINITY)),
        at,
      ),
    );
    return [
      { name: 'instances killed', value: String(kills.length) },
      {
        name: 'requests without an answer, for each kill',
        value: costs.map(({ failed }) => failed).join(', '),
      },
      {
        name: 'until the last of them',
        value: costs.map(({ untilLastFailure }) => `${untilLastFailure} ms`).join(', '),
      },
      {
        name: 'longest time in which nobody was served',
        value: `${Math.max(...costs.map(({ nobodyServed }) => nobodyServed))} ms`,
      },
      { name: 'until an instance that was started again was ready', value: `${Math.max(...restarts)} ms at most` },
      ...(await promises(world, load.history.operations)),
    ];
  },
};
