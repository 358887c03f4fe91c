import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/errors.ts';
import { startVneid } from '../../src/index.ts';
import { root } from '../support/dockerfile.ts';
import type { Yaml } from './manifests.ts';

/** Alerts and the dashboard ask for what a running instance has. */
const folder = join(root, 'docker/observability');
const alerts: Yaml[] = parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')).groups.flatMap(
  ({ rules }: Yaml) => rules,
);
const dashboard = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8'));
const shown = dashboard.panels.flatMap(({ title, targets }: Yaml) =>
  targets.map(({ expr }: Yaml) => ({ name: title, expr })),
) as { name: string; expr: string }[];
const asked: { name: string; expr: string }[] = [
  ...alerts.map(({ alert, expr }) => ({ name: alert as string, expr: expr as string })),
  ...shown,
];

/** Name and labels of every metric of an expression; `up` is Prometheus's own. */
function metricsIn(expr: string): { metric: string; labels: [string, string, string][] }[] {
  return [...expr.matchAll(/\b((?:vneid|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, metric = '', inside = '']) => ({
      metric,
      labels: [...inside.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, name = '', how = '', value = '']) => [
        name,
        how,
        value,
      ]),
    }),
  );
}

let page: string;
beforeAll(async () => {
  await using vneid = await startVneid();
  await fetch(`${vneid.issuer}/health/ready`);
  await fetch(`${vneid.issuer}/nowhere`);
  page = await (await fetch(`${vneid.issuer}/metrics`)).text();
});

describe.each(asked)('$name', ({ expr }) => {
  test('asks for metrics and labels that /metrics has', () => {
    const found = metricsIn(expr);
    expect(found.length).toBeGreaterThan(0);
    for (const { metric, labels } of found) {
      const lines = page.split('\n').filter((line) => new RegExp(`^${metric}[ {]`).test(line));
      expect(lines.length, metric).toBeGreaterThan(0);
      // the job is what Prometheus calls the instances
      for (const [label] of labels) if (label !== 'job') expect(lines.join('\n')).toContain(`${label}="`);
    }
  });

  test('means events and errors that there are', () => {
    const events = readFileSync(join(root, 'src/events.ts'), 'utf8');
    const names = [...events.matchAll(/^ {2}'([a-z.]+)':/gm)].map(([, name]) => name ?? '');
    for (const [label, how, value] of metricsIn(expr).flatMap(({ labels }) => labels)) {
      const known = label === 'event' ? names : label === 'code' ? Object.keys(catalogue) : undefined;
      if (!known) continue;
      const pattern = new RegExp(`^(?:${how === '=' ? value.replaceAll('.', '[.]') : value})$`);
      expect(known.filter((name) => pattern.test(name)).length, value).toBeGreaterThan(0);
    }
  });

  test('opens and closes what it opens', () => {
    for (const pair of ['()', '{}', '[]'])
      expect(expr.split(pair[0] as string).length, pair).toBe(expr.split(pair[1] as string).length);
  });
});

test('an alert says how bad it is, what has happened and where to look', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { alert, labels, annotations } of alerts) {
    expect(['page', 'ticket'], alert).toContain(labels.severity);
    expect(annotations.summary.length, alert).toBeGreaterThan(10);
    expect(annotations.description.length, alert).toBeGreaterThan(40);
  }
});

test('panels have numbers of their own and do not lie on each other', () => {
  const panels: Yaml[] = dashboard.panels;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});
