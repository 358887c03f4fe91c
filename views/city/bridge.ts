import { type Html, raw } from '../html.ts';

const deck = 84;
const bay = 20;

/** Height of the top chord above the deck along one span of eight bays: high over the piers, low between them. */
function chord(at: number): number {
  return [66, 49, 36, 28, 25, 28, 36, 49][at % 8] ?? 25;
}

function draw(): string {
  const bays = 128;
  const tops = Array.from({ length: bays + 1 }, (_, at) => `${at * bay} ${deck - chord(at)}`);
  const posts = tops.map(
    (top, at) =>
      `M${top}V${deck}${at < bays ? (at % 8 >= 4 ? `L${tops[at + 1]}` : `M${top}L${(at + 1) * bay} ${deck}`) : ''}`,
  );
  const piers = Array.from({ length: bays / 8 + 1 }, (_, at) => `M${at * 8 * bay - 8} ${deck}l-2 34h20l-2-34`);
  const wave = (y: number, shift: number) => `M${-shift} ${y}${'q12-6 24 0t24 0'.repeat(bays / 2)}`;
  return `<svg class="bridge" viewBox="0 0 ${bays * bay} 148" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">
<g fill="none" stroke="currentColor" stroke-linejoin="round"><path stroke-width="2.4" d="M${tops.join('L')}M0 ${deck}H${bays * bay}"/><path stroke-width="1.2" d="${posts.join('')}"/><path stroke-width="1.6" d="${piers.join('')}"/><path stroke-width="1.4" opacity=".7" d="${wave(124, 0)}${wave(134, 12)}${wave(144, 4)}"/></g></svg>`;
}

/** The old iron bridge over the Red River, drawn from its rule: cantilevers that rise over each pier and sink between. */
export const bridge: Html = raw(draw());
