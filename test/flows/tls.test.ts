import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { selfSigned } from '../../src/web/certificate.ts';
import { Browser } from '../support/browser.ts';
import { certificate } from '../support/certificates.ts';
import { authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';
import { believedServer, temporaryFiles } from '../support/tls.ts';

/** The provider answers by https itself. */
let vneid: Instance;
let server: { cert: string; key: string };
let files: Record<'cert' | 'key' | 'other' | 'nonsense', string> & { remove(): Promise<void> };
beforeAll(async () => {
  server = await believedServer();
  files = await temporaryFiles({ ...server, other: (await certificate()).key, nonsense: 'hello' });
  vneid = await startVneid({ tlsCert: files.cert, tlsKey: files.key, mtlsPort: 0, clients: [testClient] });
});
afterAll(async () => {
  await vneid.stop();
  await files.remove();
});
const ports = () => [vneid.port, Number(vneid.mtlsPort)];

/** Shakes hands, sends bytes, and reads until the server closes. */
function speak(port: number, options: ConnectionOptions, bytes?: string): Promise<{ by: string; said: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options }, () => {
      by = `${socket.getProtocol()} ${socket.getCipher().standardName}`;
      if (bytes === undefined) socket.end();
      else socket.write(bytes);
    });
    let [by, said] = ['', ''];
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (said += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve({ by, said }));
  });
}

test('a citizen signs in', async () => {
  expect(vneid.issuer).toBe(`https://localhost:${vneid.port}`);
  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration);
  const back = await signIn(vneid, new Browser(), request.url);
  expect((await redeem(configuration, { ...request, url: back.url })).claims()).toMatchObject({ iss: vneid.issuer });
});

test('the command line finds it by the same options', async () => {
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: files.cert,
    VNEID_PORT: String(vneid.port),
    VNEID_TLS_CERT: files.cert,
    VNEID_TLS_KEY: files.key,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['src/main.js', 'clock', 'get'], { env });
  expect(JSON.parse(stdout)).toMatchObject({ offset: 0 });
});

