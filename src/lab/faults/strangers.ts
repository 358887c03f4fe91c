import { generateKeyPair as generateKeyPairCallback, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

const generateKeyPair = promisify(generateKeyPairCallback);

/** Keys that are not the provider's: what somebody else would sign with. */
export interface Strangers {
  /** One that fits the algorithm; the same each time, and made when first asked for. */
  key(alg: string): Promise<KeyObject>;
  /** Its public half under any name, to be shown in place of the provider's. */
  jwk(alg: string, kid: string): Promise<JWK>;
}

export function createStrangers(): Strangers {
  const pairs = new Map<string, ReturnType<typeof make>>();
  const pair = (alg: string) => {
    const known = pairs.get(alg) ?? make(alg);
    pairs.set(alg, known);
    return known;
  };
  return {
    key: async (alg) => (await pair(alg)).privateKey,
    async jwk(alg, kid) {
      const { publicKey } = await pair(alg);
      return { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, alg, use: 'sig' };
    },
  };
}

function make(alg: string): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  if (alg === 'EdDSA') return generateKeyPair('ed25519');
  if (alg === 'ES256') return generateKeyPair('ec', { namedCurve: 'P-256' });
  return generateKeyPair('rsa', { modulusLength: 2048 });
}
