import { drillFault } from './fault.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

export const killPostgres: Story = {
  name: 'kill-postgres',
  about: 'PostgreSQL and all its processes die under load (kill -9), and it is started again on what it left.',
  seconds: 15,
  async run(seconds) {
    await using world = await startWorld();
    return await drillFault(world, seconds, { begin: () => world.postgres.kill(), end: () => world.postgres.start() });
  },
};
