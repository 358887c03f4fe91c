import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVneid } from '../../src/index.ts';
import type { Inspection } from '../../views/assets/inspector/report.js';
import { Browser } from '../support/browser.ts';
import { forge } from '../support/forge.ts';
import { createKey } from '../support/high-client.ts';
import { withoutModules } from '../support/markup.ts';
import { kinds } from '../support/token-kinds.ts';
import { tokenWorld, type World } from '../support/token-world.ts';

/** The token inspector over HTTP: as a page for who has no JavaScript, and as JSON; both by the modules that browsers run. */
let world: World;
let address: string;
let idToken: string;
beforeAll(async () => {
  world = await tokenWorld();
  address = `${world.vneid.issuer}/lab/inspector/token`;
  idToken = (await kinds['ID token']?.make(world))?.value ?? '';
});
afterAll(() => world[Symbol.asyncDispose]());

async function inspect(body: unknown, issuer = world.vneid.issuer) {
  const answer = await fetch(`${issuer}/lab/api/tokens/inspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const json = (await answer.json()) as Inspection & { error?: string; message?: { vi: string; en: string } };
  return { status: answer.status, headers: answer.headers, json };
}
const failed = ({ token }: Inspection) =>
  token.checks.filter(({ outcome }) => outcome === 'failed').map(({ check, reason }) => `${check}:${reason}`);

describe('as a page', () => {
  test('who has no JavaScript sends the form, and reads the same', async () => {
    const browser = new Browser();
    await browser.open(address);
    expect(browser.page().text).toContain('những gì đã dán được gửi tới VNeID này; VNeID không ghi lại');
    const page = await browser.submit({ token: idToken, audience: 'another-app', other: idToken });
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    for (const text of [
      'ID token',
      'Đúng với khóa',
      'Dành cho everything, không phải cho another-app',
      'So với token kia',
      'phút trước',
    ])
      expect(page.text).toContain(text.replace('phút trước', 'giây trước'));
    const { json } = await inspect({ token: idToken, audience: 'another-app' });
    for (const { name, because } of json.token.checks.filter(({ check }) => !['exp', 'iat'].includes(check))) {
      expect(page.text).toContain(name.vi);
      expect(page.text).toContain(because.vi);
    }
    // what was pasted is still there, to be pasted no second time
    expect(page.html).toContain(`>${idToken}</textarea>`);
  });

  test('in English', async () => {
    const browser = new Browser({ language: 'en' });
    await browser.open(address);
    const page = await browser.submit({ token: (await kinds['DPoP proof']?.make(world))?.value ?? '' });
    expect(page.text).toContain('DPoP proof');
    expect(page.text).toContain('A public key, thumbprint');
  });

  test('what a token says is no markup', async () => {
    const browser = new Browser();
    await browser.open(address);
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    const token = forge({ header: { alg: 'none', kid: hostile }, payload: { [hostile]: hostile, iss: hostile } });
    const page = await browser.submit({ token, other: hostile, key: hostile, audience: hostile });
    expect(page.status).toBe(200);
    expect(withoutModules(page.html)).not.toMatch(/<script|<img/);
    expect(page.text).toContain('alert(1)');
  });

  test.each([
    ['nothing', {}],
    ['another field', { token: 'x', strange: 'y' }],
    ['null bytes', { token: '\u0000', key: '\u0000' }],
    ['a kind that nobody knows', { token: 'x', as: '__proto__' }],
    ['a token as long as may be', { token: 'e'.repeat(200_000) }],
  ])('a form with %s has an answer', async (_name, fields) => {
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(fields) });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('data-kind=');
  });

  test('a form that is no form is told so', async () => {
    for (const [body, type, status] of [
      ['{}', 'application/json', 415],
      [new URLSearchParams({ token: 'x'.repeat(300_000) }).toString(), 'application/x-www-form-urlencoded', 413],
      [Buffer.from([0x74, 0x3d, 0xff]), 'application/x-www-form-urlencoded', 400],
    ] as const) {
      const answer = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': type, accept: 'application/json' },
        body,
      });
      expect(answer.status).toBe(status);
      expect(((await answer.json()) as { message: { vi: string } }).message.vi).not.toBe('');
    }
  });
});

describe('as JSON', () => {
  test('each check with its rule and its reason, each member with its meaning, in both languages', async () => {
    const { status, headers, json } = await inspect({ token: idToken, audience: 'everything' });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json.token.kind).toBe('id-token');
    expect(json.token.checks.find(({ check }) => check === 'signature')).toMatchObject({
      outcome: 'passed',
      reason: 'good',
      rule: 'RFC 7515 §5.2',
      name: { vi: 'Chữ ký', en: 'Signature' },
    });
    expect(json.token.payload.find(({ name }) => name === 'exp')).toMatchObject({
      rule: 'RFC 7519 §4.1.4',
      meaning: { vi: 'Hết hạn vào lúc này.', en: 'It ends at this time.' },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      seconds: expect.any(Number),
    });
  });

  test('a token that an attacker made fails where he lied', async () => {
    const { vneid } = world;
    const key = vneid.keys.signingKeys().find(({ alg }) => alg === 'ES256');
    const { d: _secret, ...published } = { ...key };
    const [header = '', payload = '', signature] = idToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const stranger = await createKey();
    const forgeries: [string, string[]][] = [
      [
        `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url')}.${signature}`,
        ['signature:wrong'],
      ],
      [forge({ header: { alg: 'none' }, payload: claims }), ['alg:none', 'signature:none']],
      [
        forge({
          header: { alg: 'HS256', kid: key?.kid },
          payload: claims,
          key: createPublicKey({ key: published, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
        }),
        ['alg:symmetric', 'signature:public'],
      ],
      [
        forge({
          header: { alg: 'ES256', jwk: stranger.jwk },
          payload: { ...claims, iss: 'https://evil.example' },
          key: 'x',
        }),
        ['source:named', 'iss:other'],
      ],
      // a token of one kind, where another is wanted
      [(await kinds['logout token']?.make(world))?.value ?? '', ['typ:wrong']],
    ];
    for (const [token, expected] of forgeries)
      expect(failed((await inspect({ token, as: 'id-token' })).json)).toEqual(expected);
  });

  test('what is encrypted is opened with the key that goes along', async () => {
    const { CompactEncrypt, exportJWK, generateKeyPair } = await import('jose');
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true });
    const token = await new CompactEncrypt(new TextEncoder().encode(idToken))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT' })
      .encrypt(publicKey);
    const shut = (await inspect({ token })).json.token;
    expect([shut.kind, shut.inside]).toEqual(['jwe', undefined]);
    const key = JSON.stringify(await exportJWK(privateKey));
    const { token: open } = (await inspect({ token, key })).json;
    expect(open.inside?.map(({ kind }) => kind)).toEqual(['id-token']);
    expect(open.inside?.[0]?.checks.find(({ check }) => check === 'signature')?.reason).toBe('good');
  });

  test.each([
    ['nothing', {}, 'token'],
    ['a number', { token: 7 }, 'token'],
    ['a kind that nobody knows', { token: 'x', as: 'no-such-kind' }, 'as'],
    ['another member', { token: 'x', strange: 'y' }, 'strange'],
    ['too much', { token: 'x'.repeat(100_001) }, 'token'],
  ])('who asks with %s is told where it is wrong', async (_name, body, field) => {
    const { status, json } = await inspect(body);
    expect(status).toBe(422);
    expect(json.message?.en).toContain(field);
    expect(json.message?.vi).toContain(field);
  });

  test('in a program', async () => {
    const { control } = world.vneid;
    expect((await control.tokens.inspect({ token: idToken })).token.kind).toBe('id-token');
    await expect(control.tokens.inspect({ token: 7 } as never)).rejects.toMatchObject({ code: 'request.badField' });
  });
});

