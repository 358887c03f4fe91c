import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

/** A Node that says it is 20, as far as the program can see. */
const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`;

test('the door asks nothing of Node before it has looked at its version', () => {
  // a static import of something Node 20 lacks would fail before the first line runs
  expect(readFileSync(resolve(import.meta.dirname, '../../src/main.js'), 'utf8')).not.toMatch(/^import /m);
});

test.each(['start', 'check-node', 'seed'])('an old Node gets one sentence in two languages: %s', (command) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', pretend, resolve(import.meta.dirname, '../../src/main.js'), command],
    { encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('VNeID cần Node.js 24 trở lên');
  expect(stderr).toContain('needs Node.js 24 or later');
});
