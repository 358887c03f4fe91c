import { describe, expect, it } from 'vitest';
import { drawChart } from './chart.ts';

const bars = [
  { scenario: 'login', target: 'bare', cpuMs: 1 },
  { scenario: 'login', target: 'memory', cpuMs: 10 },
  { scenario: 'login', target: 'keycloak', cpuMs: 100 },
] as const;

describe('the chart', () => {
  it('makes a bar longer by the same for every ten times', () => {
    const [one = 0, ten = 0, hundred = 0] = widths(drawChart([...bars]));
    expect(one).toBeGreaterThan(0);
    expect(ten - one).toBeCloseTo(hundred - ten, 0);
    expect(ten).toBeGreaterThan(one);
  });

  it('keeps bars and their figures within the picture', () => {
    const svg = drawChart([...bars, { scenario: 'discovery', target: 'memory', cpuMs: 0.0371 }]);
    const [, width = '0'] = /viewBox="0 0 (\d+)/.exec(svg) ?? [];
    for (const [, x = '', bar = ''] of svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="14"/g))
      expect(Number(x) + Number(bar)).toBeLessThan(Number(width) - 60);
    expect(svg).toContain('0.0371 ms');
  });

  it('names each scenario once, in the order of the table, and leaves out those without figures', () => {
    const svg = drawChart([...bars, { scenario: 'discovery', target: 'bare', cpuMs: 0.2 }]);
    const titles = [...svg.matchAll(/class="title">([^<]+)</g)].map(([, title]) => title);
    expect(titles.slice(1)).toEqual(['discovery', 'full login without password']);
  });

  it('has colours of its own for a dark page', () => {
    expect(drawChart([...bars])).toMatch(/prefers-color-scheme: dark\) \{ svg \{ background: #/);
  });

  it('draws a run in which nothing was measured', () => {
    expect(drawChart([])).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(drawChart([])).not.toContain('NaN');
  });
});

/** Of the bars alone; those of the legend are less high. */
function widths(svg: string): number[] {
  return [...svg.matchAll(/width="([\d.]+)" height="14"/g)].map(([, width]) => Number(width));
}
