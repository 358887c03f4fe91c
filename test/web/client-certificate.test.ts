import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCertificateSource } from '../../src/web/client-certificate.ts';
import { certificate, type Identity } from '../support/certificates.ts';

let client: Identity;
let own: Identity;
beforeAll(async () => {
  [client, own] = await Promise.all([certificate(), certificate()]);
});

/** A request from an address, over a connection with a certificate of its own, that brings a header. */
function request(address: string | undefined, header?: string): IncomingMessage {
  const socket = { remoteAddress: address, getPeerX509Certificate: () => own.x509 };
  return { socket, headers: header === undefined ? {} : { 'client-cert': header } } as unknown as IncomingMessage;
}
const told = () => `:${client.jwk.x5c[0]}:`;
const proxies = ['10.1.0.0/16', '192.0.2.7', '2001:db8::/32', '::1'];
const certificateOf = createCertificateSource({ header: 'Client-Cert', proxies });

describe('whose header counts', () => {
  test.each(['10.1.2.3', '192.0.2.7', '2001:db8::1', '::1', '::ffff:10.1.2.3', '::ffff:192.0.2.7'])('%s', (address) => {
    expect(certificateOf(request(address, told()))?.fingerprint256).toBe(client.x509.fingerprint256);
  });

  test.each(['10.2.0.1', '192.0.2.8', '2001:db9::1', '::2', '::ffff:10.2.0.1', 'fe80::1%eth0', '', undefined])(
    'not that of %j, who has but the certificate of its connection',
    (address) => {
      expect(certificateOf(request(address, told()))?.fingerprint256).toBe(own.x509.fingerprint256);
    },
  );
});

test('the certificate of a proxy’s own connection is not its client’s', () => {
  expect(certificateOf(request('10.1.2.3'))).toBeUndefined();
  expect(certificateOf(request('10.1.2.3', 'nonsense'))).toBeUndefined();
});

test('where no proxy is named, only connections count', () => {
  const direct = createCertificateSource({ header: '', proxies: [] });
  expect(direct(request('127.0.0.1', told()))?.fingerprint256).toBe(own.x509.fingerprint256);
  expect(direct({ socket: { remoteAddress: '127.0.0.1' }, headers: {} } as unknown as IncomingMessage)).toBeUndefined();
});
