import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, authorizationRequest, newestCode, relyingParty, signIn, testClient } from '../support/relying-party.ts';

/** Whatever arrives, the answer says what was wrong and what would be right, in both languages, and is never a 5xx. */
let vneid: Instance;
const lines: string[] = [];

beforeAll(async () => {
  vneid = await startVneid({
    clients: [testClient],
    city: true,
    cityPort: 0,
    logLevel: 'debug',
    logTo: { write: (line) => lines.push(line) },
  });
});
afterAll(() => vneid.stop());

const basic = { authorization: `Basic ${btoa(`${testClient.client_id}:${testClient.client_secret}`)}` };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

async function authorizationAddress(change: (parameters: URLSearchParams) => void): Promise<string> {
  const { url } = await authorizationRequest(await relyingParty(vneid));
  change(url.searchParams);
  return url.href;
}

/** The page in Vietnamese and in English, and the JSON. */
async function answersTo(address: string, init: RequestInit = {}) {
  const ask = (headers: Record<string, string>) =>
    fetch(address, {
      redirect: 'manual',
      ...init,
      headers: { ...(init.headers as Record<string, string>), ...headers },
    });
  const [vi, en, json] = await Promise.all([
    ask({ accept: 'text/html', 'accept-language': 'vi' }),
    ask({ accept: 'text/html', 'accept-language': 'en' }),
    ask({ accept: 'application/json' }),
  ]);
  return {
    status: [vi.status, en.status, json.status],
    vi: await vi.text(),
    en: await en.text(),
    json: (await json.json().catch(() => undefined)) as
      | { error?: string; message?: { vi: string; en: string } }
      | undefined,
  };
}

describe('an authorization request that cannot be sent back', () => {
  test.each<[string, (parameters: URLSearchParams) => void, string]>([
    ['no client', (p) => p.delete('client_id'), 'invalid_request'],
    ['an unknown client', (p) => p.set('client_id', 'nobody'), 'invalid_client'],
    ['two clients', (p) => p.append('client_id', 'test-app'), 'invalid_request'],
    ['no redirect, though one is registered', (p) => p.delete('redirect_uri'), 'invalid_request'],
    ['an unregistered redirect', (p) => p.set('redirect_uri', 'http://localhost:9/other'), 'invalid_redirect_uri'],
    ['a redirect that is no address', (p) => p.set('redirect_uri', '%%%'), 'invalid_redirect_uri'],
  ])('%s', async (_name, change, error) => {
    const { status, vi, en } = await answersTo(await authorizationAddress(change));
    expect(status.slice(0, 2)).toEqual([400, 400]);
    expect(vi).toContain(error);
    expect(vi).toContain('<html lang="vi"');
    expect(en).toContain('<html lang="en"');
    expect(en).toContain('Developer');
  });
});

describe('an authorization request whose error goes back to the app', () => {
  test.each<[string, (parameters: URLSearchParams) => void, string]>([
    ['no PKCE', (p) => p.delete('code_challenge'), 'invalid_request'],
    ['plain PKCE', (p) => p.set('code_challenge_method', 'plain'), 'invalid_request'],
    ['a short challenge', (p) => p.set('code_challenge', 'x'), 'invalid_request'],
    ['implicit flow', (p) => p.set('response_type', 'token'), 'unsupported_response_type'],
    ['no response_type', (p) => p.delete('response_type'), 'invalid_request'],
    ['an unknown response mode', (p) => p.set('response_mode', 'pigeon'), 'unsupported_response_mode'],
    ['an unknown prompt', (p) => p.set('prompt', 'sing'), 'invalid_request'],
    ['no session and no prompt', (p) => p.set('prompt', 'none'), 'login_required'],
    ['a max_age that is no number', (p) => p.set('max_age', 'soon'), 'invalid_request'],
  ])('%s', async (_name, change, error) => {
    const answer = await fetch(await authorizationAddress(change), { redirect: 'manual' });
    expect(answer.status).toBe(303);
    const back = new URL(answer.headers.get('location') ?? '');
    const said = new URLSearchParams(back.search || back.hash.slice(1));
    expect(back.origin).toBe('http://localhost:9');
    expect(said.get('error')).toBe(error);
    expect(said.get('iss')).toBe(vneid.issuer);
    expect(said.get('state')).not.toBeNull();
  });
});

