import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cutDatabase, cutRedis, slowDatabase } from './cut-wires.ts';
import { fullDisk } from './full-disk.ts';
import { fullRedis } from './full-redis.ts';
import { killInstance } from './kill-instance.ts';
import { killPostgres } from './kill-postgres.ts';
import { killRedis } from './kill-redis.ts';
import { overload } from './overload.ts';
import { restoreBackup } from './restore.ts';
import { rotateEverySecond } from './rotate-keys.ts';
import { skewClock } from './skew-clock.ts';
import { soak } from './soak.ts';
import type { Drilled, Story } from './story.ts';

/**
 * Breaks things on purpose, in a sandbox that each drill builds for itself and takes down again, and says what held:
 *
 *     npm run drill [-- --only kill-instance,soak --seconds 20]
 *
 * Ends with 1 when anything did not. The soak takes an hour, and is run where it is named.
 */
const stories: Story[] = [
  killInstance,
  killPostgres,
  killRedis,
  rotateEverySecond,
  fullRedis,
  slowDatabase,
  cutRedis,
  cutDatabase,
  skewClock,
  fullDisk,
  restoreBackup,
  overload,
  soak,
];

const { values } = parseArgs({ options: { only: { type: 'string' }, seconds: { type: 'string' } } });
const wanted = values.only?.split(',');
const unknown = wanted?.filter((name) => !stories.some((story) => story.name === name)) ?? [];
if (unknown.length > 0)
  throw new Error(`no drill ${unknown.join(', ')}; there are: ${stories.map(({ name }) => name).join(', ')}`);

const report: string[] = [];
let allHeld = true;
for (const story of stories.filter(({ name }) => wanted?.includes(name) ?? name !== 'soak')) {
  const began = performance.now();
  tell(`## ${story.name}`, '', story.about, '');
  const results = await story
    .run(Number(values.seconds ?? story.seconds))
    .catch((cause: Error): Drilled[] => [{ name: 'the drill itself', value: String(cause.stack), holds: false }]);
  for (const { name, value, holds } of results)
    tell(`- ${holds === undefined ? '' : holds ? '**held** · ' : '**did not hold** · '}${name}: ${value}`);
  tell('', `${Math.round((performance.now() - began) / 1000)} s in all.`, '');
  allHeld &&= results.every(({ holds }) => holds !== false);
}

// what was left out keeps its figures of last time
if (!wanted) {
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'latest.md'), `# Drills\n\n${report.join('\n')}`);
}
process.exit(allHeld ? 0 : 1);

function tell(...lines: string[]): void {
  console.log(lines.join('\n'));
  report.push(...lines);
}
