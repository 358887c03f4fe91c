import { hash } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { problem, VneidError } from '../errors.ts';
import { checkAuthenticatorData, readClientData } from './passkey-answers.ts';
import { createReadyKeys, keyOf, madeBy, offeredAlgorithms, type PasskeyAlgorithm } from './passkey-keys.ts';

/**
 * The two ceremonies of WebAuthn Level 3 (§7.1 making a passkey, §7.2 signing in with one), without what is kept: an
 * answer goes in, what it proves comes out. What we refuse is refused by name, so that whoever reads the error knows which
 * rule it was. A passkey that is made is judged by the library after that; of one that signs in nothing is left to be judged
 * then but its signature, and the library would look at all the rest again, a quarter of a millisecond long.
 */
export interface Ceremonies {
  /** Host name of the issuer. */
  readonly rpId: string;
  /**
   * Looks at a passkey that was just made.
   * @throws VneidError `passkey.malformed`, `.wrongOrigin`, `.embedded`, `.unverified`, `.attestation`, `.algorithm`,
   *   `.notDiscoverable`, `.wrongSignature`, and what `check` throws
   */
  made(response: RegistrationResponseJSON, check: ChallengeCheck): Promise<MadePasskey>;
  /**
   * Looks at the answer of a passkey that `find` knows. The counter is only read: it is the caller's to compare.
   * @throws VneidError `passkey.malformed`, `.wrongOrigin`, `.embedded`, `.unverified`, `.wrongSignature`, `.changed`,
   *   and what `check` and `find` throw
   */
  signed<T extends KnownKey>(
    response: AuthenticationResponseJSON,
    check: ChallengeCheck,
    find: () => Promise<T>,
  ): Promise<{ challenge: string; counter: number; known: T }>;
}

/** Throws unless the challenge is one that was asked. */
export type ChallengeCheck = (challenge: string) => void;

export interface KnownKey {
  id: string;
  /** COSE key, base64url. */
  publicKey: string;
  synced: boolean;
  /** Whose it is, for the audit. */
  account: string;
}

export interface MadePasskey extends Omit<KnownKey, 'account'> {
  challenge: string;
  algorithm: PasskeyAlgorithm;
  counter: number;
  transports: string[];
  aaguid: string;
}

/** Makes the ceremonies of one site. */
export function createCeremonies({ issuer }: { issuer: string }): Ceremonies {
  const { hostname: rpId, origin } = new URL(issuer);
  let loading: ReturnType<typeof load> | undefined;
  /** 30 MB and half a second, so with the first passkey and not at the start. */
  const library = () => (loading ??= load());
  const keyBy = createReadyKeys();

  /** Holds a new passkey to our rules where the library would let it pass. */
  function inspect(parts: Library, { id, response, clientExtensionResults }: RegistrationResponseJSON) {
    const attestation = parts.decodeAttestationObject(bytesOf(response.attestationObject));
    const data = attestation.get('authData');
    const { synced } = checkAuthenticatorData(data, { rpId, origin });
    // nobody was asked to vouch for the device; one that vouches for itself says no more than nothing
    const format = attestation.get('fmt');
    const own = format === 'packed' && attestation.get('attStmt').get('x5c') === undefined;
    if (format !== 'none' && !own) throw problem('passkey.attestation', { format: format.slice(0, 20) });
    const { credentialPublicKey, credentialID } = parts.parseAuthenticatorData(data);
    if (!credentialPublicKey || !credentialID || encode(credentialID) !== id) throw problem('passkey.malformed');
    const { algorithm } = keyOf(parts.decodeCredentialPublicKey(credentialPublicKey));
    if (clientExtensionResults.credProps?.rk === false) throw problem('passkey.notDiscoverable');
    return { synced, algorithm };
  }

  return {
    rpId,

    async made(response, check) {
      const { challenge } = readClientData(response.response.clientDataJSON, { type: 'webauthn.create', origin });
      check(challenge);
      const parts = await library();
      const { synced, algorithm } = await readable(async () => inspect(parts, response));
      const { verified, registrationInfo } = await readable(() =>
        parts.verifyRegistrationResponse({
          expectedRPID: rpId,
          expectedOrigin: origin,
          requireUserVerification: true,
          response,
          expectedChallenge: challenge,
          supportedAlgorithmIDs: [...offeredAlgorithms],
        }),
      );
      if (!verified) throw problem('passkey.wrongSignature');
      const { credential, aaguid } = registrationInfo;
      return {
        challenge,
        algorithm,
        synced,
        aaguid,
        id: credential.id,
        publicKey: encode(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
      };
    },

    async signed(response, check, find) {
      const { challenge } = readClientData(response.response.clientDataJSON, { type: 'webauthn.get', origin });
      check(challenge);
      const known = await find();
      const facts = { account: known.account };
      const data = Buffer.from(response.response.authenticatorData, 'base64url');
      const { synced, counter } = checkAuthenticatorData(data, { rpId, origin }, facts);
      const key = await keyBy(known.publicKey, async () =>
        keyOf((await library()).decodeCredentialPublicKey(bytesOf(known.publicKey))),
      );
      const client = hash('sha256', Buffer.from(response.response.clientDataJSON, 'base64url'), 'buffer');
      const verified = madeBy(
        key,
        Buffer.concat([data, client]),
        Buffer.from(response.response.signature, 'base64url'),
      );
      if (!verified) throw problem('passkey.wrongSignature', facts);
      if (synced !== known.synced) throw problem('passkey.changed', facts);
      return { challenge, counter, known };
    },
  };
}

type Library = Awaited<ReturnType<typeof load>>;

async function load() {
  const [ceremonies, parts] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ]);
  return { ...parts, ...ceremonies };
}

/** The library throws where it cannot read an answer; what it would refuse has been refused by name before. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof VneidError ? cause : problem('passkey.malformed');
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
