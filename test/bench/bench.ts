/**
 * `npm run bench`: what signing in costs, next to an oidc-provider without anything of ours and to servers of other makes,
 * and how soon and how small the program is when it starts. Everything runs on loopback, in child processes, for a bounded
 * time. A whole run is kept in `results/`; what takes minutes (live-sessions, people, growth) is measured only where it is
 * named, and kept in a file of its own. `--help` tells the options.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typed } from '../support/typed.ts';
import { contest, contestNames } from './contest.ts';
import { shareCores } from './cores.ts';
import { parts } from './parts.ts';
import { keep, printFigures, say } from './report.ts';
import { type Bench, targetNames } from './targets.ts';

const partNames = new Set(parts.flatMap(({ names }) => names));
const usage = `npm run bench [-- …]
  --only <part>       one part, or several by several --only: ${[...contestNames, ...partNames].join(', ')}
  --targets <a,b>     these servers alone: ${targetNames.join(', ')}
  --seconds <1-60>    for each scenario and server, 5 unless told; a passkey has four times as many
  --citizens <n>      people of the parts people and growth
  --peers <folder>    others' servers too, fetched into the folder when they are not there
  --profile <folder>  CPU profiles of the servers
  --check             ends with 1 when a bar is missed`;
const asked = typed(
  usage,
  {
    only: { type: 'string', multiple: true, default: [] },
    targets: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    citizens: { type: 'string' },
    peers: { type: 'string' },
    check: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
  ({ only, targets, seconds, citizens, ...rest }) => ({
    ...rest,
    only: oneOf(only, [...contestNames, ...partNames], '--only'),
    chosen: oneOf(targets?.split(',') ?? [], targetNames, '--targets'),
    seconds: between('--seconds', seconds, 1, 60),
    citizens: citizens === undefined ? undefined : between('--citizens', citizens, 1_000, 100_000_000),
  }),
);
const { only, chosen, seconds, citizens } = asked;
const everything = only.length === 0;

const cores = shareCores();
const folder = await mkdtemp(join(tmpdir(), 'vneid-bench-'));
const bench: Bench = { cores, folder, peers: asked.peers, profile: asked.profile };
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
  if (everything && chosen.length === 0 && !asked.profile) await keep(found, cores.about);
  const missed = Object.values(found.figures).filter(({ holds }) => holds === false).length;
  say(missed === 0 ? 'every bar holds' : `${missed} bars missed`);
  if (asked.check && missed > 0) process.exitCode = 1;
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

function between(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Error(`${option} ${text}: a number from ${least} to ${most}`);
  return value;
}
