import { describe, expect, it } from 'vitest';
import { atLeast, atMost, information } from './figures.ts';
import { type Told, writeTable } from './table.ts';

const told: Told = {
  machine: { cores: 2, cpu: 'a processor', node: 'v26', pinning: 'nothing is pinned' },
  date: '2026-11-26T10:00:00.000Z',
  figures: {
    'a bar that holds': atMost(2, 1.5, 'x'),
    'a bar that is missed': atLeast(100, 40, 'logins/s'),
    'a bar that is just reached': atMost(180, 180.4, 's'),
    'without a bar': information(7, 'ms'),
    'memory: start until it answers': information(1234.5, 'ms'),
    'memory: memory after all this': information(171, 'MB'),
  },
  rows: [
    {
      scenario: 'login',
      target: 'bare',
      cpuMs: 2,
      rate: 480.4,
      p50: 3,
      p99: 9,
      bottleneck: "the server's main thread",
    },
    { scenario: 'login', target: 'memory', cpuMs: 3, rate: 300, p50: 4, p99: Number.NaN, bottleneck: 'the generator' },
  ],
  absent: { keycloak: 'there is\n no Java' },
};

describe('the table', () => {
  const table = writeTable(told);

  it('has the bars, those missed first and bold, and no other figures among them', () => {
    const missed = table.indexOf('| a bar that is missed | **40 logins/s** | at least 100 logins/s, missed |');
    const held = table.indexOf('| a bar that holds | 1.5 x | at most 2 x |');
    expect(table).toContain('| a bar that is just reached | 180 s | at most 180 s |');
    expect(missed).toBeGreaterThan(0);
    expect(held).toBeGreaterThan(missed);
    expect(table).not.toContain('without a bar');
  });

  it('has each server beside the bare one, with what is in the way', () => {
    expect(table).toContain("| bare | 2 |  | 480 | 3 | 9 | the server's main thread |");
    expect(table).toContain('| memory | 3 | 1.5x | 300 | 4 |  | the generator |');
  });

  it('has how soon each server answers, and what it holds in the end', () => {
    expect(table).toContain('| memory | ours, everything in memory | 1230 | 171 |');
    expect(table).toMatch(/^\| bare \| .* \|  \|  \|$/m);
  });

  it('says what was not run, and why', () => {
    expect(table).toContain('## Not run here\n\n- keycloak: there is no Java\n');
    expect(writeTable({ ...told, absent: {} })).not.toContain('Not run here');
  });

  it('has scenarios that were measured and no others', () => {
    expect(table.match(/^## .*/gm)).toEqual([
      '## Bars',
      '## Servers',
      '## full login without password',
      '## Not run here',
    ]);
  });
});
