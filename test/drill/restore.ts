import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ask } from '../support/postgres.ts';
import { postgresFolder } from '../support/needs.ts';
import { startLoad } from './load.ts';
import { lossesOf } from './records.ts';
import type { Story } from './story.ts';
import { ready, startWorld } from './world.ts';

const run = promisify(execFile);

export const restoreBackup: Story = {
  name: 'restore',
  about: 'A backup is taken under load (pg_dump), later all tables are gone, and the backup is restored (pg_restore).',
  seconds: 15,
  async run(seconds) {
    await using world = await startWorld();
    const { url } = world.postgres;
    const file = join(world.folder, 'backup');
    await using load = startLoad(world);
    await pause(seconds * 500);
    const backupBegan = performance.now();
    await run(join(postgresFolder(), 'pg_dump'), ['--format=custom', `--file=${file}`, url]);
    const backupTook = performance.now() - backupBegan;
    await pause(seconds * 300);
    await load.stop();
    const lostAt = performance.now();
    for (const member of world.members) await member.kill();
    await ask(url, 'drop schema public cascade', 'create schema public');
    const restoreBegan = performance.now();
    await run(join(postgresFolder(), 'pg_restore'), ['--clean', '--if-exists', '--no-owner', `--dbname=${url}`, file]);
    const restoreTook = performance.now() - restoreBegan;
    await Promise.all(world.members.map((member) => member.start()));
    await ready(world);
    const { operations } = load.history;
    const before = operations.filter(({ ended }) => ended < backupBegan);
    const [kept, all] = [await lossesOf(url, before), await lossesOf(url, operations)];
    await using afterwards = startLoad(world);
    await pause(3000);
    await afterwards.stop();
    const signedIn = afterwards.history.operations.filter(({ kind, outcome }) => kind === 'login' && outcome === 'ok');
    return [
      { name: 'backup', value: `${Math.round(backupTook)} ms, ${Math.round((await stat(file)).size / 1024)} kB` },
      { name: 'restore', value: `${Math.round(restoreTook)} ms, and all instances ready` },
      {
        name: 'lost of what was acknowledged before the backup',
        value: `${kept.accounts} accounts, ${kept.consents} consents, ${kept.audit} audit records of ${before.length} operations`,
        holds: kept.accounts + kept.consents + kept.audit === 0 && before.length > 0,
      },
      {
        name: 'lost of what came after it',
        value: `${all.accounts} accounts, ${all.consents} consents, ${all.audit} audit records, of ${Math.round((lostAt - backupBegan) / 1000)} s`,
      },
      { name: 'sign-ins afterwards', value: String(signedIn.length), holds: signedIn.length > 0 },
    ];
  },
};
