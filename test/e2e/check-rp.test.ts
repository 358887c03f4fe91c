import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import type { Report } from '../../src/lab/check-rp/report.ts';
import { reportHtml } from '../../src/lab/check-rp/report-html.ts';
import { reportJunit } from '../../src/lab/check-rp/report-junit.ts';
import { type CheckOptions, checkRp } from '../../src/lab/check-rp/run.ts';
import { carelessRelyingParty, type Mistake } from '../careless/relying-party.ts';
import { chromiumPath } from '../support/needs.ts';
import { accessibilityFaults, openChromium, scrollsSideways } from './chromium.ts';

/** Apps are graded as their developers grade them: iHanoi is clean, the careless one fails where it is careless. */
let vneid: Instance;
let chromium: Browser;

beforeAll(async () => {
  [vneid, chromium] = await Promise.all([startVneid({ city: true, cityPort: 0 }), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await vneid?.stop();
});

const long = 300_000;

function grade(start: string, options: Partial<CheckOptions> = {}): Promise<Report> {
  const usual = { url: vneid.issuer, operatorToken: '', chromium: chromiumPath(), clock: createClock(), seconds: 600 };
  return checkRp({ start, ...usual, ...options });
}

let made = 0;
/** A careless app that makes these mistakes, at a tenant of its own. */
async function careless(
  planted: readonly Mistake[],
  more: { byScript?: boolean; callback?: string; posted?: boolean; registration?: object } = {},
) {
  const app = await carelessRelyingParty(planted, more);
  const clients = [{ ...app.registration, ...more.registration }];
  const { issuer: url } = await vneid.control.tenants.create({ name: `careless-${(made += 1)}`, clients });
  app.knows(url);
  return {
    ...app,
    url,
    grade: (options: Partial<CheckOptions> = {}) => grade(`${app.origin}/login`, { url, ...options }),
  };
}

/** Names by verdict, but of what was passed. */
function found({ results }: Report): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const { verdict, deviation } of results)
    if (verdict !== 'pass') names[verdict] = [...(names[verdict] ?? []), deviation.name];
  return names;
}

test(
  'iHanoi accepts nothing wrongly',
  async () => {
    const report = await grade(`${vneid.city}/ihanoi`);
    expect(report).toMatchObject({ client: 'ihanoi', mark: { by: 'name' } });
    expect(found(report)).toEqual({
      // OIDC Core says MAY
      note: ['id-token.far-iat', 'id-token.wrong-at-hash', 'id-token.wrong-c-hash'],
      skipped: [
        'citizen.renumbered',
        // it knows discovery and its keys from before
        'discovery.wrong-issuer',
        'endpoint.500/jwks',
        'jwks.without-key',
        'jwks.duplicate-kid',
      ],
    });
    expect(report.results.length).toBeGreaterThanOrEqual(45);
    expect(await stillOn(vneid.issuer)).toEqual([]);
  },
  long,
);

