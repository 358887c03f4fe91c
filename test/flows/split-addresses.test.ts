import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientRegistration, type Instance, startVneid } from '../../src/index.ts';
import { readConfig } from '../../src/config.ts';
import { Browser } from '../support/browser.ts';
import { certificate } from '../support/certificates.ts';
import { assertionOf, createHighClient, createKey, type HighClient, proofOf } from '../support/high-client.ts';
import { asPage, form, send } from '../support/raw.ts';
import { an, authorizationRequest, basic, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';
import { believedServer, fetchWith, temporaryFiles } from '../support/tls.ts';

/**
 * As between containers: the browser, outside, knows http://localhost:<port>; the app, in a container of its own, reaches
 * VNeID by the name of its service and by nothing else. Nobody edits a hosts file.
 */
const internal = 'http://vneid.internal:3000';
const host = 'vneid.internal:3000';
const wellKnown = '/.well-known/openid-configuration';
const cibaGrant = 'urn:openid:params:grant-type:ciba';

let vneid: Instance;
let high: HighClient;
/** Signs its assertions, and is of no class. */
let signing: HighClient;
beforeAll(async () => {
  [high, signing] = await Promise.all([
    createHighClient(),
    createHighClient({
      client_id: 'signing-app',
      profile: 'baseline',
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['client_credentials', 'authorization_code'],
    }),
  ]);
  const app: ClientRegistration = {
    ...testClient,
    grant_types: [...testClient.grant_types, cibaGrant, 'urn:ietf:params:oauth:grant-type:device_code'],
  };
  vneid = await startVneid({ internalUrl: internal, clients: [app, high.registration, signing.registration] });
});
afterAll(() => vneid.stop());

/** `fetch` of a container, in which only the name of the service leads anywhere. */
const inContainer: oidc.CustomFetch = async (url, { method, headers, body }) => {
  const to = new URL(url);
  if (to.origin !== internal) throw new Error(`nobody answers at ${to.origin} in this container`);
  const path = `${to.pathname}${to.search}`;
  const sent = body === undefined || body === null ? undefined : String(body);
  const answer = await send(vneid, { method, path, headers: { ...headers, host: to.host }, body: sent });
  const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: told });
};

async function partyInContainer(
  id: string,
  by: oidc.ClientAuth,
  metadata: Partial<oidc.ClientMetadata> = {},
): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(`${internal}${wellKnown}`), id, metadata, by, {
    execute: [oidc.allowInsecureRequests],
    [oidc.customFetch]: inContainer,
  });
}
const ordinary = () => partyInContainer(testClient.client_id, oidc.ClientSecretBasic(testClient.client_secret));

/** A form, as a program sends it to an address by whichever of the two names. */
async function post(at: string, path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = String(new URLSearchParams(fields));
  const named = { host: new URL(at).host, 'content-type': form, ...headers };
  const answer = await send(vneid, { method: 'POST', path, headers: named, body });
  return { status: answer.status, body: answer.json() };
}
const both = (): [string, string][] => [
  [vneid.issuer, internal],
  [internal, vneid.issuer],
];

/** Every address in a discovery document, by its origin and path. */
async function discovered(at: string): Promise<Record<string, unknown>> {
  return (await send(vneid, { path: wellKnown, headers: { host: new URL(at).host } })).json();
}

