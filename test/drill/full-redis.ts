import { drillFault } from './fault.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

export const fullRedis: Story = {
  name: 'full-redis',
  about: 'Redis has no room for anything more (maxmemory, noeviction), and then has.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld();
    const [redis] = world.redis;
    return await drillFault(world, seconds, {
      begin: () => redis?.ask('CONFIG', 'SET', 'maxmemory', '1mb'),
      end: () => redis?.ask('CONFIG', 'SET', 'maxmemory', '0'),
    });
  },
};
