import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import argon2 from 'argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPasswords, type Passwords } from '../../src/accounts/passwords.ts';
import { castPassword, castPasswordHash } from '../../src/registry/cast.ts';
import { allAtOnce } from './far.ts';

let passwords: Passwords;

beforeAll(() => {
  passwords = createPasswords({ workers: 1, queue: 64 });
});
afterAll(() => passwords.close());

describe('a hash', () => {
  const password = 'Hanoi@2024';

  test('is argon2id at 19 MiB, two passes, one lane, in the canonical order, salted', async () => {
    const [first, second] = await Promise.all([passwords.hash(password), passwords.hash(password)]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(first).not.toBe(second);
  });

  test('of the cast is one of its password, made like any other', async () => {
    expect(castPasswordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await argon2.verify(castPasswordHash, castPassword)).toBe(true);
    expect(await passwords.verify(castPasswordHash, castPassword)).toBe(true);
  });

  test('is verified by the reference implementation, and the other way round', async () => {
    const ours = await passwords.hash(password);
    expect(await argon2.verify(ours, password)).toBe(true);
    expect(await argon2.verify(ours, 'Hanoi@2025')).toBe(false);
    const theirs = await argon2.hash(password, {
      type: argon2.argon2id,
      memoryCost: 19_456,
      timeCost: 2,
      parallelism: 1,
    });
    expect(await passwords.verify(theirs, password)).toBe(true);
    expect(await passwords.verify(theirs, 'Hanoi@2025')).toBe(false);
  });
});

describe('a password', () => {
  test('is compared as typed: case, spaces, every character up to the last', async () => {
    const long = 'câu đố '.repeat(36);
    const phc = await passwords.hash(long);
    expect(await passwords.verify(phc, long)).toBe(true);
    for (const other of [long.trimEnd(), long.toUpperCase(), `${long.slice(0, -1)}x`, long.slice(0, 72)]) {
      expect(await passwords.verify(phc, other)).toBe(false);
    }
  });

  test('is the same from every keyboard: composed or decomposed letters', async () => {
    const phc = await passwords.hash('Đường về nhà'.normalize('NFD'));
    expect(await passwords.verify(phc, 'Đường về nhà'.normalize('NFC'))).toBe(true);
  });

  test('keeps signs apart that only look related', async () => {
    expect(await passwords.verify(await passwords.hash('m² đất và ﬁ'), 'm2 đất và fi')).toBe(false);
  });

  test('has at most 256 characters, as people count', async () => {
    const phc = await passwords.hash('🌾'.repeat(256));
    expect(await passwords.verify(phc, '🌾'.repeat(256))).toBe(true);
    expect(await passwords.verify(phc, '🌾'.repeat(257))).toBe(false);
    expect(await passwords.verify(phc, 'x'.repeat(10_000_000))).toBe(false);
    await expect(passwords.hash('🌾'.repeat(257))).rejects.toMatchObject({ code: 'password.long' });
  });

  test('fits no account that does not exist', async () => {
    expect(await passwords.verify(undefined, 'Hanoi@2024')).toBe(false);
    expect(await passwords.verify(undefined, '')).toBe(false);
  });
});

test('when the queue is full, new ones are told to come back and the others are served', async () => {
  const small = createPasswords({ workers: 1, queue: 3 });
  const outcome = await allAtOnce(10, () => small.verify(undefined, 'x'));
  expect(outcome).toEqual({ through: 4, refused: { 'login.busy': 6 } });
  const full = Promise.all([1, 2, 3, 4].map(() => small.verify(undefined, 'x')));
  await expect(small.hash('x')).rejects.toMatchObject({
    code: 'login.busy',
    status: 503,
    facts: { seconds: 1 },
    headers: { 'Retry-After': '1' },
  });
  await full;
  expect(await small.verify(undefined, 'x')).toBe(false);
  await small.close();
  await expect(small.verify(undefined, 'x')).rejects.toMatchObject({ code: 'login.busy' });
});

test('who has begun to sign in goes first, then known browsers; the last who came give way', async () => {
  const small = createPasswords({ workers: 1, queue: 2 });
  const done: string[] = [];
  const ask = (turn: 'inWalk' | 'knownBrowser' | 'anybody') =>
    small.verify(undefined, 'x', turn).then(
      () => void done.push(turn),
      ({ code }: { code: string }) => void done.push(`${turn} ${code}`),
    );
  const running = ask('anybody');
  const all = [ask('anybody'), ask('anybody'), ask('knownBrowser'), ask('inWalk'), ask('anybody'), ask('inWalk')];
  await Promise.all([running, ...all]);
  const refused = done.filter((what) => what.endsWith('login.busy'));
  expect(refused.toSorted()).toEqual([
    'anybody login.busy',
    'anybody login.busy',
    'anybody login.busy',
    'knownBrowser login.busy',
  ]);
  expect(done.filter((what) => !what.endsWith('login.busy'))).toEqual(['anybody', 'inWalk', 'inWalk']);
  await small.close();
});

test('every refusal costs a thread the same: an unknown account and an endless password are verified too', async () => {
  const one = createPasswords({ workers: 1, queue: 0 });
  const phc = await one.hash('Hanoi@2024');
  for (const [hash, password] of [
    [undefined, 'Hanoi@2024'],
    [phc, 'wrong'],
    [phc, 'x'.repeat(300)],
  ] as const) {
    const work = one.verify(hash, password);
    // the only thread is taken, whatever is being refused
    await expect(one.verify(phc, 'Hanoi@2024')).rejects.toMatchObject({ code: 'login.busy' });
    expect(await work).toBe(false);
  }
  await one.close();
});

test('the native code is loaded in threads, on first use, and keeps no process alive', async () => {
  const source = fileURLToPath(new URL('../../src/accounts/passwords.ts', import.meta.url));
  const story = `
    const { createPasswords } = await import(${JSON.stringify(source)});
    const loaded = () => process.report.getReport().sharedObjects.some((file) => /argon2/.test(file));
    const passwords = createPasswords({ workers: 1, queue: 1 });
    const before = loaded();
    await passwords.hash('Hanoi@2024');
    console.log(JSON.stringify({ before, after: loaded() }));`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', story], { timeout: 20_000 });
  const { stdout, stderr } = await run;
  expect(JSON.parse(stdout)).toEqual({ before: false, after: true });
  expect(stderr).toBe('');
});
