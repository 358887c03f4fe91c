import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { providerRoutes } from '../support/routes.ts';
import { modulesOf, type Plan, plans, type Test } from './modules.ts';

/** The table of modules is whole, and what it names is there. */
const tests = resolve(import.meta.dirname, '..');
const results = join(import.meta.dirname, 'RESULTS.md');

/** How many modules each plan has in the suite (release-v5.2.3). */
const count: Record<Plan, number> = {
  config: 1,
  basic: 38,
  formpost: 38,
  dynamic: 23,
  logout: 11,
  backchannel: 2,
  initlogin: 2,
  fapi2: 56,
  fapi2ms: 70,
  'ciba-poll': 35,
  'ciba-ping': 40,
  ekyc: 12,
};
const names = Object.keys(plans) as Plan[];

describe.each(names)('the plan %s', (plan) => {
  const modules = modulesOf(plan);

  test('has all its modules, each with a test or with a reason', () => {
    expect(modules.size).toBe(count[plan]);
    for (const [module, covered] of modules) {
      if (Array.isArray(covered)) expect(covered, module).not.toEqual([]);
      else expect(covered.none.length, module).toBeGreaterThan(20);
    }
  });

  test('has tests that are there, by these titles', () => {
    const missing = [...modules].flatMap(([module, covered]) =>
      (Array.isArray(covered) ? covered : covered.instead)
        .filter((one) => !isThere(one))
        .map(({ file, title, rows }) => [module, file, title, ...rows].join(' · ')),
    );
    expect(missing).toEqual([]);
  });

  test.runIf(existsSync(results))('has its modules in RESULTS.md, and no others', () => {
    const [, section = ''] = readFileSync(results, 'utf8').split(`\n## ${plan}\n`);
    const rows = (section.split('\n## ')[0] ?? '').matchAll(/^\| ([\w-]+) \| [A-Z]+ \|/gm);
    const listed = [...rows].map(([, name = '']) => name);
    expect(listed.toSorted()).toEqual([...modules.keys()].toSorted());
  });
});

test('a test that was renamed, and a row that was taken out, are noticed', () => {
  const [one] = modulesOf('basic').get('oidcc-display-page') as Test[];
  if (!one) throw new Error('nothing covers it');
  expect(isThere(one)).toBe(true);
  for (const change of [
    { title: one.title.slice(1) },
    { title: one.title.slice(0, -1) },
    { rows: ['a page of nobody'] },
    { file: 'flows/nowhere.test.ts' },
  ])
    expect(isThere({ ...one, ...change })).toBe(false);
});

/** True if the file has a test or a test.each of this title, and the rows, its own or of the table of routes. */
function isThere({ file, title, rows }: Test): boolean {
  if (!existsSync(join(tests, file))) return false;
  const text = readFileSync(join(tests, file), 'utf8').replaceAll(/\(\s+'/g, "('");
  const routes = text.includes('providerRoutes') ? Object.keys(providerRoutes) : [];
  return text.includes(`('${title}',`) && rows.every((row) => text.includes(`'${row}'`) || routes.includes(row));
}
