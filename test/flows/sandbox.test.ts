import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { asPage, form, send } from '../support/raw.ts';
import { an, testClient } from '../support/relying-party.ts';

const operatorToken = 'operator-'.repeat(5);
/** A shared installation stands behind a proxy that ends TLS and says so. */
const behindProxy = { host: 'id.example', 'x-forwarded-proto': 'https' };
const lab = [`/lab/inbox/${an.number}`, `/lab/api/inbox/${an.number}`];

describe('a shared installation', () => {
  let vneid: Instance;
  beforeAll(async () => {
    vneid = await startVneid({ mode: 'sandbox', issuer: 'https://id.example', operatorToken, trustProxy: true });
  });
  afterAll(() => vneid.stop());
  const ask = (path: string, headers: Record<string, string> = {}) =>
    send(vneid, { path, headers: { ...behindProxy, ...headers } });

  test.each(['/lab', '/lab/', '/lab/anything', '/lab/api/openapi.json'])('%s is not there', async (path) => {
    const nowhere = await ask('/nowhere');
    const answer = await ask(path, { authorization: 'Bearer wrong' });
    expect([answer.status, answer.json().message]).toEqual([404, nowhere.json().message]);
  });

  test('figures are for whoever asks an instance by its own address, not for everybody who knows the installation', async () => {
    const nowhere = await ask('/nowhere');
    for (const path of ['/metrics', '/Metrics', '/metrics/', 'https://id.example/metrics']) {
      const answer = await ask(path);
      expect([path, answer.status, answer.json().message]).toEqual([path, 404, nowhere.json().message]);
    }
    // a proxy takes these for the same name
    for (const host of ['id.example:443', 'id.example.', 'ID.Example', 'id.example.:443'])
      expect([host, (await ask('/metrics', { host })).status]).toEqual([host, 404]);
    const own = await send(vneid, { path: '/metrics', headers: { host: `10.0.0.7:${vneid.port}` } });
    expect([own.status, own.body.includes('vneid_requests_total')]).toEqual([200, true]);
  });

  describe.each(lab)('%s', (path) => {
    test('is not there without the token of the operator, nor with a wrong one', async () => {
      const wrong = [
        '',
        'Bearer',
        'Bearer ',
        `Bearer ${operatorToken}x`,
        `Bearer ${operatorToken.slice(1)}`,
        `Basic ${operatorToken}`,
        operatorToken,
        `bearer ${operatorToken.toUpperCase()}`,
      ];
      const nowhere = await ask('/lab-rats');
      for (const authorization of wrong) {
        const answer = await ask(path, { authorization });
        expect(answer.status, authorization).toBe(404);
        expect(answer.json().message).toEqual(nowhere.json().message);
      }
      expect((await ask(path)).status).toBe(404);
      expect((await ask(`${path}?access_token=${operatorToken}`)).status).toBe(404);
    });

    test('opens with it', async () => {
      expect((await ask(path, { authorization: `Bearer ${operatorToken}` })).status).toBe(200);
    });

    test('is not reached by writing its address another way', async () => {
      const upper = path.replace('/lab', '/Lab');
      const ways = [
        upper,
        path.toUpperCase(),
        path.replace('/lab', '/lAB'),
        `/${path}`,
        `/.${path}`,
        `/x/..${path}`,
        path.replace('/lab', '/%6cab'),
        path.replace('/lab', '/%6Cab'),
        path.replace('/lab', '\\lab'),
        `https://id.example${upper}`,
        `${upper}/`,
        `${upper};a=b`,
      ];
      for (const way of ways) {
        const answer = await ask(way);
        expect(answer.status, way).toBeGreaterThanOrEqual(400);
        expect(answer.body, way).not.toContain(an.name);
      }
    });
  });
});

