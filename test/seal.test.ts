import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSeal } from '../src/seal.ts';

describe('a seal', () => {
  const secret = randomBytes(32);
  const seal = createSeal(secret);

  test('is the SHA3-256 of the secret and the text', () => {
    const by = createHash('sha3-256').update(secret.toString('base64url')).update('Chào');
    expect(seal.of('Chào')).toBe(by.digest('base64url'));
  });

  test('fits its text alone, whole or in as many characters as were asked for', () => {
    const made = seal.of('a');
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(seal.fits('a', made)).toBe(true);
    expect(seal.fits('a', made.slice(0, 22), 22)).toBe(true);
    for (const [text, given, length] of [
      ['b', made],
      ['a', `${made}A`],
      ['a', made.slice(0, 22)],
      ['a', made, 22],
      ['a', ''],
      ['a', `${made.slice(0, 42)}é`],
      ['a', createSeal(randomBytes(32)).of('a')],
    ] as [string, string, number?][])
      expect(seal.fits(text, given, length), `${text} ${given}`).toBe(false);
  });

  test('is not made with a secret that could be tried', () => {
    expect(() => createSeal(randomBytes(31))).toThrow('31 bytes, not 32');
  });
});
