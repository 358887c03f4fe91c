import { setTimeout as pause } from 'node:timers/promises';
import { logIn } from './ours.ts';
import { percentile } from '../bench/load.ts';
import { openLine, Visitor } from '../bench/visitor.ts';
import { an } from '../support/relying-party.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

/** How many times as many come in the end as can be served. */
const rush = 10;
/** Milliseconds within which 19 of 20 who are let in are through. */
const bar = 1000;

export const overload: Story = {
  name: 'overload',
  about: `More and more come to sign in, in the end ${rush} times as many as can be served; each comes when they like.`,
  seconds: 25,
  async run(seconds) {
    await using world = await startWorld({ env: { VNEID_WAITING_ROOM: 'true' } });
    await using begun = new AsyncDisposableStack();
    const line = openLine(world.issuer, 2_000);
    begun.defer(() => line.close());
    await logIn(line, new Visitor(line), { person: an, mayConsent: true });

    let served = 0;
    const measured = Math.min(5, seconds / 4) * 1000;
    const until = performance.now() + measured;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (; performance.now() < until; served += 1) await logIn(line, new Visitor(line), { person: an });
      }),
    );
    const capacity = (served * 1000) / measured;

    const [times, turnedAway, failed] = [[] as number[], [] as number[], [] as string[]];
    const arrive = async () => {
      const began = performance.now();
      await logIn(line, new Visitor(line), { person: an }).then(
        () => times.push(performance.now() - began),
        // told to come again, before or at the password: they were not let in
        ({ message }: Error) =>
          message.startsWith('login: 503') ? turnedAway.push(performance.now() - began) : failed.push(message),
      );
    };
    const [start, ramp] = [performance.now(), (seconds - measured / 1000) * 1000];
    const visits: Promise<void>[] = [];
    for (let due = 0; performance.now() - start < ramp; await pause(10)) {
      const passed = performance.now() - start;
      // the arrivals until now, at a rate that grows evenly
      due = (capacity / 1000) * rush * ((passed * passed) / (2 * ramp));
      while (visits.length < due) visits.push(arrive());
    }
    await Promise.all(visits);
    const slow = percentile(times, 0.95);
    return [
      { name: 'capacity', value: `${capacity.toFixed(1)} sign-ins a second` },
      {
        name: 'came',
        value: `${visits.length}: ${times.length} signed in, ${turnedAway.length} were told to come again`,
      },
      {
        name: '95 of 100 who were let in were through within',
        value: `${Math.round(slow)} ms (bar ${bar})`,
        holds: slow < bar,
      },
      { name: 'told to come again within (95 of 100)', value: `${Math.round(percentile(turnedAway, 0.95))} ms` },
      {
        name: 'let in, and failed',
        value: `${failed.length} ${[...new Set(failed)].slice(0, 3).join('; ')}`,
        holds: failed.length === 0,
      },
    ];
  },
};
