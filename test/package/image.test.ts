import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, globSync, mkdirSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOf, root, type Stage, stagesOf, textsOf } from '../support/dockerfile.ts';
import { freePort } from '../support/ports.ts';

/** What the Dockerfile says, done without an engine: its stages as folders, and its program by another user, who may write nowhere. */
const stages = stagesOf();
const last = stages.at(-1) as Stage;
let folder: string;
let image: string;

/** Node as its image has it, and none of this project's. */
const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

function make({ base, instructions }: Stage, place: string): void {
  // by links: a stage adds to the one below, or takes away, and changes no file of it
  if (stages.some(({ name }) => name === base)) execFileSync('cp', ['-al', join(folder, base), place]);
  mkdirSync(place, { recursive: true });
  for (const { name, text } of instructions) {
    if (name === 'COPY') {
      const { from, sources, target } = copyOf(text);
      for (const source of sources) {
        const origin = from ? join(folder, from, source.replace(/^\/build\//, '')) : join(root, source);
        const whole = target.endsWith('/') ? join(place, target, basename(source)) : join(place, target);
        cpSync(origin, target === './' ? join(place, basename(source)) : whole, {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
    }
    // the folders of the last stage are made below, where another user may write
    if (name === 'RUN' && place !== image)
      execFileSync('sh', ['-c', text], {
        cwd: place,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, PATH: path, npm_config_prefer_offline: 'true' },
      });
  }
}

const asRoot = process.getuid?.() === 0;
const user = asRoot ? { uid: 1000, gid: 1000 } : {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-image-'));
  chmodSync(folder, 0o755);
  image = join(folder, 'image');
  for (const stage of stages) make(stage, stage === last ? image : join(folder, stage.name));
  for (const name of ['data', 'keys']) {
    mkdirSync(join(folder, name), { mode: 0o700 });
    if (asRoot) chownSync(join(folder, name), 1000, 1000);
  }
  // whoever owns it may not write there either
  if (!asRoot) execFileSync('chmod', ['-R', 'a-w', image]);
}, 300_000);
afterAll(async () => {
  if (!asRoot) execFileSync('chmod', ['-R', 'u+w', image]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

test('the image has the program and what it needs, and neither sources nor tools', () => {
  expect(globSync('*', { cwd: image }).toSorted()).toEqual(['dist', 'node_modules', 'package.json']);
  expect(globSync('node_modules/{node,vitest,typescript,oxlint}', { cwd: image })).toEqual([]);
  expect(globSync('dist/{test,keys,data}', { cwd: image })).toEqual([]);
});

test('it starts where only its volumes can be written, is healthy, and ends when it is told to', async () => {
  const [port, cityPort] = [await freePort(), await freePort()];
  const set = Object.fromEntries(
    textsOf(last, 'ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))),
  );
  const env = {
    ...set,
    PATH: path,
    // no place of its own, and none for what is temporary
    HOME: image,
    TMPDIR: image,
    VNEID_HOST: '127.0.0.1',
    VNEID_DATA: join(folder, 'data'),
    VNEID_KEYS: join(folder, 'keys'),
    VNEID_PORT: String(port),
    VNEID_CITY_PORT: String(cityPort),
    VNEID_CITIZENS: '5',
  };
  const command = (name: string) => JSON.parse(/\[.*\]/.exec(textsOf(last, name)[0] ?? '')?.[0] ?? '[]') as string[];
  const run = ([file = '', ...args]: string[]) =>
    spawn(file, args, { cwd: image, env, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
  const before = statSync(image).mtimeMs;
  const program = run([...command('ENTRYPOINT'), ...command('CMD')]);
  let said = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(program, 'exit') as Promise<[number | null]>;
  const healthy = async () => {
    if (program.exitCode !== null) throw new Error(`the program ended with ${program.exitCode}: ${said}`);
    return ((await once(run(command('HEALTHCHECK')), 'exit')) as [number])[0];
  };
  await expect.poll(healthy, { timeout: 60_000, interval: 100 }).toBe(0);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('001085000001')]);
  program.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  expect(said).toBe('');
  expect((await once(run(command('HEALTHCHECK')), 'exit'))[0]).toBe(1);
  expect(await readdir(join(folder, 'keys'))).toEqual(['keys.json']);
  expect(await readdir(join(folder, 'data'))).toContain('vneid.sqlite');
  expect(statSync(image).mtimeMs).toBe(before);
});
