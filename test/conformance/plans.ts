import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSigned } from '../../src/web/certificate.ts';
import { type Browser, browserOf, overridesOf } from './walks.ts';

/**
 * What the suite of the OpenID Foundation is told about this provider: `node test/conformance/plans.ts <folder>` writes a
 * configuration for each plan, and `clients.yaml` (for VNEID_CLIENTS) with those relying parties that do not register
 * themselves. Their keys are new each time.
 *
 *     ISSUER   of the provider under test; https://localhost.emobix.co.uk:3443
 *     SUITE    where the suite answers; https://localhost.emobix.co.uk:8443
 *     ALIAS    under which it runs the plans; vneid
 */
const issuer = process.env.ISSUER ?? 'https://localhost.emobix.co.uk:3443';
const suite = process.env.SUITE ?? 'https://localhost.emobix.co.uk:8443';
const alias = process.env.ALIAS ?? 'vneid';
const folder = process.argv[2] ?? '.';

/** It asks for certificates, which some tokens are bound to. */
const secondListener = issuer.replace(/\d+$/, (port) => String(Number(port) + 1));

const citizen = { login: '001085000001', password: 'Hanoi@2024' };
const server = {
  discoveryUrl: `${issuer}/.well-known/openid-configuration`,
  login_hint: citizen.login,
  // of OpenID Connect for Identity Assurance
  allow_unexpected_metadata_fields: ['verified_claims_supported'],
};
const walks: { browser: Browser; overrides: Record<string, { browser: Browser }> } = {
  browser: browserOf({ issuer, citizen }),
  overrides: overridesOf({ issuer, citizen }),
};
const shared = { alias, server, browser: walks.browser, options: { browsercontrol_css_enable: false } };
const scope = 'openid profile phone email address offline_access';

const keys = {
  one: keyPair('PS256', 'one'),
  two: keyPair('ES256', 'two'),
};
const certificate = (name: string) => selfSigned({ hosts: [name], clock: { now: () => Date.now() }, kind: 'RSA' });
const certificates = { one: await certificate('suite-one'), two: await certificate('suite-two') };

const openid = (description: string) => ({
  ...shared,
  description,
  client: { client_name: 'Suite 1' },
  client2: { client_name: 'Suite 2' },
  override: walks.overrides,
});

/** The same, with tokens that are bound to a certificate. */
const mutualTls = (description: string, name: string) => ({
  ...fapi(description, name),
  mtls: certificates.one,
  mtls2: certificates.two,
  resource: { resourceUrl: `${secondListener}/userinfo`, resourceMethod: 'GET' },
});

/** The first signs with PS256, so that the modules about RS256 find a key to do so with. */
const fapi = (description: string, name: string) => ({
  ...shared,
  description,
  client: { client_id: `${name}-1`, scope, dpop_signing_alg: 'ES256', jwks: { keys: [keys.one.privateKey] } },
  client2: { client_id: `${name}-2`, scope, dpop_signing_alg: 'PS256', jwks: { keys: [keys.two.privateKey] } },
  resource: { resourceUrl: `${issuer}/userinfo`, resourceMethod: 'GET' },
  override: walks.overrides,
});

const ciba = (description: string) => {
  const client = { scope: 'openid profile phone', hint_type: 'login_hint', hint_value: citizen.login };
  return {
    ...shared,
    description,
    client: { client_name: 'Suite CIBA 1', acr_value: 'urn:vneid:loa:2', ...client },
    client2: { client_name: 'Suite CIBA 2', acr_value: 'urn:vneid:loa:2', ...client },
    automated_ciba_approval_url: `${issuer}/lab/conformance/ciba?authReqId={auth_req_id}&action={action}`,
    resource: { resourceUrl: `${secondListener}/userinfo` },
  };
};

/** What the citizen's verified claims look like: the suite makes its requests from them. */
const assurance = () => {
  const verification = {
    trust_framework: 'vn_vneid',
    assurance_level: 'vneid_2',
  };
  const claims = { given_name: 'An', family_name: 'Nguyễn', birthdate: '1985-04-30' };
  const asked = {
    verification: { trust_framework: null, assurance_level: null },
    claims: Object.fromEntries(Object.keys(claims).map((name) => [name, null])),
  };
  return {
    ...openid('VNeID: OpenID Connect for Identity Assurance'),
    ekyc: {
      unverified_claims_names: ['name'],
      verified_claims_names: Object.keys(claims),
      verified_claims_request_list: [
        { userinfo: { verified_claims: asked } },
        { id_token: { verified_claims: asked } },
      ],
      userinfo: { verified_claims: { verification, claims } },
    },
  };
};

mkdirSync(folder, { recursive: true });
const plans = {
  openid: openid('VNeID: OpenID Connect'),
  'fapi2-security': fapi('VNeID: FAPI 2.0 Security Profile', 'suite-fapi'),
  'fapi2-message-signing': fapi('VNeID: FAPI 2.0 Message Signing', 'suite-signed'),
  'fapi2-bound-by-certificate': mutualTls('VNeID: FAPI 2.0, tokens bound to a certificate', 'suite-bound'),
  'fapi2-certificates-alone': mutualTls('VNeID: FAPI 2.0, nothing but certificates', 'suite-certificate'),
  'ciba-poll': ciba('VNeID: FAPI-CIBA, poll'),
  'ciba-ping': ciba('VNeID: FAPI-CIBA, ping'),
  assurance: assurance(),
};
for (const [name, plan] of Object.entries(plans))
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(plan, null, 2));

const registered = (id: string, publicKey: object, rest: object = {}) => ({
  client_id: id,
  client_name: id,
  profile: 'high',
  redirect_uris: ['', '?dummy1=lorem&dummy2=ipsum'].map((query) => `${suite}/test/a/${alias}/callback${query}`),
  grant_types: ['authorization_code', 'refresh_token'],
  scope,
  jwks: { keys: [publicKey] },
  ...rest,
});
const byCertificate = { tls_client_certificate_bound_access_tokens: true };
const certificateAlone = { ...byCertificate, token_endpoint_auth_method: 'self_signed_tls_client_auth' };
const clients = [
  registered('suite-fapi-1', keys.one.publicKey),
  registered('suite-fapi-2', keys.two.publicKey),
  registered('suite-signed-1', keys.one.publicKey, { require_signed_request_object: true }),
  registered('suite-signed-2', keys.two.publicKey, { require_signed_request_object: true }),
  registered('suite-bound-1', keys.one.publicKey, byCertificate),
  registered('suite-bound-2', keys.two.publicKey, byCertificate),
  registered('suite-certificate-1', withCertificate(certificates.one), certificateAlone),
  registered('suite-certificate-2', withCertificate(certificates.two), certificateAlone),
];
// JSON is YAML
writeFileSync(join(folder, 'clients.yaml'), JSON.stringify({ clients }, null, 2));

/** The key of a certificate as a JWK with the certificate in it (RFC 8705 §2.2.2). */
function withCertificate({ cert }: { cert: string }): object {
  const { publicKey, raw } = new X509Certificate(cert);
  return {
    ...publicKey.export({ format: 'jwk' }),
    kid: 'certificate',
    use: 'sig',
    alg: 'PS256',
    x5c: [raw.toString('base64')],
  };
}

function keyPair(alg: 'PS256' | 'ES256', kid: string): { privateKey: object; publicKey: object } {
  const { privateKey, publicKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const about = { kid, use: 'sig', alg };
  return {
    privateKey: { ...privateKey.export({ format: 'jwk' }), ...about },
    publicKey: { ...publicKey.export({ format: 'jwk' }), ...about },
  };
}
