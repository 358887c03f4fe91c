import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { authorizationRequest, relyingParty, testClient } from '../support/relying-party.ts';
import { cityRoutes, providerRoutes } from '../support/routes.ts';

/**
 * Whatever is sent to whatever address, the servers answer: with no 5xx, with their security headers, with a type of
 * content they document, and without handing back what was sent as markup. The tables of addresses are complete:
 * methods.test.ts.
 */
let vneid: Instance;
let cookie = '';
let walk = '';
const failures: string[] = [];

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
/** Requests to each address. */
const times = 10;
// one seed, so that a run can be repeated and a change is judged by itself; FUZZ_SEED tries another
const seed = Number(process.env.FUZZ_SEED ?? 20_261_123);

beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient], city: true, cityPort: 0 });
  vneid.events.on('server.error', ({ message }) => failures.push(message));
  const browser = new Browser();
  const request = await authorizationRequest(await relyingParty(vneid));
  const { url } = await browser.open(request.url);
  walk = url.pathname;
  cookie = browser.cookieHeader(url);
});
afterAll(() => vneid.stop());

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
/** What stands in a path where something is named. */
const named = fc.oneof(
  fc.constantFrom('x', '001085000001', 'AAAAAAAAAAAAAAAAAAAAAA'),
  text.map((name) => encodeURIComponent(name.slice(0, 200).toWellFormed())),
);
const nowhere = text.map((tail) => `/${encodeURIComponent(tail.slice(0, 200).toWellFormed())}`);
const steps = [
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
];
const request = fc.record({
  name: named,
  elsewhere: nowhere,
  method: fc.nat(),
  query: fields,
  body: fc.oneof(fields, text, fc.uint8Array({ maxLength: 200 })),
  headers,
  withCookie: fc.boolean(),
});

/** Addresses, as those who ask build them. */
type Where = (name: string, elsewhere: string) => string;

/** `x` stands for whatever is named in a path. */
function routesOf(table: Record<string, string[]>): [string, string[], Where][] {
  return Object.entries(table).map(([path, taken]) => [
    path,
    taken,
    (name) => path.replaceAll(/(?<=\/)x(?=\/|$)/g, () => name),
  ]);
}

describe.each([
  [
    'the provider',
    () => vneid.issuer,
    [
      ...routesOf(providerRoutes),
      ...steps.map((step): [string, string[], Where] => [
        `a sign-in under way${step}`,
        ['GET', 'POST'],
        () => walk + step,
      ]),
      ['a sign-in that goes on', ['GET'], () => walk.replace('/login/', '/authorize/')],
      ['nowhere', methods, (_name, elsewhere) => elsewhere],
    ] satisfies [string, string[], Where][],
  ],
  [
    'the city',
    () => String(vneid.city),
    [...routesOf(cityRoutes), ['nowhere', methods, (_name, elsewhere) => elsewhere]] satisfies [
      string,
      string[],
      Where,
    ][],
  ],
] as const)('%s', (_server, origin, routes) => {
  test.each(routes)(
    'nothing sent to %s brings it down or makes it say more than it should',
    async (_path, taken, where) => {
      // those that it takes as often as all others together
      const known = methods.flatMap((method) => (taken.includes(method) ? [method, method, method] : [method]));
      await fc.assert(
        fc.asyncProperty(
          request,
          async ({ name, elsewhere, method: which, query, body, headers: given, withCookie }) => {
            failures.length = 0;
            const method = known[which % known.length] ?? 'GET';
            const url = new URL(where(name, elsewhere), origin());
            url.search = encoded(query);
            const hasBody = method !== 'GET' && method !== 'HEAD';
            const isForm = Array.isArray(body);
            const sent = isForm ? encoded(body) : typeof body === 'string' ? body.toWellFormed() : new Uint8Array(body);
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
            expect(types).toContain(type);
            if (type === 'text/html') {
              expect(answered).not.toContain('<script>alert');
              expect(answered).not.toContain('<img src=x');
            }
          },
        ),
        { numRuns: times, seed },
      );
    },
  );
});

const types = [
  '',
  'text/html',
  'text/plain',
  'text/css',
  'text/javascript',
  'text/event-stream',
  'application/json',
  'application/jwk-set+json',
  'application/token-introspection+jwt',
];

function encoded(pairs: [string, string][]): string {
  return String(new URLSearchParams(pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])));
}
