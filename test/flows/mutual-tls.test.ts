import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientRegistration, type Instance, startVneid } from '../../src/index.ts';
import { rotateKeys } from '../../src/oidc/keys/keys.ts';
import { Browser } from '../support/browser.ts';
import { certificate, type Identity, type Wanted } from '../support/certificates.ts';
import { createKey, pushedRequest, proofOf } from '../support/high-client.ts';
import { form } from '../support/raw.ts';
import { authorizationRequest, redeem, type Request, signIn, testClient } from '../support/relying-party.ts';
import { believedServer, fetchWith, temporaryFiles } from '../support/tls.ts';

/** Clients that show certificates (RFC 8705), on the provider's second listener. */
const dn = 'C=VN, O=Hà Nội\\, Sở TT&TT, CN=pki-app';
const registeredDn = 'CN=pki-app,O=Hà Nội\\2C Sở TT&TT,C=VN';
const subjects = {
  tls_client_auth_subject_dn: registeredDn,
  tls_client_auth_san_dns: 'App.example',
  tls_client_auth_san_uri: 'https://app.example/a,b',
  tls_client_auth_san_ip: '2001:db8::1',
  tls_client_auth_san_email: 'App@EXAMPLE.vn',
};
type Subject = keyof typeof subjects;
/** Extended key usages (RFC 5280 §4.2.1.12). */
const [forServers, forClients] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

let vneid: Instance;
let files: { remove(): Promise<void>; cert: string; key: string; ca: string };
let authority: Identity;
let client: Identity;
let stranger: Identity;

const machine = {
  redirect_uris: [],
  grant_types: ['client_credentials' as const],
  response_types: [],
  scope: 'openid',
};
const bound = { tls_client_certificate_bound_access_tokens: true, use_mtls_endpoint_aliases: true };

beforeAll(async () => {
  [authority, client, stranger] = await Promise.all([
    certificate({ name: 'CN=Tổ chức chứng thực', ca: true, to: 3650 }),
    certificate({ name: 'CN=self-signed-app' }),
    certificate({ name: 'CN=self-signed-app' }),
  ]);
  files = await temporaryFiles({ ...(await believedServer()), ca: authority.cert });
  const selfSigned = {
    token_endpoint_auth_method: 'self_signed_tls_client_auth' as const,
    jwks: { keys: [client.jwk] },
  };
  vneid = await startVneid({
    tlsCert: files.cert,
    tlsKey: files.key,
    mtlsPort: 0,
    clientCa: files.ca,
    clients: [
      { ...testClient, client_secret: undefined, ...selfSigned, ...bound },
      { ...testClient, client_id: 'machine', client_secret: undefined, ...machine, ...selfSigned, ...bound },
      { ...testClient, client_id: 'public', client_secret: undefined, token_endpoint_auth_method: 'none', ...bound },
      {
        ...testClient,
        client_id: 'with-dpop',
        client_secret: undefined,
        ...machine,
        ...selfSigned,
        dpop_bound_access_tokens: true,
      },
      {
        ...testClient,
        client_id: 'high',
        client_secret: undefined,
        profile: 'high',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: subjects.tls_client_auth_san_dns,
        use_mtls_endpoint_aliases: true,
      },
      ...Object.entries(subjects).map(
        ([name, value]): ClientRegistration => ({
          ...machine,
          client_id: name,
          token_endpoint_auth_method: 'tls_client_auth',
          [name]: value,
        }),
      ),
    ],
  });
});
afterAll(async () => {
  await vneid.stop();
  await files.remove();
});

type Shown = { cert?: string; key?: string };
const second = () => `https://localhost:${vneid.mtlsPort}`;

/** openid-client that shows this certificate, and calls where a client with one has to. */
async function party(id: string, shown: Shown, auth = oidc.TlsClientAuth()): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(vneid.issuer), id, { use_mtls_endpoint_aliases: true }, auth, {
    [oidc.customFetch]: fetchWith(shown),
  });
}

