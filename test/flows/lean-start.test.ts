import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startProgram } from '../support/program.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'vneid-lean-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(folder, 'compiled') };

/**
 * Starts the program for the first time, stops it when it is ready, and tells what a script that is loaded before it
 * makes of `seen` until it ends.
 */
async function startSeeing(script: string): Promise<string[]> {
  const own = mkdtempSync(join(folder, 'start-'));
  writeFileSync(
    join(own, 'spy.cjs'),
    `let seen = [];
    ${script}
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(join(own, 'seen'))}, seen.join('\\n')));`,
  );
  const program = await startProgram({
    command: [process.execPath, '-r', join(own, 'spy.cjs'), 'src/main.js', 'start'],
    cwd: root,
    folder: own,
    env,
  });
  expect(await program.stop()).toBe(0);
  return readFileSync(join(own, 'seen'), 'utf8').split('\n');
}

/** What npm ci does in the end. */
function compile(): void {
  execFileSync('npm', ['run', 'compile', '--silent'], { cwd: root, env });
}

const builtins = `process.on('exit', () => { seen = process.moduleLoadList; });`;
const modules = `require('node:module').registerHooks({ load(url, about, next) { seen.push(url); return next(url, about); } });`;
const typeStripper = 'NativeModule internal/deps/amaro/dist/index';

test('what npm ci has compiled is not compiled again by the first start', async () => {
  // or the test would see nothing: without it, types are stripped
  expect(await startSeeing(builtins)).toContain(typeStripper);
  rmSync(env.NODE_COMPILE_CACHE, { recursive: true });

  compile();
  expect(await startSeeing(builtins)).not.toContain(typeStripper);
});

test('what npm ci has bundled is read from a fifth of the files at most', async () => {
  rmSync(env.NODE_COMPILE_CACHE, { recursive: true, force: true });
  const files = async () => (await startSeeing(modules)).filter((url) => url.startsWith('file:')).length;
  const before = await files();
  compile();
  expect(await files()).toBeLessThan(before / 5);
});

test('libraries of stores that are not there are not read', async () => {
  const packages = new Set(
    (await startSeeing(modules)).map((url) => /.*node_modules\/((@\w+\/)?[^/]+)/.exec(url)?.[1]),
  );
  expect(packages).toContain('pino');
  for (const one of ['redis', '@redis/client', 'pg', '@opentelemetry/core', 'piscina', '@simplewebauthn/server'])
    expect(packages).not.toContain(one);
});
