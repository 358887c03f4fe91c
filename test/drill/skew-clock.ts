import { setTimeout as pause } from 'node:timers/promises';
import { startLoad } from './load.ts';
import { promises } from './records.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

/** Seconds: five are what machines without a time service drift apart in weeks; codes live 60. */
const ahead = 5;

export const skewClock: Story = {
  name: 'skew-clock',
  about: `The clock of one of two instances is ${ahead} seconds ahead (by its own clock, as the lab moves it).`,
  seconds: 15,
  async run(seconds) {
    await using world = await startWorld();
    const [fast] = world.members;
    const answer = await fetch(`${fast?.origin}/lab/api/clock/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ seconds: ahead }),
    });
    await using load = startLoad(world, { baseline: 4, high: 2 });
    await pause(seconds * 1000);
    await load.stop();
    const { operations } = load.history;
    const honest = operations.filter(({ kind, outcome }) => kind !== 'code' && outcome !== 'ok');
    await load.replay(0);
    return [
      { name: 'the clock was moved', value: String(answer.status), holds: answer.ok },
      {
        name: 'sign-ins and refreshes that failed',
        value: `${honest.length} ${[...new Set(honest.map(({ kind, why }) => `${kind} ${why}`))].join('; ')}`,
        holds: honest.length === 0,
      },
      ...(await promises(world, operations)),
    ];
  },
};
