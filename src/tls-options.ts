import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { InBoth } from './errors.ts';
import { Misfit } from './option-values.ts';

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
  return read(file, { vi: 'tệp PEM đọc được, có chứng thư', en: 'a readable PEM file with certificates' }, (text) =>
    (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) as string[]).map(
      (pem) => new X509Certificate(pem),
    ),
  );
}

function keyIn(file: string) {
  return read(
    file,
    {
      vi: 'tệp PEM đọc được, có khóa riêng không đặt mật khẩu',
      en: 'a readable PEM file with a private key, without a passphrase',
    },
    createPrivateKey,
  );
}

function read<T>(file: string, expected: InBoth, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === undefined || code.startsWith('ERR_') ? '' : ` (${code})`;
    throw new Misfit({ vi: `${expected.vi}${why}`, en: `${expected.en}${why}` }, { cause });
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
  if (!/^[\w!#$%&'*+.^`|~-]*$/.test(String(value)))
    throw new Misfit({ vi: 'tên của một header', en: 'the name of a header' });
  return String(value);
}

/** Addresses, and networks written `address/bits`. */
export function network(value: string): string {
  const [address = '', bits, more] = value.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (most < 0 || more !== undefined || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
    throw new Misfit({ vi: 'các địa chỉ, hoặc mạng như 10.0.0.0/8', en: 'addresses, or networks such as 10.0.0.0/8' });
  return value;
}

/** The first option that does not fit the others, and what would. */
export function misfit(options: TlsOptions): { option: keyof TlsOptions; expected: InBoth } | undefined {
  const { profile, issuer, internalUrl, tlsCert, tlsKey, mtlsPort, clientCertHeader, clientCertProxies } = options;
  if (tlsCert !== '' && tlsKey === '')
    return { option: 'tlsKey', expected: { vi: 'khóa của VNEID_TLS_CERT', en: 'the key of VNEID_TLS_CERT' } };
  if (tlsCert === '' && tlsKey !== '')
    return {
      option: 'tlsCert',
      expected: { vi: 'chứng thư của VNEID_TLS_KEY', en: 'the certificate of VNEID_TLS_KEY' },
    };
  if (tlsCert !== '' && !certificatesIn(tlsCert)[0]?.checkPrivateKey(keyIn(tlsKey)))
    return {
      option: 'tlsKey',
      expected: {
        vi: 'khóa của chứng thư đầu tiên trong VNEID_TLS_CERT',
        en: 'the key of the first certificate in VNEID_TLS_CERT',
      },
    };
  if (tlsCert !== '' && issuer.startsWith('http:'))
    return {
      option: 'issuer',
      expected: { vi: 'địa chỉ https:// khi có VNEID_TLS_CERT', en: 'an https:// address beside VNEID_TLS_CERT' },
    };
  if (tlsCert !== '' && internalUrl.startsWith('http:'))
    return {
      option: 'internalUrl',
      expected: { vi: 'địa chỉ https:// khi có VNEID_TLS_CERT', en: 'an https:// address beside VNEID_TLS_CERT' },
    };
  // the conformance profile makes itself a certificate
  if (mtlsPort !== '' && tlsCert === '' && profile !== 'conformance')
    return {
      option: 'mtlsPort',
      expected: { vi: 'kèm VNEID_TLS_CERT và VNEID_TLS_KEY', en: 'VNEID_TLS_CERT and VNEID_TLS_KEY beside it' },
    };
  if (clientCertHeader !== '' && clientCertProxies.length === 0)
    return {
      option: 'clientCertProxies',
      expected: {
        vi: 'địa chỉ của những proxy được tin khi gửi VNEID_CLIENT_CERT_HEADER',
        en: 'the addresses of the proxies whose VNEID_CLIENT_CERT_HEADER counts',
      },
    };
  if (clientCertHeader === '' && clientCertProxies.length > 0)
    return {
      option: 'clientCertHeader',
      expected: {
        vi: 'tên header mà VNEID_CLIENT_CERT_PROXIES dùng để gửi chứng thư',
        en: 'the header in which VNEID_CLIENT_CERT_PROXIES tell certificates',
      },
    };
  return undefined;
}
