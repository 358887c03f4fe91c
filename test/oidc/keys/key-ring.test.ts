import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createClock } from '../../../src/clock.ts';
import { createEvents } from '../../../src/events.ts';
import { openKeys } from '../../../src/oidc/keys/keys.ts';

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
