import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './ports.ts';

/** The program running as a process of its own, as a user starts it. */
export interface Program {
  issuer: string;
  city: string;
  process: ChildProcess;
  /** What it has written so far. */
  output: () => { stdout: string; stderr: string };
  /** Settles when it has ended: the exit code. */
  ended: Promise<number | null>;
  /** Asks it to stop and waits: the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the program on free ports with a folder of its own and waits until it is ready.
 * @param command what to run, such as [process.execPath, 'src/main.js', 'start']
 * @param env further options, as environment variables
 */
export async function startProgram({
  command,
  cwd,
  folder,
  port: wanted,
  env = {},
}: {
  command: string[];
  cwd: string;
  folder: string;
  port?: number;
  env?: Record<string, string>;
}): Promise<Program> {
  const [port, cityPort] = [wanted ?? (await freePort()), await freePort()];
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      VNEID_PORT: String(port),
      VNEID_CITY_PORT: String(cityPort),
      VNEID_DATA: `${folder}/data`,
      VNEID_KEYS: `${folder}/keys`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const issuer = `http://localhost:${port}`;
  await ready(issuer, child, written);
  return {
    issuer,
    city: `http://localhost:${cityPort}`,
    process: child,
    output: () => written,
    ended,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Asks until it answers, now and then: who asks all the time takes the processor from whoever starts. */
async function ready(issuer: string, child: ChildProcess, written: { stdout: string; stderr: string }): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the program ended with ${child.exitCode}: ${written.stderr}${written.stdout}`);
    const answer = await fetch(`${issuer}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
