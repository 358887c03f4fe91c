import { afterAll, beforeAll, test } from 'vitest';
import type { Instance } from '../../src/index.ts';
import { certificate, type Identity, type Wanted } from '../support/certificates.ts';
import { form, send } from '../support/raw.ts';
import { temporaryFiles } from '../support/tls.ts';
import { refusedOnlyByTheCheck, type Weakness } from '../support/weakened.ts';

/** What is refused of certificates, each also without its check. */
const proxy = '127.0.0.2';
const name = 'C=VN, CN=app';
let authority: Identity;
let leaf: Identity;
let files: { remove(): Promise<void>; ca: string };
beforeAll(async () => {
  authority = await certificate({ name: 'CN=authority', ca: true });
  leaf = await certificate({ name: 'CN=leaf', by: authority });
  // whoever put a client's certificate among the issuers did not mean it to issue others
  files = await temporaryFiles({ ca: `${authority.cert}\n${leaf.cert}` });
});
afterAll(() => files.remove());

async function letIn(vneid: Instance, certificates: string, from = proxy): Promise<boolean> {
  const answer = await send(vneid, {
    method: 'POST',
    path: '/token',
    from,
    headers: { 'content-type': form, 'x-ssl-cert': encodeURIComponent(certificates) },
    body: 'grant_type=client_credentials&client_id=app',
  });
  return answer.status === 200;
}

const showing = (wanted: () => Wanted | Promise<Wanted>) => async (vneid: Instance) =>
  letIn(vneid, (await certificate({ name, ...(await wanted()) })).cert);

const trust = (find: string, replace: string): Weakness => ({ file: 'src/oidc/mutual-tls.ts', find, replace });
const source = (find: string, replace: string): Weakness => ({ file: 'src/web/client-certificate.ts', find, replace });

const table: [string, Weakness, (vneid: Instance) => Promise<boolean>][] = [
  [
    'a header that no proxy sent',
    source("trusted.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')", 'trusted && peer'),
    async (vneid) => letIn(vneid, (await certificate({ name, by: authority })).cert, '127.0.0.3'),
  ],
  [
    'a certificate before that of the proxy’s client',
    source('oneCertificate.exec(text)', '/BEGIN CERTIFICATE-----([^-]+)/.exec(text || String(oneCertificate))'),
    async (vneid) =>
      letIn(vneid, `${(await certificate({ name, by: authority })).cert}\n${(await certificate()).cert}`),
  ],
  [
    'an issuer that only has the name of the right one',
    trust(' && certificate.verify(issuer.publicKey)', ''),
    showing(async () => ({ by: await certificate({ name: 'CN=authority', ca: true }) })),
  ],
  ['a client that issues certificates', trust('issuer.ca && ', ''), showing(() => ({ by: leaf }))],
  [
    'a certificate that has ended',
    trust('if (!isValid(certificate) ||', 'if ('),
    showing(() => ({ by: authority, to: -0.5 })),
  ],
  [
    'a certificate for servers',
    trust('usage.some((item) => item === clientAuth || item === anyUsage)', 'usage.length'),
    showing(() => ({ by: authority, usage: ['1.3.6.1.5.5.7.3.1'] })),
  ],
  [
    'a certificate of another client',
    trust('names[property](certificate, expected)', 'names[property] && expected.length > 0'),
    showing(() => ({ by: authority, name: 'C=VN, CN=other' })),
  ],
];

test.each(table)('%s', async (_attack, weakness, attack) => {
  await refusedOnlyByTheCheck([weakness], attack, {
    clientCertHeader: 'X-Ssl-Cert',
    clientCertProxies: [proxy],
    clientCa: files.ca,
    clients: [
      {
        client_id: 'app',
        grant_types: ['client_credentials'],
        response_types: [],
        scope: 'openid',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=app,C=VN',
      },
    ],
  });
});
