import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withPlainContext } from '../../src/oidc/plain-context.ts';

/**
 * Half of a start is reading its 1,260 modules one by one, so `npm ci` ends with a bundle of them. It is a cache like the
 * bytecode beside it: `main.js` takes it only while everything that it was made of is as it was.
 */

/** What is found by its place, such as binaries and the files of threads; and what most starts do not read. */
const apart = [
  /^(@node-rs\/argon2|pg|pg-copy-streams|pino|piscina|playwright-core)$/,
  /^(@opentelemetry\/.*|@peculiar\/x509|@simplewebauthn\/server.*|prom-client|redis|reflect-metadata)$/,
];

/** Of a bundle, `sources.json`: the tree and its files as they were, and the file to begin with. */
interface Kept {
  root: string;
  program: string;
  sources: [file: string, size: number, time: number][];
}

/**
 * Bundles `src/cli.ts` of a source tree into a folder `vneid-bundles`. A file of ours goes on knowing where it lies. What
 * runs meanwhile goes on as well: each bundle is a folder of its own, and that of before stays until the next one.
 * @param root the source tree
 * @param into where the folder is made
 */
export async function bundle({ root, into }: { root: string; into: string }): Promise<void> {
  const { rolldown } = await import('rolldown');
  const folder = join(into, 'vneid-bundles');
  const program = await rolldown({
    input: join(root, 'src/cli.ts'),
    platform: 'node',
    // all of it is read, as from its files: what nobody seems to use may have done something
    treeshake: false,
    // a library's use of eval is not ours to mend
    checks: { eval: false },
    plugins: [
      {
        name: 'where it lies',
        transform: (code, file) => changed(withPlainContext(file, code) ?? inPlace(code, file, root)),
        // by their whole addresses, for the bundle may lie elsewhere
        resolveId: (name) =>
          apart.some((some) => some.test(name)) ? { id: import.meta.resolve(name), external: true } : null,
      },
    ],
  });
  const { output } = await program.generate({
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    sourcemap: true,
  });
  await program.close();
  const files = output.map((part): [string, string | Uint8Array] => [
    part.fileName,
    part.type === 'chunk' ? part.code : part.source,
  ]);
  const name = nameOf(files);
  writeWhole(join(folder, name), files);

  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  // the bundler's own are no files
  const sources = modules.filter(isAbsolute).map((file): Kept['sources'][number] => {
    const { size, mtimeMs } = statSync(file);
    return [relative(root, file), size, mtimeMs];
  });
  const list = join(folder, 'sources.json');
  const before = existsSync(list) && dirname((JSON.parse(readFileSync(list, 'utf8')) as Kept).program);
  const kept: Kept = { root, program: join(name, 'cli.mjs'), sources };
  writeFileSync(`${list}.${process.pid}`, JSON.stringify(kept));
  renameSync(`${list}.${process.pid}`, list);
  if (before === name) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory() && ![name, before].includes(entry.name))
      rmSync(join(folder, entry.name), { recursive: true });
}

/** The same files have the same name. */
function nameOf(files: [name: string, text: string | Uint8Array][]): string {
  const hash = createHash('sha256');
  for (const [name, text] of files) hash.update(name).update('\0').update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Makes a folder of files, which is there with all of them or not at all; another who makes the same may be first. */
function writeWhole(folder: string, files: [name: string, text: string | Uint8Array][]): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const begun = mkdtempSync(`${dirname(folder)}-`);
  try {
    for (const [name, text] of files) writeFileSync(join(begun, name), text);
    renameSync(begun, folder);
  } catch (error) {
    rmSync(begun, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The lines of what is changed are where they were. */
const changed = (code: string | undefined) => (code === undefined ? undefined : { code, map: null });

function inPlace(code: string, file: string, root: string): string | undefined {
  if (!code.includes('import.meta') || relative(root, file).includes('node_modules')) return undefined;
  const placed = code
    .replaceAll('import.meta.dirname', JSON.stringify(dirname(file)))
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
  if (placed.includes('import.meta')) throw new Error(`${file}: of import.meta only dirname and url can be bundled`);
  return placed;
}

if (import.meta.main && isThere('rolldown')) {
  const root = join(import.meta.dirname, '../..');
  await bundle({ root, into: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/vneid') });
}

/** An installation without development's packages has no bundler, and reads its files one by one. */
function isThere(name: string): boolean {
  try {
    return Boolean(import.meta.resolve(name));
  } catch {
    return false;
  }
}
