import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSubjects, sectorOf } from '../../../src/oidc/clients/subjects.ts';

const secret = randomBytes(32);
const subjects = createSubjects(secret);
const account = randomUUID();

test('the same person has one name in a sector, another in the next, and both lead back', () => {
  const [one, two] = [subjects.of(account, 'a.example'), subjects.of(account, 'b.example')];
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(subjects.of(account, 'a.example')).toBe(one);
  expect(two).not.toBe(one);
  expect([subjects.accountOf(one, 'a.example'), subjects.accountOf(two, 'b.example')]).toEqual([account, account]);
});

test('nobody has the same name as somebody else, and everybody always the same, however many there are', () => {
  const people = Array.from({ length: 7_000 }, () => randomUUID());
  const names = people.map((person) => subjects.of(person, 'a.example'));
  expect(new Set(names).size).toBe(people.length);
  expect(people.map((person) => subjects.of(person, 'a.example'))).toEqual(names);
  const elsewhere = createSubjects(secret);
  expect(people.toReversed().map((person) => elsewhere.of(person, 'a.example'))).toEqual(names.toReversed());
});

test('of another sector, another installation, or made up, it leads nowhere', () => {
  const subject = subjects.of(account, 'a.example');
  expect(subjects.accountOf(subject, 'b.example')).toBeUndefined();
  expect(createSubjects(randomBytes(32)).accountOf(subject, 'a.example')).toBeUndefined();
  for (let at = 0; at < 32; at += 1) {
    const bytes = Buffer.from(subject, 'base64url');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(subjects.accountOf(bytes.toString('base64url'), 'a.example')).toBeUndefined();
  }
  for (const nothing of ['', 'x', account, subject.slice(1), `${subject}AAAA`])
    expect(subjects.accountOf(nothing, 'a.example')).toBeUndefined();
});

const native = (...redirectUris: string[]) => ({
  clientId: 'mine',
  applicationType: 'native',
  redirectUris,
  sectorIdentifier: 'bank.example',
});

test.each([
  ['an address by https', native('https://bank.example/cb'), 'bank.example'],
  ['a scheme of its own', native('vn.evil.app:/cb'), 'app mine'],
  ['a scheme of its own with a host behind it', native('vn.evil.app://bank.example/cb'), 'app mine'],
  ['one beside an address by https', native('https://bank.example/cb', 'vn.evil.app://bank.example/cb'), 'app mine'],
  ['its own machine', native('http://127.0.0.1/cb'), 'app mine'],
  ['its own machine, by https', native('https://localhost/cb'), 'app mine'],
  ['no address, as its keys tell the sector', native(), 'bank.example'],
  ['a list of those that belong together', { ...native('vn.app:/cb'), sectorIdentifierUri: 'x' }, 'bank.example'],
  [
    'an address of this machine, as a site',
    { ...native('http://localhost/cb'), applicationType: 'web' },
    'bank.example',
  ],
])('the sector of an app with %s', (_what, client, sector) => {
  expect(sectorOf(client)).toBe(sector);
});
