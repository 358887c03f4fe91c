import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** The certificate that a client showed with a request, or undefined. */
export type CertificateOf = (request: IncomingMessage) => X509Certificate | undefined;

/**
 * Where certificates of clients come from: the TLS connection, or a proxy that ended it and tells in a header what it saw.
 * A header is believed of those proxies alone; from anyone else it is as if it were not there (RFC 9700 §4.13). And of a
 * proxy only its header counts: the certificate of its own connection is not its client's.
 * @param header name of the header; empty for none
 * @param proxies addresses, and networks as `10.0.0.0/8`, of the proxies
 */
export function createCertificateSource({ header, proxies }: { header: string; proxies: string[] }): CertificateOf {
  const name = header.toLowerCase();
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  return ({ socket, headers }) => {
    const peer = socket.remoteAddress ?? '';
    if (name !== '' && trusted.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')) return certificateIn(headers[name]);
    return (socket as Partial<TLSSocket>).getPeerX509Certificate?.();
  };
}

/**
 * PEM, URL-encoded as nginx's `$ssl_client_escaped_cert` or with spaces for line ends, or `:base64:` (RFC 9440). It has to
 * be exactly one: of two, one may come from a stranger.
 */
function certificateIn(header: string | string[] | undefined): X509Certificate | undefined {
  try {
    const text = decodeURIComponent(String(header ?? ''));
    const [, pem, bytes] = oneCertificate.exec(text) ?? [];
    return new X509Certificate(Buffer.from(pem ?? bytes ?? '', 'base64'));
  } catch {
    return undefined;
  }
}

const oneCertificate =
  /^\s*(?:-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----|:([A-Za-z0-9+/=]+):)\s*$/;
