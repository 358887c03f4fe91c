import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeOptions } from '../src/config.ts';
import { catalogue } from '../src/errors.ts';

const root = resolve(import.meta.dirname, '..');
const source = [...filesBelow('src'), ...filesBelow('views')];
const imports = new Map(source.map((file) => [file, importsOf(file)]));

/** Rank of each part: a part may import what stands lower, and what stands in its own folder. */
const order = [
  ['root'],
  ['web', 'store', 'audit'],
  ['registry'],
  ['accounts'],
  ['oidc'],
  ['login', 'phone'],
  ['city', 'lab'],
  ['console'],
  ['ground', 'self-test'],
  ['vneid'],
  ['installation'],
  ['workers'],
  ['cli', 'index', 'main'],
];
const rank = (part: string) => order.findIndex((parts) => parts.includes(part));

describe('imports point down', () => {
  test('every part imports only what stands below it', () => {
    const upward = edges().filter(({ from, to }) => from !== to && rank(to) >= rank(from) && !sameFloor(from, to));
    expect(upward.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('the city is an outsider: nothing of the provider but root ideas and web', () => {
    const strange = edges().filter(({ from, to }) => from === 'city' && !['city', 'root', 'web'].includes(to));
    expect(strange.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('nobody imports the lab but vneid, and the console and the command line, which are skins over it', () => {
    const outsiders = edges().filter(
      ({ from, to }) => to === 'lab' && !['lab', 'console', 'vneid', 'installation', 'cli'].includes(from),
    );
    expect(outsiders).toEqual([]);
  });

  test('views draw what they are given: they import types of root ideas at most', () => {
    const strange = source
      .filter((file) => file.startsWith('views/'))
      .flatMap((file) =>
        (imports.get(file) ?? []).filter((target) => target.startsWith('src/')).map((target) => `${file} → ${target}`),
      );
    expect(strange).toEqual([]);
  });

  test('there is no cycle', () => {
    const cycle = findCycle();
    expect(cycle).toEqual([]);
  });
});

describe('it stays small', () => {
  test('a file is read in one sitting', () => {
    const long = source
      .filter((file) => file.endsWith('.ts') && !declarative.has(file))
      .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > 320)).toEqual([]);
  });

  test('no drawers', () => {
    const drawers = /^(helpers?|utils?|shared|common|lib|misc|types)(\.ts)?$/;
    const found = [...source, ...filesBelow('test')].flatMap((file) =>
      file.split('/').filter((part) => drawers.test(part)),
    );
    expect(found).toEqual([]);
  });

  test('every view is used', () => {
    const used = new Set([...imports.values()].flat());
    expect(source.filter((file) => file.startsWith('views/') && file.endsWith('.ts') && !used.has(file))).toEqual([]);
  });

  test('what lies beside a file is found in whatever folder that is, also one with a space or a Vietnamese name', () => {
    const encoded = source.filter((file) => /import\.meta\.url\)\.pathname/.test(withoutComments(file)));
    expect(encoded).toEqual([]);
  });

  test('only clock.ts asks the host for the time', () => {
    const timed = source.filter(
      (file) =>
        file.startsWith('src/') && !knowTheTime.has(file) && /\bDate\.now\(\)|new Date\(\)/.test(withoutComments(file)),
    );
    expect(timed).toEqual([]);
  });
});

describe('what is declared is used and complete', () => {
  test('every error of the catalogue is thrown somewhere, or named by the protocol', () => {
    const text = source
      .map((file) => (file === 'src/errors.ts' ? '' : readFileSync(join(root, file), 'utf8')))
      .join('\n');
    const unused = Object.keys(catalogue).filter((code) => !code.startsWith('oauth.') && !text.includes(`'${code}'`));
    expect(unused).toEqual([]);
  });

  test('every event of the vocabulary is emitted somewhere', () => {
    const vocabulary = [...readFileSync(join(root, 'src/events.ts'), 'utf8').matchAll(/^ {2}'([a-z.]+)':/gm)].map(
      ([, name]) => name ?? '',
    );
    const text = source.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    expect(vocabulary.length).toBeGreaterThan(5);
    expect(vocabulary.filter((name) => !text.includes(`emit('${name}'`))).toEqual([]);
  });

  test('every option has a variable and a sentence', () => {
    for (const { option, variable, about } of describeOptions()) {
      expect(variable, option).toMatch(/^VNEID_[A-Z_]+$/);
      expect(about.length, option).toBeGreaterThan(10);
    }
  });
});

/** Tables rather than stories: the catalogue of errors grows by the line. */
const declarative = new Set(['src/errors.ts', 'views/words/vi.ts', 'views/words/en.ts']);
/** The clock itself; the adapter, which runs inside the clock; the command line, which has no instance. */
const knowTheTime = new Set(['src/clock.ts', 'src/oidc/adapter.ts', 'src/cli.ts']);

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return filesBelow(path);
    return /\.(ts|js)$/.test(name) ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = withoutComments(file);
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(root, resolve(root, dirname(file), target ?? '')),
  );
}

function withoutComments(file: string): string {
  return readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** "web" of src/web/forms.ts; "root" of src/clock.ts; the file's own name for the few at the top that are not ideas. */
function partOf(file: string): string {
  const [, folder = '', inner] = file.split('/');
  if (inner !== undefined) return folder;
  const name = basename(file).replace(/\.(ts|js)$/, '');
  return rank(name) >= 0 ? name : 'root';
}

function edges(): { file: string; target: string; from: string; to: string }[] {
  return [...imports].flatMap(([file, targets]) =>
    file.startsWith('src/')
      ? targets
          .filter((target) => target.startsWith('src/'))
          .map((target) => ({ file, target, from: partOf(file), to: partOf(target) }))
      : [],
  );
}

/** audit stands above store and web on the same floor; the command line's files lean on each other. */
function sameFloor(from: string, to: string): boolean {
  return (from === 'audit' && to === 'store') || rank(from) === rank('cli');
}

function findCycle(): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
