import { compare, type Contender, figuresOf, passkeyFigures, type Row } from './comparison.ts';
import { information } from './figures.ts';
import { drive } from './load.ts';
import { lanes, type OperationName, prepare } from './operations.ts';
import { measureLatency, passwordFigures } from './password-load.ts';
import { printFigures, printRows, say } from './report.ts';
import { scenarioNames, scenarios, withPasswords } from './scenarios.ts';
import type { Found } from './summary.ts';
import type { Target } from './target.ts';
import { type Bench, type Kind, type TargetName, targets } from './targets.ts';

/** What servers are asked for side by side: the scenarios, and how long a sign-in waits while others type passwords. */
export const contestNames = [...scenarioNames, 'latency'] as const;
export type ContestName = (typeof contestNames)[number];

export interface Contest {
  names: readonly ContestName[];
  servers: readonly TargetName[];
  /** For each scenario and server, but for those that say otherwise. */
  seconds: number;
}

/** Every server is started in turn; then they are asked for one scenario after the other, in turns. */
export async function contest(bench: Bench, { names, servers, seconds }: Contest): Promise<Found> {
  const contenders: Contender[] = [];
  const found: Found = { rows: [], figures: {}, absent: {} };
  const asked = scenarioNames.filter((name) => names.includes(name));
  try {
    for (const name of names.length > 0 ? servers : []) await contend(name);
    for (const name of asked.filter((one) => !withPasswords.includes(one))) await comparedBy(name);
    // from here on passwords are right or wrong
    for (const { target } of contenders) target.checkPasswords();
    for (const name of asked.filter((one) => withPasswords.includes(one))) await comparedBy(name);
    tell(passwordFigures(found.rows));
    const memory = contenders.find(({ target }) => target.name === 'memory');
    if (names.includes('latency') && memory) tell(await measureLatency(memory, seconds / 2));
    for (const { target } of contenders) {
      found.figures[`${target.name}: start until it answers`] = information(target.startMs, 'ms');
      found.figures[`${target.name}: memory after all this`] = information(target.memoryMb(), 'MB');
    }
    return found;
  } finally {
    for (const { target, operations } of contenders) {
      operations.close();
      await target.stop();
    }
  }

  async function comparedBy(name: OperationName): Promise<void> {
    for (const one of contenders) await tryOut(one, name);
    const { longest = Infinity, times = 1 } = scenarios[name];
    const all: Row[] = await compare(name, contenders, Math.min(seconds * times, longest));
    const rows = all.filter(({ scenario }) => scenario === name);
    found.rows.push(...rows);
    printRows(rows);
    const figures = { ...figuresOf(rows), ...passkeyFigures(all) };
    Object.assign(found.figures, figures);
    printFigures(Object.fromEntries(Object.entries(figures).filter(([, { bar }]) => bar !== null)));
  }

  /** Starts a server and lets everybody sign in there once. One of another make that fails is named and left out. */
  async function contend(name: TargetName): Promise<void> {
    const kind: Kind = targets[name];
    let target: Target | undefined;
    try {
      target = await kind.start(name, bench);
      const operations = await prepare(target, kind.ways, (one) => names.includes(one));
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
    const why = problem instanceof Error ? problem.message : String(problem);
    found.absent[what] = why;
    say(`${what}: not run here, because ${why}`);
  }

  function tell(figures: Found['figures']): void {
    printFigures(figures);
    Object.assign(found.figures, figures);
  }
}
