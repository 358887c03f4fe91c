import { atMost, type Figures, information } from './figures.ts';
import { drive, type Measured, measure, rangeOf } from './load.ts';
import { lanes, type Operations } from './operations.ts';
import type { Target } from './target.ts';

/** Operations that every server is asked for. */
export const compared = {
  discovery: 'discovery',
  token: 'token by client credentials (opaque)',
  session: 'code flow with a session',
  login: 'full login without password',
} as const;

export type Compared = keyof typeof compared;

/** Ours may cost this much more than the bare provider where somebody signs in. */
const dearest = 1.5;
const barred: readonly Compared[] = ['session', 'login'];

export interface Contender {
  target: Target;
  operations: Operations;
}

export interface Row {
  operation: Compared;
  target: string;
  rounds: Measured[];
}

/** Seconds of one round. The shorter the turns, the more alike are the moments that two servers got. */
const turn = 0.25;

/**
 * Many short rounds of one operation, the servers taking turns, so that a busy moment of the machine hits all alike.
 * @param seconds for each server, all rounds together
 */
export async function compare(operation: Compared, contenders: Contender[], seconds: number): Promise<Row[]> {
  const rows = contenders.map(({ target }): Row => ({ operation, target: target.name, rounds: [] }));
  const loadOf = ({ operations }: Contender, howLong: number) => ({
    seconds: howLong,
    most: 50_000,
    lanes,
    work: operations[operation],
  });
  for (const contender of contenders) await drive(loadOf(contender, seconds / 3));
  for (let round = 0; round < Math.max(3, seconds / turn); round += 1) {
    for (const [index, contender] of contenders.entries()) {
      rows[index]?.rounds.push(await measure(contender.target, loadOf(contender, turn)));
    }
  }
  return rows;
}

/** The cheapest round of each server, and how ours compares with the bare one. */
export function figuresOf(rows: Row[]): Figures {
  const figures: Figures = {};
  const bare = rows.find(({ target }) => target === 'bare');
  for (const row of rows) {
    const name = `${compared[row.operation]}, ${row.target}`;
    figures[`${name}: CPU`] = information(cheapest(row), 'ms/op');
    figures[`${name}: rate`] = information(rangeOf(row.rounds.map((one) => one.operationsPerSecond)).most, 'op/s');
    if (!bare || row === bare) continue;
    const ratio = cheapest(row) / cheapest(bare);
    figures[`${name}: CPU against bare`] =
      row.target === 'memory' && barred.includes(row.operation) ? atMost(dearest, ratio, 'x') : information(ratio, 'x');
  }
  return figures;
}

export function cheapest({ rounds }: Pick<Row, 'rounds'>): number {
  return rangeOf(rounds.map((one) => one.cpuMsPerOperation)).least;
}
