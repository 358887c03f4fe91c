import { setTimeout as pause } from 'node:timers/promises';
import { recovery } from './history.ts';
import { type Crowd, startLoad } from './load.ts';
import { promises } from './records.ts';
import type { Drilled } from './story.ts';
import { ready, type World } from './world.ts';

export interface Fault {
  /** Does it … */
  begin(): Promise<unknown> | void;
  /** … and undoes it; nothing where the world has to help itself. */
  end?(): Promise<unknown> | void;
  /** Share of the seconds that it lasts. */
  share?: number;
  crowd?: Crowd;
}

/** A third of the time all is well, then something is not, then it is again: what that cost, and what held. */
export async function drillFault(world: World, seconds: number, fault: Fault): Promise<Drilled[]> {
  await using load = startLoad(world, fault.crowd);
  const { operations } = load.history;
  await pause(seconds * 300);
  const before = operations.filter(({ outcome }) => outcome !== 'ok').map(({ why }) => why);
  const began = performance.now();
  await fault.begin();
  await pause(seconds * 1000 * (fault.share ?? 0.3));
  const ended = performance.now();
  await fault.end?.();
  const untilReady = await ready(world);
  await pause(seconds * 300);
  const settled = performance.now();
  await load.stop();
  await load.replay(began - 10_000);
  const during = recovery(
    operations.filter((one) => one.ended < settled),
    began,
  );
  const since = recovery(operations, fault.end ? ended : began);
  const slowest = Math.max(...operations.filter((one) => one.began < settled).map((one) => one.ended - one.began));
  return [
    { name: 'requests that were not served', value: String(during.failed) },
    { name: 'longest time in which nobody was served', value: `${during.nobodyServed} ms` },
    {
      name: fault.end ? 'ready again, after the end of the fault' : 'ready again, after the fault',
      value: `${fault.end ? untilReady : Math.round(since.untilLastFailure)} ms`,
    },
    { name: `last request not served after ${fault.end ? 'its end' : 'it'}`, value: `${since.untilLastFailure} ms` },
    { name: 'slowest answer', value: `${Math.round(slowest)} ms` },
    {
      name: 'served again afterwards',
      value: `${since.servedAfter} requests; not served before the fault: ${before.filter((why) => !why?.startsWith('400')).length}`,
      holds: since.servedAfter > 0,
    },
    ...(await promises(world, operations)),
  ];
}
