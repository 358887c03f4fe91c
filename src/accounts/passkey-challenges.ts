import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { createChance } from '../ids.ts';
import { createSeal } from '../seal.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/**
 * Challenges of passkeys. Nothing is kept when a page is shown: a challenge says itself until when it is good, and its
 * seal says that we made it, for what and for whom. Only one that was answered rightly is remembered, so that it is
 * good once.
 */
export interface PasskeyChallenges {
  /** A new challenge, base64url of 56 bytes: 16 at random, 8 for when it ends, the seal. */
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

/** Bytes, and their characters in base64url: no byte is of two parts, so that what is sealed can be read as text. */
const [openLength, openCharacters] = [24, 32];
/** Where the end is, 48 bits of the 64 that it has. */
const [endAt, endLength] = [18, 6];

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
  const seal = createSeal(secret);
  const chance = createChance();
  const meant = (purpose: Purpose, subject: string, open: string) => JSON.stringify([purpose, subject, open]);

  return {
    make(purpose, subject) {
      const bytes = Buffer.alloc(openLength);
      bytes.set(chance());
      bytes.writeUIntBE(Math.ceil(clock.now() / 1000) + challengeMinutes * 60, endAt, endLength);
      const open = bytes.toString('base64url');
      return open + seal.of(meant(purpose, subject, open));
    },

    check(purpose, subject, challenge) {
      const open = openIn(challenge);
      const right = seal.fits(meant(purpose, subject, open), challenge.slice(openCharacters));
      if (!right) throw problem('passkey.wrongChallenge');
      if (endOf(open) * 1000 <= clock.now()) throw problem('passkey.expired', { minutes: challengeMinutes });
    },

    async spend(challenge) {
      const open = openIn(challenge);
      if (!(await artifacts.add('passkey.used', open, {}, endOf(open)))) throw problem('passkey.used');
    },
  };
}

/** What is sealed of a challenge. */
function openIn(challenge: string): string {
  return challenge.slice(0, openCharacters);
}

/** Seconds since 1970. */
function endOf(open: string): number {
  return Buffer.from(open, 'base64url').readUIntBE(endAt, endLength);
}
