import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { type Cbor, cbor, cborOf } from './cbor.ts';

/**
 * An authenticator and the browser before it, in software: makes passkeys and signs in with them, and lies where a test
 * wants it to.
 */
export interface Authenticator {
  create(options: PublicKeyCredentialCreationOptionsJSON, lie?: Lie): RegistrationResponseJSON;
  get(options: PublicKeyCredentialRequestOptionsJSON, lie?: Lie): AuthenticationResponseJSON;
  /** What it holds, keys and all. */
  passkeys(): readonly Passkey[];
  /** Another with the same keys and counters: what a thief of the device's contents has. */
  clone(): Authenticator;
}

export interface Make {
  /** Origin of the page the browser shows. */
  origin: string;
  algorithm?: keyof typeof algorithms;
  /** Verifies its user; true unless told. */
  verifies?: boolean;
  /** May copy its passkeys to other devices; false unless told. */
  synced?: boolean;
  /** Counts its signatures; false unless told, as for most passkeys. */
  counts?: boolean;
}

/** What this answer says instead of the truth. */
export interface Lie {
  origin?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  type?: string;
  challenge?: string;
  rpId?: string;
  present?: boolean;
  verified?: boolean;
  synced?: boolean;
  backedUp?: boolean;
  counter?: number;
  /** base64url. */
  userHandle?: string | undefined;
  /** Id of the passkey, base64url. */
  id?: string;
  /** Bytes of it. */
  signature?: Buffer;
  /** Signs with another key than the passkey's. */
  key?: KeyObject;
  /** COSE key that is registered. */
  publicKey?: Map<number, Cbor>;
  attestation?: { fmt: string; attStmt: Map<string, Cbor> };
  clientExtensionResults?: RegistrationResponseJSON['clientExtensionResults'];
}

export interface Passkey {
  id: Buffer;
  rpId: string;
  userHandle: string;
  privateKey: KeyObject;
  publicKey: Map<number, Cbor>;
  counter: number;
}

export const algorithms = {
  ES256: { id: -7, generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), hash: 'sha256' },
  EdDSA: { id: -8, generate: () => generateKeyPairSync('ed25519'), hash: null },
  RS256: { id: -257, generate: () => generateKeyPairSync('rsa', { modulusLength: 2048 }), hash: 'sha256' },
} as const;

/** Makes one without passkeys. */
export function createAuthenticator(make: Make, passkeys: Passkey[] = []): Authenticator {
  const { origin, algorithm = 'ES256', verifies = true, synced = false, counts = false } = make;
  const aaguid = Buffer.alloc(16);

  function clientData(type: string, challenge: string, lie: Lie): Buffer {
    const { crossOrigin = false, topOrigin } = lie;
    const data = { type: lie.type ?? type, challenge: lie.challenge ?? challenge, origin: lie.origin ?? origin };
    return Buffer.from(JSON.stringify({ ...data, crossOrigin, ...(topOrigin && { topOrigin }) }));
  }

  function authenticatorData(passkey: Passkey, lie: Lie, attested?: Buffer): Buffer {
    const eligible = lie.synced ?? synced;
    const flags =
      Number(lie.present ?? true) |
      (Number(lie.verified ?? verifies) << 2) |
      (Number(eligible) << 3) |
      (Number(lie.backedUp ?? eligible) << 4) |
      (Number(attested !== undefined) << 6);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lie.counter ?? passkey.counter);
    return Buffer.concat([
      sha256(lie.rpId ?? passkey.rpId),
      Buffer.from([flags]),
      counter,
      attested ?? Buffer.alloc(0),
    ]);
  }

  return {
    create({ challenge, rp, user, excludeCredentials = [] }, lie = {}) {
      const known = new Set(excludeCredentials.map(({ id }) => id));
      if (passkeys.some(({ id }) => known.has(id.toString('base64url')))) throw new Error('InvalidStateError');
      const pair = algorithms[algorithm].generate();
      const passkey: Passkey = {
        id: lie.id ? Buffer.from(lie.id, 'base64url') : randomBytes(32),
        rpId: rp.id ?? new URL(origin).hostname,
        userHandle: user.id,
        privateKey: pair.privateKey,
        publicKey: lie.publicKey ?? coseKey(pair.publicKey),
        counter: counts ? 1 : 0,
      };
      passkeys.push(passkey);
      const length = Buffer.from([passkey.id.length >> 8, passkey.id.length & 0xff]);
      const attested = Buffer.concat([aaguid, length, passkey.id, cbor(passkey.publicKey)]);
      const { fmt, attStmt } = lie.attestation ?? { fmt: 'none', attStmt: new Map<string, Cbor>() };
      const authData = authenticatorData(passkey, lie, attested);
      const id = passkey.id.toString('base64url');
      return {
        id,
        rawId: id,
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: lie.clientExtensionResults ?? { credProps: { rk: true } },
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, lie).toString('base64url'),
          attestationObject: cborOf({ fmt, attStmt, authData }).toString('base64url'),
          transports: ['internal'],
        },
      };
    },

    get({ challenge, rpId }, lie = {}) {
      const passkey = passkeys.findLast((one) => one.rpId === rpId);
      if (!passkey) throw new Error('NotAllowedError');
      if (counts) passkey.counter += 1;
      const client = clientData('webauthn.get', challenge, lie);
      const data = authenticatorData(passkey, lie);
      const signed = Buffer.concat([data, sha256(client)]);
      const signature = lie.signature ?? sign(algorithms[algorithm].hash, signed, lie.key ?? passkey.privateKey);
      const id = lie.id ?? passkey.id.toString('base64url');
      const userHandle = 'userHandle' in lie ? lie.userHandle : passkey.userHandle;
      return {
        id,
        rawId: id,
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          ...(userHandle !== undefined && { userHandle }),
        },
      };
    },

    passkeys: () => passkeys,

    clone: () =>
      createAuthenticator(
        make,
        passkeys.map((passkey) => ({ ...passkey })),
      ),
  };
}

/** A public key as COSE has it (RFC 9053 §7, RFC 8230 §4), keys in CTAP2's canonical order. */
export function coseKey(key: KeyObject): Map<number, Cbor> {
  const jwk = key.export({ format: 'jwk' });
  const part = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  switch (jwk.crv) {
    case undefined:
      return new Map<number, Cbor>([
        [1, 3],
        [3, -257],
        [-1, part(jwk.n)],
        [-2, part(jwk.e)],
      ]);
    case 'Ed25519':
      return new Map<number, Cbor>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, part(jwk.x)],
      ]);
    default:
      return new Map<number, Cbor>([
        [1, 2],
        [3, { 'P-256': -7, 'P-384': -35, 'P-521': -36 }[jwk.crv] ?? 0],
        [-1, { 'P-256': 1, 'P-384': 2, 'P-521': 3 }[jwk.crv] ?? 0],
        [-2, part(jwk.x)],
        [-3, part(jwk.y)],
      ]);
  }
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