describe('what discovery says', () => {
  const ofBrowsers = ['authorization_endpoint', 'end_session_endpoint'];
  const ofPrograms = [
    'token_endpoint',
    'userinfo_endpoint',
    'jwks_uri',
    'introspection_endpoint',
    'revocation_endpoint',
    'pushed_authorization_request_endpoint',
    'registration_endpoint',
    'device_authorization_endpoint',
    'backchannel_authentication_endpoint',
  ];

  test('at the internal address: programs stay, browsers are sent to the other', async () => {
    const [seen, usual] = [await discovered(internal), await discovered(vneid.issuer)];
    expect(seen.issuer).toBe(vneid.issuer);
    for (const name of ofBrowsers) expect(seen[name]).toBe(usual[name]);
    for (const name of ofPrograms) expect(seen[name]).toBe(String(usual[name]).replace(vneid.issuer, internal));
    const addresses = Object.keys(seen).filter((name) => /_(endpoint|uri)$/.test(name));
    expect(addresses.toSorted()).toEqual([...ofBrowsers, ...ofPrograms].toSorted());
  });

  test('at the address of the issuer: what it says without another', async () => {
    await using plain = await startVneid();
    const usual = JSON.stringify(await discovered(vneid.issuer));
    const without = await send(plain, { path: wellKnown });
    expect(usual.replaceAll(vneid.issuer, plain.issuer)).toBe(without.body);
    expect(usual).not.toContain('vneid.internal');
  });

  test('is the same by the other name of the document, and for letters of another case', async () => {
    const seen = await discovered(internal);
    const path = '/.well-known/oauth-authorization-server';
    expect((await send(vneid, { path, headers: { host } })).json()).toEqual(seen);
    expect((await send(vneid, { path: wellKnown, headers: { host: host.toUpperCase() } })).json()).toEqual(seen);
  });
});

describe('an app in a container', () => {
  test('signs a citizen in, whose browser never hears of its address', async () => {
    const configuration = await ordinary();
    const request = await authorizationRequest(configuration, {
      scope: 'openid profile offline_access',
      prompt: 'consent',
    });
    expect(request.url.origin).toBe(vneid.issuer);
    const browser = new Browser();
    const back = await signIn(vneid, browser, request.url);
    expect([back.url.searchParams.get('iss'), browser.page().html.includes('internal')]).toEqual([vneid.issuer, false]);

    const tokens = await redeem(configuration, { ...request, url: back.url });
    expect(tokens.claims()?.iss).toBe(vneid.issuer);
    const sub = tokens.claims()?.sub ?? '';
    expect((await oidc.fetchUserInfo(configuration, tokens.access_token, sub)).name).toBe(an.name);
    expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({
      active: true,
      iss: vneid.issuer,
    });
    const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token));
    await oidc.tokenRevocation(configuration, refreshed.access_token);
    expect((await oidc.tokenIntrospection(configuration, refreshed.access_token)).active).toBe(false);
    expect(oidc.buildEndSessionUrl(configuration).origin).toBe(vneid.issuer);
  });

  test('of the high class pushes, signs and proves where it is', async () => {
    const { registration, key, dpop } = high;
    const by = oidc.PrivateKeyJwt({ key: key.privateKey, kid: String(key.jwk.kid) });
    const configuration = await partyInContainer(registration.client_id, by);
    const handle = { DPoP: oidc.getDPoPHandle(configuration, dpop) };
    const { url, ...kept } = await authorizationRequest(configuration, { scope: 'openid profile offline_access' });
    const pushed = await oidc.buildAuthorizationUrlWithPAR(configuration, url.searchParams, handle);
    expect(pushed.origin).toBe(vneid.issuer);
    const back = await signIn(vneid, new Browser(), pushed);
    const tokens = await redeem(configuration, { ...kept, url: back.url }, handle);
    expect(tokens.token_type).toBe('dpop');
    const sub = tokens.claims()?.sub ?? '';
    const userinfo = () => oidc.fetchUserInfo(configuration, tokens.access_token, sub, handle);
    expect((await userinfo()).sub).toBe(sub);
    const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token), undefined, handle);
    expect(refreshed.token_type).toBe('dpop');
  });

  test('asks a phone, and has a device signed in at the address for browsers', async () => {
    const configuration = await ordinary();
    const asked = await oidc.initiateBackchannelAuthentication(configuration, {
      scope: 'openid',
      login_hint: an.number,
    });
    await vneid.control.phone(an.number).approve();
    vneid.clock.advance(2_000);
    const tokens = await oidc.genericGrantRequest(configuration, cibaGrant, { auth_req_id: asked.auth_req_id });
    expect(tokens.id_token).toBeTypeOf('string');

    const device = await oidc.initiateDeviceAuthorization(configuration, { scope: 'openid' });
    for (const address of [device.verification_uri, device.verification_uri_complete])
      expect(new URL(String(address)).origin).toBe(vneid.issuer);
  });

  test('registers, and finds what it registered where it asked', async () => {
    for (const at of [internal, vneid.issuer]) {
      const headers = { host: new URL(at).host, 'content-type': 'application/json' };
      const body = JSON.stringify({ redirect_uris: ['https://app.example/cb'] });
      const made = (await send(vneid, { method: 'POST', path: '/register', headers, body })).json();
      const address = new URL(String(made.registration_client_uri));
      expect(address.origin).toBe(at);
      const authorization = `Bearer ${String(made.registration_access_token)}`;
      for (const from of [internal, vneid.issuer]) {
        const found = await send(vneid, {
          path: address.pathname,
          headers: { host: new URL(from).host, authorization },
        });
        expect(new URL(String(found.json().registration_client_uri)).origin).toBe(from);
      }
    }
  });
});

