import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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
  writeFileSync(join(root, 'src/farewell.ts'), `export const farewell: string = 'no more ${greeting}';`);
}

const bundled = expect.stringMatching(/^vneid-bundles\/.*cli\.mjs$/) as string;

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
      const read = /file:[^)]*\\/((src|vneid-bundles)\\/.*cli\\.\\w+)/.exec(String(new Error().stack))?.[1];
      console.log(JSON.stringify({ greeting, lies: import.meta.dirname, read }));
      process.once('message', () => import('./farewell.ts').then(({ farewell }) => process.send(farewell, () => process.disconnect())));
      process.send?.('ready');
    }`,
  );
});

test('a bundle is what the sources were, knows where they lie, and is not read once they are others', async () => {
  const lies = join(root, 'src');
  write('hello');
  expect(run(root)).toEqual({ greeting: 'hello', lies, read: 'src/cli.ts' });

  const into = join(root, 'node_modules/.cache/vneid');
  await bundle({ root, into });
  expect(run(root)).toEqual({ greeting: 'hello', lies, read: bundled });

  write('xin chào');
  expect(run(root)).toEqual({ greeting: 'xin chào', lies, read: 'src/cli.ts' });

  await bundle({ root, into });
  expect(run(root)).toEqual({ greeting: 'xin chào', lies, read: bundled });

  // that of another tree, or one that is being made
  const copy = join(folder, 'copy');
  cpSync(root, copy, { recursive: true, preserveTimestamps: true });
  expect(run(copy)).toEqual({ greeting: 'xin chào', lies: join(copy, 'src'), read: 'src/cli.ts' });
  rmSync(join(into, 'vneid-bundles/sources.json'));
  expect(run(root)).toMatchObject({ read: 'src/cli.ts' });

  // kept elsewhere
  const elsewhere = join(folder, 'elsewhere');
  await bundle({ root, into: elsewhere });
  expect(run(root, { NODE_COMPILE_CACHE: elsewhere })).toMatchObject({
    greeting: 'xin chào',
    read: bundled,
  });
});

test('what runs while another bundle is made goes on with its own', async () => {
  const into = join(root, 'node_modules/.cache/vneid');
  write('good morning');
  await bundle({ root, into });
  const program = fork(join(root, 'src/main.js'), { execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await once(program, 'message');

  await bundle({ root, into });
  write('good evening');
  await bundle({ root, into });
  await bundle({ root, into });
  program.send('go on');
  expect(await once(program, 'message')).toEqual(['no more good morning', undefined]);
  expect(run(root)).toMatchObject({ greeting: 'good evening', read: bundled });

  // and does not pile up
  write('good night');
  await bundle({ root, into });
  const folders = readdirSync(join(into, 'vneid-bundles'), { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(folders).toHaveLength(2);
});
