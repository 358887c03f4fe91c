import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** What options about TLS and certificates have to be, each for itself and together. */
export interface TlsOptions {
  profile: 'standard' | 'conformance';
  issuer: string;
  internalUrl: string;
  tlsCert: string;
  tlsKey: string;
  mtlsPort: number | '';
  clientCertHeader: string;
  clientCertProxies: string[];
}

/**
 * Reads the certificates of a PEM file.
 * @throws Error with a sentence of what the file should be
 */
export function certificatesIn(file: string): X509Certificate[] {
  return read(file, 'a readable PEM file with certificates', (text) =>
    (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) as string[]).map(
      (pem) => new X509Certificate(pem),
    ),
  );
}

function keyIn(file: string) {
  return read(file, 'a readable PEM file with a private key, without a passphrase', createPrivateKey);
}

function read<T>(file: string, expected: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(code === undefined || code.startsWith('ERR_') ? expected : `${expected} (${code})`, { cause });
  }
}

/** The server's certificate and key, as they stand in their files; undefined when it has none. */
export function keyPairOf({ tlsCert, tlsKey }: Pick<TlsOptions, 'tlsCert' | 'tlsKey'>) {
  if (tlsCert === '') return undefined;
  return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') };
}

/** A file with certificates, or nothing. */
export function certificateFile(value: unknown): string {
  if (value === '') return '';
  const file = resolve(String(value));
  certificatesIn(file);
  return file;
}

/** A file with a private key, or nothing. */
export function keyFile(value: unknown): string {
  if (value === '') return '';
  const file = resolve(String(value));
  keyIn(file);
  return file;
}

/** The name of a header (RFC 9110 §5.1), or nothing. */
export function headerName(value: unknown): string {
  if (!/^[\w!#$%&'*+.^`|~-]*$/.test(String(value))) throw new Error('the name of a header');
  return String(value);
}

/** Addresses, and networks written `address/bits`. */
export function network(value: string): string {
  const [address = '', bits, more] = value.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (most < 0 || more !== undefined || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
    throw new Error('addresses, or networks such as 10.0.0.0/8');
  return value;
}

/** The first option that does not fit the others, and what would. */
export function misfit(options: TlsOptions): { option: keyof TlsOptions; expected: string } | undefined {
  const { profile, issuer, internalUrl, tlsCert, tlsKey, mtlsPort, clientCertHeader, clientCertProxies } = options;
  if (tlsCert !== '' && tlsKey === '') return { option: 'tlsKey', expected: 'the key of VNEID_TLS_CERT' };
  if (tlsCert === '' && tlsKey !== '') return { option: 'tlsCert', expected: 'the certificate of VNEID_TLS_KEY' };
  if (tlsCert !== '' && !certificatesIn(tlsCert)[0]?.checkPrivateKey(keyIn(tlsKey)))
    return { option: 'tlsKey', expected: 'the key of the first certificate in VNEID_TLS_CERT' };
  if (tlsCert !== '' && issuer.startsWith('http:'))
    return { option: 'issuer', expected: 'an https:// address beside VNEID_TLS_CERT' };
  if (tlsCert !== '' && internalUrl.startsWith('http:'))
    return { option: 'internalUrl', expected: 'an https:// address beside VNEID_TLS_CERT' };
  // the conformance profile makes itself a certificate
  if (mtlsPort !== '' && tlsCert === '' && profile !== 'conformance')
    return { option: 'mtlsPort', expected: 'VNEID_TLS_CERT and VNEID_TLS_KEY beside it' };
  if (clientCertHeader !== '' && clientCertProxies.length === 0)
    return {
      option: 'clientCertProxies',
      expected: 'the addresses of the proxies whose VNEID_CLIENT_CERT_HEADER counts',
    };
  if (clientCertHeader === '' && clientCertProxies.length > 0)
    return { option: 'clientCertHeader', expected: 'the header in which VNEID_CLIENT_CERT_PROXIES tell certificates' };
  return undefined;
}
