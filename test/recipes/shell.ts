import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a step may take, in milliseconds: some builds fill both cores of a small machine for minutes. */
const patience = 600_000;

/** Shell lines that are running, in a process group of their own: what they start ends with them. */
export interface Typed {
  child: ChildProcess;
  /** Settled when the lines and all that they started have ended. */
  ended: Promise<unknown>;
  /** The last of what they wrote. */
  said: () => string;
}

export function typed(lines: string, cwd: string, env: Record<string, string>): Typed {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', lines], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-20_000)));
  return { child, ended: once(child, 'close'), said: () => text };
}

/** Waits for the end of lines; what went wrong with them, or undefined. */
export async function finish(running: Typed): Promise<string | undefined> {
  await Promise.race([running.ended, pause(patience, undefined, { ref: false })]);
  const { exitCode } = running.child;
  if (exitCode === 0) return undefined;
  await end(running);
  return `${exitCode === null ? 'it did not come to an end' : `exit code ${exitCode}`}\n${running.said()}`;
}

/** Does something while an app runs and answers at an address, and ends the app. */
export async function whileAnswering(app: Typed, address: string, act: () => Promise<void>): Promise<void> {
  try {
    await answering(address, app);
    await act();
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${app.said()}`, { cause: error });
  } finally {
    await end(app);
  }
}

async function answering(address: string, { child }: Typed): Promise<void> {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode}`);
    if (await fetch(address, { redirect: 'manual' }).catch(() => undefined)) return;
    await pause(100); // an app that is starting needs the core more than this question does
  }
  throw new Error(`nothing answers at ${address}`);
}

async function end({ child: { pid }, ended }: Typed): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      return; // nobody of the group is left
    }
    if ((await Promise.race([ended, pause(10_000, 'late', { ref: false })])) !== 'late') return;
  }
}
