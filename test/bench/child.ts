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
  /** Of the thread that answers requests. */
  mainMs: number;
}

/** What the bench says. `check passwords` is for servers that take any password until then. */
export type Order = 'usage' | 'check passwords' | 'stop';

/** In the child: says that it answers, and from then on how much it has used, until it is told to stop. */
export function reportTo(parent: NodeJS.Process, { ready, stop }: { ready: Ready; stop: () => Promise<void> }): void {
  parent.on('message', (order: Order) => {
    if (order === 'usage') {
      const usage: Usage = { cpuMs: milliseconds(process.cpuUsage()), mainMs: milliseconds(process.threadCpuUsage()) };
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
