import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createReadyKeys, type PasskeyKey } from '../../src/accounts/passkey-keys.ts';

it('reads a key once, as long as it is among those that were used last', async () => {
  const keyBy = createReadyKeys(2);
  const read: string[] = [];
  const made = new Map<string, PasskeyKey>();
  const use = (name: string) =>
    keyBy(name, async () => {
      read.push(name);
      const key: PasskeyKey = { algorithm: 'EdDSA', key: generateKeyPairSync('ed25519').publicKey };
      made.set(name, key);
      return key;
    });
  for (const name of ['An', 'Binh', 'An', 'Cuong', 'An', 'Cuong']) expect(await use(name)).toBe(made.get(name));
  expect(read).toEqual(['An', 'Binh', 'Cuong']);
  await use('Binh');
  expect(read).toEqual(['An', 'Binh', 'Cuong', 'Binh']);
});

it('keeps nothing of what is no key', async () => {
  const keyBy = createReadyKeys();
  const tried = [1, 2].map((turn) => keyBy('broken', () => Promise.reject(new Error(`try ${turn}`))));
  expect((await Promise.allSettled(tried)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const { publicKey } = generateKeyPairSync('ed25519');
  expect(await keyBy('broken', async () => ({ algorithm: 'EdDSA', key: publicKey }))).toHaveProperty('key', publicKey);
});
