import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createClock } from '../../../src/clock.ts';
import { createEvents } from '../../../src/events.ts';
import { changeKeyFile, readKeyFile } from '../../../src/oidc/keys/key-file.ts';
import { openKeys, rotateKeys } from '../../../src/oidc/keys/keys.ts';

test('whoever starts at once on one empty folder has the same keys and secrets, and leaves nothing beside them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-keys-'));
  const rings = await Promise.all(
    Array.from({ length: 4 }, () => openKeys({ folder, clock: createClock(), events: createEvents() })),
  );
  const late = await openKeys({ folder, clock: createClock(), events: createEvents() });
  const own = (ring: typeof late) => [ring.secret('cookies').toString('hex'), ...ring.list().map(({ kid }) => kid)];
  for (const ring of rings) expect(own(ring)).toEqual(own(late));
  expect(await readdir(folder)).toEqual(['keys.json']);
  for (const ring of [...rings, late]) ring.stop();
  await rm(folder, { recursive: true });
});

test('of many who rotate at once nobody loses the keys of another, who may have signed with them', async () => {
  await using begun = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vneid-keys-'));
  begun.defer(() => rm(folder, { recursive: true }));
  const open = async () => {
    const ring = await openKeys({ folder, clock: createClock(), events: createEvents() });
    begun.defer(() => ring.stop());
    return ring;
  };
  const [here, there] = [await open(), await open()];
  const known = (ring: typeof here) => new Set(ring.list().map(({ kid }) => kid));
  const before = known(here);
  const hour = 3_600_000;
  await Promise.all([
    here.rotate({ announce: 0, retire: hour }),
    here.rotate({ announce: 0, retire: hour }),
    there.rotate({ announce: 0, retire: hour }),
    rotateKeys({ folder, now: Date.now(), announce: 0, retire: hour }),
  ]);
  for (const ring of [here, there]) await ring.refresh();
  expect(known(here)).toEqual(known(there));
  expect(known(here).size).toBe(5 * before.size);
  expect([...known(here)]).toEqual(expect.arrayContaining([...before]));
});

test('who dies while it changes the keys holds nobody up, and of those who go on after it none loses the keys of another', async () => {
  await using begun = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vneid-keys-'));
  begun.defer(() => rm(folder, { recursive: true }));
  const ring = await openKeys({ folder, clock: createClock(), events: createEvents() });
  begun.defer(() => ring.stop());
  // says so while it holds the file, which it goes on to do until it is ended
  const holder = new URL('../../../src/store/lock.ts', import.meta.url).href;
  const program = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { alone } from ${JSON.stringify(holder)};
      await alone(process.argv[1], () => {
        console.log('held');
        return new Promise((resolve) => setInterval(resolve, 2 ** 30));
      });`,
      join(folder, 'keys.json.lock'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  await once(program.stdout, 'data');
  const change = (useFrom: number) =>
    changeKeyFile(folder, (file) => ({
      ...file,
      keys: [...file.keys, ...file.keys.slice(0, 1).map((key) => ({ ...key, useFrom }))],
    }));
  const all = Promise.all([1, 2, 3, 4, 5, 6].map(change));
  program.kill('SIGKILL');
  await all;
  const { keys } = (await readKeyFile(folder)) ?? { keys: [] };
  expect(new Set(keys.slice(-6).map(({ useFrom }) => useFrom))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});
