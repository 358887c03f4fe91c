import { execFile } from 'node:child_process';
import { copyFile, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import { blocksOf } from '../support/readme.ts';

/** What the README says of backups is true. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vneid-backup-'));
});
afterAll(() => rm(folder, { recursive: true }));

const startIn = (data: string) => startVneid({ data: join(folder, data), keys: join(folder, data, 'keys') });
const mai = { name: 'Trịnh Thị Mai', sex: 'female', birthDate: '1990-05-17' } as const;

test('a backup that is taken while the program runs has everything, and so has the file of one that has stopped', async () => {
  const command = blocksOf('sh').find((block) => block.includes('.backup(')) ?? '';
  const [, script = ''] = /^node -e "(.+)"$/.exec(command.trim()) ?? [];
  expect(script).toContain("'data/vneid.sqlite'");
  const running = await startIn('data');
  const { citizen } = await running.control.citizens.create(mai);
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder });
  await running.stop();
  expect(await readdir(join(folder, 'data'))).not.toContain('vneid.sqlite-wal');

  for (const [data, file] of [
    ['restored', 'backup.sqlite'],
    ['moved', 'data/vneid.sqlite'],
  ] as const) {
    await cp(join(folder, 'data/keys'), join(folder, data, 'keys'), { recursive: true });
    await copyFile(join(folder, file), join(folder, data, 'vneid.sqlite'));
    await using restored = await startIn(data);
    expect((await restored.control.citizens.get({ number: citizen.number })).citizen.name, data).toBe(mai.name);
    expect(restored.keys.secret('passcodes'), data).toEqual(running.keys.secret('passcodes'));
  }
});
