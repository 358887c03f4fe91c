import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run build`: what the published package runs. Node does not strip types below node_modules, so the package carries
 * JavaScript; the files that are read rather than imported are copied beside it.
 */
const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
for (const file of globSync(['views/assets/**/*.*', 'src/**/*.yaml', 'src/**/*.json'], { cwd: root }))
  cpSync(join(root, file), join(dist, file));
chmodSync(join(dist, 'src/main.js'), 0o755);
