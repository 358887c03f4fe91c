import { KeyObject, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { keyPairOf } from '../tls-options.ts';

/**
 * Makes a certificate for local use, which signs itself, good for 90 days. Whoever calls the server has to
 * be told to believe it (Node: `ca`, or NODE_EXTRA_CA_CERTS).
 * @param hosts names and addresses that it stands for, the first also as its subject
 * @param kind of its key; FAPI 1.0, to which FAPI-CIBA holds servers, knows RSA alone (Part 2 §8.5)
 * @returns certificate and private key, as PEM
 */
export async function selfSigned({
  hosts,
  clock,
  kind = 'EC',
}: {
  hosts: string[];
  kind?: 'EC' | 'RSA';
  clock: Pick<Clock, 'now'>;
}): Promise<{ cert: string; key: string }> {
  // only who asks for a certificate waits for these; the second expects the first to have been loaded
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');

  const algorithm =
    kind === 'EC'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: [{ CN: [hosts[0] ?? 'localhost'] }],
    notBefore: new Date(clock.now() - minute),
    notAfter: new Date(clock.now() + 90 * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
      ),
    ],
  });
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }),
  };
}

/** What the provider listens with by TLS, if it does: the conformance profile always does. */
export async function keyPairFor(config: Config, clock: Clock) {
  const own = keyPairOf(config);
  if (own || config.profile !== 'conformance') return own;
  const host = URL.parse(config.issuer)?.hostname ?? 'localhost';
  return selfSigned({ hosts: [...new Set([host, 'localhost', '127.0.0.1'])], clock, kind: 'RSA' });
}

/** The clock of whoever calls may stand a little behind. */
const minute = 60_000;
const day = 86_400_000;
