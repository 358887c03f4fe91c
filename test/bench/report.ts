import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { styleText } from 'node:util';
import { drawChart } from './chart.ts';
import { bottleneck, cheapest, fastest, type Row } from './comparison.ts';
import { type Found, summed } from './summary.ts';
import { describeMachine } from './cores.ts';
import { type Figures, limit } from './figures.ts';
import { percentile, rangeOf } from './load.ts';
import { scenarios } from './scenarios.ts';
import { writeTable } from './table.ts';

const results = new URL('./results/', import.meta.url);

/** Keeps the figures where others look for them: as JSON, as a table and as a chart. */
export async function keep({ rows, figures, absent }: Found, cores: string): Promise<void> {
  const machine = { ...describeMachine(), pinning: cores };
  const date = new Date().toISOString();
  await mkdir(results, { recursive: true });
  const write = (name: string, text: string) => writeFile(new URL(name, results), text);
  await write('latest.json', `${JSON.stringify({ machine, date, figures }, null, 2)}\n`);
  await write('latest.md', writeTable({ rows: rows.map(summed), figures, absent, machine, date }));
  await write('latest.svg', drawChart(rows.map(summed)));
}

/** What a part found that is measured by itself. */
export interface Apart {
  title: string;
  figures: Figures;
  /** How it was measured, beside the command, the day and the machine. */
  about?: string;
  /** What else it found, in Markdown. */
  more?: readonly string[];
}

/** Keeps what a part found, in a file of its own that is named after it. */
export async function keepPart(part: string, { title, figures, about, more = [] }: Apart): Promise<void> {
  const { cores, cpu, node } = describeMachine();
  const how = [
    `\`npm run bench -- --only ${part}\``,
    new Date().toISOString().slice(0, 10),
    `Node ${node}`,
    `${cores} × ${cpu}`,
    `load ${(loadavg()[0] ?? 0).toFixed(1)}${about ? `; ${about}` : ''}`,
  ];
  const rows = Object.entries(figures).map(([name, figure]) => {
    const { value, unit, bar, holds } = figure;
    const kept = bar === null ? '' : `${limit(figure)}${holds ? '' : ', missed'}`;
    return `| ${name} | ${value.toLocaleString('en')} ${unit} | ${kept} |`;
  });
  const table = ['| | figure | bar |', '|---|--:|---|', ...rows].join('\n');
  await mkdir(results, { recursive: true });
  const text = [`# ${title}`, `${how.join(', ')}.`, table, ...more].join('\n\n');
  await writeFile(new URL(`${part}.md`, results), `${text}\n`);
}

/** The servers side by side: cheapest round, how much dearer the middle one was, best rate, and what kept it there. */
export function printRows(rows: Row[]): void {
  const bare = rows.find(({ target }) => target === 'bare');
  for (const row of rows) {
    const { spread } = rangeOf(row.rounds.map((one) => one.cpuMsPerOperation));
    const ratio = bare && row !== bare ? `${(cheapest(row) / cheapest(bare)).toFixed(2)}x` : '';
    say(
      scenarios[row.scenario].title.padEnd(34),
      row.target.padEnd(18),
      `${cheapest(row).toFixed(3)} ms`.padStart(10),
      styleText('dim', `+${Math.round(spread * 100)}%`.padStart(6)),
      `${Math.round(fastest(row))}/s`.padStart(9),
      ratio.padStart(7),
      `p99 ${percentile(row.latencies, 0.99).toFixed(1)} ms`.padStart(14),
      styleText('dim', bottleneck(row)),
    );
  }
}

/** Figures with a bar and whether they clear it; the others for information. */
export function printFigures(figures: Figures): void {
  for (const [name, figure] of Object.entries(figures)) {
    const { value, unit, bar, holds } = figure;
    const mark = holds === null ? ' ' : holds ? styleText('green', '✓') : styleText('red', '✗');
    say(mark, name.padEnd(62), `${value} ${unit}`.padStart(15), bar === null ? '' : styleText('dim', limit(figure)));
  }
}

export function say(...parts: string[]): void {
  process.stdout.write(`${parts.join(' ').trimEnd()}\n`);
}