describe('an assertion is for this provider, by whichever of its names', () => {
  const asked = async (client: HighClient, at: string, path: string, aud: unknown) => {
    const { status, body } = await post(at, path, {
      grant_type: 'client_credentials',
      response_type: 'code',
      redirect_uri: 'http://localhost:9/callback',
      client_id: client.registration.client_id,
      scope: 'openid',
      nonce: 'n',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertionOf(vneid, client, { aud }),
    });
    return status < 300 ? 'accepted' : body.error;
  };

  test('the issuer and the address called, or the token endpoint, at both', async () => {
    for (const [at, other] of both())
      for (const aud of [vneid.issuer, `${at}/token`, `${other}/token`]) {
        expect([at, aud, await asked(signing, at, '/token', aud)]).toEqual([at, aud, 'accepted']);
        expect([at, aud, await asked(signing, at, '/par', aud)]).toEqual([at, aud, 'accepted']);
        expect(await asked(signing, at, '/par', [`${other}/par`])).toBe('accepted');
      }
  });

  test('nobody else, and no other endpoint', async () => {
    for (const [at] of both())
      for (const aud of [
        'http://vneid.evil:3000/token',
        'http://vneid.internal/token',
        'https://vneid.internal:3000/token',
        `${internal}/register`,
        `${at}/introspect`,
        internal,
        '/token',
      ])
        expect([at, aud, await asked(signing, at, '/token', aud)]).toEqual([at, aud, 'invalid_client']);
  });

  test('of the high class the issuer alone (FAPI 2.0 §5.3.2.1)', async () => {
    for (const [at, other] of both()) {
      expect(await asked(high, at, '/par', vneid.issuer)).toBe('accepted');
      for (const aud of [`${at}/par`, `${other}/par`, `${at}/token`, internal])
        expect([at, aud, await asked(high, at, '/par', aud)]).toEqual([at, aud, 'invalid_client']);
    }
  });

  test('is good once, whichever of the two hears it first', async () => {
    const assertion = await assertionOf(vneid, signing);
    const fields = {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
    expect((await post(internal, '/token', fields)).status).toBe(200);
    expect((await post(vneid.issuer, '/token', fields)).body.error).toBe('invalid_client');
  });
});

describe('a proof is for one address: the one that was called', () => {
  test('at the token endpoint', async () => {
    for (const [at, other] of both())
      for (const [htu, expected] of [
        [`${at}/token`, 'DPoP'],
        [`${other}/token`, 'invalid_dpop_proof'],
        [`${at}/userinfo`, 'invalid_dpop_proof'],
      ] as const) {
        const dpop = await proofOf(high.dpop, { htm: 'POST', htu });
        const fields = {
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertionOf(vneid, signing),
        };
        const { body } = await post(at, '/token', fields, { dpop });
        expect([at, htu, body.token_type ?? body.error]).toEqual([at, htu, expected]);
      }
  });

  test('where the token is used: what was said to the one is not said again to the other', async () => {
    const key = await createKey();
    const configuration = await relyingParty(vneid);
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(vneid, new Browser(), request.url);
    const dpop = { DPoP: oidc.getDPoPHandle(configuration, key) };
    const { access_token: token } = await redeem(configuration, { ...request, url }, dpop);
    const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url');
    const use = async (at: string, htu: string) => {
      const proof = await proofOf(key, { htm: 'GET', htu, ath });
      const headers = { host: new URL(at).host, authorization: `DPoP ${token}`, dpop: proof };
      return (await send(vneid, { path: '/userinfo', headers })).status;
    };
    for (const [at, other] of both()) {
      expect(await use(at, `${at}/userinfo`)).toBe(200);
      expect(await use(at, `${other}/userinfo`)).toBe(401);
    }
  });
});

describe('who comes by which address is told by Host alone', () => {
  test.each<Record<string, string>>([
    { host: 'vneid.internal' },
    { host: 'vneid.internal:3001' },
    { host: 'vneid.internal:3000.evil.example' },
    { host: 'evil.example' },
    { host: 'user@vneid.internal:3000' },
    { host: 'evil.example', 'x-forwarded-host': 'vneid.internal:3000' },
  ])('%j is turned away', async (headers) => {
    for (const path of [wellKnown, '/jwks', '/']) expect((await send(vneid, { path, headers })).status).toBe(421);
  });

  test('what a proxy is said to have heard changes nothing', async () => {
    for (const name of ['x-forwarded-host', 'x-host', 'forwarded'])
      for (const [at, other] of both()) {
        const claimed = new URL(other).host;
        const headers = { host: new URL(at).host, [name]: name === 'forwarded' ? `host=${claimed}` : claimed };
        expect((await send(vneid, { path: wellKnown, headers })).json()).toEqual(await discovered(at));
      }
  });

  test('an address in the request line stands above it', async () => {
    const usual = new URL(vneid.issuer).host;
    const at = async (target: string, named: string) =>
      (await send(vneid, { path: `http://${target}${wellKnown}`, headers: { host: named } })).json();
    expect(await at(host, usual)).toEqual(await discovered(internal));
    expect(await at(usual, host)).toEqual(await discovered(vneid.issuer));
    expect((await send(vneid, { path: `http://evil.example${wellKnown}`, headers: { host } })).status).toBe(421);
  });
});

describe('a browser at the internal address', () => {
  test('goes on at the other, where its session is', async () => {
    for (const path of [
      '/authorize?a=b&c=%2F%2Fd',
      '/authorize/x',
      '/device?user_code=BCDF-GHJK',
      '/logout',
      '/logout/success',
    ]) {
      const answer = await send(vneid, { path, headers: { host, ...asPage } });
      expect([path, answer.status, answer.headers['set-cookie']]).toEqual([path, 303, undefined]);
      expect(answer.headers.location).toBe(`${vneid.issuer}${path}`);
    }
  });

  test('also by a form', async () => {
    const headers = { host, 'content-type': form, ...asPage };
    const first = await send(vneid, { method: 'POST', path: '/authorize', headers, body: 'a=b' });
    const second = await send(vneid, { path: String(first.headers.location), headers: { host, ...asPage } });
    expect(second.headers.location).toBe(`${vneid.issuer}/authorize?a=b`);
  });

  test('is not sent anywhere else', async () => {
    for (const path of ['//evil.example/authorize', '/\\evil.example', '/authorize@evil.example', '/logoutx']) {
      const { status, headers } = await send(vneid, { path, headers: { host, ...asPage } });
      expect([path, status, headers.location]).toEqual([path, 404, undefined]);
    }
  });

  test('finds the lab, which programs in containers drive', async () => {
    const answer = await send(vneid, { path: `/lab/api/inbox/${an.number}`, headers: { host } });
    expect(answer.status).toBe(200);
  });
});

test('a tenant has both addresses too', async () => {
  await using tenant = await vneid.control.tenant('split');
  expect(tenant.issuer).toBe(`${vneid.issuer}/t/split`);
  const path = `/t/split${wellKnown}`;
  const seen = (await send(vneid, { path, headers: { host } })).json();
  expect(seen).toMatchObject({
    issuer: tenant.issuer,
    authorization_endpoint: `${tenant.issuer}/authorize`,
    token_endpoint: `${internal}/t/split/token`,
    jwks_uri: `${internal}/t/split/jwks`,
  });
  const key = await createKey();
  for (const [at, other] of both())
    for (const [htu, expected] of [
      [`${at}/t/split/token`, 'invalid_grant'],
      [`${other}/t/split/token`, 'invalid_dpop_proof'],
      [`${at}/token`, 'invalid_dpop_proof'],
    ] as const) {
      const dpop = await proofOf(key, { htm: 'POST', htu });
      const fields = { grant_type: 'authorization_code', code: 'none', redirect_uri: 'http://localhost:9/callback' };
      const { body } = await post(at, '/t/split/token', fields, { dpop, ...basic() });
      expect([htu, body.error]).toEqual([htu, expected]);
    }
  const browser = await send(vneid, { path: '/t/split/authorize?a=b', headers: { host, ...asPage } });
  expect(browser.headers.location).toBe(`${tenant.issuer}/authorize?a=b`);
});

test('certificates are asked for at both', async () => {
  const [server, client] = await Promise.all([believedServer(), certificate({ name: 'CN=self-signed-app' })]);
  const { remove, ...files } = await temporaryFiles(server);
  await using instance = await startVneid({
    tlsCert: files.cert,
    tlsKey: files.key,
    mtlsPort: 0,
    internalUrl: 'https://127.0.0.1:3000',
    clients: [
      {
        client_id: 'machine',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: 'openid',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [client.jwk] },
      },
    ],
  });
  const shown = fetchWith(client);
  const document = async (headers: Record<string, string>) =>
    (await (
      await shown(`${instance.issuer}${wellKnown}`, { method: 'GET', headers, body: undefined, redirect: 'manual' })
    ).json()) as {
      mtls_endpoint_aliases: Record<string, string>;
      token_endpoint: string;
    };
  const places = [
    { at: `https://localhost:${instance.mtlsPort}`, usual: instance.issuer, said: await document({}) },
    {
      at: `https://127.0.0.1:${instance.mtlsPort}`,
      usual: 'https://127.0.0.1:3000',
      said: await document({ host: '127.0.0.1:3000' }),
    },
  ];
  const key = await createKey();
  for (const { at, usual, said } of places) {
    expect([said.token_endpoint, said.mtls_endpoint_aliases.token_endpoint]).toEqual([`${usual}/token`, `${at}/token`]);
    for (const other of places) {
      const dpop = await proofOf(key, { htm: 'POST', htu: `${other.at}/token` });
      const answer = await shown(`${at}/token`, {
        method: 'POST',
        headers: { 'content-type': form, dpop },
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'machine' }),
        redirect: 'manual',
      });
      const { token_type: type, error } = (await answer.json()) as Record<string, string>;
      expect([at, other.at, type ?? error]).toEqual([at, other.at, at === other.at ? 'DPoP' : 'invalid_dpop_proof']);
    }
  }
  await remove();
});

describe('the option', () => {
  test('is read of the environment', () => {
    const env = { VNEID_ISSUER: 'http://localhost:3000', VNEID_INTERNAL_URL: 'http://vneid:3000' };
    expect(readConfig({}, env)).toMatchObject({ issuer: 'http://localhost:3000', internalUrl: 'http://vneid:3000' });
  });

  test.each([
    ['', 'vneid:3000'],
    ['', 'http://vneid:3000/'],
    ['', 'http://vneid:3000?a=b'],
    ['', 'http://localhost:3000'],
    ['https://id.example', 'https://ID.example'],
    ['https://id.example', 'http://id.example'],
  ])('beside the issuer "%s" it is not %s', (issuer, internalUrl) => {
    const reading = () => readConfig({ issuer, internalUrl });
    expect(reading).toThrow(expect.objectContaining({ code: 'config.invalid' }));
    expect(reading).toThrow(/internalUrl \(VNEID_INTERNAL_URL\)/);
  });
});
