import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { labRoutes } from '../support/lab-routes.ts';
import { authorizationRequest, relyingParty, testClient } from '../support/relying-party.ts';

/**
 * Whatever is sent to whatever address, the server answers: with no 5xx, with its security headers, with a type of
 * content it documents, and without handing back what was sent as markup.
 */
let vneid: Instance;
let cookie = '';
let walk = '';

const protocol = [
  '/.well-known/openid-configuration',
  '/jwks',
  '/authorize',
  '/token',
  '/userinfo',
  '/introspect',
  '/revoke',
  '/par',
  '/ciba',
  '/device',
  '/device/authorize',
  '/device/x',
  '/register',
  '/register/x',
  '/logout',
  '/logout/confirm',
  '/logout/success',
];
const pages = [
  '/',
  '/lab/inbox/001085000001',
  '/lab/logouts',
  ...Object.keys(labRoutes).map((path) => path.replace(/\bx\b/, '001085000001')),
  '/apps/x',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/passkeys',
  '/passkeys/back',
  '/passkeys/rename',
  '/passkeys/revoke',
  '/phone',
  '/phone/cast',
  '/phone/activate',
  '/phone/activate/x',
  '/phone/activate/x/code',
  '/phone/approvals/x',
  '/phone/scan',
  '/phone/notices',
  '/phone/history',
  '/phone/devices/lost',
  '/phone/shared/x/withdraw',
  '/phone/me/passcode',
  '/phone/wallet/card',
  '/phone/dependants/x/card',
  '/verify',
  '/verify/AAAAAAAAAAAAAAAAAAAAAA',
  '/assets/vneid.css',
  '/assets/fonts/x.woff2',
];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
  const browser = new Browser();
  const request = await authorizationRequest(await relyingParty(vneid));
  const { url } = await browser.open(request.url);
  walk = url.pathname;
  cookie = browser.cookieHeader(url);
});
afterAll(() => vneid.stop());

test('the table of addresses is complete', async () => {
  const discovery = (await (await fetch(`${vneid.issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >;
  const announced = Object.entries(discovery).flatMap(([name, value]) =>
    /_(endpoint|uri)$/.test(name) ? [new URL(String(value)).pathname] : [],
  );
  expect(announced.length).toBeGreaterThan(6);
  expect(announced.filter((path) => !protocol.includes(path))).toEqual([]);
});

const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' or 1=1 --",
  '../../etc/passwd',
  '\u0000',
  '%00',
  '{{7*7}}',
  '__proto__',
  '𝔘',
  '‮',
  'A'.repeat(3000),
);
const text = fc.oneof(hostile, fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 30 }));
const known = fc.constantFrom(
  'client_id',
  'redirect_uri',
  'scope',
  'response_type',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'acr_values',
  'ui_locales',
  'id_token_hint',
  'login_hint',
  'binding_message',
  'requested_expiry',
  'auth_req_id',
  'user_code',
  'device_code',
  'confirm',
  'abort',
  'ended',
  'authorization_details',
  'claims',
  'resource',
  'by',
  'renew',
  'request',
  'request_uri',
  'grant_type',
  'code',
  'refresh_token',
  'token',
  'client_assertion',
  'client_assertion_type',
  'client_secret',
  'login',
  'password',
  'otp',
  'credential',
  'passkey',
  'name',
  'csrf',
  'decision',
  'purpose',
  'xsrf',
  'logout',
  'lang',
  'post_logout_redirect_uri',
);
const likely = fc.constantFrom(
  'test-app',
  'http://localhost:9/callback',
  'openid profile',
  'code',
  'S256',
  'x'.repeat(43),
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:device_code',
  'BCDF-GHJK',
  '[{"type":"vneid_transaction","text":"x"}]',
  '{"id_token":{"acr":{"essential":true,"values":[1,null]}}}',
  '[]',
  'allow',
  '001085000001',
  '123456',
  '0',
  'none',
  'login',
  'eyJhbGciOiJub25lIn0.e30.',
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
);
const fields = fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: known }, text), fc.oneof(likely, text)), {
  maxLength: 8,
});
const headers = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-language',
    'authorization',
    'dpop',
    'origin',
    'x-forwarded-for',
    'x-forwarded-proto',
    'if-none-match',
    'range',
    'content-type',
  ),
  fc.oneof(
    fc.constantFrom(
      'text/html',
      'application/json',
      '*/*',
      'Bearer x',
      'Basic dGVzdC1hcHA6YS1zZWNyZXQtb2YtdGhlLXRlc3Rz',
      'Basic !!!',
      'DPoP x',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'https://evil.example',
      'vi',
      'en;q=0.1',
    ),
    fc.string({ maxLength: 40 }).map((value) => value.replaceAll(/[^\x20-\x7e]/g, '')),
  ),
  { maxKeys: 5 },
);
const path = fc.oneof(
  fc.constantFrom(...protocol, ...pages),
  fc
    .constantFrom(
      '',
      '/password',
      '/passkey',
      '/qr',
      '/push',
      '/transaction',
      '/otp',
      '/consent',
      '/unmet',
      '/enough',
      '/cancel',
    )
    .map((step) => () => walk + step),
  fc.constant(() => walk.replace('/login/', '/authorize/')),
  text.map((tail) => `/${encodeURIComponent(tail.slice(0, 200).toWellFormed())}`),
);
const request = fc.record({
  path,
  method: fc.constantFrom(...methods),
  query: fields,
  body: fc.oneof(fields, text, fc.uint8Array({ maxLength: 200 })),
  headers,
  withCookie: fc.boolean(),
});

// one seed, so that a run can be repeated and a change is judged by itself; FUZZ_SEED tries another
test('no request brings the server down or makes it say more than it should', { timeout: 120_000 }, async () => {
  const failures: string[] = [];
  vneid.events.on('server.error', ({ message }) => failures.push(message));
  await fc.assert(
    fc.asyncProperty(request, async ({ path: where, method, query, body, headers: given, withCookie }) => {
      failures.length = 0;
      const url = new URL(typeof where === 'function' ? where() : where, vneid.issuer);
      url.search = new URLSearchParams(
        query.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
      ).toString();
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const isForm = Array.isArray(body);
      const sent = isForm
        ? new URLSearchParams(body.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])).toString()
        : typeof body === 'string'
          ? body.toWellFormed()
          : new Uint8Array(body);
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        ...(hasBody && { body: sent }),
        headers: {
          ...(hasBody && isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...given,
          ...(withCookie && { cookie }),
        },
      });
      const answered = await answer.text();
      expect(answer.status).toBeLessThan(500);
      expect(failures).toEqual([]);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
      expect([
        '',
        'text/html',
        'application/json',
        'application/jwk-set+json',
        'text/plain',
        'text/css',
        'application/token-introspection+jwt',
      ]).toContain(type);
      if (type === 'text/html') {
        expect(answered).not.toContain('<script>alert');
        expect(answered).not.toContain('<img src=x');
      }
    }),
    { numRuns: 1500, seed: Number(process.env.FUZZ_SEED ?? 20_261_123) },
  );
});
