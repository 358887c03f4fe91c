import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds, type Specimen } from '../support/token-kinds.ts';
import { places } from '../support/token-places.ts';
import { tokenWorld, type World } from '../support/token-world.ts';

/**
 * Every kind of token at every place that takes another kind (RFC 8725 §3.12, CVE-2026-4282). One of each kind is made for
 * one and the same client, carried round all the places, and in the end presented where it belongs: there it still works,
 * so it was alive and nobody had an effect on it.
 */
let world: World;
const broken: string[] = [];
beforeAll(async () => {
  world = await tokenWorld();
  world.vneid.events.on('server.error', ({ message }) => broken.push(message));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  expect(broken).toEqual([]);
});

test('every place takes a kind that is in the table, and every kind has a place or an app that takes it', () => {
  const taken = Object.values(places).flatMap(({ takes }) => takes);
  expect(taken.filter((kind) => !(kind in kinds))).toEqual([]);
  expect(Object.entries(kinds).filter(([name, { living }]) => !living && !taken.includes(name))).toEqual([]);
});

describe.each(Object.entries(kinds))('%s', (name, { make, living }) => {
  const foreign = Object.entries(places).filter(([, { takes }]) => !takes.includes(name));
  const own = Object.entries(places).filter(([, { takes }]) => takes.includes(name));
  let specimen: Specimen;
  beforeAll(async () => {
    // wrong codes of the last kind are forgotten
    world.vneid.clock.advance(660_000);
    specimen = await make(world);
  });

  test.each(foreign)('is no %s', async (_place, { taken }) => {
    // what belongs to it elsewhere is not shown to a place that is not its own
    const { taken: was, status, error } = await taken(world, { value: specimen.value });
    expect(was, `${status} ${String(error)}`).toBe(false);
    expect(status).toBeLessThan(500);
    expect(status >= 400 || error, `${status} says why`).toBeTruthy();
  });

  test.each(own)('is a %s', async (place, { taken }) => {
    // the one that was carried round, and where it is used up, another
    const presented = place === own[0]?.[0] ? specimen : await make(world);
    const { taken: was, status, error } = await taken(world, presented);
    expect(was, `${status} ${String(error)}`).toBe(true);
  });

  if (living)
    test('is alive to the app that it is for', async () => {
      expect(await living(world, specimen)).toBe(true);
    });
});