describe('the careless app fails in exactly the planted ways', () => {
  test(
    'that of mistakes in the token',
    async () => {
      await using app = await careless(['iss', 'azp', 'nbf', 'nonce', 'signature', 'sub', 'logout-nonce', 'discovery']);
      const only = ['id-token', 'discovery', 'jwks.without-key', 'logout-token.forged', 'logout-token.with-nonce'];
      expect(found(await app.grade({ only }))).toEqual({
        fail: [
          'id-token.wrong-iss',
          'id-token.wrong-nonce',
          'id-token.alg-none',
          'id-token.hs256-public-key',
          'id-token.not-yet-valid',
          'id-token.missing-claim/iss',
          'id-token.missing-claim/sub',
          'id-token.missing-claim/nonce',
          'id-token.bad-signature',
          'id-token.unknown-kid',
          'id-token.foreign-key',
          'discovery.wrong-issuer',
          'jwks.without-key',
          'logout-token.with-nonce',
        ],
        warning: ['id-token.wrong-azp'],
        note: ['id-token.wrong-at-hash', 'id-token.wrong-c-hash'],
      });
      expect(await stillOn(app.url)).toEqual([]);
    },
    long,
  );

  test(
    'that of all other mistakes',
    async () => {
      await using app = await careless([
        ...(['alg-none', 'hmac', 'kid', 'aud', 'exp', 'iat', 'state', 'verifier', 'issuer-parameter'] as const),
        ...(['nonce', 'session', 'userinfo', 'logout-signature', 'logout-replay'] as const),
      ]);
      const only = ['id-token', 'authorize', 'callback', 'userinfo', 'jwks', 'logout-token'];
      expect(found(await app.grade({ only, loggedIn: 'h1:text("Xin chào")' }))).toEqual({
        fail: [
          'id-token.wrong-aud',
          'id-token.wrong-nonce',
          'id-token.wrong-sub',
          'id-token.alg-none',
          'id-token.hs256-public-key',
          'id-token.expired',
          'id-token.missing-claim/aud',
          'id-token.missing-claim/exp',
          'id-token.missing-claim/nonce',
          'id-token.unknown-kid',
          'authorize.wrong-state',
          'authorize.no-state',
          'authorize.wrong-iss',
          'callback.foreign-browser',
          'callback.without-state',
          'userinfo.wrong-sub',
          'jwks.without-key',
          'jwks.stale',
          'logout-token.forged',
          'logout-token.replayed',
        ],
        warning: ['id-token.missing-claim/iat', 'authorize.no-iss', 'callback.old-cookies'],
        note: ['id-token.far-iat', 'id-token.wrong-at-hash', 'id-token.wrong-c-hash'],
      });
    },
    long,
  );

  test(
    'that of a callback address which other addresses of the app begin with',
    async () => {
      await using app = await careless(['state', 'verifier', 'nonce'], { callback: '/' });
      const { fail = [], skipped = [] } = found(await app.grade({ only: ['callback'] }));
      expect({ fail, skipped }).toEqual({
        fail: ['callback.foreign-browser', 'callback.without-state'],
        skipped: [],
      });
    },
    long,
  );

  test(
    'that of an answer which the browser posts',
    async () => {
      await using app = await careless(['state', 'verifier', 'nonce'], { posted: true });
      const only = ['callback', 'authorize'];
      expect(found(await app.grade({ only }))).toEqual({
        fail: ['authorize.wrong-state', 'authorize.no-state', 'callback.foreign-browser', 'callback.without-state'],
      });
    },
    long,
  );

  test(
    'by the program: exit code, page, JSON and JUnit',
    async () => {
      // drawn by scripts, at the level of the phone, and everybody signs in anew
      const registration = { minimum_level: 3, fresh: true };
      await using app = await careless(['page'], { byScript: true, registration });
      const folder = await mkdtemp(join(tmpdir(), 'vneid-'));
      const only = 'endpoint.500/token,id-token.wrong-iss,citizen.renumbered';
      const asked = ['--start', `${app.origin}/scripted/login`, '--url', app.url, '--only', only, '--report', folder];
      const { code, stderr, stdout } = await run(asked);
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('[1/3] ! id-token.wrong-iss');
      expect(stderr).toContain('[3/3] – citizen.renumbered');
      expect(stdout).toContain('Có 1 chỗ phải sửa.');
      expect(stdout).toContain('1 thing has to be fixed.');
      const json = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as { results: object[] };
      expect(json).toMatchObject({ client: 'careless', counts: { fail: 1, warning: 1, skipped: 1 } });
      expect(json.results[1]).toMatchObject({
        name: 'endpoint.500/token',
        outcome: 'stack-trace',
        evidence: { address: `${app.origin}/callback`, status: 400, text: expect.stringContaining('at ') as string },
      });
      expect(await readXml(await readFile(join(folder, 'junit.xml'), 'utf8'))).toEqual({
        wrong: null,
        cases: ['id-token.wrong-iss system-out', 'endpoint.500/token failure', 'citizen.renumbered skipped'],
      });
      await looksRight(await readFile(join(folder, 'index.html'), 'utf8'), ['endpoint.500/token']);
      await rm(folder, { recursive: true });
    },
    long,
  );
});

