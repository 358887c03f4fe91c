import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../support/browser.ts';
import { startProgram } from '../support/program.ts';
import { an, newestCode } from '../support/relying-party.ts';

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
  folder = await mkdtemp(join(tmpdir(), 'vneid gói của tôi-'));
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
  expect(existsSync(join(folder, 'node_modules/vneid-emulator/dist/src/oidc/clients/clients.yaml'))).toBe(true);
});

test('npx finds the program', () => {
  expect(run('npx', ['--no', 'vneid', 'help'], folder)).toContain('vneid start');
});

test('it starts twice on the same data, stops when asked, and says nothing on stderr', async () => {
  // what npx runs, without npx between: npx ends on a signal before the program does
  const command = [process.execPath, join(folder, 'node_modules/.bin/vneid'), 'start'];
  const begin = () => startProgram({ command, cwd: folder, folder: join(folder, 'place') });
  const read = async (url: string) => {
    const answer = await fetch(url);
    return { status: answer.status, text: await answer.text() };
  };
  const first = await begin();
  let kept: Record<string, string>;
  let code: number | null;
  try {
    const { text } = await read(`${first.issuer}/.well-known/openid-configuration`);
    expect(JSON.parse(text)).toMatchObject({ issuer: first.issuer });
    for (const path of ['/', '/assets/vneid.css', '/assets/fonts/be-vietnam-pro-vietnamese-400-normal.woff2'])
      expect([path, (await read(first.issuer + path)).status]).toEqual([path, 200]);
    expect((await read(`${first.city}/ihanoi`)).text).toContain('href="/ihanoi/login"');
    expect(first.output().stdout).toContain(an.number);

    const browser = new Browser();
    const login = await browser.open(`${first.city}/ihanoi/login`);
    expect([login.status, login.url.origin]).toEqual([200, first.issuer]);
    for (const [, sheet = ''] of login.html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g))
      expect([sheet, (await read(new URL(sheet, login.url).href)).status]).toEqual([sheet, 200]);
    await browser.submit({ login: an.number, password: an.password });
    await browser.submit({ otp: await newestCode(first, an.number) });
    const me = await browser.submit({ decision: 'allow' });
    expect([me.url.origin, me.text]).toEqual([first.city, expect.stringContaining(an.name)]);
    kept = { keys: (await read(`${first.issuer}/jwks`)).text, code: await newestCode(first, an.number) };
  } finally {
    code = await first.stop();
  }
  expect({ code, stderr: first.output().stderr }).toEqual({ code: 0, stderr: '' });

  const second = await begin();
  try {
    expect({
      keys: (await read(`${second.issuer}/jwks`)).text,
      code: await newestCode(second, an.number),
    }).toEqual(kept);
  } finally {
    code = await second.stop();
  }
  expect({ code, stderr: second.output().stderr }).toEqual({ code: 0, stderr: '' });
});

test('startVneid() can be imported, and its types hold', async () => {
  await writeFile(
    join(folder, 'use.ts'),
    `import { startVneid, type Instance } from 'vneid-emulator';
const vneid: Instance = await startVneid({ clients: [{ client_id: 'app', redirect_uris: ['http://localhost/cb'] }] });
const issuer: string = vneid.issuer;
// @ts-expect-error an issuer is text: the types are not "any"
export const wrong: number = vneid.issuer;
// @ts-expect-error a port is a number
export const alsoWrong = () => startVneid({ port: 'x' });
const answer = await fetch(issuer + '/jwks');
console.log(answer.status);
await vneid.stop();
`,
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "target": "es2024", "lib": ["es2024", "dom"], "module": "nodenext", "strict": true, "skipLibCheck": true, "noEmit": true, "types": [] }, "files": ["use.ts"] }',
  );
  expect(run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)).toBe('');
  expect(run(process.execPath, ['use.ts'], folder).trim()).toBe('200');
});
