import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { describeOptions } from '../../src/config.ts';
import { startVneid } from '../../src/index.ts';
import { selfSigned } from '../../src/web/certificate.ts';
import { copyOf, root, stagesOf, textsOf } from '../support/dockerfile.ts';
import { temporaryFiles } from '../support/tls.ts';

/** The image as it is written; that what it does comes out right is told by test/package/image.test.ts. */
const stages = stagesOf();
const last = stages.at(-1) as (typeof stages)[number];
const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  engines: { node: string };
  devDependencies: { node: string };
};

test('every stage stands on a small Node of the version that the program is developed with, or on one before it', () => {
  const major = pinned.devDependencies.node.split('.')[0];
  for (const [at, { base }] of stages.entries())
    expect([`node:${major}-slim`, ...stages.slice(0, at).map(({ name }) => name)]).toContain(base);
  expect(last.base).toBe(`node:${major}-slim`);
});

test('the last stage has the program and what it needs, built in others, and runs nobody’s scripts', () => {
  expect(stages.length).toBeGreaterThan(1);
  const copied = textsOf(last, 'COPY').map(copyOf);
  expect(copied.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources)).toEqual(['package.json']);
  for (const { from } of copied.filter((one) => one.from !== undefined))
    expect(stages.slice(0, -1).map(({ name }) => name)).toContain(from);
  const installs = stages.flatMap((stage) => textsOf(stage, 'RUN')).filter((line) => /npm (ci|prune)/.test(line));
  expect(installs.length).toBeGreaterThan(0);
  for (const line of installs) expect(line).toContain('--ignore-scripts');
});

test('what is copied is there and let through, and nothing else is', () => {
  const copied = stages.flatMap((stage) => textsOf(stage, 'COPY').map(copyOf));
  const sources = new Set(copied.filter(({ from }) => from === undefined).flatMap((one) => one.sources));
  for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true);
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  expect(patterns[0]).toBe('*');
  const through = patterns.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const folders = through.filter((path) => patterns.includes(`${path}/*`));
  expect(new Set(through.filter((path) => !folders.includes(path)))).toEqual(sources);
});

test('it runs as a user by number, stops as the program does, and is asked whether a login would succeed', () => {
  expect(textsOf(last, 'USER')).toEqual(['1000:1000']);
  const after = last.instructions.slice(last.instructions.findIndex(({ name }) => name === 'USER'));
  expect(after.map(({ name }) => name)).not.toContain('RUN');
  expect(textsOf(last, 'STOPSIGNAL')).toEqual(['SIGTERM']);
  expect(JSON.parse(textsOf(last, 'VOLUME')[0] ?? '')).toEqual(['/data', '/keys']);
  expect(textsOf(last, 'HEALTHCHECK')[0]).toContain('/health/ready');
  expect(textsOf(last, 'HEALTHCHECK')[0]).not.toContain('curl');
  // a program started through a shell would not hear the signal
  for (const name of ['ENTRYPOINT', 'CMD']) expect(JSON.parse(textsOf(last, name)[0] ?? '')).toBeInstanceOf(Array);
});

test('it is asked in the way that it answers, by TLS too', async () => {
  const [, text = ''] = /CMD (\[.*\])/.exec(textsOf(last, 'HEALTHCHECK')[0] ?? '') ?? [];
  const [, ...args] = JSON.parse(text) as string[];
  const certificate = await selfSigned({ hosts: ['elsewhere.example'], clock: { now: () => Date.now() } });
  const files = await temporaryFiles(certificate);
  const tls = { tlsCert: files.cert, tlsKey: files.key };
  for (const [options, variables] of [
    [{}, {}],
    [tls, { VNEID_TLS_CERT: files.cert }],
  ] as const) {
    await using vneid = await startVneid(options);
    const env = { ...variables, VNEID_PORT: String(vneid.port) };
    await promisify(execFile)(process.execPath, args, { env });
    // what answers otherwise is not well
    await expect(promisify(execFile)(process.execPath, args, { env: { ...env, VNEID_PORT: '9' } })).rejects.toThrow();
  }
  await files.remove();
});

test('it sets options that there are, and no secret', () => {
  const set = Object.fromEntries(
    textsOf(last, 'ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=') as [string, string])),
  );
  const known = describeOptions().map(({ variable }) => variable);
  for (const name of Object.keys(set).filter((one) => one.startsWith('VNEID_'))) expect(known).toContain(name);
  expect(set).toMatchObject({ VNEID_DATA: '/data', VNEID_KEYS: '/keys' });
  const text = readFileSync(join(root, 'docker/Dockerfile'), 'utf8');
  expect(text).not.toMatch(/password|token|secret|PRIVATE KEY/i);
  expect(text).not.toMatch(/^(ARG|ADD) /m);
});