test('a code is seen by the operator and nobody else, and a citizen signs in with it', async () => {
  await using vneid = await startVneid({
    mode: 'sandbox',
    issuer: 'https://id.example',
    operatorToken,
    trustProxy: true,
    clients: [testClient],
  });
  const cookies = new Map<string, string>();
  const seen: string[] = [];
  const go = async (path: string, fields?: Record<string, string>) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...behindProxy, ...asPage, cookie, ...(fields && { 'content-type': form }) };
    const body = fields && String(new URLSearchParams(fields));
    const answer = await send(vneid, { method: fields ? 'POST' : 'GET', path, headers, body });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    seen.push(answer.body, JSON.stringify(answer.headers));
    return { ...answer, csrf: /name="csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? '' };
  };
  const begun = await go(
    `/authorize?${new URLSearchParams({
      client_id: testClient.client_id,
      redirect_uri: 'http://localhost:9/callback',
      response_type: 'code',
      scope: 'openid',
      acr_values: 'urn:vneid:loa:2',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })}`,
  );
  const walk = begun.headers['content-location'] ?? '';
  const { csrf } = await go(walk);
  await go(`${walk}/password`, { csrf, login: an.number, password: an.password });
  const page = await go(walk);
  expect(page.body).toContain('name="otp"');
  const inbox = { path: lab[1] ?? '', headers: { ...behindProxy, authorization: `Bearer ${operatorToken}` } };
  const { messages } = (await send(vneid, inbox)).json() as { messages: { code: string }[] };
  const otp = messages[0]?.code ?? '';
  expect(otp).toMatch(/^\d{6}$/);
  const done = await go(`${walk}/otp`, { csrf, otp });
  expect(done.status).toBe(303);
  for (const text of seen) {
    expect(text).not.toContain(otp);
    expect(text).not.toContain('/lab/');
  }
});

test('the home page gives away neither password nor inbox', async () => {
  await using vneid = await startVneid({ mode: 'sandbox', issuer: 'https://id.example', trustProxy: true });
  const { status, body } = await send(vneid, { path: '/', headers: behindProxy });
  expect(status).toBe(200);
  expect(body).not.toContain('Hanoi@2024');
  expect(body.toLowerCase()).not.toContain('/lab/');
});

describe('without a token of the operator', () => {
  test('there is no lab at all', async () => {
    await using vneid = await startVneid({ mode: 'sandbox', issuer: 'https://id.example', trustProxy: true });
    for (const path of lab)
      for (const authorization of ['', 'Bearer ', 'Bearer undefined', 'Bearer null'])
        expect((await send(vneid, { path, headers: { ...behindProxy, authorization } })).status).toBe(404);
  });
});

describe('on one machine', () => {
  test('the lab is open', async () => {
    await using vneid = await startVneid();
    for (const path of lab) expect((await send(vneid, { path })).status).toBe(200);
  });
});

test.each(['a space within it '.repeat(3).trim(), `${'x'.repeat(40)}\n`, 'mật-khẩu-'.repeat(5)])(
  'a token that no header can carry does not start, for nobody would get in by it: %j',
  async (token) => {
    const weak = startVneid({ mode: 'sandbox', issuer: 'https://id.example', operatorToken: token });
    await expect(weak).rejects.toMatchObject({ code: 'config.invalid', facts: { option: 'operatorToken' } });
  },
);

test('what is half open does not start', async () => {
  await expect(startVneid({ mode: 'sandbox' })).rejects.toMatchObject({ code: 'config.invalid' });
  await expect(startVneid({ mode: 'sandbox', issuer: 'http://id.example' })).rejects.toThrow('https://');
  const weak = startVneid({ mode: 'sandbox', issuer: 'https://id.example', operatorToken: 'short-and-secret' });
  await expect(weak).rejects.toMatchObject({ code: 'config.invalid' });
  await expect(weak).rejects.not.toThrow('short-and-secret');
});

test.each([
  'http://ihanoi.example',
  'http://localhost.example:3001',
  'https://id.example',
  'https://ID.example:443',
  'https://ihanoi.example/ihanoi',
])('a city at %s does not start beside https://id.example', (cityUrl) => {
  const options = { mode: 'sandbox' as const, issuer: 'https://id.example' };
  expect(() => readConfig({ ...options, cityUrl })).toThrow(
    expect.objectContaining({ code: 'config.invalid', facts: expect.objectContaining({ option: 'cityUrl' }) }),
  );
  for (const right of [
    '',
    'https://ihanoi.example',
    'https://id.example:8444',
    'http://localhost:3001',
    'http://[::1]:3001',
  ])
    expect(readConfig({ ...options, cityUrl: right }).cityUrl).toBe(right);
  expect(readConfig({}, { VNEID_CITY_URL: 'http://ihanoi.example' }).cityUrl).toBe('http://ihanoi.example');
});
