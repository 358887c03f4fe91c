import { drillFault } from './fault.ts';
import type { Drilled, Story } from './story.ts';
import { startWorld, type World } from './world.ts';

export const cutRedis: Story = {
  name: 'cut-redis',
  about: 'The network between all instances and Redis is cut: what is sent is lost and nobody is told.',
  seconds: 20,
  run: (seconds) => cut('redis', seconds),
};

export const cutDatabase: Story = {
  name: 'cut-database',
  about: 'The same between all instances and PostgreSQL.',
  seconds: 20,
  run: (seconds) => cut('postgres', seconds),
};

export const slowDatabase: Story = {
  name: 'slow-database',
  about: 'Everything between the instances and PostgreSQL takes 100 ms more each way.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld({ wired: 'proxies' });
    const { slow } = world;
    return await drillFault(world, seconds, { begin: () => slow?.delay(100), end: () => slow?.delay(0) });
  },
};

async function cut(which: 'postgres' | 'redis', seconds: number): Promise<Drilled[]> {
  await using world: World = await startWorld({ wired: 'networks' });
  const { [which]: wire, kind = '' } = world.wires ?? {};
  const results = await drillFault(world, seconds, { begin: () => wire?.cut(), end: () => wire?.mend() });
  return [{ name: 'the wires', value: kind }, ...results];
}
