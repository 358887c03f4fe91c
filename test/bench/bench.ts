/**
 * `npm run bench`: what signing in costs, next to an oidc-provider without anything of ours and to servers of other makes,
 * and how soon and how small the program is when it starts. Everything runs on loopback, in child processes, for a bounded
 * time.
 *
 *     npm run bench -- --only login --seconds 20    one part, longer; nothing is kept
 *     npm run bench -- --only live-sessions         a million of them on Redis; see live-sessions.ts
 *     npm run bench -- --targets bare,memory        these servers alone; nothing is kept
 *     npm run bench -- --peers <folder>             others' servers too, fetched into the folder when they are not there
 *     npm run bench -- --check                      ends with 1 when a bar is missed
 *     npm run bench -- --profile <folder>           CPU profiles of the servers (Chrome DevTools opens them)
 *     npm run bench:people                          a city of people in one database; see people.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, type Contender, figuresOf, passkeyFigures, type Row } from './comparison.ts';
import { measureControlLogins } from './control-login.ts';
import { shareCores } from './cores.ts';
import { type Figures, information } from './figures.ts';
import { drive } from './load.ts';
import { measureLiveSessions } from './live-sessions.ts';
import { lanes, type OperationName, prepare } from './operations.ts';
import { measureLatency, passwordFigures } from './password-load.ts';
import { measureQrLogins } from './qr-login.ts';
import { keep, printFigures, printRows, say } from './report.ts';
import { scenarioNames, scenarios, withPasswords } from './scenarios.ts';
import { measureMemory, measureStarts } from './startup.ts';
import type { Target } from './target.ts';
import { type Bench, type Kind, type TargetName, targetNames, targets } from './targets.ts';
import { measureWorkers } from './workers.ts';

const parts = [
  ...scenarioNames,
  'latency',
  'workers',
  'qr-test',
  'control',
  'start',
  'memory',
  'live-sessions',
] as const;
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    targets: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    peers: { type: 'string' },
    check: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const only = oneOf(options.only, parts, '--only');
const chosen = oneOf(options.targets?.split(',') ?? [], targetNames, '--targets');
const seconds = between(options.seconds, 1, 60);

const wanted = (name: (typeof parts)[number]) => only.length === 0 || only.includes(name);
const cores = shareCores();
const folder = await mkdtemp(join(tmpdir(), 'vneid-bench-'));
const bench: Bench = { cores, folder, peers: options.peers, profile: options.profile };
const contenders: Contender[] = [];
const rows: Row[] = [];
const figures: Figures = {};
const absent: Record<string, string> = {};
say(`CPU time is of the whole server process; ${cores.about}.`);

// whoever ends the bench ends its servers: they are asked to when it exits, which a signal alone does not make it do
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  await compareServers();
  if (wanted('workers')) {
    const found = await measureWorkers(bench, seconds);
    printRows(found.rows);
    tell(found.figures);
  }
  if (wanted('qr-test')) tell(await measureQrLogins());
  if (wanted('control')) tell(await measureControlLogins());
  if (wanted('start')) tell(await measureStarts(cores));
  if (wanted('memory')) tell(await measureMemory(cores));
  // takes minutes and two gigabytes: only where it is named
  if (only.includes('live-sessions')) tell(await measureLiveSessions(cores));
} finally {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}
if (only.length === 0 && chosen.length === 0 && !options.profile) await keep({ rows, figures, absent }, cores.about);
const missed = Object.values(figures).filter(({ holds }) => holds === false).length;
say(missed === 0 ? 'every bar holds' : `${missed} bars missed`);
if (options.check && missed > 0) process.exitCode = 1;

/** Every server is started in turn; then they are asked for one scenario after the other, in turns. */
async function compareServers(): Promise<void> {
  const names = scenarioNames.filter(wanted);
  if (names.length === 0 && !wanted('latency')) return;
  for (const name of targetNames) if (chosen.length === 0 || chosen.includes(name)) await contend(name);
  for (const name of names.filter((one) => !withPasswords.includes(one))) await comparedBy(name);
  // from here on passwords are right or wrong
  for (const { target } of contenders) target.checkPasswords();
  for (const name of names.filter((one) => withPasswords.includes(one))) await comparedBy(name);
  tell({ ...passkeyFigures(rows), ...passwordFigures(rows) });
  const memory = contenders.find(({ target }) => target.name === 'memory');
  if (wanted('latency') && memory) tell(await measureLatency(memory, seconds / 2));
  for (const { target } of contenders) {
    figures[`${target.name}: start until it answers`] = information(target.startMs, 'ms');
    figures[`${target.name}: memory after all this`] = information(target.memoryMb(), 'MB');
  }
  await stopAll();
}

async function comparedBy(name: OperationName): Promise<void> {
  for (const one of contenders) await tryOut(one, name);
  const found = await compare(name, contenders, Math.min(seconds, scenarios[name].longest ?? seconds));
  rows.push(...found);
  printRows(found);
  const all = figuresOf(found);
  Object.assign(figures, all);
  printFigures(Object.fromEntries(Object.entries(all).filter(([, { bar }]) => bar !== null)));
}

/** Starts a server and lets everybody sign in there once. One of another make that fails is named and left out. */
async function contend(name: TargetName): Promise<void> {
  const kind: Kind = targets[name];
  let target: Target | undefined;
  try {
    target = await kind.start(name, bench);
    const operations = await prepare(target, kind.ways, wanted);
    contenders.push({ target, operations });
  } catch (problem) {
    await target?.stop();
    if (!kind.foreign) throw problem;
    leaveOut(name, problem);
  }
}

/** What another's server cannot do is left out too, and what it can is done for a while, as Java wants it. */
async function tryOut({ target, operations: { by } }: Contender, what: OperationName): Promise<void> {
  const work = by[what];
  if (!work || !(targets as Record<string, Kind>)[target.name]?.foreign) return;
  try {
    await drive({ seconds, most: 2000, lanes, work });
  } catch (problem) {
    delete by[what];
    leaveOut(`${target.name}, ${scenarios[what].title}`, problem);
  }
}

function leaveOut(what: string, problem: unknown): void {
  absent[what] = problem instanceof Error ? problem.message : String(problem);
  say(`${what}: not run here, because ${absent[what]}`);
}

async function stopAll(): Promise<void> {
  for (const { target, operations } of contenders.splice(0)) {
    operations.close();
    await target.stop();
  }
}

function tell(found: Figures): void {
  printFigures(found);
  Object.assign(figures, found);
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
