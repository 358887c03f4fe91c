import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of a tick of the kernel's clock, which Linux tells processes as a hundredth of a second. */
const tick = 10;

/**
 * Processor time and memory of processes that do not tell by themselves, with all their descendants. Linux only; zero
 * elsewhere, and for those that have ended.
 */
export function observe(pids: readonly number[]): { cpuMs: number; memoryMb: number } {
  let [ticks, pages] = [0, 0];
  const family = [...pids];
  for (let index = 0; index < family.length; index += 1) {
    const found = statOf(family[index] as number);
    if (!found) continue;
    ticks += found.ticks;
    pages += found.pages;
    family.push(...found.children);
  }
  return { cpuMs: ticks * tick, memoryMb: (pages * 4096) / 1e6 };
}

function statOf(pid: number): { ticks: number; pages: number; children: number[] } | undefined {
  try {
    // the name, in parentheses, may have spaces in it; proc(5) counts fields from 1, and the third comes first here
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
    return { ticks: (fields[11] ?? 0) + (fields[12] ?? 0), pages: fields[21] ?? 0, children };
  } catch {
    return undefined;
  }
}
