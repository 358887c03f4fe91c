import { type Figures, limit } from './figures.ts';
import { scenarioNames, scenarios } from './scenarios.ts';
import type { Summed } from './summary.ts';
import { type Kind, targets } from './targets.ts';

export interface Told {
  rows: Summed[];
  figures: Figures;
  /** What was not run, and why. */
  absent: Record<string, string>;
  machine: { cores: number; cpu: string; node: string; pinning: string };
  date: string;
}

/** A run in Markdown: what was measured, the bars, every scenario with every server, and what was not run. */
export function writeTable({ rows, figures, absent, machine, date }: Told): string {
  const [missed, held] = [false, true].map((holds) => Object.entries(figures).filter(([, one]) => one.holds === holds));
  const asked = scenarioNames.filter((name) => rows.some(({ scenario }) => scenario === name));
  const here = Object.entries(targets as Record<string, Kind>).filter(([name]) =>
    rows.some(({ target }) => target === name),
  );
  return [
    '# The bench, last run',
    `${date.slice(0, 16).replace('T', ' ')} UTC, ${machine.cores} cores (${machine.cpu}), Node ${machine.node}; ${machine.pinning}.`,
    'CPU is of the whole server process, its cheapest round; rate is of the best round. p50 and p99 are of arrivals that come by themselves (a Poisson process) at half of what the server can do, counted from when each was due.',
    '## Bars',
    tableOf(
      ['', 'figure', 'bar'],
      [...(missed ?? []), ...(held ?? [])].map(([name, one]) => [
        name,
        one.holds ? `${one.value} ${one.unit}` : `**${one.value} ${one.unit}**`,
        one.holds ? limit(one) : `${limit(one)}, missed`,
      ]),
    ),
    '## Servers',
    tableOf(
      ['name', 'what it is', 'until it answers, ms', 'memory after all this, MB'],
      here.map(([name, { about }]) => [
        name,
        about,
        ...['start until it answers', 'memory after all this'].map((what) =>
          digits(figures[`${name}: ${what}`]?.value ?? Number.NaN),
        ),
      ]),
    ),
    ...asked.flatMap((name) => [
      `## ${scenarios[name].title}`,
      `One operation: ${scenarios[name].does}.`,
      tableOf(
        ['', 'CPU, ms', 'against bare', 'rate, /s', 'p50, ms', 'p99, ms', 'what is in the way'],
        rows
          .filter(({ scenario }) => scenario === name)
          .map((row, _index, all) => [
            row.target,
            digits(row.cpuMs),
            against(row, all),
            digits(row.rate),
            digits(row.p50),
            digits(row.p99),
            row.bottleneck,
          ]),
      ),
    ]),
    ...(Object.keys(absent).length > 0
      ? [
          '## Not run here',
          Object.entries(absent)
            .map(([name, why]) => `- ${name}: ${why.replaceAll(/\s+/g, ' ').slice(0, 200)}`)
            .join('\n'),
        ]
      : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function against(row: Summed, all: Summed[]): string {
  const bare = all.find(({ target }) => target === 'bare');
  return bare && bare !== row ? `${digits(row.cpuMs / bare.cpuMs)}x` : '';
}

function tableOf(head: string[], body: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** Three digits, without an exponent; nothing where there is no figure. */
function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '';
}
