import { createHash } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Cbor, cbor, cborOf } from '../../src/lab/cbor.ts';
import { attest, type AttestationKind } from './webauthn-attestations.ts';
import { type Draw, drawFrom, drawKey, type KeyKind } from './webauthn-seeds.ts';

/**
 * The test vectors of WebAuthn Level 3 ("Test Vectors", W3C), made again from what that section says of them: every
 * value is drawn with HKDF-SHA-256 from one key and the vector's name, ECDSA signs with the nonce of RFC 6979, and the RSA
 * key is of the two smallest Mersenne primes of at least 1,024 bits.
 */
export interface Vector {
  name: string;
  registration: { challenge: Buffer; clientDataJSON: Buffer; attestationObject: Buffer };
  authentication: { challenge: Buffer; clientDataJSON: Buffer; authenticatorData: Buffer; signature: Buffer };
  credentialId: Buffer;
  publicKey: Map<number, Cbor>;
}

export const vectorSite = { rpId: 'example.org', origin: 'https://example.org', topOrigin: 'https://example.com' };
const rpIdHash = sha256(vectorSite.rpId);

/** How a vector differs from the plainest one: P-256, no attestation, 32 bytes of challenge and of id. */
interface Kind {
  key?: KeyKind;
  attestation?: AttestationKind;
  crossOrigin?: boolean;
  topOrigin?: boolean;
  idLength?: number;
  challengeLength?: number;
}

const kinds: Record<string, Kind> = {
  'none.ES256': {},
  'packed-self.ES256': { attestation: 'self' },
  'none.ES256.crossOrigin': { crossOrigin: true },
  'none.ES256.topOrigin': { crossOrigin: true, topOrigin: true },
  'none.ES256.long-credential-id': { idLength: 1023 },
  'packed.ES256': { attestation: 'packed' },
  'packed.ES384': { attestation: 'packed', key: 'P-384' },
  'packed.ES512': { attestation: 'packed', key: 'P-521', challengeLength: 128 },
  'packed.RS256': { attestation: 'packed', key: 'RSA' },
  'packed.EdDSA': { attestation: 'packed', key: 'Ed25519' },
  'packed.Ed448': { attestation: 'packed', key: 'Ed448' },
  'tpm.ES256': { attestation: 'tpm' },
  'android-key.ES256': { attestation: 'android-key' },
  'apple.ES256': { attestation: 'apple' },
  'fido-u2f.ES256': { attestation: 'fido-u2f' },
};

/** Every vector but those of extensions, which a relying party that asks for none never meets. */
export function makeVectors(): Vector[] {
  return Object.entries(kinds).map(([name, kind]) => derive(name, kind));
}

/** The registration as a browser sends it. */
export function registrationOf({ credentialId, registration }: Vector): RegistrationResponseJSON {
  const id = credentialId.toString('base64url');
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: registration.clientDataJSON.toString('base64url'),
      attestationObject: registration.attestationObject.toString('base64url'),
    },
  };
}

/** The authentication as a browser sends it. */
export function authenticationOf({ credentialId, authentication }: Vector): AuthenticationResponseJSON {
  const id = credentialId.toString('base64url');
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: authentication.clientDataJSON.toString('base64url'),
      authenticatorData: authentication.authenticatorData.toString('base64url'),
      signature: authentication.signature.toString('base64url'),
    },
  };
}

function derive(name: string, kind: Kind): Vector {
  const draw = drawFrom(name);
  const { attestation = 'none', idLength = 32, challengeLength = 32 } = kind;

  const challenge = draw(challengeLength);
  const key = drawKey(draw, kind.key ?? 'P-256');
  const clientDataJSON = clientData(draw, 'webauthn.create', challenge, kind);
  const aaguid = draw(16);
  const credentialId = draw(idLength);
  // user verified, backup eligible, backed up: drawn too, but for U2F, which has none of them
  const drawn = attestation === 'fido-u2f' ? 0 : (draw(1)[0] ?? 0) & 0x1c;
  const flags = drawn & 0x08 ? drawn : drawn & 0x04;
  const size = Buffer.from([idLength >> 8, idLength & 0xff]);
  const authData = Buffer.concat([
    rpIdHash,
    Buffer.from([flags | 0x41]),
    Buffer.alloc(4),
    aaguid,
    size,
    credentialId,
    cbor(key.publicKey),
  ]);
  const parts = { draw, key, credentialId, authData, clientDataHash: sha256(clientDataJSON), rpIdHash };
  const { fmt, attStmt } = attest[attestation](parts);
  const registration = {
    challenge,
    clientDataJSON,
    attestationObject: cborOf({ fmt, attStmt: new Map(Object.entries(attStmt)), authData }),
  };

  const asked = draw(challengeLength);
  const said = clientData(draw, 'webauthn.get', asked, kind);
  const state = (draw(1)[0] ?? 0) & (flags & 0x08 ? 0x14 : 0x04);
  const authenticatorData = Buffer.concat([rpIdHash, Buffer.from([state | (flags & 0x08) | 0x01]), Buffer.alloc(4)]);
  const signature = key.sign(Buffer.concat([authenticatorData, sha256(said)]));
  const authentication = { challenge: asked, clientDataJSON: said, authenticatorData, signature };
  return { name, registration, authentication, credentialId, publicKey: key.publicKey };
}

function clientData(draw: Draw, type: string, challenge: Buffer, { crossOrigin = false, topOrigin }: Kind): Buffer {
  const extended = (draw(1)[0] ?? 0) & 0x01;
  const data = {
    type,
    challenge: challenge.toString('base64url'),
    origin: vectorSite.origin,
    crossOrigin,
    ...(topOrigin && { topOrigin: vectorSite.topOrigin }),
    ...(extended && {
      extraData: `clientDataJSON may be extended with additional fields in the future, such as this: ${draw(16).toString('base64url')}`,
    }),
  };
  return Buffer.from(JSON.stringify(data));
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
