import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { problem } from '../../src/errors.ts';
import type { Events } from '../../src/events.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { createAuthenticator, type Make } from '../../src/lab/authenticator.ts';
import { Browser } from '../support/browser.ts';
import { addPasskey, openOwnPasskeys, optionsOn, requestOn, usePasskey } from '../support/passkeys.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  newestCode,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Passkeys over HTTP: a citizen adds one after a fresh sign-in, signs in with it without a word, and takes it away. */
let vneid: Instance;
const minute = 60_000;
const failures: Events['login.failed'][] = [];
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
  vneid.events.on('login.failed', (failure) => failures.push(failure));
});
afterAll(() => vneid.stop());

const binh = { number: '001187000002', password: an.password, name: 'Trần Thị Bình' };
/** Of level 1: a passkey can raise nobody. */
const cuc = { number: '001195000006', password: an.password };
const device = (make: Partial<Make> = {}) => createAuthenticator({ origin: vneid.issuer, ...make });

/** A person whose only passkey is on this device; the tests of adding show how it gets there. */
async function enrolled(make: Partial<Make> = {}, person = an) {
  const account = await vneid.accounts.byNumber(person.number);
  if (!account) throw new Error(`no account ${person.number}`);
  for (const { id } of await vneid.passkeys.list(account.id)) await vneid.passkeys.revoke(account.id, id);
  const authenticator = device(make);
  const response = JSON.stringify(authenticator.create(await vneid.passkeys.creationOptions(account)));
  const { id } = await vneid.passkeys.register(account, { response, name: 'Điện thoại' });
  return { account, authenticator, id };
}

/** A browser on the page of one's own passkeys. No more than five codes are sent to a phone in ten minutes. */
async function atOwnPasskeys(person = an) {
  vneid.clock.advance(10 * minute);
  const browser = new Browser();
  return { browser, page: await openOwnPasskeys(vneid, browser, person) };
}

/** A browser that is asked to sign in. */
async function walk(parameters: Record<string, string> = {}) {
  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration, parameters);
  const browser = new Browser();
  await browser.open(request.url, { until: atCallback });
  return { browser, configuration, request };
}

