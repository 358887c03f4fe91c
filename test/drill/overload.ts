import { setTimeout as pause } from 'node:timers/promises';
import { logIn } from './ours.ts';
import { percentile } from '../bench/load.ts';
import { Unexpected } from '../bench/replies.ts';
import { openLine, Visitor } from '../bench/visitor.ts';
import { an } from '../support/relying-party.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

/** How many times as many come in the end as can be served. */
const rush = 10;
/** Milliseconds within which 19 of 20 who are let in are through. */
const bar = 1000;

/** Seconds that the waiting page asks for; of whom something else befell after they had begun, what that was. */
function secondsToWait(cause: unknown): number | string {
  const refresh = cause instanceof Unexpected ? Number(cause.reply.headers.refresh) : NaN;
  return cause instanceof Unexpected && cause.reply.status === 503 && refresh > 0 ? refresh : String(cause);
}

/** How many can be served while arrivals grow evenly to `times` the capacity: all who come at first, then as many as can be. */
function room(capacity: number, times: number, seconds: number): number {
  return capacity * (seconds - seconds / times / 2);
}

export const overload: Story = {
  name: 'overload',
  about: `More and more come to sign in, in the end ${rush} times as many as can be served; each comes when they like, and again when the page says.`,
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
    const [start, ramp] = [performance.now(), (seconds - measured / 1000) * 1000];
    let inLine = 0;
    const arrive = async () => {
      const visitor = new Visitor(line);
      for (;;) {
        const began = performance.now();
        const told = await logIn(line, visitor, { person: an }).then(
          () => void times.push(performance.now() - began),
          secondsToWait,
        );
        if (typeof told === 'string') failed.push(told);
        if (typeof told !== 'number') return;
        turnedAway.push(performance.now() - began);
        // as the page in a browser does
        if (performance.now() + told * 1000 > start + ramp) return void (inLine += 1);
        await pause(told * 1000);
      }
    };
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
        value: `${visits.length}: ${times.length} signed in, ${inLine} were still in line; ${turnedAway.length} times somebody was told to wait`,
      },
      {
        name: '95 of 100 who were let in were through within',
        value: `${Math.round(slow)} ms (bar ${bar})`,
        holds: slow < bar,
      },
      {
        name: 'signed in, of as many as there was room for',
        value: `${Math.round((100 * times.length) / room(capacity, rush, ramp / 1000))} %`,
      },
      { name: 'told to wait within (95 of 100)', value: `${Math.round(percentile(turnedAway, 0.95))} ms` },
      {
        name: 'let in, and failed',
        value: `${failed.length} ${[...new Set(failed)].slice(0, 3).join('; ')}`,
        holds: failed.length === 0,
      },
    ];
  },
};