test('a tenant inspects by its own keys, issuer and time', async () => {
  await using tenant = await world.vneid.control.tenant('inspected');
  expect(failed((await inspect({ token: idToken }, tenant.issuer)).json)).toContain('iss:other');
  const page = await new Browser().open(`${tenant.issuer}/lab/inspector/token`);
  for (const place of [
    'action="/t/inspected/lab/inspector/token"',
    'data-jwks="/t/inspected/jwks"',
    'data-clock="/t/inspected/lab/api/clock"',
  ])
    expect(page.html).toContain(place);
});

test('what is pasted is in no log and in no audit', async () => {
  const lines: string[] = [];
  await using vneid = await startVneid({ logLevel: 'debug', logTo: { write: (line) => lines.push(line) } });
  const secret = 'a-shared-secret-that-somebody-pasted';
  const fields = {
    token: idToken,
    key: secret,
    code: 'a-code-of-somebody',
    accessToken: 'an-access-token-of-somebody',
  };
  expect((await inspect(fields, vneid.issuer)).status).toBe(200);
  const form = await fetch(`${vneid.issuer}/lab/inspector/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  expect(form.status).toBe(200);
  // also where it was refused
  expect((await inspect({ ...fields, as: secret }, vneid.issuer)).status).toBe(422);
  expect(lines.some((line) => line.includes('/inspector/token'))).toBe(true);
  const audited = JSON.stringify(await vneid.audit.list({ limit: 100 }));
  for (const pasted of [secret, 'of-somebody', idToken.split('.')[1] ?? '', idToken.split('.')[2] ?? ''])
    expect(lines.join('') + audited).not.toContain(pasted);
});

describe('what the page runs in a browser', () => {
  test('is served, with everything that it imports, and nothing else of those folders', async () => {
    const { issuer } = world.vneid;
    const seen = new Map<string, string>();
    const fetchAll = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.set(path, '');
      const answer = await fetch(issuer + path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/javascript; charset=utf-8',
      ]);
      const text = await answer.text();
      const imports = [...text.matchAll(/(?:\bfrom|^import) ?['"]([./][^'"]+)['"]/gm)].map(
        ([, target]) => target ?? '',
      );
      for (const target of imports) await fetchAll(new URL(target, issuer + path).pathname);
    };
    await fetchAll('/assets/inspect-token.js');
    const paths = [...seen.keys()];
    expect(paths.filter((path) => path.startsWith('/assets/inspector/')).length).toBeGreaterThan(20);
    // nothing of jose that makes requests by itself
    expect(paths.filter((path) => path.includes('remote'))).toEqual([]);
    for (const path of [
      '/assets/jose/../../package.json',
      '/assets/jose/%2e%2e/%2e%2e/package.json',
      '/assets/inspector/..%2fvneid.css',
      '/assets/jose//index.js',
      '/assets/inspector',
      '/assets/jose/',
    ])
      expect([path, (await fetch(issuer + path)).status]).toEqual([path, 404]);
  });
});
