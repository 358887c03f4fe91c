import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { an } from '../support/relying-party.ts';
import { client } from './client.ts';
import type { Cores } from './cores.ts';
import { atMost, type Figures, information } from './figures.ts';
import { rangeOf } from './load.ts';
import { openProtocol } from './protocol.ts';
import { logIn } from './sign-in.ts';
import { openLine, Visitor } from './visitor.ts';
import { freePort } from '../support/ports.ts';

const bars = { firstMs: 1000, secondMs: 500, memoryMb: 150 };
const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: { start: string };
};
/** What `npm start` runs, without the word node. */
const [, ...program] = scripts.start.split(' ');

/**
 * `vneid start` as a new user types it after `npm ci`: an empty folder, keys, the cast and 300 citizens to make; then once
 * more with what the first start left behind. Beside it a first start with nothing compiled.
 */
export async function measureStarts(cores: Cores): Promise<Figures> {
  const [first, second, uncompiled]: [number[], number[], number[]] = [[], [], []];
  const timed = async (folder: string, times: number[]) => {
    const started = await start(folder, cores);
    times.push(started.readyMs);
    await started.stop();
  };
  for (let round = 0; round < 3; round += 1) {
    await inNewFolder(async (folder) => {
      compile(folder);
      await timed(folder, first);
      await timed(folder, second);
    });
    await inNewFolder((folder) => timed(folder, uncompiled));
  }
  return {
    'first start until ready': atMost(bars.firstMs, rangeOf(first).least, 'ms'),
    'first start until ready, slowest': information(rangeOf(first).most, 'ms'),
    'second start until ready': atMost(bars.secondMs, rangeOf(second).least, 'ms'),
    'second start until ready, slowest': information(rangeOf(second).most, 'ms'),
    'first start until ready, nothing compiled': information(rangeOf(uncompiled).least, 'ms'),
  };
}

/** Memory of `vneid start` five seconds after it is ready, and five seconds after the first login. */
export async function measureMemory(cores: Cores): Promise<Figures> {
  const figures: Figures = {};
  await inNewFolder(async (folder) => {
    compile(folder);
    const started = await start(folder, cores);
    await wait(5000);
    figures['memory, idle after start'] = atMost(bars.memoryMb, started.memoryMb(), 'MB');
    const line = openLine(started.issuer, 1);
    const { issuer } = started;
    const protocol = await openProtocol(issuer, line);
    const site = { line, protocol, issuer, people: [an] };
    await protocol.redeem(await logIn(site, new Visitor(line), { person: an, withCode: true, mayConsent: true }));
    line.close();
    await wait(5000);
    figures['memory, idle after a first login'] = atMost(bars.memoryMb, started.memoryMb(), 'MB');
    await started.stop();
  });
  return figures;
}

async function inNewFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-bench-'));
  try {
    // YAML is a superset of JSON
    await writeFile(join(folder, 'clients.yaml'), JSON.stringify({ clients: [client] }));
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const compiled = (folder: string) => ({ NODE_COMPILE_CACHE: join(folder, 'compiled') });

/** What `npm ci` does in the end. */
function compile(folder: string): void {
  execFileSync('npm', ['run', 'compile', '--silent'], { cwd: root, env: { ...process.env, ...compiled(folder) } });
}

async function start(folder: string, cores: Cores) {
  const [port, cityPort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    VNEID_PORT: String(port),
    VNEID_CITY_PORT: String(cityPort),
    VNEID_DATA: join(folder, 'data'),
    VNEID_KEYS: join(folder, 'keys'),
    VNEID_CLIENTS: join(folder, 'clients.yaml'),
    VNEID_LOG: 'error',
    ...compiled(folder),
  };
  const [command = '', ...args] = [...cores.on('all'), process.execPath, ...program];
  const began = performance.now();
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  await untilReady(child, port);
  const readyMs = performance.now() - began;
  return {
    issuer: `http://localhost:${port}`,
    readyMs,
    memoryMb: () => residentBytes(child.pid as number) / 1e6,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const line = openLine(`http://localhost:${port}`, 1);
  const deadline = performance.now() + 30_000;
  try {
    for (;;) {
      const status = await line.send('GET', '/health/ready').then(
        (reply) => reply.status,
        () => 0,
      );
      if (status === 200) return;
      if (child.exitCode !== null) throw new Error(`vneid start ended with code ${child.exitCode}`);
      if (performance.now() > deadline) throw new Error('vneid start was not ready within 30 s');
      await wait(5);
    }
  } finally {
    line.close();
  }
}

/** Linux says it in a file; elsewhere `ps` does, in kilobytes. */
function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  } catch {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  }
}
