import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

/**
 * Someone whose Node is too old runs a command all the same, after `npm ci --ignore-scripts` or by its full path. Each
 * command is run with a PATH that begins with an old Node: one that pretends, and a real one where the machine has one.
 */
const root = resolve(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const folder = mkdtempSync(join(tmpdir(), 'vneid-old-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const older = `Object.defineProperties(process,{version:{value:'v20.20.2'},versions:{value:{...process.versions,node:'20.20.2'}}})`;
const pretending = join(folder, 'node');
writeFileSync(pretending, `#!/bin/sh\nexec '${process.execPath}' --import "data:text/javascript,${older}" "$@"\n`);
chmodSync(pretending, 0o755);

const onPath = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, 'node'));
const realNode = onPath.find((node) => existsSync(node) && majorOf(node) < 24);
const nodes = [
  { who: 'one that pretends', node: pretending },
  ...(realNode ? [{ who: 'one of this machine', node: realNode }] : []),
];

function majorOf(node: string): number {
  return Number(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.slice(1).split('.')[0]);
}

/** A folder in which `node` is this one and nothing else is. */
function only(node: string): string {
  const place = mkdtempSync(join(folder, 'path-'));
  symlinkSync(node, join(place, 'node'));
  return place;
}

describe.each(nodes)('an old Node, $who', ({ node }) => {
  const path = only(node);

  // what npm would run, and the program by its name; the formatter and the package's own commands run no Node of theirs
  test.each([
    ...['start', 'vneid', 'test', 'test:unit', 'bench', 'check', 'build'].map((name) => [
      `npm run ${name}`,
      scripts[`pre${name}`] ?? scripts[name] ?? '',
    ]),
    ['the program itself', 'node src/main.js seed'],
  ])('%s: one sentence in two languages', (_name, line) => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: [path, '/usr/bin', '/bin'].join(delimiter) },
    });
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, stdout: '', lines: 1 });
    expect(stderr).toMatch(/^VNeID cần Node\.js 24 trở lên.*VNeID needs Node\.js 24 or later/);
  });
});

test('the door asks nothing of Node before it has looked at its version', () => {
  // a static import of something an old Node lacks would fail before the first line runs; one that pretends lacks nothing
  expect(readFileSync(join(root, 'src/main.js'), 'utf8')).not.toMatch(/^import /m);
});
