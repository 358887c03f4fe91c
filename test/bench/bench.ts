/**
 * `npm run bench`: what signing in costs, next to an oidc-provider without anything of ours and to servers of other makes,
 * and how soon and how small the program is when it starts. Everything runs on loopback, in child processes, for a bounded
 * time.
 *
 *     npm run bench -- --only login --seconds 20    one part, longer; nothing is kept
 *     npm run bench -- --targets bare,memory        these servers alone; nothing is kept
 *     npm run bench -- --peers <folder>             others' servers too, fetched into the folder when they are not there
 *     npm run bench -- --check                      ends with 1 when a bar is missed
 *     npm run bench -- --profile <folder>           CPU profiles of the servers (Chrome DevTools opens them)
 *
 * What takes minutes is measured only where it is named, and kept in a file of its own:
 *
 *     npm run bench -- --only live-sessions         a million of them on Redis
 *     npm run bench -- --only people                a city's in SQLite, then in PostgreSQL (people-sqlite, people-postgres)
 *     npm run bench -- --only growth                what people and logins leave in PostgreSQL
 *     npm run bench -- --only people --citizens 20000    fewer, also for growth; nothing is kept
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contest, contestNames } from './contest.ts';
import { shareCores } from './cores.ts';
import { parts } from './parts.ts';
import { keep, printFigures, say } from './report.ts';
import { type Bench, targetNames } from './targets.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    targets: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    citizens: { type: 'string' },
    peers: { type: 'string' },
    check: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const partNames = new Set(parts.flatMap(({ names }) => names));
const only = oneOf(options.only, [...contestNames, ...partNames], '--only');
const chosen = oneOf(options.targets?.split(',') ?? [], targetNames, '--targets');
const seconds = between(options.seconds, 1, 60);
const citizens = options.citizens === undefined ? undefined : between(options.citizens, 1_000, 100_000_000);
const everything = only.length === 0;

const cores = shareCores();
const folder = await mkdtemp(join(tmpdir(), 'vneid-bench-'));
const bench: Bench = { cores, folder, peers: options.peers, profile: options.profile };
say(`CPU time is of the whole server process; ${cores.about}.`);

// whoever ends the bench ends its servers: they are asked to when it exits, which a signal alone does not make it do
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const names = contestNames.filter((name) => everything || only.includes(name));
  const servers = chosen.length === 0 ? targetNames : targetNames.filter((name) => chosen.includes(name));
  const found = await contest(bench, { names, servers, seconds });
  const wanted = parts.filter((part) => (everything ? !part.long : part.names.some((name) => only.includes(name))));
  for (const part of wanted) {
    const figures = await part.run(bench, { seconds, citizens });
    printFigures(figures);
    Object.assign(found.figures, figures);
  }
  if (everything && chosen.length === 0 && !options.profile) await keep(found, cores.about);
  const missed = Object.values(found.figures).filter(({ holds }) => holds === false).length;
  say(missed === 0 ? 'every bar holds' : `${missed} bars missed`);
  if (options.check && missed > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function oneOf<T extends string>(given: string[], names: readonly T[], option: string): T[] {
  return given.map((text) => {
    const found = names.find((name) => name === text);
    if (!found) throw new Error(`${option} ${text}: there is no such thing; one of ${names.join(', ')}`);
    return found;
  });
}

function between(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Error(`"${text}" is not a number from ${least} to ${most}`);
  return value;
}
