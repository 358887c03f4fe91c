import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withPlainContext } from '../../src/oidc/plain-context.ts';
import type { Program } from '../support/program.ts';
import { startSeeing } from '../support/seeing.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'vneid-context-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(folder, 'compiled') };

/** Hears of each accessor of the library's context. */
const spy = `const define = Object.defineProperty;
  Object.defineProperty = (of, name, about) => {
    if (name === 'oidc' && about.get) seen.push('an accessor');
    return define(of, name, about);
  };`;

const askTwice = async ({ issuer }: Program) => {
  for (const _ of [1, 2]) expect((await fetch(`${issuer}/userinfo`)).status).toBe(401);
};

test('the library, as it comes, makes an accessor with every request', () => {
  const script = `const seen = [];
    ${spy}
    const { Provider } = await import('oidc-provider');
    const server = new Provider('http://localhost:3000').listen(0, '127.0.0.1', async () => {
      for (const _ of [1, 2]) await fetch('http://127.0.0.1:' + server.address().port + '/me');
      process.stdout.write(JSON.stringify(seen));
      process.exit();
    });`;
  const options = {
    cwd: root,
    encoding: 'utf8' as const,
    stdio: ['ignore' as const, 'pipe' as const, 'ignore' as const],
  };
  const written = execFileSync(process.execPath, ['--input-type=module', '-e', script], options);
  expect(JSON.parse(/\[.*\]$/.exec(written)?.[0] ?? '')).toEqual(['an accessor', 'an accessor']);
});

test('the program has it make none, from its files and from what npm ci has bundled', async () => {
  expect(await startSeeing(spy, { folder, env, during: askTwice })).toEqual([]);
  execFileSync('npm', ['run', 'compile', '--silent'], { cwd: root, env: { ...process.env, ...env } });
  expect(await startSeeing(spy, { folder, env, during: askTwice })).toEqual([]);
});

test('its text has the place once, and all other lines stay where they are', () => {
  const [file, other] = ['initialize_app.js', 'oidc_context.js'].map((name) =>
    join(createRequire(import.meta.url).resolve('oidc-provider'), '../helpers', name),
  ) as [string, string];
  const text = readFileSync(file, 'utf8');
  const changed = withPlainContext(file, text)?.split('\n') ?? [];
  const differ = text.split('\n').flatMap((line, at) => (line === changed[at] ? [] : [at]));
  expect(changed).toHaveLength(text.split('\n').length);
  expect(differ).toHaveLength(7);
  expect(withPlainContext(other, readFileSync(other, 'utf8'))).toBeUndefined();
  // another version, which may say it otherwise, is left as it is
  expect(withPlainContext(file, changed.join('\n'))).toBeUndefined();
});
