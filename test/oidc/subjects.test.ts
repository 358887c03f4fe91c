import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSubjects } from '../../src/oidc/subjects.ts';

const subjects = createSubjects(randomBytes(32));
const account = randomUUID();

test('the same person has one name in a sector, another in the next, and both lead back', () => {
  const [one, two] = [subjects.of(account, 'a.example'), subjects.of(account, 'b.example')];
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(subjects.of(account, 'a.example')).toBe(one);
  expect(two).not.toBe(one);
  expect([subjects.accountOf(one, 'a.example'), subjects.accountOf(two, 'b.example')]).toEqual([account, account]);
});

test('nobody has the same name as somebody else', () => {
  const many = new Set(Array.from({ length: 1000 }, () => subjects.of(randomUUID(), 'a.example')));
  expect(many.size).toBe(1000);
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
