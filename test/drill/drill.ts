import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { typed } from '../support/typed.ts';
import { cutDatabase, cutRedis, slowDatabase } from './cut-wires.ts';
import { failoverWindow } from './failover-window.ts';
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
  failoverWindow,
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

const usage = `npm run drill [-- …]
  --only <a,b>     these alone: ${stories.map(({ name }) => name).join(', ')}
  --seconds <n>    how long each goes on, where it is not what it says itself`;
const { wanted, seconds } = typed(usage, { only: { type: 'string' }, seconds: { type: 'string' } }, (values) => {
  const names = values.only?.split(',');
  for (const name of names ?? [])
    if (!stories.some((story) => story.name === name)) throw new Error(`--only ${name}: there is no such drill`);
  const asked = values.seconds === undefined ? undefined : Number(values.seconds);
  if (asked !== undefined && !(asked > 0)) throw new Error(`--seconds ${values.seconds}: a number above 0`);
  return { wanted: names, seconds: asked };
});

// who is stopped takes down what it has begun, which listens to the end of the process
process.setMaxListeners(0);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const report: string[] = [];
let allHeld = true;
for (const story of stories.filter(({ name }) => wanted?.includes(name) ?? name !== 'soak')) {
  const began = performance.now();
  tell(`## ${story.name}`, '', story.about, '');
  const results = await story
    .run(seconds ?? story.seconds)
    .catch((cause: Error): Drilled[] => [{ name: 'the drill itself', value: String(cause.stack), holds: false }]);
  for (const { name, value, holds } of results)
    tell(`- ${holds === undefined ? '' : holds ? '**held** · ' : '**did not hold** · '}${name}: ${value}`);
  const busy = `${availableParallelism()} processors with a load of ${loadavg()[0]?.toFixed(1)}`;
  const day = new Date().toISOString().slice(0, 10);
  tell('', `${Math.round((performance.now() - began) / 1000)} s in all on ${day}, on ${busy}.`, '');
  allHeld &&= results.every(({ holds }) => holds !== false);
}

const file = join(import.meta.dirname, 'results/latest.md');
const earlier = sections(await readFile(file, 'utf8').catch(() => ''));
// what was left out keeps its figures of last time
const latest = new Map([...earlier, ...sections(report.join('\n'))]);
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `# Drills\n\n${stories.flatMap(({ name }) => latest.get(name) ?? []).join('\n\n')}\n`);
process.exit(allHeld ? 0 : 1);

function tell(...lines: string[]): void {
  console.log(lines.join('\n'));
  report.push(...lines);
}

/** What was told of each drill, by its name. */
function sections(text: string): Map<string, string> {
  const parts = text.split(/^(?=## )/m).filter((part) => part.startsWith('## '));
  return new Map(parts.map((part) => [/^## (\S+)/.exec(part)?.[1] ?? '', part.trim()]));
}
