import { scenarioNames, scenarios } from './scenarios.ts';
import type { Summed } from './summary.ts';

type Bar = Pick<Summed, 'scenario' | 'target' | 'cpuMs'>;

const [width, left, right] = [860, 20, 70];
const nameWidth = 150;
const [barHeight, barGap, groupHead, groupGap, foot] = [14, 4, 26, 14, 44];
/** Ours in one colour, the bare provider in another, all others in a third; each readable on white and on black. */
const colours = { ours: '#c8443c', bare: '#8a8f98', others: '#4d8fd6' };
const ours = new Set(['memory', 'sqlite', 'redis', 'cluster', 'workers']);

/** Bars of processor time for an operation, a group for each scenario, on a scale where every step is ten times the last. */
export function drawChart(rows: Bar[]): string {
  const groups = scenarioNames.flatMap((name) => {
    const bars = rows.filter(({ scenario, cpuMs }) => scenario === name && cpuMs > 0);
    return bars.length > 0 ? [{ title: scenarios[name].title, bars }] : [];
  });
  const all = groups.flatMap(({ bars }) => bars.map(({ cpuMs }) => cpuMs));
  const [from, to] = decades(all);
  const from0 = left + nameWidth;
  const xOf = (ms: number) => from0 + ((Math.log10(ms) - from) / (to - from)) * (width - right - from0);
  const parts: string[] = [];
  let y = 56;
  for (const { title, bars } of groups) {
    parts.push(text(left, y + 14, title, 'class="title"'));
    y += groupHead;
    for (const { target, cpuMs } of bars) {
      const end = xOf(cpuMs);
      parts.push(
        text(from0 - 8, y + 11, target, 'text-anchor="end"'),
        `<rect x="${from0}" y="${y}" width="${round(end - from0)}" height="${barHeight}" rx="2" fill="${colourOf(target)}"/>`,
        text(end + 6, y + 11, `${Number(cpuMs.toPrecision(3))} ms`, 'class="value"'),
      );
      y += barHeight + barGap;
    }
    y += groupGap;
  }
  const bottom = y;
  const steps = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const scale = steps.flatMap((step) => {
    const x = round(xOf(10 ** step));
    return [
      `<line x1="${x}" x2="${x}" y1="50" y2="${bottom}"/>`,
      text(x, bottom + 16, `${Number((10 ** step).toPrecision(1))} ms`, 'text-anchor="middle" class="value"'),
    ];
  });
  const height = bottom + foot;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="what">
<title id="what">Processor time for one operation, by scenario and server</title>
<style>
svg { background: #fff; font: 12px system-ui, sans-serif; }
text { fill: #1c1c1c; } .title { font-size: 14px; font-weight: 600; } .value { fill: #555; } line { stroke: #ddd; }
@media (prefers-color-scheme: dark) { svg { background: #16181c; } text { fill: #eee; } .value { fill: #aaa; } line { stroke: #3a3d44; } }
</style>
${text(left, 26, 'CPU for one operation, whole server process; each line is ten times the one before', 'class="title"')}
${legend()}
${scale.join('\n')}
${parts.join('\n')}
</svg>
`;
}

/** Powers of ten below and above all values. */
function decades(values: number[]): [number, number] {
  if (values.length === 0) return [-1, 0];
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.ceil(Math.log10(Math.max(...values)));
  // a bar at the very beginning of the scale would have no length
  return [Math.min(...values) === 10 ** from ? from - 1 : from, Math.max(to, from + 1)];
}

function legend(): string {
  const names = { ours: 'ours', bare: 'oidc-provider alone', others: 'other makes' };
  return Object.entries(names)
    .map(([kind, name], index) => {
      const x = left + index * 160;
      const colour = colours[kind as keyof typeof colours];
      return `<rect x="${x}" y="36" width="10" height="10" rx="2" fill="${colour}"/>${text(x + 16, 45, name, '')}`;
    })
    .join('');
}

function colourOf(target: string): string {
  return target.startsWith('bare') ? colours.bare : ours.has(target) ? colours.ours : colours.others;
}

function text(x: number, y: number, words: string, attributes: string): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${y}" ${attributes}>${safe}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