/** One request as a client or an attacker sends it, and its answer as JSON. */
async function ask(
  url: string,
  shown: Shown,
  headers: Record<string, string>,
  body?: URLSearchParams,
): Promise<Record<string, unknown>> {
  const answer = await fetchWith(shown)(url, { method: body ? 'POST' : 'GET', headers, body, redirect: 'manual' });
  return { ...((await answer.json()) as Record<string, unknown>), status: answer.status };
}

const post = (origin: string, path: string, fields: Record<string, string>, shown: Shown = {}, headers = {}) =>
  ask(origin + path, shown, { 'content-type': form, ...headers }, new URLSearchParams(fields));

const asMachine = (id: string, shown: Shown, origin = second()) =>
  post(origin, '/token', { grant_type: 'client_credentials', client_id: id }, shown);

const userinfo = (origin: string, token: string, shown: Shown = {}) =>
  ask(`${origin}/userinfo`, shown, { authorization: `Bearer ${token}` });

async function tokensOf(configuration: oidc.Configuration, request?: Request) {
  const asked = request ?? (await authorizationRequest(configuration, { scope: 'openid profile offline_access' }));
  const { url } = await signIn(vneid, new Browser(), asked.url);
  return redeem(configuration, { ...asked, url });
}

describe('discovery', () => {
  test('names the second address of what clients call themselves, and of nothing else', async () => {
    const answer = await fetch(`${vneid.issuer}/.well-known/openid-configuration`);
    const document = (await answer.json()) as Record<string, unknown>;
    const aliases = document.mtls_endpoint_aliases as Record<string, string>;
    expect(vneid.issuer).toBe(`https://localhost:${vneid.port}`);
    for (const [name, alias] of Object.entries(aliases))
      expect(alias, name).toBe(String(document[name]).replace(vneid.issuer, second()));
    expect(Object.keys(aliases)).toEqual(
      expect.arrayContaining(['token_endpoint', 'userinfo_endpoint', 'pushed_authorization_request_endpoint']),
    );
    expect(Object.keys(aliases)).not.toContain('authorization_endpoint');
    expect(document.tls_client_certificate_bound_access_tokens).toBe(true);
    expect(document.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
    );
  });

  test('is the same on the second listener', async () => {
    const [one, other] = await Promise.all(
      [vneid.issuer, second()].map(async (origin) =>
        (await fetch(`${origin}/.well-known/openid-configuration`)).json(),
      ),
    );
    expect(other).toEqual(one);
  });

  test('promises nothing where no certificate can be seen', async () => {
    await using plain = await startVneid();
    const answer = await fetch(`${plain.issuer}/.well-known/openid-configuration`);
    expect(await answer.text()).not.toMatch(/tls_client|mtls/);
  });

  test('nor issued ones where no issuer is believed', async () => {
    await using without = await startVneid({ tlsCert: files.cert, tlsKey: files.key, mtlsPort: 0 });
    const answer = await fetch(`${without.issuer}/.well-known/openid-configuration`);
    const { token_endpoint_auth_methods_supported: methods } = (await answer.json()) as Record<string, string[]>;
    expect(methods).toContain('self_signed_tls_client_auth');
    expect(methods).not.toContain('tls_client_auth');
  });
});

