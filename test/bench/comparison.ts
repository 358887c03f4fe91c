import { random } from '../../src/registry/generator/random.ts';
import { arrivals, offer } from './arrivals.ts';
import { atLeast, atMost, type Figures, information } from './figures.ts';
import { drive, type Load, type Measured, measure, percentile, rangeOf } from './load.ts';
import { lanes, type OperationName, type Operations } from './operations.ts';
import { type Bar, rivals, scenarios } from './scenarios.ts';
import type { Target } from './target.ts';

export interface Contender {
  target: Target;
  operations: Operations;
}

/** One scenario on one server. */
export interface Row {
  scenario: OperationName;
  target: string;
  rounds: Measured[];
  /** Milliseconds of operations that came by themselves, at half of what the server can do. */
  latencies: number[];
}

/** Seconds of one round. The shorter the turns, the more alike are the moments that two servers got. */
const turn = 0.25;
/** Share of what one core can do that comes by itself when latency is measured. */
const offered = 0.5;
/** Arrivals of one series at most; what they wait for is kept until they are done. */
const mostArrivals = 3000;

/**
 * Many short rounds of one scenario, the servers taking turns, so that a busy moment of the machine hits all alike; then
 * a series of arrivals for each. What is compared with it has its turns too, and no arrivals.
 * @param seconds for each server, all rounds together
 */
export async function compare(scenario: OperationName, all: Contender[], seconds: number): Promise<Row[]> {
  const { beside } = scenarios[scenario];
  const does = ({ target, operations }: Contender, what: OperationName) => {
    const work = operations.by[what];
    const row: Row = { scenario: what, target: target.name, rounds: [], latencies: [] };
    return work ? [{ target, work, row }] : [];
  };
  const main = all.flatMap((one) => does(one, scenario));
  const isBeside = ({ target }: Contender) => beside?.at.some((name) => name === target.name);
  const compared = beside && main.length > 0 ? all.filter(isBeside).flatMap((one) => does(one, beside.scenario)) : [];
  const able = [...main, ...compared];
  const load = (howLong: number, work: Load['work']) => ({ seconds: howLong, most: 50_000, lanes, work });
  for (const { work } of able) await drive(load(seconds / 3, work));
  for (let round = 0; round < Math.max(3, seconds / turn); round += 1) {
    for (const { target, work, row } of able) row.rounds.push(await measure(target, load(turn, work)));
  }
  for (const { work, row } of main) {
    const rate = Math.min((offered * 1000) / cheapest(row), offered * fastest(row));
    const times = arrivals({ rate, seconds: seconds / 3, random: random(scenario.length, 1).next });
    row.latencies = await offer(times.slice(0, mostArrivals), work);
  }
  return able.map(({ row }) => row);
}

/** Cheapest round, best rate and waiting time of each server, and the bars between them. */
export function figuresOf(rows: Row[]): Figures {
  const figures: Figures = {};
  for (const row of rows) {
    const name = `${scenarios[row.scenario].title}, ${row.target}`;
    figures[`${name}: CPU`] = information(cheapest(row), 'ms/op');
    figures[`${name}: rate`] = information(fastest(row), 'op/s');
    const stores = rangeOf(row.rounds.map((one) => one.storesMsPerOperation)).least;
    if (stores > 0) figures[`${name}: CPU of its stores`] = information(stores, 'ms/op');
    if (row.latencies.length === 0) continue;
    figures[`${name}: p50 of arrivals`] = information(percentile(row.latencies, 0.5), 'ms');
    figures[`${name}: p99 of arrivals`] = information(percentile(row.latencies, 0.99), 'ms');
  }
  return { ...figures, ...barsBetween(rows) };
}

function barsBetween(rows: Row[]): Figures {
  const figures: Figures = {};
  const [first] = rows;
  if (!first) return figures;
  const { title, bars, ahead } = scenarios[first.scenario];
  const against = rivals.map((theirs): Bar => ({ ours: 'memory', theirs, rate: ahead }));
  for (const { ours, theirs, cost, rate } of [...bars, ...against]) {
    const pair = [ours, theirs].map((name) => rows.find(({ target }) => target === name));
    if (!pair[0] || !pair[1]) continue;
    const ratio = cheapest(pair[0]) / cheapest(pair[1]);
    const name = `${title}, ${ours} against ${theirs}`;
    if (cost !== undefined) figures[`${name}: CPU`] = atMost(cost, ratio, 'x');
    if (rate !== undefined) figures[`${name}: work for the CPU`] = atLeast(rate, 1 / ratio, 'x');
  }
  return figures;
}

/** Milliseconds that a login by passkey may cost beyond others. */
const dearest = 1;

/** What the ceremony of a passkey adds to a login in which nothing is checked, and what all of ours adds. */
export function passkeyFigures(rows: Row[]): Figures {
  const costOf = (scenario: OperationName, target: string) =>
    rows.filter((row) => row.scenario === scenario && row.target === target).map(cheapest)[0];
  const figures: Figures = {};
  const passkey = costOf('passkey', 'memory');
  for (const [what, other] of [
    ['a bare login', costOf('login', 'bare')],
    ['ours without password', costOf('login', 'memory')],
  ] as const) {
    if (passkey === undefined || other === undefined) continue;
    figures[`full login by passkey, memory: CPU beyond ${what}`] = atMost(dearest, passkey - other, 'ms');
  }
  return figures;
}

export function cheapest({ rounds }: Pick<Row, 'rounds'>): number {
  return rangeOf(rounds.map((one) => one.cpuMsPerOperation)).least;
}

export function fastest({ rounds }: Pick<Row, 'rounds'>): number {
  return rangeOf(rounds.map((one) => one.operationsPerSecond)).most;
}

/** What was in the way most often. */
export function bottleneck({ rounds }: Pick<Row, 'rounds'>): string {
  const counted = new Map<string, number>();
  for (const { bottleneck: name } of rounds) counted.set(name, (counted.get(name) ?? 0) + 1);
  return [...counted].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
