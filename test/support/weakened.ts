import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import * as Vneid from '../../src/index.ts';

/**
 * A copy of the program in which one check has been taken out: the attack that the check is there for has to work on it,
 * or the test of the refusal proves nothing. The program itself knows nothing of this.
 */
export interface Weakened extends AsyncDisposable {
  startVneid: typeof Vneid.startVneid;
}

/** What is done to a copy, such as a check that is taken out: `find` has to stand in the file exactly once. */
export interface Weakness {
  /** Path below the repository, "src/accounts/approvals.ts". */
  file: string;
  find: string;
  replace: string;
}

/** A request to a phone that never ends: all three places where its time is looked at. */
export const endless: Weakness[] = [
  {
    file: 'src/accounts/approvals.ts',
    find: "if (state === 'expired') throw problem('approval.expired');\n    if",
    replace: 'if',
  },
  {
    file: 'src/accounts/approval.ts',
    find: "open && row.expires_at <= now ? 'expired' : row.state",
    replace: 'row.state',
  },
  {
    file: 'src/accounts/approval-rows.ts',
    find: ".where('state', 'in', from)\n        .where('expires_at', '>', clock.now())",
    replace: ".where('state', 'in', from)",
  },
];

const byNode = createRequire(import.meta.url)('./by-node.cjs') as (address: string) => Promise<unknown>;

const root = resolve(import.meta.dirname, '../..');

/**
 * A copy of the program with something about it changed, in a folder of its own.
 * @throws Error when what is to be changed does not stand where the test says: then the test has to be looked at again
 */
export function changedCopy(...changes: Weakness[]): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-copy-'));
  for (const part of ['src', 'views']) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [file, text] of textsOf(changes)) writeFileSync(join(folder, file), text);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** What the files read after the changes, by path. */
function textsOf(changes: Weakness[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of changes) {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
    const places = text.split(find).length - 1;
    if (places !== 1) throw new Error(`${file} has what is to be changed ${places} times: ${find}`);
    texts.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return texts;
}

let copies = 0;

/**
 * Only what is changed, and whatever imports it, is loaded anew; of the rest all copies have the same.
 * @throws Error when the check does not stand where the test says
 */
export async function weakened(...weaknesses: Weakness[]): Promise<Weakened> {
  const texts = textsOf(weaknesses);
  const own = withImporters(texts.keys());
  const query = `?copy=${(copies += 1)}`;
  const pathOf = (url: string) => relative(root, fileURLToPath(url));
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const isOwn = context.parentURL?.endsWith(query) && found.url.startsWith('file:') && own.has(pathOf(found.url));
      return isOwn ? { ...found, url: found.url + query } : found;
    },
    load(url, context, next) {
      const text = url.endsWith(query) ? texts.get(pathOf(url)) : undefined;
      if (text === undefined) return next(url, context);
      return { format: 'module-typescript', source: text, shortCircuit: true };
    },
  });
  const { startVneid } = (await byNode(pathToFileURL(join(root, 'src/index.ts')).href + query)) as typeof Vneid;
  return { startVneid, [Symbol.asyncDispose]: async () => hooks.deregister() };
}

/** Of each file of the program, those that it imports. */
const imports = new Map(
  globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: root }).map((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const named = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) => path ?? '');
    return [file, named.map((path) => join(dirname(file), path))];
  }),
);

/** These files, and all that import them, by however many others. */
function withImporters(files: Iterable<string>): Set<string> {
  const found = new Set(files);
  // a set goes on to what is added meanwhile
  for (const file of found)
    for (const [importer, imported] of imports) if (imported.includes(file)) found.add(importer);
  return found;
}

type Options = Parameters<typeof Vneid.startVneid>[0];

/**
 * Holds an attack against a copy without the checks, where it has to work, and against the program, where it must not.
 * @param attack true when something was let through; what it throws counts as refused
 */
export async function refusedOnlyByTheCheck(
  weaknesses: Weakness[],
  attack: (vneid: Vneid.Instance) => Promise<boolean>,
  options: Options,
): Promise<void> {
  await using copy = await weakened(...weaknesses);
  {
    await using weak = await copy.startVneid(options);
    expect(await attack(weak), 'the attack works where the check is missing').toBe(true);
  }
  await using vneid = await Vneid.startVneid(options);
  expect(await attack(vneid).catch(() => false), 'and fails where it is').toBe(false);
}
