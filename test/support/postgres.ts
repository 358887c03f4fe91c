import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/store/database.ts';
import { postgresFolder } from './needs.ts';
import type { Elsewhere } from './redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of a server whose database `template` has all our tables; undefined where SQLite is tested. */
    postgres: string | undefined;
  }
}

export interface PostgresServer {
  /** Address of its database `postgres`. */
  url: string;
  /** The folder of its socket, and of all that it has. */
  folder: string;
  /** All its processes die at once (kill -9). */
  kill(): Promise<void>;
  /** Starts it again on what it left, and waits until it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** One server for all files of the project `postgres`, begun by vitest before the first. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await ask(server.url, 'create database template');
  const template = await openDatabase(databaseAt(server.url, 'template'));
  await template.close();
  project.provide('postgres', server.url);
  return () => server.stop();
}

/**
 * A server of its own, in a folder that goes with it, reached by a socket in there. Text is ordered as Vietnamese has it,
 * unless a column says otherwise: what relies on the order of bytes has to say so. Elsewhere it is reached at port 5432 too.
 */
export async function startPostgres(
  settings: string[] = [],
  { disk = tmpdir(), elsewhere }: { disk?: string | undefined; elsewhere?: Elsewhere | undefined } = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(disk, 'vneid-pg-'));
  const bin = postgresFolder();
  const as = whoever();
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const order = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=vi'];
  const quick = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const reached = [
    '-c',
    `listen_addresses=${elsewhere?.host ?? ''}`,
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'max_connections=200',
  ];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'vneid', '--auth=trust', '--no-sync', ...order], {
    ...as,
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (elsewhere) appendFileSync(join(data, 'pg_hba.conf'), 'host all all samenet trust\n');
  const url = `postgres://vneid@localhost/postgres?host=${encodeURIComponent(folder)}`;
  // only an administrator may go elsewhere, and PostgreSQL is none
  const enter = elsewhere ? [...elsewhere.enter, `--setuid=${as.uid}`, `--setgid=${as.gid}`] : [];
  let server: ChildProcess;
  let ended: Promise<unknown>;
  // nobody is waited for, and nothing of it is wanted again
  const end = () => void server.kill('SIGQUIT');
  process.once('exit', end);
  const start = async () => {
    const [file = '', ...words] = [...enter, join(bin, 'postgres'), '-D', data, ...quick, ...reached, ...settings];
    const begun = spawn(file, words, {
      ...(!elsewhere && as),
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    begun.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-10_000)));
    [server, ended] = [begun, once(begun, 'exit')];
    while (!(await answers(url)))
      if (begun.exitCode !== null) throw new Error(`PostgreSQL ended with ${begun.exitCode}: ${said}`);
  };
  await start();
  return {
    url,
    folder,
    start,
    async kill() {
      const children = childrenOf(server.pid);
      server.kill('SIGKILL');
      for (const child of children)
        try {
          process.kill(child, 'SIGKILL');
        } catch {
          // it ended with its parent
        }
      await ended;
    },
    async stop() {
      end();
      await ended;
      process.off('exit', end);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Has a server do something, on a connection for this alone. */
export async function ask(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** The address of another database of the same server. */
export function databaseAt(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

async function answers(url: string): Promise<boolean> {
  return ask(url, 'select 1').then(
    () => true,
    () => false,
  );
}

/** By what the system tells of each process: the fourth word is its parent, after a name that may hold anything. */
function childrenOf(parent: number | undefined): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const [, of] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return Number(of) === parent;
    } catch {
      // it has ended meanwhile
      return false;
    }
  });
}

/** PostgreSQL refuses to run as root; Debian's package has made it a user. */
function whoever(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })));
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}
