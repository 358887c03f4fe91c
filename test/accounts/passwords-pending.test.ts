import { expect, test } from 'vitest';
import { withPending } from '../../src/accounts/passwords-pending.ts';

test('passwords are pending until they are hashed, judged or refused', async () => {
  const [hash, verify] = [Promise.withResolvers<string>(), Promise.withResolvers<boolean>()];
  const close = async () => {};
  const passwords = withPending({ hash: () => hash.promise, verify: () => verify.promise, close });
  expect(passwords.pending()).toBe(0);
  const [hashed, judged] = [passwords.hash('a'), passwords.verify('b', 'c')];
  expect(passwords.pending()).toBe(2);
  hash.resolve('phc');
  expect(await hashed).toBe('phc');
  expect(passwords.pending()).toBe(1);
  verify.reject(new Error('full'));
  await expect(judged).rejects.toThrow('full');
  expect(passwords.pending()).toBe(0);
});
