import { drillFault } from './fault.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

export const cutRedis: Story = {
  name: 'cut-redis',
  about: 'The network between all instances and Redis is cut: what is sent is lost and nobody is told.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld({ wired: true });
    return await drillFault(world, seconds, {
      begin: () => world.wires?.redis.cut(),
      end: () => world.wires?.redis.mend(),
    });
  },
};

export const cutDatabase: Story = {
  name: 'cut-database',
  about: 'The same between all instances and PostgreSQL.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld({ wired: true });
    const { postgres } = world.wires ?? {};
    return await drillFault(world, seconds, { begin: () => postgres?.cut(), end: () => postgres?.mend() });
  },
};

export const slowDatabase: Story = {
  name: 'slow-database',
  about: 'Everything between the instances and PostgreSQL takes 100 ms more each way.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld({ wired: true });
    const { postgres } = world.wires ?? {};
    return await drillFault(world, seconds, { begin: () => postgres?.delay(100), end: () => postgres?.delay(0) });
  },
};
