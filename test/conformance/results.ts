import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { modulesOf, type Plan, plans } from './modules.ts';

/**
 * Writes what the suite of the OpenID Foundation said, as a page for the repository, from one file for each plan, which is
 * named as the plan is in `modules.ts` (`basic.json`). Plans beyond those come after them.
 *
 *     node test/conformance/results.ts <folder> [suite tag, where the files do not say it] > test/conformance/RESULTS.md
 *
 * Says on stderr, and with its exit code, what the table has and the files have not.
 */
interface Run {
  plan: string;
  variant: Record<string, string>;
  suite?: string;
  /** 2026-11-26 */
  date: string;
  results: { module: string; result: string; failures: { msg: string }[] }[];
}
const meanings = {
  PASSED: 'everything that the module looks at is as the specifications have it.',
  WARNING: 'what is required holds; the suite has a remark, which stands beside it.',
  REVIEW: 'what a program can see holds; the suite has a picture of a page that a person has to look at.',
  SKIPPED:
    'the suite read in the discovery document, an answer or its own configuration that there is nothing to look at.',
  FAILED: 'something is not as it should be; the suite’s words stand beside it.',
};
const kinds = Object.keys(meanings) as (keyof typeof meanings)[];

const [folder, tag = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('node test/conformance/results.ts <folder> [suite tag]');
const order = Object.keys(plans);
const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
const runs = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8')) as Run] as const)
  .toSorted(([a], [b]) => place(a) - place(b) || a.localeCompare(b));

for (const plan of order as Plan[]) {
  const ran = new Set(runs.find(([name]) => name === plan)?.[1].results.map(({ module }) => module));
  const missing = [...modulesOf(plan).keys()].filter((module) => !ran.has(module));
  if (missing.length === 0) continue;
  process.exitCode = 1;
  process.stderr.write(`${plan}: no result of ${missing.length} modules: ${missing.slice(0, 5).join(', ')} …\n`);
}

const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[]) => [row(...head), row(...head.map(() => '---')), ...rows];
const lines = [
  '# What the conformance suite of the OpenID Foundation says',
  '',
  'Written by `results.ts`. Which tests of ours cover each module: `modules.ts`.',
  '',
  ...table(
    ['plan', 'suite', 'date', 'modules', ...kinds],
    runs.map(([name, { suite = tag, date, results }]) =>
      row(
        `[${name}](#${name})`,
        suite,
        date,
        results.length,
        ...kinds.map((kind) => results.filter(({ result }) => result === kind).length),
      ),
    ),
  ),
  '',
  ...kinds.map((kind) => `- **${kind}**: ${meanings[kind]}`),
  ...runs.flatMap(([name, run]) => [
    '',
    `## ${name}`,
    '',
    [`\`${run.plan}\``, ...Object.entries(run.variant).map((pair) => `\`${pair.join('=')}\``)].join(', '),
    '',
    ...table(
      ['module', 'result', 'remark'],
      run.results.map(({ module, result, failures }) => row(module, result, remark(name, module, failures))),
    ),
  ]),
];
process.stdout.write(`${lines.join('\n')}\n`);

/** The suite's first words, or why we have no such thing. */
function remark(name: string, module: string, failures: { msg: string }[]): string {
  const covered = name in plans ? modulesOf(name as Plan).get(module) : undefined;
  const [words = covered && 'none' in covered ? covered.none : ''] = failures.map(({ msg }) => msg);
  const line = words.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
