import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, startProgram } from './program.ts';

/**
 * Starts the program from its sources with a script that is loaded before it, stops it, and tells what the script made of
 * `seen` until it ended.
 * @param folder for files of this run
 * @param env what `startProgram` takes
 * @param during what is done with it once it is ready
 */
export async function startSeeing(
  script: string,
  {
    folder,
    env,
    during,
  }: { folder: string; env: Record<string, string>; during?: (program: Program) => Promise<void> },
): Promise<string[]> {
  const own = mkdtempSync(join(folder, 'start-'));
  writeFileSync(
    join(own, 'spy.cjs'),
    `let seen = [];
    ${script}
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(join(own, 'seen'))}, seen.join('\\n')));`,
  );
  const program = await startProgram({
    command: [process.execPath, '-r', join(own, 'spy.cjs'), 'src/main.js', 'start'],
    cwd: join(import.meta.dirname, '../..'),
    folder: own,
    env,
  });
  await during?.(program);
  const code = await program.stop();
  if (code !== 0) throw new Error(`the program ended with ${code}: ${program.output().stderr}`);
  return readFileSync(join(own, 'seen'), 'utf8').split('\n').filter(Boolean);
}
