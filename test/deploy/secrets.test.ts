import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { root } from '../support/dockerfile.ts';
import { composeFile, services, type Yaml } from './manifests.ts';

const scale = composeFile('compose.scale.yaml');

test('the secrets of compose.scale.yaml are made, kept when made again, and what the program takes for a sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-secrets-'));
  try {
    copyFileSync(join(root, 'docker/secrets.sh'), join(folder, 'secrets.sh'));
    // as it is typed, by who lets the shell look for folders elsewhere too
    const env = { ...process.env, CDPATH: `.:${folder}` };
    const place = { cwd: dirname(folder), env, encoding: 'utf8' } as const;
    const make = () => execFileSync('sh', [`${basename(folder)}/secrets.sh`], place);
    const read = (name: string) => readFileSync(join(folder, 'secrets', name), 'utf8');
    make();
    const files = ['vneid.env', 'postgres.env', 'redis.env', 'tls.crt', 'tls.key'];
    const before = files.map(read);
    make();
    expect(files.map(read)).toEqual(before);
    expect(statSync(join(folder, 'secrets')).mode & 0o077).toBe(0);

    const named = services(scale).flatMap(([, { env_file = [] }]) => env_file as string[]);
    for (const file of named) expect(existsSync(join(folder, file)), file).toBe(true);
    for (const { file } of Object.values(scale.secrets as Record<string, Yaml>))
      expect(existsSync(join(folder, file)), file).toBe(true);

    const secret = parseEnv(read('vneid.env')) as Record<string, string>;
    const { POSTGRES_PASSWORD = 'none' } = parseEnv(read('postgres.env'));
    const { REDISCLI_AUTH = 'none' } = parseEnv(read('redis.env'));
    const environment = Object.entries(scale.services['vneid-1'].environment as Record<string, string>);
    const usual = environment.map(([name, value]) => [name, /:-(.*)\}$/.exec(value)?.[1] ?? value]);
    const config = readConfig({}, { ...Object.fromEntries(usual), ...secret });
    expect(config).toMatchObject({ mode: 'sandbox', issuer: 'https://localhost:8443', trustProxy: true });
    expect(config).toMatchObject({ city: true, cityUrl: 'https://localhost:8444' });
    expect(config.databaseUrl).toBe(`postgres://vneid:${POSTGRES_PASSWORD}@postgres/vneid`);
    const hosts = config.redisUrl.split(',').map((url) => new URL(url));
    expect(hosts.map(({ hostname }) => hostname)).toEqual(
      services(scale).flatMap(([, { networks }]) => networks?.inside?.ipv4_address ?? []),
    );
    expect(new Set(hosts.map(({ password }) => password))).toEqual(new Set([REDISCLI_AUTH]));
    expect(new Set([POSTGRES_PASSWORD, REDISCLI_AUTH, config.operatorToken]).size).toBe(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
