import { hash, timingSafeEqual } from 'node:crypto';

/** Knows again what this installation wrote and handed out: cookies, fields of forms, tickets. */
export interface Seal {
  /** What only this installation can say of a text: 43 characters, base64url. */
  of(text: string): string;
  /** Whether `given` begins what is said of the text and has this many characters of it; takes the same time either way. */
  fits(text: string, given: string, length?: number): boolean;
}

/** Characters of a whole seal. */
const whole = 43;

/**
 * A seal is the SHA3-256 of the secret and the text after it. SHA-3 cannot be gone on with by those who do not know the
 * secret, so it needs no HMAC (https://keccak.team/keccak_strengths.html); a login makes and looks at a dozen seals, and an
 * HMAC of Node costs four times as much.
 * @param secret at least 32 bytes, for nothing else
 * @throws RangeError for a shorter one
 */
export function createSeal(secret: Buffer): Seal {
  if (secret.length < 32) throw new RangeError(`the secret of a seal has ${secret.length} bytes, not 32`);
  const before = secret.toString('base64url');
  const of = (text: string) => hash('sha3-256', before + text, 'base64url');
  return {
    of,
    fits(text, given, length = whole) {
      const [right, shown] = [Buffer.from(of(text).slice(0, length)), Buffer.from(given)];
      return right.length === shown.length && timingSafeEqual(right, shown);
    },
  };
}
