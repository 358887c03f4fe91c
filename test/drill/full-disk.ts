import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drillFault } from './fault.ts';
import type { Story } from './story.ts';
import { startWorld } from './world.ts';

export const fullDisk: Story = {
  name: 'full-disk',
  about:
    'The disk of PostgreSQL has no room for anything more, and then has; PostgreSQL is started again, as by whoever watches it.',
  seconds: 20,
  async run(seconds) {
    await using begun = new AsyncDisposableStack();
    const disk = smallDisk(begun);
    if (!disk) return [{ name: 'not drilled', value: 'no small disk (tmpfs) could be mounted here: that takes root' }];
    const world = begun.use(await startWorld({ disk }));
    const ballast = join(disk, 'ballast');
    return await drillFault(world, seconds, {
      begin: () => fill(ballast),
      async end() {
        rmSync(ballast);
        await world.postgres.kill();
        await world.postgres.start();
      },
    });
  },
};

/** A disk of 160 MB in memory, gone with the drill. */
function smallDisk(begun: AsyncDisposableStack): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-disk-'));
  begun.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=0755', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  begun.defer(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

function fill(file: string): void {
  const open = openSync(file, 'w');
  const piece = Buffer.alloc(64 * 1024, 1);
  try {
    for (;;) writeSync(open, piece);
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ENOSPC') throw cause;
  } finally {
    closeSync(open);
  }
}
