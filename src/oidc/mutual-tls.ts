import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import { certificatesIn } from '../tls-options.ts';
import { createCertificateSource } from '../web/client-certificate.ts';
import { isSubject } from './distinguished-name.ts';

/**
 * Mutual TLS (RFC 8705): clients that say who they are by a certificate, and tokens that are worth nothing without it.
 * Where no certificate can ever be seen it is off, and discovery does not promise it.
 */
export interface MutualTls {
  /** The library's settings for it. */
  feature: NonNullable<NonNullable<Configuration['features']>['mTLS']>;
  /** How clients may say who they are by it. */
  methods: ('tls_client_auth' | 'self_signed_tls_client_auth')[];
  /** Why a client cannot be served, in the words of an error about a registration; undefined when it can. */
  refusalOf(client: ClientMetadata): { found: string; expected: string } | undefined;
}

export interface MutualTlsParts {
  clock: Clock;
  /** Port of the listener that asks for certificates, when there is one. */
  mtlsPort: number | undefined;
  /** Header in which proxies tell certificates, and which proxies. */
  clientCertHeader: string;
  clientCertProxies: string[];
  /** PEM file of those whose clients are believed: what signed a client's certificate has to be in it. */
  clientCa: string;
}

/**
 * Makes mutual TLS of what the options say; each part of it is on only where it can work.
 * @throws Error when the file of issuers cannot be read
 */
export function mutualTls({ clock, mtlsPort: port, clientCa, ...proxy }: MutualTlsParts): MutualTls {
  const seen = port !== undefined || proxy.clientCertHeader !== '';
  const certificateOf = createCertificateSource({ header: proxy.clientCertHeader, proxies: proxy.clientCertProxies });
  const issuers = clientCa === '' ? [] : certificatesIn(clientCa);
  return {
    feature: seen
      ? {
          enabled: true,
          certificateBoundAccessTokens: true,
          selfSignedTlsClientAuth: true,
          tlsClientAuth: issuers.length > 0,
          getCertificate: ({ req }) => certificateOf(req),
          certificateAuthorized({ req }) {
            const certificate = certificateOf(req);
            return certificate !== undefined && isIssued(certificate, issuers, clock.now());
          },
          certificateSubjectMatches({ req }, property, expected) {
            const certificate = certificateOf(req);
            return certificate !== undefined && names[property](certificate, expected);
          },
        }
      : { enabled: false },
    methods: [...(seen ? [selfSigned] : []), ...(seen && issuers.length > 0 ? [issued] : [])],
    refusalOf(client) {
      const method = client.token_endpoint_auth_method ?? '';
      const byCertificate = method.endsWith('tls_client_auth');
      const found = byCertificate ? method : 'tls_client_certificate_bound_access_tokens';
      if (!seen && (byCertificate || client.tls_client_certificate_bound_access_tokens))
        return { found, expected: 'VNEID_MTLS_PORT or VNEID_CLIENT_CERT_HEADER, without which no certificate is seen' };
      if (method === issued && issuers.length === 0)
        return { found, expected: 'VNEID_CLIENT_CA, the issuers of the certificates of clients' };
      return undefined;
    },
  };
}

const selfSigned = 'self_signed_tls_client_auth' as const;
const issued = 'tls_client_auth' as const;

/**
 * Whether one of the issuers signed this certificate for a client, and both are valid now (RFC 5280 §6, without paths
 * longer than that: an issuer in between is believed only when it is itself among them). Nobody is asked for revocations.
 */
function isIssued(certificate: X509Certificate, issuers: X509Certificate[], now: number): boolean {
  const isValid = ({ validFromDate, validToDate }: X509Certificate) =>
    validFromDate.getTime() <= now && now <= validToDate.getTime();
  // Node calls the extended key usage keyUsage; who has none may be used for anything
  const usage = certificate.keyUsage as string[] | undefined;
  if (!isValid(certificate) || (usage && !usage.some((item) => item === clientAuth || item === anyUsage))) return false;
  return issuers.some(
    (issuer) => issuer.ca && isValid(issuer) && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
  );
}

const clientAuth = '1.3.6.1.5.5.7.3.2';
const anyUsage = '2.5.29.37.0';

/** How a certificate is compared with what the client registered (RFC 8705 §2.1.2). */
const names = {
  tls_client_auth_subject_dn: ({ subject }: X509Certificate, expected: string) => isSubject(subject ?? '', expected),
  tls_client_auth_san_dns: (certificate: X509Certificate, expected: string) =>
    alternativeNames(certificate, 'DNS').some((name) => name.toLowerCase() === expected.toLowerCase()),
  tls_client_auth_san_uri: (certificate: X509Certificate, expected: string) =>
    alternativeNames(certificate, 'URI').includes(expected),
  tls_client_auth_san_ip: (certificate: X509Certificate, expected: string) =>
    isIP(expected) !== 0 && certificate.checkIP(expected) !== undefined,
  tls_client_auth_san_email: (certificate: X509Certificate, expected: string) =>
    alternativeNames(certificate, 'email').some((address) => sameMailbox(address, expected)),
};

/** Node writes `DNS:a.example, URI:"…"`: what could be taken for a comma or a quote is a JSON string (CVE-2021-44532). */
function alternativeNames({ subjectAltName }: X509Certificate, type: string): string[] {
  const found = (subjectAltName ?? '').split(', ').filter((name) => name.startsWith(`${type}:`));
  return found
    .map((name) => name.slice(type.length + 1))
    .map((value) => (value.startsWith('"') ? (JSON.parse(value) as string) : value));
}

/** The part before the at sign is the mailbox owner's own spelling (RFC 5321 §2.3.11). */
function sameMailbox(one: string, other: string): boolean {
  const spelled = (address: string) => address.replace(/@[^@]*$/, (domain) => domain.toLowerCase());
  return spelled(one) === spelled(other);
}
