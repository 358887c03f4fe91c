import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';

/** A small program with the door of ours: its bundle is taken while it says what the sources say. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vneid-bundle-')));
afterAll(() => rmSync(folder, { recursive: true }));
const root = join(folder, 'tree');

function write(greeting: string): void {
  writeFileSync(join(root, 'src/greeting.ts'), `export const greeting: string = '${greeting}';`);
}

/** What the program says of itself, and from where it was read. */
function run(tree: string, env: Record<string, string> = {}): { greeting: string; lies: string; read: string } {
  const options = { encoding: 'utf8' as const, env: { ...process.env, NODE_OPTIONS: '', ...env } };
  return JSON.parse(execFileSync(process.execPath, [join(tree, 'src/main.js')], options)) as ReturnType<typeof run>;
}

beforeAll(() => {
  mkdirSync(join(root, 'src'), { recursive: true });
  cpSync(join(import.meta.dirname, '../../src/main.js'), join(root, 'src/main.js'));
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(root, 'src/cli.ts'),
    `import { greeting } from './greeting.ts';
    export function main() {
      const read = /file:[^)]*\\/([\\w-]+\\/cli\\.\\w+)/.exec(String(new Error().stack))?.[1];
      console.log(JSON.stringify({ greeting, lies: import.meta.dirname, read }));
    }`,
  );
});

test('a bundle is what the sources were, knows where they lie, and is not read once they are others', async () => {
  const lies = join(root, 'src');
  write('hello');
  expect(run(root)).toEqual({ greeting: 'hello', lies, read: 'src/cli.ts' });

  const into = join(root, 'node_modules/.cache/vneid');
  await bundle({ root, into });
  expect(run(root)).toEqual({ greeting: 'hello', lies, read: 'vneid-bundle/cli.mjs' });

  write('xin chào');
  expect(run(root)).toEqual({ greeting: 'xin chào', lies, read: 'src/cli.ts' });

  await bundle({ root, into });
  expect(run(root)).toEqual({ greeting: 'xin chào', lies, read: 'vneid-bundle/cli.mjs' });

  // that of another tree, or one that is being made
  const copy = join(folder, 'copy');
  cpSync(root, copy, { recursive: true, preserveTimestamps: true });
  expect(run(copy)).toEqual({ greeting: 'xin chào', lies: join(copy, 'src'), read: 'src/cli.ts' });
  rmSync(join(into, 'vneid-bundle/sources.json'));
  expect(run(root)).toMatchObject({ read: 'src/cli.ts' });

  // kept elsewhere
  const elsewhere = join(folder, 'elsewhere');
  await bundle({ root, into: elsewhere });
  expect(run(root, { NODE_COMPILE_CACHE: elsewhere })).toMatchObject({
    greeting: 'xin chào',
    read: 'vneid-bundle/cli.mjs',
  });
});
