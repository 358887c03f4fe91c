import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Half of a start is reading its 1,260 modules one by one, so `npm ci` ends with a bundle of them. It is a cache like the
 * bytecode beside it: `main.js` takes it only while everything that it was made of is as it was.
 */

/** What is found by its place, such as binaries and the files of threads; and what most starts do not read. */
const apart = [
  /^(@node-rs\/argon2|pg|pg-copy-streams|pino|piscina|playwright-core)$/,
  /^(@opentelemetry\/.*|@peculiar\/x509|@simplewebauthn\/server.*|prom-client|redis|reflect-metadata)$/,
];

/**
 * Bundles `src/cli.ts` of a source tree into a folder `vneid-bundle`. A file of ours goes on knowing where it lies.
 * @param root the source tree
 * @param into where the folder is made
 */
export async function bundle({ root, into }: { root: string; into: string }): Promise<void> {
  const { rolldown } = await import('rolldown');
  const folder = join(into, 'vneid-bundle');
  rmSync(folder, { recursive: true, force: true });
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
        transform: (code, file) => inPlace(code, file, root),
        // by their whole addresses, for the bundle may lie elsewhere
        resolveId: (name) =>
          apart.some((some) => some.test(name)) ? { id: import.meta.resolve(name), external: true } : null,
      },
    ],
  });
  const { output } = await program.write({
    dir: folder,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    sourcemap: true,
  });
  await program.close();
  const files = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  // the bundler's own are no files
  const sources = files.filter(isAbsolute).map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [relative(root, file), size, mtimeMs];
  });
  // last, and whole: a bundle without it is one that is being made
  const list = join(folder, 'sources.json');
  writeFileSync(`${list}.new`, JSON.stringify({ root, sources }));
  renameSync(`${list}.new`, list);
}

function inPlace(code: string, file: string, root: string) {
  if (!code.includes('import.meta') || relative(root, file).includes('node_modules')) return undefined;
  const placed = code
    .replaceAll('import.meta.dirname', JSON.stringify(dirname(file)))
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
  if (placed.includes('import.meta')) throw new Error(`${file}: of import.meta only dirname and url can be bundled`);
  // its lines are where they were
  return { code: placed, map: null };
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
