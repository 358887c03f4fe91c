import { createHash } from 'node:crypto';
import type { Cbor } from '../../src/lab/cbor.ts';
import { bits, der, enumerated, integer, octets, oid, sequence, set, text, yes } from '../support/der.ts';
import { number } from '../support/deterministic-ecdsa.ts';
import { curveKey, type Draw, drawFrom, type Key } from './webauthn-seeds.ts';

export type AttestationKind = 'none' | 'self' | 'packed' | 'tpm' | 'android-key' | 'apple' | 'fido-u2f';

/** What a statement is about. */
export interface Parts {
  draw: Draw;
  key: Key;
  credentialId: Buffer;
  authData: Buffer;
  clientDataHash: Buffer;
  rpIdHash: Buffer;
}

/** The attestation statement of each format (WebAuthn Level 3 §8). */
export const attest: Record<AttestationKind, (parts: Parts) => { fmt: string; attStmt: Record<string, Cbor> }> = {
  none: () => ({ fmt: 'none', attStmt: {} }),
  self: ({ key, authData, clientDataHash }) => ({
    fmt: 'packed',
    attStmt: { alg: -7, sig: key.sign(Buffer.concat([authData, clientDataHash])) },
  }),
  packed({ draw, authData, clientDataHash }) {
    const { own, x5c } = certified(draw);
    return { fmt: 'packed', attStmt: { alg: -7, sig: own.sign(Buffer.concat([authData, clientDataHash])), x5c } };
  },
  'android-key'({ draw, key, authData, clientDataHash }) {
    const description = sequence(
      integer(300),
      enumerated(0),
      integer(0),
      enumerated(0),
      octets(clientDataHash),
      octets(Buffer.alloc(0)),
      sequence(),
      sequence(),
    );
    const { x5c } = certified(draw, { key, extensions: [extension('1.3.6.1.4.1.11129.2.1.17', description)] });
    return { fmt: 'android-key', attStmt: { alg: -7, sig: key.sign(Buffer.concat([authData, clientDataHash])), x5c } };
  },
  apple({ draw, key, authData, clientDataHash }) {
    const nonce = sequence(der(0xa1, octets(sha256(Buffer.concat([authData, clientDataHash])))));
    const { x5c } = certified(draw, { key, extensions: [extension('1.2.840.113635.100.8.2', nonce)] });
    return { fmt: 'apple', attStmt: { x5c } };
  },
  'fido-u2f'({ draw, key, credentialId, clientDataHash, rpIdHash }) {
    const { own, x5c } = certified(draw);
    const sig = own.sign(Buffer.concat([Buffer.alloc(1), rpIdHash, clientDataHash, credentialId, key.point]));
    return { fmt: 'fido-u2f', attStmt: { sig, x5c } };
  },
  tpm({ draw, key, authData, clientDataHash }) {
    // TPM 2.0 part 2: a public area of an ECC key, and a certification of its name
    const sized = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
    const [x, y] = [key.point.subarray(1, 33), key.point.subarray(33)];
    const pubArea = Buffer.concat([Buffer.from('0023000b0004000000000010001000030010', 'hex'), sized(x), sized(y)]);
    const certInfo = Buffer.concat([
      Buffer.from('ff5443478017', 'hex'),
      sized(Buffer.alloc(0)),
      sized(sha256(Buffer.concat([authData, clientDataHash]))),
      Buffer.from('0000000000000000111111112222222233', 'hex'),
      Buffer.alloc(8),
      sized(Buffer.concat([Buffer.from('000b', 'hex'), sha256(pubArea)])),
      sized(Buffer.alloc(0)),
    ]);
    const about = ['id:00000000', 'WebAuthn test vectors', 'id:00000000'];
    const device = set(...about.map((value, index) => sequence(oid(`2.23.133.2.${index + 1}`), text(value))));
    const extensions = [
      extension('2.5.29.37', sequence(oid('2.23.133.8.3'))),
      extension('2.5.29.17', sequence(der(0xa4, sequence(device))), true),
    ];
    const { own, x5c } = certified(draw, { subject: sequence(), extensions });
    return { fmt: 'tpm', attStmt: { alg: -7, sig: own.sign(certInfo), ver: '2.0', x5c, pubArea, certInfo } };
  },
};

/** A key of the authenticator's maker with its certificate; `key` when it is the passkey itself that is certified. */
function certified(
  draw: Draw,
  { key, subject = maker, extensions = [] }: { key?: Key; subject?: Buffer; extensions?: Buffer[] } = {},
): { own: Key; x5c: Buffer[] } {
  const own = key ?? curveKey('P-256', draw(32));
  const serial = draw(16);
  const issuedBy = sequence(der(0x80, createHash('sha1').update(authority.key.point).digest()));
  const x5c = [
    certificate({
      subject,
      own,
      serial,
      usage: [0x80, 7],
      extensions: [extension('2.5.29.35', issuedBy), ...extensions],
    }),
  ];
  return { own, x5c };
}

const maker = nameOf('Authenticator Attestation');
const authority = drawAuthority();

/** The certificate that all others are issued with. */
export function makeAttestationRoot(): Buffer {
  return certificate({
    subject: nameOf('Authenticator Attestation CA'),
    own: authority.key,
    serial: authority.serial,
    usage: [0x06, 1],
    authority: true,
  });
}

function drawAuthority(): { key: Key; serial: Buffer } {
  const draw = drawFrom('Attestation CA');
  return { key: curveKey('P-256', draw(32)), serial: draw(16) };
}

interface Certified {
  subject: Buffer;
  own: Key;
  serial: Buffer;
  /** Bits of the key usage, and how many of its last are none. */
  usage: [number, number];
  authority?: boolean;
  extensions?: Buffer[];
}

/** An X.509 certificate of the years 2024 to 3024 (RFC 5280 §4.1). */
function certificate({ subject, own, serial, usage, authority: isAuthority, extensions = [] }: Certified): Buffer {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const dates = sequence(der(0x17, Buffer.from('240101000000Z')), der(0x18, Buffer.from('30240101000000Z')));
  const keyKind = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
  const all = sequence(
    extension('2.5.29.19', isAuthority ? sequence(yes) : sequence(), true),
    extension('2.5.29.15', bits(Buffer.from([usage[0]]), usage[1]), true),
    extension('2.5.29.14', octets(createHash('sha1').update(own.point).digest())),
    ...extensions,
  );
  const content = sequence(
    der(0xa0, integer(2)),
    integer(number(serial)),
    algorithm,
    nameOf('Authenticator Attestation CA'),
    dates,
    subject,
    sequence(keyKind, bits(own.point)),
    der(0xa3, all),
  );
  return sequence(content, algorithm, bits(authority.key.sign(content)));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value));
}

function nameOf(unit: string): Buffer {
  const part = (id: string, value: Buffer) => set(sequence(oid(id), value));
  return sequence(
    part('2.5.4.3', text('WebAuthn test vectors')),
    part('2.5.4.10', text('W3C')),
    part('2.5.4.11', text(unit)),
    part('2.5.4.6', der(0x13, Buffer.from('AA'))),
  );
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
