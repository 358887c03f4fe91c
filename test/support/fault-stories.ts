import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultNamed, type FaultName, faultNames } from '../../src/lab/faults/vocabulary.ts';
import { rows } from './fault-rows.ts';
import { apps, clearFaults, createFaultWorld, type FaultWorld, faultsOf, hoa, setFault, thuy } from './fault-world.ts';

/**
 * What holds of every fault of a family: a proper app finds it, it is told of, it is over when cleared and after so many
 * times, and nobody else feels it: no other app, no other person, no tenant.
 * @returns the world, for stories of single faults
 */
export function everyFaultOf(families: readonly string[]): () => FaultWorld {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await createFaultWorld();
  });
  afterEach(async () => {
    await clearFaults(world.vneid.issuer);
    await clearFaults(world.elsewhere.issuer);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const here = () => ({ issuer: world.vneid.issuer, client: apps[0], person: hoa });
  const probe = (name: FaultName, who: Partial<ReturnType<typeof here>> | object = {}) =>
    rows[name].probe({ ...here(), ...who }, world);
  const set = (name: FaultName, more: object = {}) =>
    setFault(world.vneid.issuer, { fault: name, ...rows[name].with, ...more });

  const chosen = faultNames.filter((name) => families.some((family) => name.startsWith(`${family}.`)));
  // an act, not a state: it has a story of its own
  describe.each(chosen.filter((name) => name !== 'jwks.rotated'))('%s', (name) => {
    const { finds } = rows[name];

    test('a proper app finds it, as often as told and until it is cleared; it is told of', async () => {
      const { id } = await set(name, { times: 1 });
      expect(await probe(name)).toMatch(finds);
      expect(await probe(name)).toBe('fine');
      const [over] = await faultsOf(world.vneid.issuer);
      expect(over).toMatchObject({ id, fault: name, on: false, met: 1, metAt: expect.any(String) });
      const struck = await world.vneid.audit.list({ event: 'fault.struck' });
      expect(struck.filter(({ facts }) => facts.setting === id)).toHaveLength(1);

      await set(name);
      expect(await probe(name)).toMatch(finds);
      await clearFaults(world.vneid.issuer);
      expect(await probe(name)).toBe('fine');
    });

    test('no tenant feels it, and one of its own is felt there alone', async () => {
      await set(name);
      expect(await probe(name, { issuer: world.elsewhere.issuer })).toBe('fine');
      await clearFaults(world.vneid.issuer);
      await setFault(world.elsewhere.issuer, { fault: name, ...rows[name].with });
      expect(await probe(name, { issuer: world.elsewhere.issuer })).toMatch(finds);
      expect(await probe(name)).toBe('fine');
    });

    if (faultNamed(name).forEveryone)
      test('it cannot be for one app or one person, and says so', async () => {
        for (const whom of [{ client: apps[0] }, { citizen: hoa.number }])
          await expect(set(name, whom)).rejects.toMatchObject({ status: 422, said: { code: 'fault.forEveryone' } });
      });
    else
      test('for one app and one person it leaves all others alone', async () => {
        const [one, other] = apps;
        await set(name, { client: other, citizen: thuy.number });
        expect(await probe(name, { client: one, person: hoa })).toBe('fine');
        expect(await probe(name, { client: one, person: thuy })).toBe('fine');
        expect(await probe(name, { client: other, person: hoa })).toBe('fine');
        expect(await probe(name, { client: other, person: thuy })).toMatch(finds);
      });
  });
  return () => world;
}
