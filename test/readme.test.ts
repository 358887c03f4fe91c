import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { claimsByScope } from '../src/oidc/claims/claims.ts';
import { cast } from '../src/registry/cast.ts';
import { startVneid } from '../src/index.ts';
import { blocksOf, readme, runSamples } from './support/readme.ts';

/** The README is true. */
const root = resolve(import.meta.dirname, '..');

test('its samples run as printed; those for a browser have a test of their own', { timeout: 120_000 }, () => {
  const samples = blocksOf('ts').filter((sample) => !sample.includes("from 'playwright'"));
  expect(samples).toHaveLength(6);
  expect(runSamples(samples)).toEqual({ passed: samples.length, failed: 0 });
});

test('its clients files are some', async () => {
  const files = blocksOf('yaml').map((text) => parse(text) as { clients: never[]; resources?: never[] });
  await using vneid = await startVneid({
    clients: files.flatMap(({ clients }) => clients),
    resources: files.flatMap(({ resources = [] }) => resources),
  });
  expect(vneid.clients.get('my-app')).toMatchObject({ minimumLevel: 2 });
  expect(vneid.clients.get('cases-app')).toMatchObject({ resources: ['https://api.example/cases'] });
});

test('it lists the whole cast and every claim', () => {
  for (const { number, fullName, account, caseVi, caseEn } of cast) {
    const row = readme.split('\n').find((line) => line.startsWith(`| ${number} | ${fullName} |`)) ?? '';
    expect(row).toContain(`| ${caseVi}<br>${caseEn} |`);
    expect(row.includes('☎'), fullName).toBe(account?.phone ?? false);
  }
  for (const claim of Object.values(claimsByScope).flat())
    if (!/^(phone|email|address)/.test(claim)) expect(readme).toContain(`\`${claim}\``);
});

test('every file it names is there', () => {
  const named = [...readme.matchAll(/\]\(([^)h][^)]*)\)/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(5);
  for (const path of named) expect(() => readFileSync(join(root, path)), path).not.toThrow();
});
