import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Person, Ready, Usage } from './child.ts';
import type { Cores } from './cores.ts';
import { observe } from './processor-time.ts';

/** A server under test, in a process of its own. */
export interface Target {
  name: string;
  issuer: string;
  people: Person[];
  /** From the command to the first answer. */
  startMs: number;
  usage(): Promise<Usage>;
  memoryMb(): number;
  /** Processor time of what is behind it, Redis and PostgreSQL. */
  storesCpuMs(): number;
  /** From now on a password has to be right. */
  checkPasswords(): void;
  watchLoop(): void;
  stop(): Promise<void>;
}

export interface TargetOptions {
  name: string;
  /** Beside this file; it calls `reportTo`. */
  script: string;
  args?: string[];
  cores: Cores;
  /** Folder for a CPU profile of the server, written when it stops. */
  profile?: string | undefined;
  /** Processes of its stores. */
  stores?: readonly number[];
}

/** Starts a server of ours, or the bare one, and waits until it says that it answers. */
export async function startTarget(options: TargetOptions): Promise<Target> {
  const { name, script, args = [], cores, profile, stores = [] } = options;
  const file = fileURLToPath(new URL(script, import.meta.url));
  const profiled = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`] : [];
  const [command = '', ...rest] = [...cores.on('server'), process.execPath, ...profiled, file, ...args];
  const who = `the server "${name}"`;
  const began = performance.now();
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { issuer, people } = await answer<Ready>(child, who);
  const order = (what: Order) => child.send(what);
  return {
    name,
    issuer,
    people,
    startMs: performance.now() - began,
    usage() {
      order('usage');
      return answer<Usage>(child, who);
    },
    memoryMb: () => observe([child.pid as number]).memoryMb,
    storesCpuMs: () => observe(stores).cpuMs,
    checkPasswords: () => void order('check passwords'),
    watchLoop: () => void order('watch the loop'),
    async stop() {
      const gone = once(child, 'exit');
      order('stop');
      await gone;
    },
  };
}

/**
 * The next thing that a child says.
 * @throws Error when it ends instead
 */
export async function answer<T>(child: ChildProcess, name: string): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as T),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${name} ended with code ${code}`);
      }),
    ]);
  } finally {
    waiting.abort();
  }
}