describe('what cannot be checked is told, in both languages', () => {
  test(
    'by the program: exit code 2',
    async () => {
      const { code, stderr } = await run(['--start', `${vneid.issuer}/health/live`, '--url', vneid.issuer]);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain('không dẫn đến trang đăng nhập VNeID');
      expect(stderr).toContain('did not lead to the sign-in page of VNeID');
    },
    long,
  );

  const refusals: [code: string, options: Partial<CheckOptions>][] = [
    ['check.unknownDeviation', { only: ['id-token.wrong-nouns'] }],
    // level 1, where iHanoi asks for 2
    ['check.notLoggedIn', { citizen: '001195000006' }],
    ['check.notSeen', { loggedIn: '#logged-in' }],
    ['check.alwaysSeen', { loggedIn: 'Công dân Thủ đô số' }],
  ];
  test.each(refusals)(
    '%s',
    async (code, options) => {
      await expect(grade(`${vneid.city}/ihanoi/login`, options)).rejects.toMatchObject({ code });
    },
    long,
  );

  test(
    'an app that shows nobody that they are logged in',
    async () => {
      await using app = await careless(['greeting']);
      await expect(app.grade()).rejects.toMatchObject({ code: 'check.nothingNew' });
    },
    long,
  );

  test(
    'stopped in the middle, it clears what it set',
    async () => {
      const stop = new AbortController();
      const stopped = grade(`${vneid.city}/ihanoi/login`, {
        only: ['endpoint.slow', 'id-token.wrong-iss', 'id-token.wrong-aud'],
        signal: stop.signal,
        onProgress: ({ kind }) => kind === 'result' && stop.abort(),
      });
      await expect(stopped).rejects.toMatchObject({ code: 'check.stopped' });
      expect(await stillOn(vneid.issuer)).toEqual([]);
    },
    long,
  );
});

test(
  'who shares an emulator is not disturbed',
  async () => {
    const only = ['discovery', 'endpoint.500/jwks', 'jwks'];
    const { results } = await grade(`${vneid.city}/ihanoi/login`, { only, operatorToken: 'of a shared one' });
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['not-alone']));
  },
  long,
);

test('a report holds whatever an app shows', async () => {
  const hostile = `"><script>document.title='run'</script>&\u0000\u001B[31m]]>`;
  const [deviation] = (await import('../../src/lab/check-rp/deviations.ts')).deviations;
  if (!deviation) throw new Error('no deviation');
  const report: Report = {
    start: `http://localhost/${hostile}`,
    client: hostile,
    issuer: hostile,
    citizen: '001085000001',
    mark: { by: 'given', what: [hostile] },
    at: Date.parse('2026-11-26T04:30:00.000Z'),
    seconds: 61.4,
    results: (['fail', 'warning', 'note', 'pass', 'skipped'] as const).map((verdict) => ({
      deviation,
      about: { vi: hostile, en: hostile },
      verdict,
      outcome: 'accepted',
      seconds: 0.4,
      evidence: { address: hostile, status: undefined, text: hostile },
    })),
  };
  await looksRight(await reportHtml(report), [`"><script>document.title='run'</script>&`]);
  expect((await readXml(reportJunit(report))).wrong).toBeNull();
});

async function stillOn(url: string): Promise<unknown[]> {
  const { faults } = (await (await fetch(`${url}/lab/api/faults`)).json()) as { faults: { on: boolean }[] };
  return faults.filter(({ on }) => on);
}

/** As a person would type it. */
async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { FORCE_COLOR: _colour, ...env } = process.env;
  const child = spawn(process.execPath, [resolve('src/main.js'), 'check-rp', ...args], {
    env: { ...env, NODE_OPTIONS: '', NO_COLOR: '1', VNEID_CHROMIUM: chromiumPath() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...written };
}

/** The test cases of a JUnit report, each with what is in it, as a parser of XML reads them. */
async function readXml(text: string): Promise<{ wrong: string | null; cases: string[] }> {
  const page = await chromium.newPage();
  try {
    return await page.evaluate((source) => {
      const document = new DOMParser().parseFromString(source, 'application/xml');
      const cases = [...document.querySelectorAll('testsuites > testsuite > testcase')];
      return {
        wrong: document.querySelector('parsererror')?.textContent ?? null,
        cases: cases.map((one) =>
          [one.getAttribute('name'), ...[...one.children].map((child) => child.tagName)].join(' '),
        ),
      };
    }, text);
  } finally {
    await page.close();
  }
}

/** The page by itself: it can be read in either language by anyone, on a phone too, and asks nobody for anything. */
async function looksRight(html: string, said: string[]): Promise<void> {
  const context = await chromium.newContext({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.setContent(html);
  for (const [button, heading] of [
    ['Tiếng Việt', 'Phải sửa'],
    ['English', 'Has to be fixed'],
  ] as const) {
    await page.getByLabel(button).check();
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe(heading);
    for (const text of said) expect(await page.locator('main').innerText()).toContain(text);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  }
  expect(asked.filter((address) => !address.startsWith('data:'))).toEqual([]);
  expect(await page.title()).not.toBe('run');
  await context.close();
}
