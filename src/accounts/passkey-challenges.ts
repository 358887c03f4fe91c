import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/**
 * Challenges of passkeys. Nothing is kept when a page is shown: a challenge says itself until when it is good, and its
 * seal says that we made it, for what and for whom. Only one that was answered rightly is remembered, so that it is
 * good once.
 */
export interface PasskeyChallenges {
  /** A new challenge, base64url of 54 bytes: 16 at random, when it ends, the seal. */
  make(purpose: Purpose, subject: string): string;
  /** @throws VneidError `passkey.wrongChallenge` when it was not made for this; `passkey.expired` */
  check(purpose: Purpose, subject: string, challenge: string): void;
  /**
   * Uses the challenge up; returns for exactly one of many callers. Only for one that was checked.
   * @throws VneidError `passkey.used`
   */
  spend(challenge: string): Promise<void>;
}

/** To make a passkey, or to sign in with one: the answer to one is none to the other. */
export type Purpose = 'create' | 'get';

/** Minutes a challenge is good for (WebAuthn Level 3 §14.2 recommends five where a user is verified). */
export const challengeMinutes = 5;

const nonceLength = 16;
const endLength = 6;
const unsealedLength = nonceLength + endLength;
const sealLength = 32;

/** @param secret at least 32 bytes, for nothing else */
export function createPasskeyChallenges({
  artifacts,
  clock,
  secret,
}: {
  artifacts: ArtifactStore;
  clock: Clock;
  secret: Buffer;
}): PasskeyChallenges {
  if (secret.length < 32) throw new RangeError(`the secret of passkey challenges has ${secret.length} bytes, not 32`);

  const seal = (purpose: Purpose, subject: string, unsealed: Buffer) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, subject, unsealed.toString('base64url')]))
      .digest();

  return {
    make(purpose, subject) {
      const unsealed = Buffer.alloc(unsealedLength);
      randomBytes(nonceLength).copy(unsealed);
      unsealed.writeUIntBE(Math.ceil(clock.now() / 1000) + challengeMinutes * 60, nonceLength, endLength);
      return Buffer.concat([unsealed, seal(purpose, subject, unsealed)]).toString('base64url');
    },

    check(purpose, subject, challenge) {
      const bytes = Buffer.from(challenge, 'base64url');
      const right =
        bytes.length === unsealedLength + sealLength &&
        bytes.toString('base64url') === challenge &&
        timingSafeEqual(seal(purpose, subject, bytes.subarray(0, unsealedLength)), bytes.subarray(unsealedLength));
      if (!right) throw problem('passkey.wrongChallenge');
      if (endOf(bytes) * 1000 <= clock.now()) throw problem('passkey.expired', { minutes: challengeMinutes });
    },

    async spend(challenge) {
      const bytes = Buffer.from(challenge, 'base64url');
      const nonce = bytes.subarray(0, nonceLength).toString('base64url');
      if (!(await artifacts.add('passkey.used', nonce, {}, endOf(bytes)))) throw problem('passkey.used');
    },
  };
}

/** Seconds since 1970. */
function endOf(bytes: Buffer): number {
  return bytes.readUIntBE(nonceLength, endLength);
}
