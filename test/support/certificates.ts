import 'reflect-metadata';
import { KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate with its key: of a client, or of who issues them. */
export interface Identity {
  cert: string;
  key: string;
  x509: X509Certificate;
  /** As a registration has it, for self_signed_tls_client_auth. */
  jwk: { kty: string; x5c: [string] };
  keys: CryptoKeyPair;
}

export interface Wanted {
  /** Subject, the most significant part first; or a Name in DER. */
  name?: string | Uint8Array<ArrayBuffer>;
  /** Subject alternative names. */
  also?: { type: 'dns' | 'url' | 'ip' | 'email'; value: string }[];
  /** Who signs; itself without. */
  by?: Identity;
  /** Whether it may issue certificates. */
  ca?: boolean;
  /** What it may be used for, by number. */
  usage?: string[];
  /** Validity, in days from now. */
  from?: number;
  to?: number;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 86_400_000;

/** Makes any certificate. */
export async function certificate({
  name = 'CN=client',
  also = [],
  by,
  ca = false,
  usage = [],
  from = -1,
  to = 30,
}: Wanted = {}): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject: typeof name === 'string' ? name : new x509.Name(name),
    issuer: new x509.Name(by ? new x509.X509Certificate(by.cert).subjectName.toArrayBuffer() : nameOf(name)),
    notBefore: new Date(Date.now() + from * day),
    notAfter: new Date(Date.now() + to * day),
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      ...(ca ? [new x509.BasicConstraintsExtension(true, undefined, true)] : []),
      ...(usage.length > 0 ? [new x509.ExtendedKeyUsageExtension(usage)] : []),
      ...(also.length > 0 ? [new x509.SubjectAlternativeNameExtension(also)] : []),
    ],
  });
  const cert = made.toString('pem');
  const jwk = KeyObject.from(keys.publicKey).export({ format: 'jwk' });
  return {
    cert,
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }),
    x509: new X509Certificate(cert),
    jwk: { ...jwk, kty: String(jwk.kty), x5c: [Buffer.from(made.rawData).toString('base64')] },
    keys,
  };
}

function nameOf(name: string | Uint8Array<ArrayBuffer>): ArrayBuffer {
  return (typeof name === 'string' ? new x509.Name(name) : new x509.Name(name)).toArrayBuffer();
}
