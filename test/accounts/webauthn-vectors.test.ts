import { createHash } from 'node:crypto';
import { SettingsService, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCeremonies } from '../../src/accounts/passkey-ceremonies.ts';
import { keyOf } from '../../src/accounts/passkey-keys.ts';
import { cbor } from '../../src/lab/cbor.ts';
import { makeAttestationRoot } from './webauthn-attestations.ts';
import { authenticationOf, makeVectors, registrationOf, vectorSite } from './webauthn-vectors.ts';

/**
 * WebAuthn Level 3, "Test Vectors": all fifteen pairs, first to the library with every door open, then to the ceremonies
 * as this program holds them. What differs from "valid" stands in these tables with its reason.
 */
const vectors = makeVectors();

/**
 * SHA-256 of what the W3C publishes (github.com/w3c/webauthn at 146d0db): challenge, clientDataJSON, attestationObject,
 * then challenge, clientDataJSON, authenticatorData, signature.
 */
const published: Record<string, string> = {
  'none.ES256': 'f3172326566fbdda5168d4c3461009bc439be1b88a0540effc0f191e025cdfb1',
  'packed-self.ES256': '6a89035039793bb0e3c10b906a52dea05f1114891679e20dfeb2c0e0880751ff',
  'none.ES256.crossOrigin': '879cc9dba859ada5973551099c4e3b419fdd0963913290675ff0158790bb6ff6',
  'none.ES256.topOrigin': 'cf65b6773cd85c2c5517be12d660857ead70dc5ed69db5547b47480062f418f7',
  'none.ES256.long-credential-id': '751568746cc190c0cac35ad3a2724f46410dc15c903aa82793755ed329ed2d0a',
  'packed.ES256': '4a6b2e2b0bd8fa4a7cc585befd8164c5e7e10a24aeec34bdf16d037b060a96fd',
  'packed.ES384': 'e179fbae7c038e914af3c18852f50c6ed51f2658236ed5e808371f4c1e62d153',
  'packed.ES512': '84f7325af66b18ca7438aa5d6e9eb29203168a0cd8b22c2d38a6deefcc09ff74',
  'packed.RS256': 'dd263b80854294c07fc1941595e8bd0dba4971f0e0a62057f323284bc223e5d1',
  'packed.EdDSA': 'a35ac3538922c1c46ae67c5f23cf542f6032cf3924c5b25f2e45c54d860c2331',
  'packed.Ed448': 'c2960eb6f41ed2b428e5b082b2b6d5dce83d4bca1a8656c5342abfedd92637fc',
  'tpm.ES256': '2d60f87049e795cf1687dadcc90107a2a103183b33f328aa17ef7a8ce1a0c18d',
  'android-key.ES256': '077d3ca150a5a6ebc291cd54c21ecd948178f8a361f9fcb64ea735cbdbbaa9fa',
  'apple.ES256': '3426adbbf50a185de5aec397b46298c82f2480ce9a62ca59072115e8ddfb23d5',
  'fido-u2f.ES256': '8a62f34a006d85aedc223f894b47d60673eed3a33092ff0aa14181018d4a850c',
};
const publishedRoot = '68ff927708f5d229252ffe4a1c6842c11998d1e1fa2b46138bb5642eff9b161b';

/** Where the library does not verify a vector: what it says, and why. */
const libraryDiffers: Record<string, { registration?: RegExp; authentication?: RegExp; why: string }> = {
  'packed.Ed448': {
    authentication: /invalid alg -53/,
    why: 'it knows Ed25519 only; the registration verifies because its signature is that of the attestation’s key',
  },
  'tpm.ES256': {
    registration: /TPM manufacturer "id:00000000"/,
    why: 'the vector names a manufacturer that the TCG has not registered, and the library holds to the register',
  },
  'android-key.ES256': {
    registration: /certificate path \(Android Key\)/,
    why: 'the vector sends its own certificate alone; the library takes the last one sent for the root',
  },
  'fido-u2f.ES256': {
    registration: /AAGUID .* was not expected value/,
    why: 'a U2F device has the AAGUID zero, the vector a random one',
  },
};

const unverified = 'the flags drawn for it say that the user was not verified, and a passkey here always verifies';
const embedded = 'it was made inside the page of another origin, and no page of ours is ever framed';
const attested =
  'its attestation was not asked for: certificates would tell devices apart, and there is no list to hold them to';

/** Where our ceremonies refuse: with what, and why. What is not listed is accepted. */
const refused: Record<string, { registration?: [string, string]; authentication?: [string, string] }> = {
  'none.ES256': {
    registration: ['passkey.unverified', unverified],
    authentication: ['passkey.unverified', unverified],
  },
  'packed-self.ES256': { authentication: ['passkey.unverified', unverified] },
  'none.ES256.crossOrigin': {
    registration: ['passkey.embedded', embedded],
    authentication: ['passkey.embedded', embedded],
  },
  'none.ES256.topOrigin': {
    registration: ['passkey.embedded', embedded],
    authentication: ['passkey.embedded', embedded],
  },
  'none.ES256.long-credential-id': { registration: ['passkey.unverified', unverified] },
  'packed.ES256': { registration: ['passkey.attestation', attested] },
  'packed.ES384': {
    registration: ['passkey.unverified', `${unverified}; ES384 would not be accepted either`],
    authentication: ['passkey.algorithm', 'a key of ES384 is none to rely on here, and none is ever added'],
  },
  'packed.ES512': {
    registration: ['passkey.attestation', `${attested}; ES512 would not be accepted either`],
    authentication: ['passkey.unverified', unverified],
  },
  'packed.RS256': {
    registration: ['passkey.attestation', attested],
    authentication: ['passkey.unverified', unverified],
  },
  'packed.EdDSA': {
    registration: ['passkey.unverified', unverified],
    authentication: ['passkey.unverified', unverified],
  },
  'packed.Ed448': {
    registration: ['passkey.unverified', `${unverified}; Ed448 would not be accepted either`],
    authentication: ['passkey.algorithm', 'a key of Ed448 is none to rely on here, and none is ever added'],
  },
  'tpm.ES256': { registration: ['passkey.attestation', attested] },
  'android-key.ES256': {
    registration: ['passkey.attestation', attested],
    authentication: ['passkey.unverified', unverified],
  },
  'apple.ES256': {
    registration: ['passkey.unverified', unverified],
    authentication: ['passkey.unverified', unverified],
  },
  'fido-u2f.ES256': {
    registration: ['passkey.unverified', `${unverified}; a U2F key cannot verify anybody`],
    authentication: ['passkey.unverified', `${unverified}; a U2F key cannot verify anybody`],
  },
};

