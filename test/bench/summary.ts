import { bottleneck, cheapest, fastest, type Row } from './comparison.ts';
import type { Figures } from './figures.ts';
import { percentile } from './load.ts';

/** All that a run found. */
export interface Found {
  rows: Row[];
  figures: Figures;
  /** What was not run, and why. */
  absent: Record<string, string>;
}

/** A row in the few figures that are shown. */
export interface Summed {
  scenario: Row['scenario'];
  target: string;
  cpuMs: number;
  rate: number;
  p50: number;
  p99: number;
  bottleneck: string;
}

export function summed(row: Row): Summed {
  const { scenario, target, latencies } = row;
  return {
    scenario,
    target,
    cpuMs: cheapest(row),
    rate: fastest(row),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    bottleneck: bottleneck(row),
  };
}
