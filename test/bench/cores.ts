import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Who runs on which core. Without two cores or without `taskset` nothing is pinned, and the reason is said. */
export interface Cores {
  /** What to put before a command so that it runs on these cores; empty when nothing is pinned. */
  on(which: 'server' | 'generator' | 'all'): string[];
  /** One sentence for the report. */
  about: string;
}

/** Keeps this process, the generator, on the last core and leaves the first one to the servers. */
export function shareCores(): Cores {
  const allowed = allowedCores();
  const [first, last] = [allowed.at(0), allowed.at(-1)];
  if (first === undefined || last === undefined || first === last)
    return unpinned('there is one core for the server and the generator together');
  if (spawnSync('taskset', ['-acp', last, String(process.pid)]).status !== 0)
    return unpinned('there is no taskset here, so server and generator share all cores');
  const lists = { server: first, generator: last, all: allowed.join(',') };
  return {
    on: (which) => ['taskset', '-c', lists[which]],
    about: `each server with all its threads on core ${first}, the generator on core ${last}`,
  };
}

/** What figures were measured on. */
export function describeMachine(): { cores: number; cpu: string; node: string } {
  const all = cpus();
  return { cores: all.length, cpu: all[0]?.model ?? 'unknown', node: process.version };
}

function unpinned(why: string): Cores {
  return { on: () => [], about: `nothing is pinned: ${why}; compare ratios only` };
}

/** Linux tells which cores this process may use ("0-1,4"); elsewhere nothing can be pinned anyway. */
function allowedCores(): string[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    return list.split(',').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
    });
  } catch {
    return [];
  }
}
