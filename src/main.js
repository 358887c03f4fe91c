#!/usr/bin/env node
// The door of the program. It is plain JavaScript that asks nothing of Node before it has looked at its version, so
// that an old one can say what is wrong instead of failing on the first line it cannot read.
const required = 24;
const running = Number(process.versions.node.split('.')[0]);

if (running < required) {
  process.stderr.write(
    `VNeID cần Node.js ${required} trở lên, đang chạy ${process.version}: cài bản mới hơn, hoặc trong mã nguồn chạy "npm ci" (cho phép install scripts) · VNeID needs Node.js ${required} or later, this is ${process.version}: install a newer one, or in the source tree run "npm ci" (install scripts allowed).\n`,
  );
  process.exitCode = 1;
} else if (process.argv[2] !== 'check-node') {
  const bundle = await kept();
  const { main } = await (bundle ? import(bundle) : import('./cli.ts'));
  await main(process.argv.slice(2));
}

/**
 * Has Node keep what it compiles: without types, and as bytecode. In a source tree it is kept there, where `npm ci` has
 * begun with it; threads and workers, which would else strip types with a compiler of their own, find it by the variable.
 * Beside it lies what `npm ci` has bundled, for to read all modules one by one is half of a start.
 * @returns the address of the bundle; nothing when there is none, or when any file that it was made of has changed since
 */
async function kept() {
  const [{ enableCompileCache }, { existsSync, readFileSync, statSync }, { join }, { pathToFileURL }] =
    await Promise.all([import('node:module'), import('node:fs'), import('node:path'), import('node:url')]);
  const here = join(import.meta.dirname, '..');
  const modules = join(here, 'node_modules');
  if (existsSync(modules)) process.env.NODE_COMPILE_CACHE ??= join(modules, '.cache/vneid');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);

  const folder = join(process.env.NODE_COMPILE_CACHE ?? modules, 'vneid-bundles');
  const list = join(folder, 'sources.json');
  if (!existsSync(list)) return undefined;
  /** @type {{ root: string, program: string, sources: [file: string, size: number, time: number][] }} */
  const { root, program, sources } = JSON.parse(readFileSync(list, 'utf8'));
  const asItWas = sources.every(([file, size, time]) => {
    const now = statSync(join(root, file), { throwIfNoEntry: false });
    return now?.size === size && now.mtimeMs === time;
  });
  return root === here && asItWas ? pathToFileURL(join(folder, program)).href : undefined;
}
