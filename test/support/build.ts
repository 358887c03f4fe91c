import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run build`: what the published package runs. Node does not strip types below node_modules, so the package carries
 * JavaScript; the files that are read rather than imported are copied beside it.
 */
const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
// the compiler has said what is wrong
if (compiled.status !== 0) process.exit(1);
for (const file of globSync(['views/assets/**/*.*', 'src/**/*.yaml', 'src/**/*.json'], { cwd: root }))
  cpSync(join(root, file), join(dist, file));
chmodSync(join(dist, 'src/main.js'), 0o755);
// AsyncDisposable is younger than the library most compilers are set to
const types = join(dist, 'src/index.d.ts');
writeFileSync(types, `/// <reference lib="esnext.disposable" />\n${readFileSync(types, 'utf8')}`);
