import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createClock } from '../../../src/clock.ts';
import { createEvents } from '../../../src/events.ts';
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
  // left by who died in the middle of it
  await writeFile(join(folder, 'keys.json.lock'), '');
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
  expect(await readdir(folder)).toEqual(['keys.json']);
});