describe('a certificate that signs itself', () => {
  test('is known by its key, and no other with the same name is', async () => {
    expect(await asMachine('machine', client)).toMatchObject({ status: 200 });
    expect(await asMachine('machine', stranger)).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(await asMachine('machine', {})).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  test('is not asked for, and so not there, on the first listener', async () => {
    expect(await asMachine('machine', client, vneid.issuer)).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  test('is not believed from a header that no proxy was trusted with', async () => {
    const escaped = encodeURIComponent(client.cert);
    const fields = { grant_type: 'client_credentials', client_id: 'machine' };
    for (const origin of [second(), vneid.issuer])
      for (const name of ['x-ssl-cert', 'x-client-cert', 'ssl-client-cert', 'client-cert'])
        expect(await post(origin, '/token', fields, {}, { [name]: escaped }), name).toMatchObject({ status: 401 });
  });
});

describe('a certificate from an issuer', () => {
  const names: Record<Subject, Wanted> = {
    tls_client_auth_subject_dn: { name: dn },
    tls_client_auth_san_dns: { also: [{ type: 'dns', value: 'app.example' }] },
    tls_client_auth_san_uri: { also: [{ type: 'url', value: 'https://app.example/a,b' }] },
    tls_client_auth_san_ip: { also: [{ type: 'ip', value: '2001:db8:0:0::1' }] },
    tls_client_auth_san_email: { also: [{ type: 'email', value: 'App@example.vn' }] },
  };
  const others: Record<Subject, Wanted[]> = {
    tls_client_auth_subject_dn: [
      { name: 'CN=pki-app, C=VN' },
      { name: 'C=VN, O=Hà Nội\\, Sở TT&TT, CN=pki-app2' },
      { also: [{ type: 'dns', value: 'pki-app' }] },
    ],
    tls_client_auth_san_dns: [
      { name: 'CN=app.example' },
      { also: [{ type: 'dns', value: '*.example' }] },
      { also: [{ type: 'dns', value: 'a.app.example' }] },
      { also: [{ type: 'url', value: 'app.example' }] },
      { also: [{ type: 'url', value: 'x:y, DNS:app.example' }] },
    ],
    tls_client_auth_san_uri: [
      { also: [{ type: 'url', value: 'https://app.example/a' }] },
      { also: [{ type: 'dns', value: 'x, URI:https://app.example/a,b' }] },
    ],
    tls_client_auth_san_ip: [
      { also: [{ type: 'ip', value: '2001:db8::2' }] },
      { also: [{ type: 'dns', value: '2001:db8::1' }] },
    ],
    tls_client_auth_san_email: [
      { also: [{ type: 'email', value: 'app@example.vn' }] },
      { name: 'CN=x, E=App@example.vn' },
    ],
  };

  describe.each(Object.keys(subjects) as Subject[])('known by %s', (id) => {
    test('is let in', async () => {
      expect(await asMachine(id, await certificate({ ...names[id], by: authority }))).toMatchObject({ status: 200 });
    });

    test('is refused when it names another', async () => {
      for (const other of others[id]) {
        const shown = await certificate({ ...other, by: authority });
        expect(await asMachine(id, shown), JSON.stringify(other)).toMatchObject({
          status: 401,
          error: 'invalid_client',
        });
      }
    });
  });

  const id = 'tls_client_auth_subject_dn';
  test('has to be signed by that issuer, and for clients', async () => {
    const impostor = await certificate({ name: 'CN=Tổ chức chứng thực', ca: true });
    const leaf = await certificate({ name: 'CN=leaf', by: authority });
    const between = await certificate({ name: 'CN=between', ca: true, by: authority });
    const attempts: Record<string, Wanted> = {
      'by itself': {},
      'by another of the same name': { by: impostor },
      'by a client of the issuer': { by: leaf },
      'by an issuer in between who is not named': { by: between },
      'for servers': { by: authority, usage: [forServers] },
      'not yet valid': { by: authority, from: 1 },
      'no longer valid': { by: authority, to: -0.5 },
    };
    for (const [attempt, wanted] of Object.entries(attempts)) {
      const shown = await certificate({ name: dn, ...wanted });
      // the issuers in between are sent along, as a client would
      const chain = [shown, ...(wanted.by && wanted.by !== authority ? [wanted.by] : [])].map(({ cert }) => cert);
      const answer = await asMachine(id, { cert: chain.join('\n'), key: shown.key });
      expect(answer, attempt).toMatchObject({ status: 401, error: 'invalid_client' });
    }
    const good = await certificate({ name: dn, by: authority, usage: [forClients] });
    expect(await asMachine(id, good)).toMatchObject({ status: 200 });
  });

  test('ends by the time of the instance', async () => {
    await using later = await startVneid({
      tlsCert: files.cert,
      tlsKey: files.key,
      mtlsPort: 0,
      clientCa: files.ca,
      clients: [{ ...machine, client_id: id, token_endpoint_auth_method: 'tls_client_auth', [id]: registeredDn }],
    });
    const shown = await certificate({ name: dn, by: authority, to: 2 });
    const origin = `https://localhost:${later.mtlsPort}`;
    expect(await asMachine(id, shown, origin)).toMatchObject({ status: 200 });
    later.clock.advance(3 * 86_400_000);
    expect(await asMachine(id, shown, origin)).toMatchObject({ status: 401, error: 'invalid_client' });
  });
});

describe('a token bound to a certificate', () => {
  test('is worth something with that certificate only, on whichever listener', async () => {
    const configuration = await party('test-app', client);
    const { access_token: token } = await tokensOf(configuration);
    expect(await oidc.fetchUserInfo(configuration, token, oidc.skipSubjectCheck)).toMatchObject({
      name: 'Nguyễn Văn An',
    });
    expect(await userinfo(second(), token, client)).toMatchObject({ status: 200 });

    expect(await userinfo(second(), token, stranger)).toMatchObject({ status: 401, error: 'invalid_token' });
    expect(await userinfo(second(), token)).toMatchObject({ status: 401, error: 'invalid_token' });
    expect(await userinfo(vneid.issuer, token, client)).toMatchObject({ status: 401, error: 'invalid_token' });
  });

  test('says so to whoever asks about it', async () => {
    const configuration = await party('machine', client);
    const { access_token: token } = await oidc.clientCredentialsGrant(configuration);
    const thumbprint = Buffer.from(client.x509.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    expect(await oidc.tokenIntrospection(configuration, token)).toMatchObject({
      active: true,
      cnf: { 'x5t#S256': thumbprint },
    });
    await oidc.tokenRevocation(configuration, token);
    expect(await oidc.tokenIntrospection(configuration, token)).toMatchObject({ active: false });
  });

  test('is not given to who shows no certificate', async () => {
    const configuration = await party('public', {}, oidc.None());
    await expect(tokensOf(configuration)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('binds the refresh token of who cannot say otherwise who they are', async () => {
    const first = await tokensOf(await party('public', client, oidc.None()));
    const refresh = (shown: Shown, origin = second()) =>
      post(
        origin,
        '/token',
        { grant_type: 'refresh_token', client_id: 'public', refresh_token: String(first.refresh_token) },
        shown,
      );
    expect(await refresh(stranger)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await refresh({})).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await refresh(client, vneid.issuer)).toMatchObject({ status: 400, error: 'invalid_grant' });
    const refreshed = await refresh(client);
    expect(refreshed).toMatchObject({ status: 200 });
    expect(await userinfo(second(), String(refreshed.access_token), client)).toMatchObject({ status: 200 });
    expect(await userinfo(second(), String(refreshed.access_token), stranger)).toMatchObject({ status: 401 });
  });

  test('and that of who is known by a certificate needs it as well', async () => {
    const first = await tokensOf(await party('test-app', client));
    const fields = {
      grant_type: 'refresh_token',
      client_id: 'test-app',
      refresh_token: String(first.refresh_token),
    };
    expect(await post(second(), '/token', fields, stranger)).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(await post(second(), '/token', fields, client)).toMatchObject({ status: 200 });
  });
});

test('a client of the high class pushes its request and gets bound tokens, all by its certificate', async () => {
  const shown = await certificate({ also: [{ type: 'dns', value: 'app.example' }], by: authority });
  const configuration = await party('high', shown);
  const tokens = await tokensOf(configuration, await pushedRequest(configuration, { scope: 'openid profile' }));
  expect(await userinfo(second(), tokens.access_token, shown)).toMatchObject({ status: 200, name: 'Nguyễn Văn An' });
  expect(await userinfo(second(), tokens.access_token)).toMatchObject({ status: 401 });

  // with a certificate of the same name, and without one
  const other = await certificate({ also: [{ type: 'dns', value: 'app.example' }] });
  for (const thief of [other, {}])
    await expect(pushedRequest(await party('high', thief))).rejects.toMatchObject({ error: 'invalid_client' });
});

test('a DPoP proof names the address that was called', async () => {
  const key = await createKey();
  const proven = async (htu: string) =>
    post(second(), '/token', { grant_type: 'client_credentials', client_id: 'with-dpop' }, client, {
      dpop: await proofOf(key, { htm: 'POST', htu }),
    });
  expect(await proven(`${second()}/token`)).toMatchObject({ status: 200, token_type: 'DPoP' });
  expect(await proven(`${vneid.issuer}/token`)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
  expect(await proven(`${second()}/par`)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
});

test('both listeners answer with the same keys, also after a rotation', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-keys-'));
  await using rotated = await startVneid({ tlsCert: files.cert, tlsKey: files.key, mtlsPort: 0, keys: folder });
  const published = async () =>
    Promise.all(
      [rotated.port, rotated.mtlsPort].map(async (port) => (await fetch(`https://localhost:${port}/jwks`)).text()),
    );
  const before = await published();
  expect(before[1]).toBe(before[0]);
  await rotateKeys({ folder, now: rotated.clock.now(), announce: 60_000, retire: 60_000 });
  await rotated.keys.refresh();
  const after = await published();
  expect(after[1]).toBe(after[0]);
  expect(after[0]).not.toBe(before[0]);
  await rm(folder, { recursive: true });
});

describe('a registration that cannot be served stops the start', () => {
  const selfSigned = { token_endpoint_auth_method: 'self_signed_tls_client_auth' as const };
  const issued = { token_endpoint_auth_method: 'tls_client_auth' as const, tls_client_auth_san_dns: 'app.example' };
  test.each<[string, Partial<ClientRegistration>, RegExp]>([
    ['a certificate of its own', selfSigned, /client test-app: self_signed_tls_client_auth.*VNEID_MTLS_PORT/],
    ['a certificate of an issuer', issued, /client test-app: tls_client_auth.*VNEID_MTLS_PORT/],
    [
      'bound tokens',
      { client_secret: 'a-secret-of-the-tests', ...bound },
      /bound_access_tokens.*VNEID_CLIENT_CERT_HEADER/,
    ],
  ])('%s', async (_what, registration, message) => {
    const registered = { ...testClient, client_secret: undefined, jwks: { keys: [client.jwk] }, ...registration };
    await expect(startVneid({ clients: [registered] })).rejects.toThrow(message);
  });

  test('a certificate of issuers whom nobody named', async () => {
    const registered = { ...testClient, client_secret: undefined, ...issued };
    const tls = { tlsCert: files.cert, tlsKey: files.key, mtlsPort: 0 };
    await expect(startVneid({ ...tls, clients: [registered] })).rejects.toThrow(/tls_client_auth.*VNEID_CLIENT_CA/);
  });

  test('who registers by itself for what is not there is bound to a key instead', async () => {
    await using plain = await startVneid();
    const key = await createKey();
    const answer = await fetch(`${plain.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://app.example/callback'],
        profile: 'high',
        jwks: { keys: [key.jwk] },
        tls_client_certificate_bound_access_tokens: true,
      }),
    });
    const registered = (await answer.json()) as Record<string, unknown>;
    expect(answer.status, JSON.stringify(registered)).toBe(201);
    expect(registered).toMatchObject({ dpop_bound_access_tokens: true });
    expect(registered).not.toHaveProperty('tls_client_certificate_bound_access_tokens', true);
  });
});
