import { expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import { artifactContract, winners } from './contract.ts';

artifactContract('memory', ({ clock, small }) => createMemoryArtifacts({ clock, ...(small && { limit: 100 }) }));

it('holds exactly its limit', async () => {
  const store = createMemoryArtifacts({ clock: createClock(), limit: 3 });
  for (const id of ['a', 'b', 'c']) await store.put('Client', id, {});
  await expect(store.put('Client', 'd', {})).rejects.toMatchObject({
    code: 'store.full',
    headers: { 'Retry-After': '60' },
  });
  await store.put('Client', 'c', { again: true });
  await store.remove('Client', 'a');
  await store.put('Client', 'd', {});
  expect(await store.size()).toBe(3);
  await store.close();
});

it('the race would be noticed: a store that reads, checks and then writes lets many win', async () => {
  const store = naive(createMemoryArtifacts({ clock: createClock() }));
  const won = await winners(store, 'code', Math.floor(Date.now() / 1000) + 60);
  expect(won.consume).toBeGreaterThan(1);
  expect(won.add).toBeGreaterThan(1);
  expect(won.take).toBeGreaterThan(1);
  await store.close();
});

/** The usual adapter of the field (find, check, write), on top of a sound store. */
function naive(sound: ArtifactStore): ArtifactStore {
  return {
    ...sound,
    async consume(kind, id) {
      const found = await sound.get(kind, id);
      if (!found || found.consumed) return false;
      await sound.put(kind, id, { ...found, consumed: 1 });
      return true;
    },
    async add(kind, id, payload, expiresAt) {
      if (await sound.get(kind, id)) return false;
      await sound.put(kind, id, payload, expiresAt);
      return true;
    },
    async take(kind, id) {
      const found = await sound.get(kind, id);
      await sound.remove(kind, id);
      return found;
    },
  };
}
