import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { claimsByScope } from '../src/oidc/claims.ts';
import { cast } from '../src/registry/cast.ts';
import { startVneid } from '../src/index.ts';

/** The README is true. */
const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1] ?? '';

test('its sample runs as printed', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-readme-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const sample = block('ts').replace("'vneid-emulator'", JSON.stringify(join(root, 'src/index.ts')));
    writeFileSync(join(folder, 'sample.test.ts'), sample);
    const report = join(folder, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    execFileSync(process.execPath, [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`], {
      stdio: 'ignore',
    });
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('its clients file is one', async () => {
  const { clients } = parse(block('yaml')) as { clients: never[] };
  await using vneid = await startVneid({ clients });
  expect(vneid.clients.get('my-app')).toMatchObject({ minimumLevel: 2 });
});

test('it lists the whole cast and every claim', () => {
  for (const { number, fullName } of cast) expect(readme).toContain(`| ${number} | ${fullName} |`);
  for (const claim of Object.values(claimsByScope).flat())
    if (!/^(phone|email|address)/.test(claim)) expect(readme).toContain(`\`${claim}\``);
});

test('every file it names is there', () => {
  const named = [...readme.matchAll(/\]\(([^)h][^)]*)\)/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(5);
  for (const path of named) expect(() => readFileSync(join(root, path)), path).not.toThrow();
});
