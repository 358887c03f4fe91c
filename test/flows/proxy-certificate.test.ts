import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { certificate, type Identity } from '../support/certificates.ts';
import { form, send } from '../support/raw.ts';
import { temporaryFiles } from '../support/tls.ts';

/**
 * A proxy ends TLS and tells in a header which certificate it saw. Whoever else sends that header claims to be somebody
 * (RFC 9700 §4.13).
 */
const proxy = '127.0.0.2';
const stranger = '127.0.0.3';
const machine = {
  grant_types: ['client_credentials' as const],
  response_types: [],
  redirect_uris: [],
  scope: 'openid',
};

let vneid: Instance;
let client: Identity;
let authority: Identity;
let issued: Identity;
let files: { remove(): Promise<void>; ca: string };
beforeAll(async () => {
  [client, authority] = await Promise.all([certificate(), certificate({ name: 'CN=authority', ca: true })]);
  issued = await certificate({ name: 'C=VN, CN=issued', by: authority });
  files = await temporaryFiles({ ca: authority.cert });
  vneid = await startVneid({
    clientCertHeader: 'X-Ssl-Cert',
    clientCertProxies: [proxy, '2001:db8::/32'],
    clientCa: files.ca,
    clients: [
      {
        ...machine,
        client_id: 'self-signed',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        tls_client_certificate_bound_access_tokens: true,
        jwks: { keys: [client.jwk] },
      },
      {
        ...machine,
        client_id: 'issued',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=issued,C=VN',
      },
    ],
  });
});
afterAll(async () => {
  await vneid.stop();
  await files.remove();
});

const escaped = ({ cert }: Identity) => encodeURIComponent(cert);

async function ask(
  from: string,
  header: string | string[],
  { id = 'self-signed', name = 'x-ssl-cert', path = '/token', fields = {} } = {},
) {
  const body = new URLSearchParams({ client_id: id, grant_type: 'client_credentials', ...fields }).toString();
  const answer = await send(vneid, {
    method: 'POST',
    path,
    from,
    body,
    headers: { 'content-type': form, [name]: header },
  });
  return { status: answer.status, ...answer.json() };
}

describe('the proxy is believed', () => {
  test.each<[string, (client: Identity) => string]>([
    ['PEM, URL-encoded (nginx)', escaped],
    ['PEM, with only line ends encoded', ({ cert }) => cert.replaceAll('\n', '%0A')],
    ['PEM, spaces for line ends (Apache)', ({ cert }) => cert.replaceAll('\n', ' ')],
    ['RFC 9440', ({ jwk }) => `:${jwk.x5c[0]}:`],
  ])('%s', async (_how, written) => {
    expect(await ask(proxy, written(client))).toMatchObject({ status: 200 });
    expect(await ask(proxy, written(await certificate()))).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  test('also of whom an issuer signed; the signature is looked at here', async () => {
    expect(await ask(proxy, escaped(issued), { id: 'issued' })).toMatchObject({ status: 200 });
    const forged = await certificate({ name: 'C=VN, CN=issued' });
    expect(await ask(proxy, escaped(forged), { id: 'issued' })).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  test('tokens are bound to what it told', async () => {
    const { access_token: token } = (await ask(proxy, escaped(client))) as unknown as { access_token: string };
    const thumbprint = Buffer.from(client.x509.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    expect(await ask(proxy, escaped(client), { path: '/introspect', fields: { token } })).toMatchObject({
      active: true,
      cnf: { 'x5t#S256': thumbprint },
    });
  });

  test('there is no second listener to tell of', async () => {
    const answer = (await send(vneid, { path: '/.well-known/openid-configuration' })).json();
    expect(answer).not.toHaveProperty('mtls_endpoint_aliases');
    expect(answer.token_endpoint_auth_methods_supported).toContain('tls_client_auth');
  });
});

describe('a stranger is not', () => {
  test.each([stranger, '127.0.0.1'])('who sends the very same from %s', async (address) => {
    for (const header of [escaped(client), `:${client.jwk.x5c[0]}:`])
      expect(await ask(address, header)).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(await ask(address, escaped(issued), { id: 'issued' })).toMatchObject({ status: 401 });
    expect(await ask(proxy, escaped(client))).toMatchObject({ status: 200 });
  });

  test('who says that the proxy passed it on', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip']) {
      const answer = await send(vneid, {
        method: 'POST',
        path: '/token',
        from: stranger,
        headers: {
          'content-type': form,
          'x-ssl-cert': escaped(client),
          [name]: name === 'forwarded' ? `for=${proxy}` : proxy,
        },
        body: 'grant_type=client_credentials&client_id=self-signed',
      });
      expect(answer.status, name).toBe(401);
    }
  });
});

describe('through the proxy', () => {
  test('another header says nothing', async () => {
    for (const name of ['client-cert', 'x-client-cert', 'ssl-client-cert', 'x-ssl-cert-x'])
      expect(await ask(proxy, escaped(client), { name }), name).toMatchObject({ status: 401 });
  });

  test.each<[string, (client: Identity) => string | string[]]>([
    ['nothing', () => ''],
    ['a sign that there is none', () => '-'],
    ['a word', () => 'hello'],
    ['a broken escape', () => '%E0%A4%A'],
    ['a certificate cut short', (own) => escaped(own).slice(0, 300)],
    ['bytes that are none', () => `:${Buffer.from('hello').toString('base64')}:`],
    ['a key', ({ key }) => encodeURIComponent(key)],
    ['two in two headers, the client’s own first', (own) => [escaped(own), escaped(authority)]],
    ['two in one header', (own) => encodeURIComponent(`${own.cert}\n${authority.cert}`)],
    ['two after RFC 9440', (own) => `:${own.jwk.x5c[0]}:, :${authority.jwk.x5c[0]}:`],
  ])('%s is no certificate', async (_what, written) => {
    expect(await ask(proxy, written(client))).toMatchObject({ status: 401, error: 'invalid_client' });
  });
});
