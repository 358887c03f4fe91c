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

/** Processor time of the whole process, all threads, since it began; memory as the system sees it. */
export interface Usage {
  cpuMs: number;
  rssBytes: number;
}

/** In the child: says that it answers, and from then on how much it has used, until it is told to stop. */
export function reportTo(parent: NodeJS.Process, { ready, stop }: { ready: Ready; stop: () => Promise<void> }): void {
  parent.on('message', (message) => {
    if (message === 'usage') {
      const { user, system } = process.cpuUsage();
      const usage: Usage = { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
      parent.send?.(usage);
    } else {
      void stop().then(() => process.exit(0));
    }
  });
  // a bench that died must not leave servers behind
  parent.on('disconnect', () => process.exit(0));
  parent.send?.(ready);
}
