import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a server under test and the bench say to each other over the channel between parent and child. */

/** Someone who can sign in. */
export interface Person {
  number: string;
  password: string;
}

export interface Ready {
  issuer: string;
  people: Person[];
}

/** Processor time since the process began. */
export interface Usage {
  /** Of all threads. */
  cpuMs: number;
  /** Of the thread that answers requests; undefined where only the process can be seen. */
  mainMs: number | undefined;
  /** How late the event loop was, p99 since it was last asked after; undefined unless it is watched. */
  loopDelayMs?: number | undefined;
}

/**
 * What the bench says. `check passwords` is for servers that take any password until then; `watch the loop` begins to
 * look at the event loop's delays, which costs a little and so is not done otherwise.
 */
export type Order = 'usage' | 'check passwords' | 'watch the loop' | 'stop';

/** Milliseconds between two looks at the event loop. */
const look = 5;

/** In the child: says that it answers, and from then on how much it has used, until it is told to stop. */
export function reportTo(parent: NodeJS.Process, { ready, stop }: { ready: Ready; stop: () => Promise<void> }): void {
  const delays = monitorEventLoopDelay({ resolution: look });
  let watched = false;
  parent.on('message', (order: Order) => {
    if (order === 'watch the loop') {
      delays.reset();
      watched = delays.enable() || watched;
    } else if (order === 'usage') {
      const usage: Usage = {
        cpuMs: milliseconds(process.cpuUsage()),
        mainMs: milliseconds(process.threadCpuUsage()),
        // what it counts is the time from look to look
        ...(watched && { loopDelayMs: Math.max(0, delays.percentile(99) / 1e6 - look) }),
      };
      parent.send?.(usage);
    } else if (order === 'stop') {
      void stop().then(() => process.exit(0));
    }
  });
  // a bench that died must not leave servers behind
  parent.on('disconnect', () => process.exit(0));
  parent.send?.(ready);
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
