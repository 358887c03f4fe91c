import { type Html, raw } from '../html.ts';

const deck = 84;
const bay = 20;

/** Height of the top chord above the deck along one span of eight bays: a tower at bay 2 and bay 6. */
function chord(at: number): number {
  return [22, 44, 62, 44, 26, 44, 62, 44][at % 8] ?? 22;
}

function draw(): string {
  const bays = 48;
  const tops = Array.from({ length: bays + 1 }, (_, at) => `${at * bay} ${deck - chord(at)}`);
  const posts = tops.map(
    (top, at) =>
      `M${top}V${deck}${at < bays ? (at % 8 < 4 ? `L${tops[at + 1]}` : `M${top}L${(at + 1) * bay} ${deck}`) : ''}`,
  );
  const piers = Array.from({ length: bays / 4 }, (_, at) => `M${at * 4 * bay + 2 * bay - 7} ${deck}l2 36h10l2-36`);
  const wave = (y: number, shift: number) => `M${-shift} ${y}${'q12-6 24 0t24 0'.repeat(bays / 2)}`;
  return `<svg class="bridge" viewBox="0 0 ${bays * bay} 148" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">
<g fill="none" stroke="currentColor" stroke-linejoin="round"><path stroke-width="2.4" d="M${tops.join('L')}M0 ${deck}H${bays * bay}"/><path stroke-width="1.2" d="${posts.join('')}"/><path stroke-width="1.6" d="${piers.join('')}"/><path stroke-width="1.4" opacity=".7" d="${wave(124, 0)}${wave(134, 12)}${wave(144, 4)}"/></g></svg>`;
}

/** The old iron bridge over the Red River, drawn from its rule: cantilevers that rise to a tower and fall to a joint. */
export const bridge: Html = raw(draw());
