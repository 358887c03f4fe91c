import { measureControlLogins } from './control-login.ts';
import { measureGrowth } from './growth.ts';
import type { Figures } from './figures.ts';
import { measureLiveSessions } from './live-sessions.ts';
import { measurePeople } from './people.ts';
import { measureQrLogins } from './qr-login.ts';
import { printRows } from './report.ts';
import { measureMemory, measureStarts } from './startup.ts';
import type { Bench } from './targets.ts';
import { measureWorkers } from './workers.ts';

/** What is measured beside the servers' contest. */
export interface Part {
  /** What it is called by: its own name, and that of several together. */
  names: readonly string[];
  /** It takes minutes and gigabytes, and so is measured only where it is named. */
  long?: boolean;
  run(bench: Bench, size: Size): Promise<Figures>;
}

export interface Size {
  /** Of load, for each server. */
  seconds: number;
  /** People in a database, where a part fills one; undefined for as many as it is about. */
  citizens: number | undefined;
}

/** In order. */
export const parts: readonly Part[] = [
  {
    names: ['workers'],
    async run(bench, { seconds }) {
      const { rows, figures } = await measureWorkers(bench, seconds);
      printRows(rows);
      return figures;
    },
  },
  { names: ['qr-test'], run: measureQrLogins },
  { names: ['control'], run: measureControlLogins },
  { names: ['start'], run: ({ cores }) => measureStarts(cores) },
  { names: ['memory'], run: ({ cores }) => measureMemory(cores) },
  { names: ['live-sessions'], long: true, run: ({ cores }) => measureLiveSessions(cores) },
  { names: ['growth'], long: true, run: ({ cores }, { citizens }) => measureGrowth(cores, citizens) },
  {
    names: ['people', 'people-sqlite'],
    long: true,
    run: ({ cores }, { citizens }) => measurePeople('sqlite', cores, citizens),
  },
  {
    names: ['people', 'people-postgres'],
    long: true,
    run: ({ cores }, { citizens }) => measurePeople('postgres', cores, citizens),
  },
];
