import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromiumPath } from './needs.ts';

const root = resolve(import.meta.dirname, '../..');

/** The README, and its samples of code. */
export const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Every block of a language, in order. */
export function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');
}

/** What the samples take from elsewhere is here under another name: this program, and Debian's Chromium. */
function atHome(sample: string): string {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'];
  return sample
    .replace("'vneid-emulator'", JSON.stringify(join(root, 'src/index.ts')))
    .replace("'playwright'", "'playwright-core'")
    .replace('chromium.launch()', () => {
      const options = { executablePath: chromiumPath(), args: [...args, '--disable-background-networking'] };
      return `chromium.launch(${JSON.stringify(options)})`;
    });
}

/**
 * Runs samples as a reader would, in a folder of their own.
 * @returns how many of their tests passed and failed
 */
export function runSamples(samples: string[]): { passed: number; failed: number } {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-readme-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [index, sample] of samples.entries())
      writeFileSync(join(folder, `sample-${index}.test.ts`), atHome(sample));
    const report = join(folder, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    // no sample is in the way of another, and to load the program anew for each takes most of the time
    const args = [
      'run',
      '--no-isolate',
      '--root',
      folder,
      '--testTimeout=60000',
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    try {
      execFileSync(process.execPath, [vitest, ...args], { stdio: 'ignore' });
    } catch {
      // the report says which
    }
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