describe('FAPI 2.0 §5.2.2: what may be spoken', () => {
  test.each(['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'])('TLS 1.2 with %s', async (ciphers) => {
    for (const port of ports())
      expect((await speak(port, { maxVersion: 'TLSv1.2', ciphers })).by).toMatch(
        /^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_AES_.*_GCM_/,
      );
  });

  test('TLS 1.3', async () => {
    for (const port of ports()) expect((await speak(port, {})).by).toMatch(/^TLSv1\.3 /);
  });

  test.each<[string, ConnectionOptions]>([
    ['TLS 1.2 with CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA384' }],
    ['TLS 1.2 with CBC and SHA-1', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
    ['TLS 1.2 with CCM', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-CCM' }],
    ['TLS 1.2 with ChaCha20', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' }],
    ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
  ])('not %s', async (_what, options) => {
    for (const port of ports())
      await expect(speak(port, options)).rejects.toMatchObject({ code: expect.stringMatching(/ALERT/) });
  });
});

test('plain http is shut out, and disturbs nobody', async () => {
  for (const port of ports()) {
    const said = await new Promise<string>((resolve, reject) => {
      const socket = connectPlain(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
    expect(said).not.toContain('HTTP/1.1 200');
    expect((await fetch(`https://localhost:${port}/health/ready`)).status).toBe(200);
  }
});

test('what is no HTTP is answered as without TLS', async () => {
  const host = `Host: localhost:${vneid.port}\r\n`;
  const unreadable: [string, number][] = [
    ['hello\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\n${host}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [`POST /token HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ];
  for (const [bytes, status] of unreadable) {
    const { said } = await speak(vneid.port, {}, bytes);
    const [head = '', body = ''] = said.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body)).toMatchObject({ error: 'invalid_request' });
  }
});

test('the second listener goes by its own name and by no stranger’s', async () => {
  const ask = (host: string) =>
    speak(Number(vneid.mtlsPort), {}, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  for (const host of [`localhost:${vneid.mtlsPort}`, `127.0.0.1:${vneid.mtlsPort}`, `localhost:${vneid.port}`])
    expect((await ask(host)).said, host).toMatch(/^HTTP\/1.1 200 /);
  for (const host of ['evil.example', `evil.example:${vneid.mtlsPort}`, 'localhost'])
    expect((await ask(host)).said, host).toMatch(/^HTTP\/1.1 421 /);
});

test('browsers are not told to hold the whole of localhost to https', async () => {
  expect((await fetch(vneid.issuer)).headers.get('strict-transport-security')).toBeNull();
  await using elsewhere = await startVneid({ issuer: 'https://id.example' });
  const answer = await fetch(`http://localhost:${elsewhere.port}/health/live`);
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
});

describe('a certificate for local use', () => {
  test('names what it stands for, and lives 90 days of the clock that it is made by', async () => {
    const now = Date.UTC(2030, 0, 1);
    const hosts = ['id.localhost', 'localhost', '127.0.0.1', '::1'];
    const made = await selfSigned({ hosts, clock: { now: () => now } });
    const read = new X509Certificate(made.cert);
    expect(read.subjectAltName).toBe(
      'DNS:id.localhost, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(read.subject).toBe('CN=id.localhost');
    expect(read.validFromDate.getTime()).toBeLessThanOrEqual(now);
    expect(read.validToDate.getTime()).toBe(now + 90 * 86_400_000);
    expect(read.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(read.ca).toBe(false);
    expect(read.verify(read.publicKey)).toBe(true);
  });

  test('is never the same', async () => {
    const [one, other] = await Promise.all([0, 1].map(() => selfSigned({ hosts: ['localhost'], clock: Date })));
    expect(new X509Certificate(one?.cert ?? '').serialNumber).not.toBe(
      new X509Certificate(other?.cert ?? '').serialNumber,
    );
  });
});

describe('options that do not fit are refused with what would', () => {
  const pair = () => ({ tlsCert: files.cert, tlsKey: files.key });
  test.each<[string, () => Parameters<typeof readConfig>[0], RegExp]>([
    ['a certificate without a key', () => ({ tlsCert: files.cert }), /VNEID_TLS_KEY.*the key of VNEID_TLS_CERT/],
    ['a key without a certificate', () => ({ tlsKey: files.key }), /VNEID_TLS_CERT.*the certificate of VNEID_TLS_KEY/],
    ['a file that is not there', () => ({ ...pair(), tlsCert: '/nowhere.pem' }), /VNEID_TLS_CERT.*nowhere.*ENOENT/],
    [
      'a file of something else',
      () => ({ ...pair(), tlsCert: files.nonsense }),
      /VNEID_TLS_CERT.*PEM file with certificates/,
    ],
    [
      'a key file of something else',
      () => ({ ...pair(), tlsKey: files.cert }),
      /VNEID_TLS_KEY.*PEM file with a private key/,
    ],
    [
      'the key of another',
      () => ({ ...pair(), tlsKey: files.other }),
      /VNEID_TLS_KEY.*of the first certificate in VNEID_TLS_CERT/,
    ],
    ['an issuer without TLS', () => ({ ...pair(), issuer: 'http://localhost:3000' }), /VNEID_ISSUER.*https/],
    ['a second listener without TLS', () => ({ mtlsPort: 0 }), /VNEID_MTLS_PORT.*VNEID_TLS_CERT and VNEID_TLS_KEY/],
    ['a second port that is none', () => ({ ...pair(), mtlsPort: 70_000 }), /VNEID_MTLS_PORT.*0 to 65535/],
    [
      'a header of nobody',
      () => ({ clientCertHeader: 'X-Cert' }),
      /VNEID_CLIENT_CERT_PROXIES.*addresses of the proxies/,
    ],
    ['proxies without a header', () => ({ clientCertProxies: ['10.0.0.1'] }), /VNEID_CLIENT_CERT_HEADER.*the header/],
    [
      'a header that is none',
      () => ({ clientCertHeader: 'X Cert', clientCertProxies: ['10.0.0.1'] }),
      /name of a header/,
    ],
    ...['proxy.example', '10.0.0.0/33', '10.0.0.0/', '::/129', '10.0.0.0/8/8', '10.0.0'].map(
      (address): [string, () => Parameters<typeof readConfig>[0], RegExp] => [
        `the proxy ${address}`,
        () => ({ clientCertHeader: 'X-Cert', clientCertProxies: [address] }),
        /VNEID_CLIENT_CERT_PROXIES.*addresses, or networks/,
      ],
    ),
    ['issuers that are none', () => ({ clientCa: files.nonsense }), /VNEID_CLIENT_CA.*PEM file with certificates/],
  ])('%s', (_what, options, message) => {
    expect(() => readConfig(options())).toThrow(message);
  });

  test('a key where its file belongs is not repeated', () => {
    const wrong = () => readConfig({ ...pair(), tlsKey: server.key });
    expect(wrong).toThrow(/VNEID_TLS_KEY.*\(hidden\)/);
    expect(wrong).not.toThrow(/PRIVATE KEY/);
  });

  test('and from the environment the same names mean the same', () => {
    const config = readConfig(
      {},
      {
        VNEID_TLS_CERT: files.cert,
        VNEID_TLS_KEY: files.key,
        VNEID_MTLS_PORT: '3444',
        VNEID_CLIENT_CERT_HEADER: 'Client-Cert',
        VNEID_CLIENT_CERT_PROXIES: '10.0.0.0/8, ::1',
      },
    );
    expect(config).toMatchObject({ mtlsPort: 3444, clientCertProxies: ['10.0.0.0/8', '::1'] });
    expect(readConfig()).toMatchObject({ mtlsPort: '', tlsCert: '' });
  });
});
