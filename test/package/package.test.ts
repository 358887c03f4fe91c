import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram } from '../support/program.ts';

/** Someone installs the published package, with npm, into a project of their own. */
const root = resolve(import.meta.dirname, '../..');
let folder: string;

const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-package-'));
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as {
    filename: string;
  }[];
  await writeFile(join(folder, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }');
  run(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--prefer-offline',
      join(folder, packed?.filename ?? ''),
    ],
    folder,
  );
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('it brings no Node, no sources and no tests', () => {
  expect(globSync('node_modules/{node,node-*,vitest,typescript}', { cwd: folder })).toEqual([]);
  expect(globSync('node_modules/vneid-emulator/{src,test,keys,data}', { cwd: folder })).toEqual([]);
  expect(existsSync(join(folder, 'node_modules/vneid-emulator/dist/src/oidc/clients.yaml'))).toBe(true);
});

test('npx vneid start runs the same program, twice on the same data, and says nothing on stderr', async () => {
  const place = join(folder, 'place');
  const begin = () => startProgram({ command: ['npx', '--no', 'vneid', 'start'], cwd: folder, folder: place });
  const first = await begin();
  try {
    const discovery = (await (await fetch(`${first.issuer}/.well-known/openid-configuration`)).json()) as {
      issuer: string;
    };
    expect(discovery.issuer).toBe(first.issuer);
    for (const path of [
      '/',
      '/assets/vneid.css',
      '/assets/fonts/be-vietnam-pro-vietnamese-400-normal.woff2',
      '/lab/inbox/001085000001',
    ]) {
      expect([path, (await fetch(first.issuer + path)).status]).toEqual([path, 200]);
    }
    expect((await fetch(`${first.city}/ihanoi/login`, { redirect: 'manual' })).status).toBe(303);
    expect(first.output().stdout).toContain('001085000001');
  } finally {
    await first.stop();
  }
  expect(first.output().stderr).toBe('');
  const keys = (kept: { issuer: string }) => fetch(`${kept.issuer}/jwks`).then((answer) => answer.json());
  const second = await begin();
  const third = await keys(second).finally(() => second.stop());
  const again = await begin();
  expect(await keys(again).finally(() => again.stop())).toEqual(third);
});

test('startVneid() can be imported, and its types hold', async () => {
  await writeFile(
    join(folder, 'use.ts'),
    `import { startVneid, type Instance } from 'vneid-emulator';
const vneid: Instance = await startVneid({ clients: [{ client_id: 'app', redirect_uris: ['http://localhost/cb'] }] });
const issuer: string = vneid.issuer;
const answer = await fetch(issuer + '/jwks');
console.log(answer.status);
await vneid.stop();
`,
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "target": "es2024", "lib": ["es2024", "dom", "esnext.disposable"], "module": "nodenext", "strict": true, "skipLibCheck": true, "noEmit": true, "types": [] }, "files": ["use.ts"] }',
  );
  expect(run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)).toBe('');
  expect(run(process.execPath, ['use.ts'], folder).trim()).toBe('200');
});
