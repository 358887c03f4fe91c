import { mkdir, writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { cheapest, compared, type Row } from './comparison.ts';
import { describeMachine } from './cores.ts';
import type { Figure, Figures } from './figures.ts';
import { rangeOf } from './load.ts';

const latest = new URL('./results/latest.json', import.meta.url);

/** Keeps the figures where others look for them. */
export async function keep(figures: Figures, cores: string): Promise<void> {
  const result = { machine: { ...describeMachine(), pinning: cores }, date: new Date().toISOString(), figures };
  await mkdir(new URL('.', latest), { recursive: true });
  await writeFile(latest, `${JSON.stringify(result, null, 2)}\n`);
}

/** The servers side by side: cheapest round, how much dearer the middle one was, best rate. */
export function printRows(rows: Row[]): void {
  const bare = rows.find(({ target }) => target === 'bare');
  for (const row of rows) {
    const { spread } = rangeOf(row.rounds.map((one) => one.cpuMsPerOperation));
    const { most } = rangeOf(row.rounds.map((one) => one.operationsPerSecond));
    const ratio = bare && row !== bare ? `${(cheapest(row) / cheapest(bare)).toFixed(2)}x` : '';
    say(
      compared[row.operation].padEnd(38),
      row.target.padEnd(8),
      `${cheapest(row).toFixed(3)} ms`.padStart(10),
      styleText('dim', `+${Math.round(spread * 100)}%`.padStart(6)),
      `${Math.round(most)}/s`.padStart(9),
      ratio.padStart(7),
    );
  }
}

/** Figures with a bar and whether they clear it; the others for information. */
export function printFigures(figures: Figures): void {
  for (const [name, figure] of Object.entries(figures)) {
    const { value, unit, bar, holds } = figure;
    const mark = holds === null ? ' ' : holds ? styleText('green', '✓') : styleText('red', '✗');
    say(mark, name.padEnd(58), `${value} ${unit}`.padStart(15), bar === null ? '' : styleText('dim', limit(figure)));
  }
}

export function say(...parts: string[]): void {
  process.stdout.write(`${parts.join(' ').trimEnd()}\n`);
}

function limit({ bar, value, holds, unit }: Figure): string {
  const above = holds === value >= (bar as number);
  return `${above ? 'at least' : 'at most'} ${bar} ${unit}`;
}