describe('the vectors are those of the W3C', () => {
  test('all fifteen, and the root of their attestations, byte for byte', () => {
    const digests = vectors.map(({ name, registration, authentication }) => [
      name,
      digest(
        registration.challenge,
        registration.clientDataJSON,
        registration.attestationObject,
        authentication.challenge,
        authentication.clientDataJSON,
        authentication.authenticatorData,
        authentication.signature,
      ),
    ]);
    expect(Object.fromEntries(digests)).toEqual(published);
    expect(digest(makeAttestationRoot())).toBe(publishedRoot);
  });
});

describe('the library, with every door open', () => {
  const open = {
    expectedOrigin: vectorSite.origin,
    expectedRPID: vectorSite.rpId,
    requireUserVerification: false,
  };
  beforeAll(() => {
    const certificates = [new Uint8Array(makeAttestationRoot())];
    for (const identifier of ['packed', 'tpm', 'android-key', 'apple', 'fido-u2f'] as const)
      SettingsService.setRootCertificates({ identifier, certificates });
  });

  test.each(vectors)('$name', async (vector) => {
    const { registration, authentication, credentialId, publicKey } = vector;
    const differs = libraryDiffers[vector.name];
    const made = verifyRegistrationResponse({
      ...open,
      response: registrationOf(vector),
      expectedChallenge: registration.challenge.toString('base64url'),
      supportedAlgorithmIDs: [-7, -8, -35, -36, -53, -257],
    });
    if (differs?.registration) await expect(made).rejects.toThrow(differs.registration);
    else expect(await made).toMatchObject({ verified: true, registrationInfo: { credential: { counter: 0 } } });

    const signed = verifyAuthenticationResponse({
      ...open,
      response: authenticationOf(vector),
      expectedChallenge: authentication.challenge.toString('base64url'),
      expectedTopOrigin: vectorSite.topOrigin,
      credential: {
        id: credentialId.toString('base64url'),
        publicKey: new Uint8Array(cbor(publicKey)),
        counter: 0,
      },
    });
    if (differs?.authentication) await expect(signed).rejects.toThrow(differs.authentication);
    else expect(await signed).toMatchObject({ verified: true });
  });
});

describe('the keys', () => {
  test.each(vectors)('$name', ({ name, publicKey }) => {
    const foreign = /ES384|ES512|Ed448/.test(name);
    if (foreign) expect(() => keyOf(publicKey)).toThrow(expect.objectContaining({ code: 'passkey.algorithm' }));
    else expect(['EdDSA', 'ES256', 'RS256']).toContain(keyOf(publicKey).algorithm);
  });
});

describe('our ceremonies', () => {
  const ceremonies = createCeremonies({ issuer: vectorSite.origin });
  const challenges: string[] = [];
  const check = (challenge: string) => void challenges.push(challenge);

  test.each(vectors)('$name', async (vector) => {
    const { name, registration, authentication, credentialId, publicKey } = vector;
    const differs = refused[name];
    const synced = ((authentication.authenticatorData[32] ?? 0) & 0x08) !== 0;
    const id = credentialId.toString('base64url');

    const made = ceremonies.made(registrationOf(vector), check);
    if (differs?.registration) await expect(made).rejects.toMatchObject({ code: differs.registration[0] });
    else expect(await made).toMatchObject({ id, synced, publicKey: cbor(publicKey).toString('base64url') });

    const known = { id, publicKey: cbor(publicKey).toString('base64url'), synced, account: 'somebody' };
    const signed = ceremonies.signed(authenticationOf(vector), check, async () => known);
    if (differs?.authentication) await expect(signed).rejects.toMatchObject({ code: differs.authentication[0] });
    else expect(await signed).toMatchObject({ known, counter: 0 });

    if (!name.includes('Origin'))
      expect(challenges.slice(-2)).toEqual(
        [registration, authentication].map((half) => half.challenge.toString('base64url')),
      );
  });

  test('accept what is left, and every refusal has its reason', () => {
    const reasons = Object.values(refused).flatMap((halves) => Object.values(halves).map(([, why]) => why));
    expect(reasons.every((why) => why.length > 40)).toBe(true);
    expect(vectors.filter(({ name }) => !refused[name]?.registration).map(({ name }) => name)).toEqual([
      'packed-self.ES256',
    ]);
    expect(vectors.filter(({ name }) => !refused[name]?.authentication).map(({ name }) => name)).toEqual([
      'none.ES256.long-credential-id',
      'packed.ES256',
      'tpm.ES256',
    ]);
  });
});

function digest(...parts: Buffer[]): string {
  return createHash('sha256').update(Buffer.concat(parts)).digest('hex');
}
