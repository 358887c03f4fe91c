import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { until } from '../support/redis.ts';

/** Who ends a program that has only begun, or no longer reads what it says. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-signals-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function begin(name: string, args: string[], citizens: number) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    VNEID_PORT: String(await freePort()),
    VNEID_CITY: 'false',
    VNEID_DATA: join(folder, name, 'data'),
    VNEID_KEYS: join(folder, name, 'keys'),
    VNEID_CITIZENS: String(citizens),
  };
  const program = spawn(process.execPath, ['src/main.js', 'start', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { program, ended: once(program, 'exit') as Promise<[number | null, string | null]>, env };
}

// the first process of a container hears only what it listens to
test.each([
  ['one process', []],
  ['a pool', ['--workers', '2']],
])('%s that makes people for minutes ends by itself when it is told to', async (name, args) => {
  const { program, ended, env } = await begin(name, args, 5_000_000);
  program.stdout.resume();
  program.stderr.resume();
  await until(async () => existsSync(join(env.VNEID_DATA, 'vneid.sqlite')) || program.exitCode !== null);
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('a pool whose messages nobody reads any more goes on when a worker dies', async () => {
  const { program, ended } = await begin('unread', ['--workers', '2'], 0);
  let said = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until(async () => said.includes('SYNTHETIC DATA') || program.exitCode !== null);
  program.stderr.destroy();
  const workers = async () => {
    const children = await readFile(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').catch(() => '');
    return children.trim().split(' ').map(Number);
  };
  const [first = 0] = await workers();
  process.kill(first, 'SIGKILL');
  await until(async () => {
    const now = await workers();
    return (now.length === 2 && !now.includes(first)) || program.exitCode !== null;
  });
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
