import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Person } from './child.ts';
import type { Cores } from './cores.ts';
import { observe } from './processor-time.ts';
import type { Target } from './target.ts';
import { openLine } from './visitor.ts';

/**
 * Servers of other makes, in exactly these versions. They are fetched into a folder of the caller's by the ordinary
 * client of their registry, and nothing of them is kept with us.
 */
export const versions = {
  keycloak: 'org.keycloak:keycloak-quarkus-dist:26.4.0:zip',
  mockpass: '@opengovsg/mockpass@4.3.4',
  'oauth2-mock-server': 'oauth2-mock-server@9.3.0',
  /** Debian 12 has 2.7.5; the libraries are those that only it needs. */
  glewlwyd:
    'glewlwyd glewlwyd-common libconfig9 libhoel1.4 libiddawc1.1 libmariadb3 libmicrohttpd12 liboath0 liborcania2.3 librhonabwy1.1 libulfius2.7 libyder2.0',
} as const;

/** Seconds that fetching one may take, and that it may take to answer. */
const [patience, start] = [240, 300];

/** The folder of a package of npm. @throws Error when it cannot be had */
export function fromNpm(folder: string, spec: string): string {
  const name = spec.slice(0, spec.lastIndexOf('@'));
  const installed = join(folder, 'npm', 'node_modules', name);
  if (!existsSync(installed))
    run(
      'npm',
      ['install', '--prefix', join(folder, 'npm'), '--no-audit', '--no-fund', '--ignore-scripts', spec],
      folder,
    );
  return installed;
}

/** The one folder of an archive of Maven's. @throws Error when it cannot be had */
export function fromMaven(folder: string, artifact: string): string {
  const unpacked = join(folder, 'maven');
  if (!existsSync(unpacked)) {
    run('java', ['-version'], folder);
    run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], folder);
    const [, name, version, type] = artifact.split(':');
    run('unzip', ['-q', '-d', unpacked, join(folder, `${name}-${version}.${type}`)], folder);
  }
  return join(unpacked, readdirSync(unpacked)[0] ?? '');
}

/** What Debian's packages have, unpacked into a folder and not installed. @throws Error when it cannot be had */
export function fromDebian(folder: string, packages: string): string {
  const unpacked = join(folder, 'debian');
  if (!existsSync(unpacked)) {
    const fetched = join(folder, 'deb');
    mkdirSync(fetched, { recursive: true });
    run('apt-get', ['download', '-q', ...packages.split(' ')], fetched);
    for (const file of readdirSync(fetched)) run('dpkg-deb', ['-x', join(fetched, file), unpacked], folder);
  }
  return unpacked;
}

function run(command: string, args: string[], cwd: string): void {
  mkdirSync(cwd, { recursive: true });
  try {
    execFileSync(command, args, { cwd, timeout: patience * 1000, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (problem) {
    throw new Error(`${command} ${args[0]} did not succeed: ${String(problem).slice(0, 300)}`, { cause: problem });
  }
}

export interface PeerOptions {
  name: string;
  command: string[];
  env?: Record<string, string>;
  cwd?: string;
  issuer: string;
  /** Address that answers 200 as soon as it is up. */
  ready: string;
  /** What it writes once all of it is up, where a part of it answers before. */
  says?: string;
  people: Person[];
  cores: Cores;
  /** Which cores it has; those of servers unless told. */
  on?: 'server' | 'all';
}

/** Starts a server that does not know of the bench: what it uses is asked of the kernel. @throws Error when it does not come up */
export async function startPeer(options: PeerOptions): Promise<Target> {
  const { name, command, env = {}, cwd, issuer, ready, says, people, cores, on = 'server' } = options;
  const [program = '', ...args] = [...cores.on(on), ...command];
  const began = performance.now();
  // a group of its own, so that what a script started ends with it
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', says === undefined ? 'ignore' : 'pipe', 'pipe'],
    detached: true,
    ...(cwd && { cwd }),
  });
  const whole = says === undefined ? undefined : heard(child, says);
  let said = '';
  child.on('error', (problem) => (said += problem.message));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)));
  const end = () => endGroup(child);
  process.once('exit', end);
  const stop = async () => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    end();
    await gone;
    process.off('exit', end);
  };
  try {
    await untilUp(child, ready);
    await whole;
  } catch (problem) {
    await stop();
    throw new Error(`${String(problem)} ${said.slice(-300)}`, { cause: problem });
  }
  const pids = [child.pid as number];
  return {
    name,
    issuer,
    people,
    startMs: performance.now() - began,
    usage: async () => ({ cpuMs: observe(pids).cpuMs, mainMs: undefined }),
    memoryMb: () => observe(pids).memoryMb,
    storesCpuMs: () => 0,
    checkPasswords: () => {},
    watchLoop: () => {},
    stop,
  };
}

/** @throws Error when it ends without having said so */
function heard(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      if (said.includes(text)) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended and had not said "${text}"`)));
  });
}

async function untilUp(child: ChildProcess, ready: string): Promise<void> {
  const { origin, pathname } = new URL(ready);
  const line = openLine(origin, 1);
  const deadline = performance.now() + start * 1000;
  try {
    for (;;) {
      const status = await line.send('GET', pathname).then(
        (reply) => reply.status,
        () => 0,
      );
      if (status === 200) return;
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`it ended with ${child.exitCode}`);
      if (performance.now() > deadline) throw new Error(`it did not answer within ${start} s`);
      await wait(50);
    }
  } finally {
    line.close();
  }
}

function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
