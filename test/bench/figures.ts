/** One figure as it is kept: a bar that it has to clear, or null when it is for information. */
export interface Figure {
  value: number;
  bar: number | null;
  unit: string;
  holds: boolean | null;
  /** The bar is the least it may be, not the most; a figure that just reaches its bar would not tell. */
  least?: true;
}

export type Figures = Record<string, Figure>;

/** A figure that must not be above its bar. */
export function atMost(bar: number, measured: number, unit: string): Figure {
  const value = rounded(measured);
  return { value, bar, unit, holds: value <= bar };
}

/** A figure that must not be below its bar. */
export function atLeast(bar: number, measured: number, unit: string): Figure {
  // what is shown is what is judged
  const value = rounded(measured);
  return { value, bar, unit, holds: value >= bar, least: true };
}

/** A figure that is good to know. */
export function information(value: number, unit: string): Figure {
  return { value: rounded(value), bar: null, unit, holds: null };
}

/** What a figure with a bar has to keep to, in words. */
export function limit({ bar, least, unit }: Figure): string {
  return `${least ? 'at least' : 'at most'} ${bar} ${unit}`;
}

/** Three digits are all that a busy machine can tell. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
