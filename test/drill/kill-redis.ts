import { once } from 'node:events';
import { drillFault } from './fault.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

export const killRedis: Story = {
  name: 'kill-redis',
  about: 'A primary of a Redis Cluster dies under load (kill -9) and its replica takes over.',
  seconds: 20,
  async run(seconds) {
    await using world = await startWorld({ redis: 'cluster' });
    return await drillFault(world, seconds, {
      crowd: { baseline: 4, high: 3 },
      async begin() {
        const [primary] = world.redis;
        primary?.process.kill('SIGKILL');
        if (primary) await once(primary.process, 'exit');
      },
    });
  },
};