describe('a token request', () => {
  test.each<[string, Record<string, string>, Record<string, string>, number, string]>([
    ['nothing', {}, basic, 400, 'invalid_request'],
    ['no client authentication', { grant_type: 'client_credentials' }, {}, 400, 'invalid_request'],
    [
      'a wrong secret',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { authorization: `Basic ${btoa('test-app:wrong')}` },
      401,
      'invalid_client',
    ],
    ['an unknown grant', { grant_type: 'password' }, basic, 400, 'unsupported_grant_type'],
    [
      'a code nobody gave',
      {
        grant_type: 'authorization_code',
        code: 'x',
        redirect_uri: 'http://localhost:9/callback',
        code_verifier: 'x'.repeat(43),
      },
      basic,
      400,
      'invalid_grant',
    ],
  ])('with %s', async (_name, fields, headers, status, error) => {
    const { json, ...answer } = await answersTo(`${vneid.issuer}/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
    });
    expect(answer.status[2]).toBe(status);
    expect(json?.error).toBe(error);
    expect(json?.message?.vi).toMatch(/[ăâđêôơư]/);
    expect(json?.message?.en).toMatch(/^[A-Z]/);
  });

  test('that is JSON, or broken, or too large', async () => {
    for (const init of [
      { headers: { ...basic, 'content-type': 'application/json' }, body: '{"grant_type":"client_credentials"}' },
      { headers: { ...basic, ...form }, body: `x=${'y'.repeat(100_000)}` },
      { headers: { ...basic, ...form }, body: '%E0%A4%A' },
    ]) {
      const { json, status } = await answersTo(`${vneid.issuer}/token`, { method: 'POST', ...init });
      expect(status[2]).toBe(400);
      expect(json?.error).toBe('invalid_request');
    }
  });
});

describe('the login form', () => {
  async function atForm(): Promise<Browser> {
    const browser = new Browser();
    await browser.open(await authorizationAddress((p) => p.set('acr_values', 'urn:vneid:loa:2')));
    return browser;
  }

  test.each([
    '',
    '12345678901',
    '0010850000011',
    'abcdefghijkl',
    '00108500000x',
    'Nguyễn Văn An',
    '9'.repeat(5000),
    '\u0000',
    '😀'.repeat(12),
  ])('refuses %j as a number and keeps it', async (login) => {
    const browser = await atForm();
    const page = await browser.submit({ login, password: 'x' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('12 chữ số');
    if (login.length < 64 && login !== '\u0000') expect(page.html).toContain(`value="${login}"`);
  });

  test.each(['001 085 000 001', '001.085.000001', ' 001085000001 ', '００１０８５０００００１'])(
    'reads %j as the number it is',
    async (login) => {
      const browser = await atForm();
      expect((await browser.submit({ login, password: an.password })).html).toContain('name="otp"');
    },
  );

  test('a code that is no code, a wrong one, and five wrong ones', async () => {
    const browser = await atForm();
    const person = '037079000028';
    await browser.submit({ login: person, password: an.password });
    const code = await newestCode(vneid, person);
    for (const [otp, status] of [
      ['', 422],
      ['12345', 422],
      ['abcdef', 422],
      ['1234567', 422],
    ] as const) {
      expect([otp, (await browser.submit({ otp })).status]).toEqual([otp, status]);
    }
    const wrong = code === '000000' ? '111111' : '000000';
    expect((await browser.submit({ otp: wrong })).text).toContain('4 lần');
    for (let time = 0; time < 4; time += 1) await browser.submit({ otp: wrong });
    const dead = await browser.submit({ otp: code });
    expect([401, 429]).toContain(dead.status);
    expect(dead.html).toContain('name="otp"');
  });

  test('a wrong content type, a body that is too large, broken UTF-8, no token', async () => {
    const browser = await atForm();
    const address = `${browser.page().url.href}/password`;
    const headers = { cookie: browser.cookieHeader(new URL(address)), accept: 'text/html' };
    const send = (type: string, body: BodyInit) =>
      fetch(address, { method: 'POST', headers: { ...headers, 'content-type': type }, body }).then(
        (answer) => answer.status,
      );
    expect(await send('application/json', '{}')).toBe(415);
    expect(await send('multipart/form-data; boundary=x', '--x--')).toBe(415);
    expect(await send('application/x-www-form-urlencoded', `login=${'9'.repeat(20_000)}`)).toBe(413);
    expect(await send('application/x-www-form-urlencoded', new Uint8Array([0x6c, 0x3d, 0xff, 0xfe]))).toBe(400);
    // written out it is no better: overlong, cut off, half of a pair
    for (const broken of ['%FF', '%C0%AF', '%E1%BB', '%ED%A0%80'])
      expect(await send('application/x-www-form-urlencoded', `login=x&password=${broken}`), broken).toBe(400);
    // a sign that begins nothing is only a sign (WHATWG URL §5.1)
    expect(await send('application/x-www-form-urlencoded', 'login=001085000001&password=100%&x=%zz')).toBe(403);
    expect(await send('application/x-www-form-urlencoded', 'login=001085000001&password=x')).toBe(403);
  });
});

test('JSON is UTF-8, or it is none: nothing is kept with holes in it', async () => {
  const path = `${vneid.issuer}/lab/api/citizens`;
  const person = { name: 'Nguyễn Văn Thử', sex: 'male', birthDate: '1990-01-01', birthPlace: 'Hà Nội' };
  const send = async (body: Uint8Array<ArrayBuffer>) => {
    const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };
  const whole = Buffer.from(JSON.stringify(person));
  const at = whole.indexOf('Hà Nội');
  for (const broken of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe1, 0xbb]])
    expect(await send(Buffer.concat([whole.subarray(0, at), Buffer.from(broken), whole.subarray(at)]))).toEqual([
      400,
      'request.malformed',
    ]);
  // what some editors write at the beginning is no text (RFC 8259 §8.1)
  expect(await send(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), whole]))).toEqual([201, undefined]);
});

describe('requests that are nobody’s', () => {
  test.each([
    ['GET', '/token', 'POST'],
    ['POST', '/jwks', 'GET'],
    ['DELETE', '/authorize', 'GET, POST'],
    ['PUT', '/userinfo', 'GET, POST'],
    ['GET', '/introspect', 'POST'],
    ['GET', '/revoke', 'POST'],
    ['GET', '/par', 'POST'],
    ['PATCH', '/logout', 'GET, POST'],
    ['POST', '/.well-known/openid-configuration', 'GET'],
    ['POST', '/', 'GET'],
    ['POST', '/lab/inbox/001085000001', 'GET'],
    ['DELETE', '/login/x', 'GET'],
    ['POST', '/health/live', 'GET'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allowed) => {
    const answer = await fetch(vneid.issuer + path, { method, redirect: 'manual' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain(allowed);
  });

  test.each([
    '/nowhere',
    '/lab/api/nothing',
    '/login',
    '/assets/../package.json',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/none.css',
    '/%',
    '/%E0%A4%A',
  ])('%s is not there', async (path) => {
    const { status, vi, en } = await answersTo(vneid.issuer + path);
    for (const one of status) expect([400, 404]).toContain(one);
    if (!path.startsWith('/lab/api')) {
      expect(vi).toContain('<html lang="vi"');
      expect(en).toContain('<html lang="en"');
    }
  });

  test('resuming a sign-in with parameters of one’s own', async () => {
    const { status, vi } = await answersTo(`${vneid.issuer}/authorize/nobody?client_id=test-app`);
    expect(status).toEqual([400, 400, 400]);
    expect(vi).toContain('DỮ LIỆU GIẢ LẬP');
  });

  test('an inbox of nobody', async () => {
    for (const number of ['001099999999', 'x', '1'.repeat(500)]) {
      const { status, json } = await answersTo(`${vneid.issuer}/lab/api/inbox/${number}`);
      expect(status[2]).toBe(404);
      expect(json?.message?.vi).toContain('công dân');
    }
  });

  test('cookies and headers that are rubbish', async () => {
    const rubbish: Record<string, string>[] = [
      { cookie: `vneid.session=${'x'.repeat(4000)}; =; ;;;` },
      { cookie: 'vneid.lang=<script>; vneid.browser=a.b.c; vneid.browser.sig=z' },
      { accept: '*/*;q=potato, ,,,' },
      { 'accept-language': `${'a,'.repeat(3000)}b` },
      { 'x-forwarded-for': '1.2.3.4,'.repeat(500), 'x-forwarded-proto': 'gopher', 'x-forwarded-host': '@' },
      { authorization: 'Bearer' },
      { dpop: 'not.a.jwt' },
    ];
    for (const headers of rubbish) {
      for (const path of ['/', '/authorize', '/userinfo', '/login/x', '/logout']) {
        const answer = await fetch(vneid.issuer + path, { headers, redirect: 'manual' });
        expect([path, answer.status < 500]).toEqual([path, true]);
      }
    }
  });

  test('the city is as patient', async () => {
    const address = vneid.city ?? '';
    for (const path of [
      '/ihanoi/callback',
      '/ihanoi/callback?code=x&state=y',
      '/ihanoi/callback?error=access_denied',
      '/ihanoi/nowhere',
      '/%',
    ]) {
      const answer = await fetch(address + path, { headers: { accept: 'text/html' }, redirect: 'manual' });
      expect([path, answer.status < 500]).toEqual([path, true]);
      expect(await answer.text()).toContain('DỮ LIỆU GIẢ LẬP');
    }
    const browser = new Browser();
    const { url } = await browser.open(`${address}/ihanoi/login`);
    expect(url.origin).toBe(vneid.issuer);
    const forged = await browser.open(`${address}/ihanoi/callback?code=x&state=forged&iss=${vneid.issuer}`);
    expect(forged.status).toBe(400);
  });
});

describe('the log', () => {
  test('has everything that happened and nothing that opens a door', async () => {
    const browser = new Browser();
    const request = await authorizationRequest(await relyingParty(vneid), { acr_values: 'urn:vneid:loa:2' });
    const back = await signIn(vneid, browser, request.url);
    const code = await newestCode(vneid, an.number);
    const text = lines.join('\n');
    expect(text).toContain('login.succeeded');
    for (const secret of [
      an.password,
      an.number,
      code,
      testClient.client_secret,
      back.url.searchParams.get('code') ?? 'none',
      request.verifier,
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toContain('"level":"error"');
  });
});
