import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startSeeing } from '../support/seeing.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'vneid-lean-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(folder, 'compiled') };

/** What npm ci does in the end. */
function compile(): void {
  execFileSync('npm', ['run', 'compile', '--silent'], { cwd: root, env });
}

const builtins = `process.on('exit', () => { seen = process.moduleLoadList; });`;
const modules = `require('node:module').registerHooks({ load(url, about, next) { seen.push(url); return next(url, about); } });`;
const typeStripper = 'NativeModule internal/deps/amaro/dist/index';

test('what npm ci has compiled is not compiled again by the first start', async () => {
  // or the test would see nothing: without it, types are stripped
  expect(await startSeeing(builtins, { folder, env })).toContain(typeStripper);
  rmSync(env.NODE_COMPILE_CACHE, { recursive: true });

  compile();
  expect(await startSeeing(builtins, { folder, env })).not.toContain(typeStripper);
});

test('what npm ci has bundled is read from a fifth of the files at most', async () => {
  rmSync(env.NODE_COMPILE_CACHE, { recursive: true, force: true });
  const files = async () =>
    (await startSeeing(modules, { folder, env })).filter((url) => url.startsWith('file:')).length;
  const before = await files();
  compile();
  expect(await files()).toBeLessThan(before / 5);
});

test('libraries of stores that are not there are not read', async () => {
  const packages = new Set(
    (await startSeeing(modules, { folder, env })).map((url) => /.*node_modules\/((@\w+\/)?[^/]+)/.exec(url)?.[1]),
  );
  expect(packages).toContain('pino');
  for (const one of ['redis', '@redis/client', 'pg', '@opentelemetry/core', 'piscina', '@simplewebauthn/server'])
    expect(packages).not.toContain(one);
});
