import { connect, type PeerCertificate } from 'node:tls';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, signIn } from '../support/relying-party.ts';
import { believedServer, fetchWith, temporaryFiles } from '../support/tls.ts';

/** `vneid start --profile conformance`: what the suite of the OpenID Foundation needs and nobody else should have. */
let vneid: Instance;
let files: Record<'cert' | 'key', string> & { remove(): Promise<void> };
beforeAll(async () => {
  files = await temporaryFiles(await believedServer());
  vneid = await startVneid({
    profile: 'conformance',
    port: 0,
    mtlsPort: 0,
    cibaInterval: 0,
    tlsCert: files.cert,
    tlsKey: files.key,
  });
});
afterAll(async () => {
  await vneid.stop();
  await files.remove();
});

/** A relying party that registers itself, as those of the suite do. */
function register(metadata: Partial<oidc.ClientMetadata> = {}): Promise<oidc.Configuration> {
  return oidc.dynamicClientRegistration(new URL(vneid.issuer), {
    redirect_uris: ['https://localhost:9/callback'],
    ...metadata,
  });
}
const atCallback = (url: URL) => url.port === '9';

test('anyone registers, sends no PKCE and no nonce, signs in with a password alone, and gets every standard claim', async () => {
  const configuration = await register();
  const address = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: 'https://localhost:9/callback',
    scope: 'openid profile email address phone',
    state: 'x',
  });
  const browser = new Browser();
  const { url } = await signIn(vneid, browser, address);
  expect(atCallback(url)).toBe(true);
  expect(browser.history.filter((line) => line.includes('/otp'))).toEqual([]);
  const tokens = await oidc.authorizationCodeGrant(configuration, url, { expectedState: 'x', idTokenExpected: true });
  const claims = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  const standard = `name family_name given_name middle_name nickname preferred_username profile picture website gender
    birthdate zoneinfo locale updated_at email email_verified phone_number phone_number_verified address`.split(/\s+/);
  expect(standard.filter((name) => claims[name] === undefined || claims[name] === '')).toEqual([]);
});

test('a protected resource echoes the id by which a FAPI client follows its request, and no other text', async () => {
  const ask = (id: string) =>
    fetch(`${vneid.issuer}/userinfo`, { headers: { 'x-fapi-interaction-id': id } }).then(({ headers }) =>
      headers.get('x-fapi-interaction-id'),
    );
  expect(await ask('c770aef3-6784-41f7-8e0e-ff5f97bddb3a')).toBe('c770aef3-6784-41f7-8e0e-ff5f97bddb3a');
  expect(await ask('anything else')).toMatch(/^[0-9a-f-]{36}$/);
});

describe('an answer on the phone by URL', () => {
  const answer = (authReqId: string, action: string) =>
    fetch(`${vneid.issuer}/lab/conformance/ciba?${new URLSearchParams({ authReqId, action })}`, { method: 'POST' });
  const ask = async () => {
    const configuration = await register({
      grant_types: ['urn:openid:params:grant-type:ciba'],
      response_types: [],
      redirect_uris: [],
      subject_type: 'public',
      backchannel_token_delivery_mode: 'poll',
    });
    const request = await oidc.initiateBackchannelAuthentication(configuration, {
      scope: 'openid',
      login_hint: an.number,
    });
    return { id: request.auth_req_id, tokens: () => oidc.pollBackchannelAuthenticationGrant(configuration, request) };
  };

  test('yes', async () => {
    const { id, tokens } = await ask();
    expect((await answer(id, 'allow')).status).toBe(200);
    expect((await tokens()).claims()?.acr).toBe('urn:vneid:loa:2');
  });

  test('no', async () => {
    const { id, tokens } = await ask();
    expect((await answer(id, 'deny')).status).toBe(200);
    await expect(tokens()).rejects.toMatchObject({ error: 'access_denied' });
  });

  test('only to what was asked, once, and with a word that means something', async () => {
    const { id } = await ask();
    expect((await answer(`${id}x`, 'allow')).status).toBe(404);
    expect((await answer(id, 'perhaps')).status).toBe(422);
    expect((await answer(id, 'allow')).status).toBe(200);
    expect((await answer(id, 'allow')).status).toBe(404);
  });
});

test('new signing keys by URL, in use at once', async () => {
  const published = async () =>
    ((await (await fetch(`${vneid.issuer}/jwks`)).json()) as { keys: { kid: string; kty: string }[] }).keys;
  const before = await published();
  // a page of another site in a browser on this machine needs nobody's leave to post without a body (Fetch §3.1)
  const rotate = (headers: Record<string, string> = {}) =>
    fetch(`${vneid.issuer}/lab/conformance/rotate-keys`, { method: 'POST', headers });
  for (const origin of ['https://evil.example', 'null', vneid.issuer])
    expect((await rotate({ origin })).status).toBe(404);
  expect((await rotate()).status).toBe(200);
  const after = await published();
  expect(after).toHaveLength(2 * before.length);
  // the suite knows no keys of the kind OKP
  expect(after.filter(({ kty }) => kty === 'OKP')).toEqual([]);
});

test('both are for this machine’s own address only, whatever a proxy says', async () => {
  const path = '/lab/conformance/rotate-keys';
  const headers = { 'x-forwarded-for': '127.0.0.1' };
  const nearby = await fetchWith()(`${vneid.issuer}${path}`, {
    method: 'POST',
    headers,
    body: null,
    redirect: 'manual',
  });
  expect(nearby.status).toBe(200);
  const { onThisMachine } = await import('../../src/lab/conformance.ts');
  const from = (remoteAddress: string | undefined) => () =>
    onThisMachine(
      { req: { headers: {}, socket: { remoteAddress } }, set: () => undefined } as never,
      async () => undefined,
    );
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    await expect(from(address)()).resolves.toBeUndefined();
  for (const address of ['10.0.0.7', '::ffff:10.0.0.7', '128.0.0.1', 'fe80::1', undefined])
    await expect(from(address)()).rejects.toMatchObject({ code: 'request.notFound' });
});

test('without a certificate of one’s own it makes itself one, for the issuer’s host', async () => {
  await using own = await startVneid({
    profile: 'conformance',
    port: 0,
    mtlsPort: 0,
    issuer: 'https://vneid.example',
  });
  const shown = await new Promise<PeerCertificate>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: own.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  expect(shown.subjectaltname).toBe('DNS:vneid.example, DNS:localhost, IP Address:127.0.0.1');
});

test('elsewhere there is none of it', async () => {
  await using usual = await startVneid({});
  for (const path of ['/lab/conformance/ciba', '/lab/conformance/rotate-keys'])
    expect((await fetch(`${usual.issuer}${path}`, { method: 'POST' })).status).toBe(404);
  const metadata = (await (await fetch(`${usual.issuer}/.well-known/openid-configuration`)).json()) as {
    response_types_supported: string[];
  };
  expect(metadata.response_types_supported).toEqual(['code']);
});

test('a shared installation does not start with it', async () => {
  const sandbox = startVneid({ mode: 'sandbox', issuer: 'https://vneid.example', profile: 'conformance' });
  await expect(sandbox).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('VNEID_PROFILE'),
  });
});
