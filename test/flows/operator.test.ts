import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { asPage, form, send } from '../support/raw.ts';
import { labRoutes } from '../support/routes.ts';

/** In a shared sandbox the lab is for whoever has the operator's token, and for browsers that the operator let in. */
const operatorToken = 'operator-'.repeat(5);
const behindProxy = { host: 'id.example', 'x-forwarded-proto': 'https' };
const options = { mode: 'sandbox', issuer: 'https://id.example', operatorToken, trustProxy: true } as const;
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid(options);
});
afterAll(() => vneid.stop());

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', where: Instance = vneid) =>
  send(where, { method, path, headers: { ...behindProxy, ...headers } });

/** Every page below /lab that the program declares. */
const pages = globSync('src/{lab,console}/**/*.ts')
  .filter((file) => !file.endsWith('lab/conformance.ts'))
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/router\.(get|post)\(\s*['"`](\/lab[^'"`]*)/g)].map(
      ([, method = '', path = '']) => [method.toUpperCase(), path.replaceAll(/:\w+/g, 'x')] as const,
    ),
  );
const programs = Object.entries(labRoutes).flatMap(([path, methods]) =>
  methods.map((method) => [method, path] as const),
);

describe.each([...pages, ...programs])('%s %s', (method, path) => {
  test('is not there without the token of the operator', async () => {
    const nowhere = await ask('/lab/nowhere', {}, method);
    const nothings: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${operatorToken}x` },
      { authorization: `Basic ${operatorToken}` },
      { cookie: `__Host-vneid.operator=${Date.now() + 1e9}.${'A'.repeat(43)}` },
      { cookie: '__Host-vneid.operator=.' },
    ];
    for (const headers of nothings) {
      const answer = await ask(path, headers, method);
      expect(answer.status).toBe(404);
      if (method !== 'HEAD')
        expect(answer.json()).toMatchObject({ code: 'lab.closed', message: nowhere.json().message });
    }
  });

  // what is followed live does not end
  if (path.endsWith('/follow')) return;
  test('is with it', async () => {
    const answer = await ask(path, { authorization: `Bearer ${operatorToken}` }, method);
    expect(answer.status).toBeLessThan(500);
    // the audit tells of other requests that were refused
    const refused = answer.body.startsWith('{"error"') ? answer.json().code : undefined;
    expect(refused).not.toBe('lab.closed');
  });
});

describe('a link of the operator', () => {
  const newLink = async (where: Instance = vneid) => {
    const headers = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' };
    const { status, json } = await ask('/lab/api/operator-links', headers, 'POST', where);
    expect(status).toBe(201);
    return new URL(String(json().url)).pathname;
  };
  const cookieOf = ({ headers }: Awaited<ReturnType<typeof ask>>) =>
    (headers['set-cookie'] ?? [''])[0]?.split(';')[0] ?? '';

  test('lets one browser in, for a working day', async () => {
    await using own = await startVneid(options);
    const path = await newLink(own);
    const entered = await ask(path, asPage, 'GET', own);
    expect(entered.status).toBe(200);
    const [cookie = ''] = entered.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^__Host-vneid\.operator=/);
    for (const held of ['path=/', 'secure', 'httponly', 'samesite=strict'])
      expect(cookie.toLowerCase()).toContain(held);
    const inside = { cookie: cookieOf(entered) };
    expect((await ask('/lab/logouts', { ...asPage, ...inside }, 'GET', own)).status).toBe(200);
    expect((await ask('/lab/api/clock', inside, 'GET', own)).status).toBe(200);
    // a second browser with the same link, and the first one tomorrow
    expect((await ask(path, asPage, 'GET', own)).status).toBe(404);
    own.clock.advance(8 * 3_600_000);
    expect((await ask('/lab/logouts', inside, 'GET', own)).status).toBe(404);
    await own.stop();
  });

  test('is good for a minute', async () => {
    await using own = await startVneid(options);
    const path = await newLink(own);
    own.clock.advance(61_000);
    expect((await ask(path, asPage, 'GET', own)).status).toBe(404);
  });

  test('of ten browsers that are as quick, one gets in', async () => {
    const path = await newLink();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(path, asPage)));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 404),
    ]);
  });

  test('ends with the token under which it was given', async () => {
    const inside = { cookie: cookieOf(await ask(await newLink(), asPage)) };
    expect((await ask('/lab/logouts', inside)).status).toBe(200);
    await using later = await startVneid({ ...options, operatorToken: 'another-'.repeat(5) });
    expect((await ask('/lab/logouts', inside, 'GET', later)).status).toBe(404);
  });

  test('is good where it was given: not in a tenant, nor from there outside', async () => {
    await using one = await vneid.control.tenant('one');
    await using two = await vneid.control.tenant('two');
    const enter = async (base: string) => {
      const headers = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' };
      const { json } = await ask(`${base}/lab/api/operator-links`, headers, 'POST');
      const entered = await ask(new URL(String(json().url)).pathname, asPage);
      return cookieOf(entered).split('=')[1] ?? '';
    };
    // whoever holds a cookie can send it by another name, and to another path
    const atLogouts = async (base: string, value: string) =>
      (await ask(`${base}/lab/logouts`, { cookie: `__Host-vneid.operator=${value}; __Secure-vneid.operator=${value}` }))
        .status;
    const [outside, inside] = [await enter(''), await enter('/t/one')];
    expect(await Promise.all(['', '/t/one', '/t/two'].map((base) => atLogouts(base, outside)))).toEqual([
      200, 404, 404,
    ]);
    expect(await Promise.all(['', '/t/one', '/t/two'].map((base) => atLogouts(base, inside)))).toEqual([404, 200, 404]);
    expect([one.issuer, two.issuer]).toEqual(['https://id.example/t/one', 'https://id.example/t/two']);
  });

  test('lets no form of another site act, though the browser is in', async () => {
    const inside = { cookie: cookieOf(await ask(await newLink(), asPage)) };
    const freeze = (body: string) =>
      send(vneid, {
        method: 'POST',
        path: '/lab/console/do/clock.freeze',
        headers: { ...behindProxy, ...asPage, ...inside, 'content-type': form },
        body,
      });
    expect((await freeze('back=/lab/console')).status).toBe(403);
    expect(vneid.clock.state().frozen).toBe(false);
    const page = await ask('/lab/console/clock', { ...asPage, ...inside });
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    expect((await freeze(`csrf=${csrf}&back=/lab/console`)).status).toBe(200);
    expect(vneid.clock.state().frozen).toBe(true);
    vneid.clock.reset();
  });

  test('is told by the audit', async () => {
    await ask(await newLink(), asPage);
    const entries = await vneid.audit.list({ event: 'operator.entered' });
    expect(entries.length).toBeGreaterThan(0);
  });
});