const alertOn = (html: string) => /role="alert"[^]*?<strong>([^]*?)<\/strong>/.exec(html)?.[1];
const csrfOn = (html: string) => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
const idsOn = (html: string) => [
  ...new Set([...html.matchAll(/name="passkey" value="([^"]+)"/g)].map(([, id]) => id ?? '')),
];

describe('a citizen with a passkey', () => {
  test.each([
    ['bound to its device', {}, ['hwk', 'user', 'mfa']],
    ['synced between devices', { synced: true }, ['swk', 'user', 'mfa']],
    ['of RS256', { algorithm: 'RS256' }, ['hwk', 'user', 'mfa']],
    ['of EdDSA', { algorithm: 'EdDSA' }, ['hwk', 'user', 'mfa']],
  ] satisfies [string, Partial<Make>, string[]][])(
    '%s signs in at level 2 with it alone, and is the same person',
    async (_name, make, amr) => {
      const { authenticator } = await enrolled(make);
      const { browser, configuration, request } = await walk({ acr_values: 'urn:vneid:loa:2' });
      let page = await usePasskey(browser, authenticator);
      if (page.html.includes('value="allow"'))
        page = await browser.submit({ decision: 'allow' }, { until: atCallback });
      const claims = (await redeem(configuration, { ...request, url: page.url })).claims();
      expect(claims).toMatchObject({ acr: 'urn:vneid:loa:2', amr });

      const other = await walk();
      const byPassword = await signIn(vneid, other.browser, other.request.url);
      const same = (await redeem(configuration, { ...other.request, url: byPassword.url })).claims();
      expect(claims?.sub).toBe(same?.sub);
    },
  );

  test('who asked for level 3 is offered none', async () => {
    const { browser } = await walk({ acr_values: 'urn:vneid:loa:3' });
    await browser.open(`${browser.page().url.pathname}?by=password`);
    expect(optionsOn(browser.page())).toBeUndefined();
  });

  test('who signed in with it once is not asked again, and a relying party may ask for more', async () => {
    const { authenticator } = await enrolled();
    const { browser, configuration } = await walk();
    await usePasskey(browser, authenticator);
    const again = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' });
    expect(atCallback((await browser.open(again.url, { until: atCallback })).url)).toBe(true);
    const more = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:3' });
    const page = await browser.open(more.url, { until: atCallback });
    expect(page.html).not.toContain('name="password"');
    expect(page.html).not.toContain('name="otp"');
  });

  test('is not held to have guessed where the database was away', async () => {
    const { authenticator } = await enrolled();
    const away = vi.spyOn(vneid.passkeys, 'authenticate').mockRejectedValue(problem('database.unavailable'));
    try {
      for (let tries = 0; tries < 6; tries += 1)
        expect((await usePasskey((await walk()).browser, authenticator)).status).toBe(503);
    } finally {
      away.mockRestore();
    }
    const again = await walk();
    expect((await usePasskey(again.browser, authenticator)).status).toBeLessThan(400);
  });

  test('whose account fell to level 1 gets no more than level 1', async () => {
    const { account, authenticator } = await enrolled({}, binh);
    await vneid.accounts.change(account.id, { level: 1 });
    const low = await walk();
    let page = await usePasskey(low.browser, authenticator);
    if (page.html.includes('value="allow"'))
      page = await low.browser.submit({ decision: 'allow' }, { until: atCallback });
    expect((await redeem(low.configuration, { ...low.request, url: page.url })).claims()?.acr).toBe('urn:vneid:loa:1');
    const high = await walk({ acr_values: 'urn:vneid:loa:2' });
    expect((await usePasskey(high.browser, authenticator)).html).toContain('/unmet');
    await vneid.accounts.change(account.id, { level: 2 });
  });

  test('sees it, renames it, takes it away, and is told of each change', async () => {
    const { browser, page } = await atOwnPasskeys(binh);
    const before = idsOn(page.html);
    const phone = device({ synced: true });
    const added = await addPasskey(browser, phone, { name: '<b>Điện thoại</b>' });
    expect([added.url.pathname, added.html.includes('<b>Điện')]).toEqual(['/passkeys', false]);
    expect(added.text).toContain('Đồng bộ giữa các thiết bị');
    expect(added.text).toContain('Chưa dùng lần nào');
    const id = idsOn(added.html).find((one) => !before.includes(one)) ?? '';
    expect(JSON.parse(signalsOn(added.html))).toMatchObject({
      rpId: 'localhost',
      allAcceptedCredentialIds: [...before, id],
    });

    const { browser: elsewhere } = await walk();
    await usePasskey(elsewhere, phone);
    expect((await browser.open('/passkeys')).text).toContain('Dùng lần cuối lúc');

    const renamed = await browser.submit(
      { passkey: id, name: 'YubiKey' },
      { form: (action) => action === '/passkeys/rename' },
    );
    expect(renamed.html).toContain('>YubiKey</h3>');
    const revoked = await browser.submit({ passkey: id }, { form: (action) => action === '/passkeys/revoke' });
    expect(revoked.html).not.toContain('YubiKey');
    expect(JSON.parse(signalsOn(revoked.html))).toMatchObject({ allAcceptedCredentialIds: before });

    const { messages } = (await (await fetch(`${vneid.issuer}/lab/api/inbox/${binh.number}`)).json()) as {
      messages: { kind: string; titleVi: string; textVi: string }[];
    };
    const notices = messages.filter(({ kind }) => kind === 'notice').map(({ titleVi }) => titleVi);
    expect(notices.slice(0, 2)).toEqual(['Đã thu hồi một khóa truy cập', 'Đã thêm một khóa truy cập']);
    expect(messages.find(({ titleVi }) => titleVi === 'Đã thu hồi một khóa truy cập')?.textVi).toContain('YubiKey');
  });
});

describe('signing in is refused', () => {
  /** Tries, and tells how the page answered. */
  async function refusedWith(lie: Parameters<typeof usePasskey>[2], make: Partial<Make> = {}) {
    const { authenticator } = await enrolled(make);
    const { browser } = await walk();
    const page = await usePasskey(browser, authenticator, lie);
    const { reason, method, address } = failures.at(-1) ?? {};
    expect([method, address?.includes('127.0.0.1')]).toEqual(['passkey', true]);
    // the page that comes back asks anew, and the right answer is still let in
    expect(requestOn(page).challenge.length).toBeGreaterThan(40);
    expect((await usePasskey(browser, authenticator, { counter: 99 })).html).not.toContain('role="alert"');
    return [page.status, reason, alertOn(page.html) !== undefined];
  }

  test.each([
    ['from a page of another origin', { origin: 'https://vneid.example' }, 'passkey.wrongOrigin'],
    ['when it answers for another site', { rpId: 'example.org' }, 'passkey.wrongOrigin'],
    ['from within another page', { crossOrigin: true, topOrigin: 'https://a.example' }, 'passkey.embedded'],
    ['with a challenge nobody made', { challenge: randomBytes(54).toString('base64url') }, 'passkey.wrongChallenge'],
    ['when nobody was verified', { verified: false }, 'passkey.unverified'],
    [
      'with another signature',
      { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
      'passkey.wrongSignature',
    ],
    [
      'in the name of another account',
      { userHandle: Buffer.from('somebody').toString('base64url') },
      'passkey.foreign',
    ],
    ['in nobody’s name', { userHandle: undefined }, 'passkey.foreign'],
    ['when bound has become synced', { synced: true }, 'passkey.changed'],
  ] satisfies [string, Parameters<typeof usePasskey>[2], string][])('%s', async (_name, lie, reason) => {
    expect(await refusedWith(lie)).toEqual([401, reason, true]);
  });

  test('when the counter goes back, and the audit has the suspicion', async () => {
    const { authenticator } = await enrolled({ counts: true });
    const first = await walk();
    await usePasskey(first.browser, authenticator, { counter: 10 });
    const second = await walk();
    const page = await usePasskey(second.browser, authenticator, { counter: 9 });
    expect([page.status, failures.at(-1)?.reason]).toEqual([401, 'passkey.counter']);
    expect(alertOn(page.html)).toContain('sao chép');
    const [suspicion] = await vneid.audit.list({ event: 'passkey.suspected' });
    expect(suspicion?.facts).toMatchObject({ counter: 9, known: 10 });
  });

  test('of one nobody has, and the browser is told which it was', async () => {
    const { account, authenticator, id } = await enrolled();
    await vneid.passkeys.revoke(account.id, id);
    const { browser } = await walk();
    const page = await usePasskey(browser, authenticator);
    expect([page.status, failures.at(-1)?.reason]).toEqual([401, 'passkey.unknown']);
    expect(page.html).toContain(`data-unknown="${id}"`);
  });

  test('of an account that is locked, without a word of why', async () => {
    const { account, authenticator } = await enrolled({}, binh);
    await vneid.accounts.setState(account.id, 'locked', 'a test');
    const { browser } = await walk();
    const page = await usePasskey(browser, authenticator);
    expect([page.status, failures.at(-1)?.reason, failures.at(-1)?.account]).toEqual([
      401,
      'passkey.barred',
      account.id,
    ]);
    expect(alertOn(page.html)).not.toContain('khóa tài khoản');
    await vneid.accounts.setState(account.id, 'active', null);
  });

  test('with an answer that was used: in this walk, in another, and twenty times at once', async () => {
    const { authenticator } = await enrolled();
    const { browser } = await walk();
    const { url, html } = browser.page();
    const csrf = csrfOn(html);
    const credential = JSON.stringify(authenticator.get(requestOn(browser.page())));
    const body = String(new URLSearchParams({ csrf, credential }));
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'text/html',
      cookie: browser.cookieHeader(url),
    };
    const send = () =>
      fetch(new URL(`${url.pathname}/passkey`, url), { method: 'POST', body, headers, redirect: 'manual' });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const other = await walk();
    await other.browser.submit({ credential }, { form: (action) => action.endsWith('/passkey') });
    expect(failures.at(-1)?.reason).toBe('passkey.wrongChallenge');
  });

  test('with a challenge older than five minutes; the page that comes has a new one', async () => {
    const { authenticator } = await enrolled();
    const { browser } = await walk();
    vneid.clock.advance(5 * minute + 1000);
    const page = await usePasskey(browser, authenticator);
    expect([page.status, failures.at(-1)?.reason]).toEqual([401, 'passkey.expired']);
    expect((await usePasskey(browser, authenticator)).html).not.toContain('role="alert"');
  });

  test('when it cannot be read, as a mistake and not as a guess', async () => {
    const { browser } = await walk();
    for (const credential of ['', '{', '{}', 'x'.repeat(13_000), JSON.stringify({ id: 'a' })]) {
      const page = await browser.submit({ credential }, { form: (action) => action.endsWith('/passkey') });
      expect([page.status, failures.at(-1)?.reason]).toEqual([400, 'passkey.malformed']);
    }
  });

  test('for a while, to an address that has guessed a hundred times', async () => {
    await using small = await startVneid({ clients: [testClient] });
    const configuration = await relyingParty(small);
    const browser = new Browser();
    await browser.open((await authorizationRequest(configuration)).url);
    const thief = createAuthenticator({ origin: small.issuer });
    const rp = { id: 'localhost', name: '' };
    const user = { id: 'AAAA', name: '', displayName: '' };
    const make = () => thief.create({ rp, user, challenge: 'AAAA', pubKeyCredParams: [] });
    let page = browser.page();
    for (let guess = 0; guess < 100; guess += 1) {
      make();
      page = await usePasskey(browser, thief);
      expect(page.status).toBe(401);
    }
    make();
    page = await usePasskey(browser, thief);
    expect([page.status, Number(page.headers.get('retry-after')) > 0]).toEqual([429, true]);
    // passwords from there wait as well
    page = await browser.submit({ login: an.number, password: an.password });
    expect(page.status).toBe(429);
  });

  test('once one passkey was guessed at five times', async () => {
    const { authenticator } = await enrolled();
    const { browser } = await walk();
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (let guess = 0; guess < 5; guess += 1) await usePasskey(browser, authenticator, { key });
    expect((await usePasskey(browser, authenticator)).status).toBe(429);
  });
});

describe('a passkey is added only after a fresh sign-in at level 2', () => {
  test('whoever is not signed in is asked to, and the way leads back', async () => {
    const browser = new Browser();
    const page = await browser.open(`${vneid.issuer}/passkeys`);
    expect(page.text).toContain('Đăng nhập để tiếp tục');
    expect(optionsOn(page)).toBeUndefined();
    const own = await openOwnPasskeys(vneid, browser);
    expect([own.url.pathname, own.url.search]).toEqual(['/passkeys', '']);
    expect(own.text).toContain('Nguyễn Văn An');
    // nobody was asked to share with VNeID what VNeID has
    expect(browser.history.join()).not.toContain('/consent');
  });

  test('who signed in to an app at level 2 a moment ago may go on', async () => {
    const { browser, request } = await walk({ acr_values: 'urn:vneid:loa:2' });
    await signIn(vneid, browser, request.url);
    expect(optionsOn(await browser.open(`${vneid.issuer}/passkeys`))).toBeDefined();
  });

  test('a session of level 1 is not enough', async () => {
    const { browser, request } = await walk();
    await signIn(vneid, browser, request.url);
    const page = await browser.open(`${vneid.issuer}/passkeys`);
    expect([optionsOn(page), page.text.includes('Đăng nhập để tiếp tục')]).toEqual([undefined, true]);
  });

  test('an account of level 1 does not get there', async () => {
    const browser = new Browser();
    await browser.open(`${vneid.issuer}/passkeys`);
    await browser.submit({}, { form: (action) => action === '/authorize' });
    const page = await browser.submit({ login: cuc.number, password: cuc.password });
    expect(page.html).toContain('/unmet');
  });

  test('a session that has grown old is refused, and its forms with it', async () => {
    const { browser } = await atOwnPasskeys();
    const phone = device();
    vneid.clock.advance(5 * minute + 1000);
    const page = await addPasskey(browser, phone);
    expect([page.status, alertOn(page.html)?.includes('5 phút')]).toEqual([403, true]);
    const { browser: other } = await walk();
    expect((await usePasskey(other, phone)).status).toBe(401);
    // signing in again asks for both factors, whatever the session has
    vneid.clock.advance(10 * minute);
    expect((await openOwnPasskeys(vneid, browser)).text).toContain('Thêm khóa truy cập');
  });

  test('a session of level 1 that was raised is as old as its password', async () => {
    const number = '001191000025';
    const { browser, request } = await walk();
    await signIn(vneid, browser, request.url, { ...an, number });
    vneid.clock.advance(10 * minute);
    const raised = await authorizationRequest(await relyingParty(vneid), { acr_values: 'urn:vneid:loa:2' });
    await signIn(vneid, browser, raised.url, { ...an, number });
    expect(optionsOn(await browser.open(`${vneid.issuer}/passkeys`))).toBeUndefined();
  });

  test('a form of another person, of another session, or of nobody is refused', async () => {
    const { page: theirs } = await atOwnPasskeys(binh);
    const { browser: mine, page: own } = await atOwnPasskeys();
    const csrf = csrfOn(theirs.html);
    for (const [path, fields] of [
      ['/passkeys', { name: 'x', credential: '{}' }],
      ['/passkeys/rename', { passkey: 'x', name: 'x' }],
      ['/passkeys/revoke', { passkey: 'x' }],
    ] as const)
      for (const wrong of [csrf, '', 'x']) {
        const page = await mine.post(path, new URLSearchParams({ ...fields, csrf: wrong }));
        expect([page.status, page.text.includes('không thuộc về trình duyệt này')], path).toEqual([403, true]);
      }
    const { browser: again } = await atOwnPasskeys();
    const page = await again.post('/passkeys/revoke', new URLSearchParams({ passkey: 'x', csrf: csrfOn(own.html) }));
    expect(page.status).toBe(403);
  });

  test('a passkey of another person can be neither renamed nor revoked', async () => {
    const { account, id } = await enrolled({}, binh);
    const { browser: mine } = await atOwnPasskeys();
    await addPasskey(mine, device());
    for (const [action, fields] of [
      ['/passkeys/rename', { passkey: id, name: 'Của tôi' }],
      ['/passkeys/revoke', { passkey: id }],
    ] as const) {
      await mine.open('/passkeys');
      expect((await mine.submit(fields, { form: (one) => one === action })).status).toBe(404);
    }
    expect(await vneid.passkeys.list(account.id)).toMatchObject([{ id, name: 'Điện thoại' }]);
  });

  test.each([
    ['without verification of the user', { verified: false }, 401],
    ['from another origin', { origin: 'https://vneid.example' }, 401],
    ['with a challenge of nobody', { challenge: randomBytes(54).toString('base64url') }, 401],
    ['when the device keeps nothing', { clientExtensionResults: { credProps: { rk: false } } }, 422],
    ['with an attestation nobody asked for', { attestation: { fmt: 'tpm', attStmt: new Map() } }, 422],
  ] satisfies [string, Parameters<typeof usePasskey>[2], number][])('none is added %s', async (_name, lie, status) => {
    const { browser, page: own } = await atOwnPasskeys();
    const before = idsOn(own.html);
    const page = await addPasskey(browser, device(), { lie });
    expect([page.status, alertOn(page.html) !== undefined, idsOn(page.html)]).toEqual([status, true, before]);
  });

  test('none is added without a name', async () => {
    const { browser } = await atOwnPasskeys();
    expect((await addPasskey(browser, device(), { name: ' ' })).status).toBe(422);
  });

  test('the code of that sign-in is worth nothing to anybody', async () => {
    const browser = new Browser();
    await browser.open(`${vneid.issuer}/passkeys`);
    await browser.submit({}, { form: (action) => action === '/authorize' });
    await browser.submit({ login: an.number, password: an.password });
    const otp = await newestCode(vneid, an.number);
    const back = await browser.submit({ otp }, { until: (url) => url.pathname === '/passkeys/back' });
    const answer = await fetch(`${vneid.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'vneid',
        code: back.url.searchParams.get('code') ?? '',
        redirect_uri: `${vneid.issuer}/passkeys/back`,
        code_verifier: randomBytes(32).toString('base64url'),
      }),
    });
    expect(answer.status).toBe(400);
  });
});

function signalsOn(html: string): string {
  return /data-signals="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"') ?? '';
}
