import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { databaseOptions } from '../support/database.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Signing in by QR code: a page shows it, a phone scans it, both show the same number, and only this browser is in. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ ...(await databaseOptions()), clients: [testClient] });
});
afterAll(() => vneid.stop());

const binh = '001187000002';
const cuc = '001195000006';

async function walk(parameters: Record<string, string> = {}) {
  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration, parameters);
  const browser = new Browser();
  await browser.open(request.url, { until: atCallback });
  return { browser, configuration, request };
}

/** The page with the code, and what the code says. */
async function showCode(browser: Browser): Promise<string> {
  const page = await browser.open(`${browser.page().url.pathname}?by=qr`);
  return codeOn(page.html);
}

const codeOn = (html: string) => /data-code="([^"]+)"/.exec(html)?.[1] ?? '';
const numberOn = (html: string) => /match-number">(\d\d)</.exec(html)?.[1] ?? '';
const stateOn = (html: string) => /data-state="([a-z]+)"/.exec(html)?.[1] ?? '';
const forward = (action: string) => /\/(qr|push|transaction)$/.test(action);
const reload = (browser: Browser) => browser.open(browser.page().url);

/** On through the pages after the phone has said yes. */
async function goOn(browser: Browser) {
  let page = await browser.submit({}, { form: forward, until: atCallback });
  if (page.html.includes('value="allow"')) page = await browser.submit({ decision: 'allow' }, { until: atCallback });
  return page;
}

test('a citizen scans the code, sees who asks, chooses the number, types the passcode, and is signed in here', async () => {
  const { browser, configuration, request } = await walk();
  const code = await showCode(browser);
  expect(code).toMatch(new RegExp(`^${vneid.issuer}/phone/scan#`));
  expect(browser.page().html).not.toContain('match-number');

  const phone = vneid.control.phone(an.number);
  const scanned = await phone.scan(code);
  expect(scanned).toMatchObject({ kind: 'qr', state: 'scanned', level: 2 });
  expect(scanned.ask).toMatchObject({ client: { name: testClient.client_name, origin: 'http://localhost:9' } });
  expect(scanned.ask.from).toMatchObject({ address: expect.stringMatching(/127\.0\.0\.1/) });

  const page = await reload(browser);
  expect(numberOn(page.html)).toBe(scanned.number);
  // the code is gone from the page: nobody else can scan it
  expect(codeOn(page.html)).toBe('');

  await phone.approve();
  expect(stateOn((await reload(browser)).html)).toBe('confirmed');
  const back = await goOn(browser);
  const tokens = await redeem(configuration, { ...request, url: back.url });
  expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:2', amr: ['hwk', 'mca', 'pin', 'mfa'] });
});

test.each([
  ['face', ['face'], 'urn:vneid:loa:3', ['hwk', 'mca', 'face', 'mfa']],
  ['face and passcode', ['passcode', 'face'], 'urn:vneid:loa:4', ['hwk', 'mca', 'pin', 'face', 'mfa']],
] as const)('by %s a citizen reaches what only the phone reaches', async (_name, factors, acr, amr) => {
  const { browser, configuration, request } = await walk({ acr_values: acr });
  // nothing that ends below the level is offered: the code comes first, and no passkey
  expect(codeOn(browser.page().html)).not.toBe('');
  expect(browser.page().html).not.toContain('by=passkey');
  const phone = vneid.control.phone(an.number);
  await phone.scan(codeOn(browser.page().html));
  await expect(phone.approve()).rejects.toMatchObject({ code: 'approval.factors' });
  await phone.approve({ factors });
  const tokens = await redeem(configuration, { ...request, url: (await goOn(browser)).url });
  expect(tokens.claims()).toMatchObject({ acr, amr });
});

test('the page follows live: waiting, scanned, confirmed, as server-sent events', async () => {
  const { browser } = await walk();
  const code = await showCode(browser);
  const { url } = browser.page();
  const answer = await fetch(new URL(`${url.pathname}/qr/follow`, url), {
    headers: { cookie: browser.cookieHeader(url) },
  });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const states = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async () => (await states?.read())?.value?.trim();
  expect(await next()).toBe('data: waiting');
  const phone = vneid.control.phone(an.number);
  await phone.scan(code);
  expect(await next()).toBe('data: scanned');
  await phone.approve();
  expect(await next()).toBe('data: confirmed');
  await states?.cancel();
});

describe('what fails closed, and says why', () => {
  test('a second phone that scans ends it for both', async () => {
    const { browser } = await walk();
    const code = await showCode(browser);
    const [first, second] = [vneid.control.phone(an.number), vneid.control.phone(binh)];
    const scanned = await first.scan(code);
    await expect(second.scan(code)).rejects.toMatchObject({ code: 'approval.secondScan' });
    await expect(first.approve({ approval: scanned.id })).rejects.toMatchObject({ code: 'approval.answered' });
    const page = await reload(browser);
    expect(stateOn(page.html)).toBe('refused');
    expect(page.text).toContain('điện thoại thứ hai');
    // the forward button gets a new code, and the story goes on
    const renewed = await browser.submit({ renew: 'yes' }, { form: forward });
    expect(codeOn(renewed.html)).not.toBe(code);
  });

  test("another person's phone cannot answer what one has scanned", async () => {
    const { browser } = await walk();
    const scanned = await vneid.control.phone(an.number).scan(await showCode(browser));
    await expect(vneid.control.phone(binh).approve({ approval: scanned.id })).rejects.toMatchObject({
      code: 'approval.unknown',
    });
    expect(stateOn((await reload(browser)).html)).toBe('scanned');
  });

  test('a number that is not the one on the page ends it', async () => {
    const { browser } = await walk();
    const phone = vneid.control.phone(an.number);
    const { number, id: approval } = await phone.scan(await showCode(browser));
    const wrong = number === '42' ? '43' : '42';
    await expect(phone.approve({ number: wrong })).rejects.toMatchObject({ code: 'approval.number' });
    await expect(phone.approve({ approval })).rejects.toMatchObject({ code: 'approval.answered' });
    expect((await reload(browser)).text).toContain('Số được chọn trên điện thoại không đúng');
  });

  test('a confirmation after the end is none, and an answer not fetched in time is none either', async () => {
    const { browser } = await walk();
    const phone = vneid.control.phone(an.number);
    const scanned = await phone.scan(await showCode(browser));
    await phone.expire();
    await expect(phone.approve({ approval: scanned.id })).rejects.toMatchObject({ code: 'approval.expired' });
    const page = await reload(browser);
    expect([stateOn(page.html), page.text.includes('đã hết hạn')]).toEqual(['expired', true]);

    const late = await walk();
    await phone.scan(await showCode(late.browser));
    const confirmed = await phone.approve();
    await vneid.approvals.expire(confirmed.id);
    expect((await late.browser.submit({}, { form: forward, until: atCallback })).html).toContain(
      'data-state="expired"',
    );
  });

  test('a code that was refreshed, used or made up is worth nothing', async () => {
    const { browser } = await walk();
    const old = await showCode(browser);
    await browser.submit({ renew: 'yes' }, { form: forward });
    const phone = vneid.control.phone(an.number);
    await expect(phone.scan(old)).rejects.toMatchObject({ code: 'approval.answered' });
    const fresh = codeOn(browser.page().html);
    const [id = ''] = (fresh.split('#')[1] ?? '').split('.');
    for (const forged of [id, `${id}.`, `${id}.${'A'.repeat(22)}`, 'https://evil.example/#x', '', `${fresh}x`])
      await expect(phone.scan(forged)).rejects.toMatchObject({ code: 'approval.unknown' });
    await phone.scan(fresh);
    await phone.approve();
    await goOn(browser);
    await expect(phone.scan(fresh)).rejects.toMatchObject({ code: 'approval.answered' });
  });

  test('the answer belongs to the browser that asked: a stolen address, or the answer sent twice, signs nobody in', async () => {
    const { browser } = await walk();
    const phone = vneid.control.phone(an.number);
    await phone.scan(await showCode(browser));
    await phone.approve();
    const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page().html)?.[1] ?? '';
    const thief = new Browser();
    const stolen = await thief.post(`${vneid.issuer}${browser.page().url.pathname}/qr`, new URLSearchParams({ csrf }));
    expect([stolen.status, stolen.text.includes('trình duyệt khác')]).toEqual([400, true]);
    const follow = await thief.open(`${vneid.issuer}${browser.page().url.pathname}/qr/follow`);
    expect(follow.status).toBe(400);
    const action = browser.page().url.pathname;
    const back = await browser.submit({}, { form: forward, until: atCallback });
    expect(back.status).toBeLessThan(400);
    const again = await browser.post(`${vneid.issuer}${action}/qr`, new URLSearchParams({ csrf }), atCallback);
    expect(atCallback(again.url)).toBe(false);
  });

  test('an account of level 1 cannot, and both sides say what it lacks', async () => {
    const { browser } = await walk();
    await expect(vneid.control.phone(cuc).scan(await showCode(browser))).rejects.toMatchObject({
      code: 'approval.level',
    });
    expect((await reload(browser)).text).toContain('mức 1');
  });

  test('a phone that was lost and an account that was locked answer nothing', async () => {
    const number = '001191000025';
    const phone = vneid.control.phone(number);
    const { browser } = await walk();
    const { id: approval } = await phone.scan(await showCode(browser));
    await phone.lock();
    await expect(phone.approve()).rejects.toMatchObject({ code: 'account.barred' });
    await phone.unlock();
    await phone.lose();
    await expect(phone.approve()).rejects.toMatchObject({ code: 'phone.unknown' });
    // the new phone did not scan it
    await phone.bind();
    await expect(phone.approve({ approval })).rejects.toMatchObject({ code: 'approval.unknown' });
  });

  test('an account that is locked between the yes and the next page: it is over, and the page does not send itself for ever', async () => {
    const { browser } = await walk();
    const phone = vneid.control.phone('001191000025');
    const { id } = await phone.scan(await showCode(browser));
    await phone.approve();
    await phone.lock();
    await reload(browser);
    const page = await browser.submit({}, { form: forward, until: atCallback });
    expect([page.url.pathname.startsWith('/login/'), stateOn(page.html)]).toEqual([true, 'expired']);
    // nor is the answer there for whoever comes when it is open again
    await phone.unlock();
    expect(await vneid.approvals.use(id)).toBeUndefined();
  });

  test.each(['scanned', 'confirmed'])(
    'a sign-in that was cancelled: what it asked (%s) is asked no more',
    async (state) => {
      const { browser } = await walk();
      const phone = vneid.control.phone('066091000020');
      const { id } = await phone.scan(await showCode(browser));
      if (state === 'confirmed') await phone.approve();
      await browser.submit({}, { form: (action) => action.endsWith('/cancel'), until: atCallback });
      expect(await phone.approvals()).toEqual([]);
      await expect(phone.approve({ approval: id })).rejects.toMatchObject({ code: 'approval.answered' });
      expect((await vneid.approvals.get(id))?.state).toBe('replaced');
    },
  );

  test('somebody who declines, and somebody else’s face', async () => {
    const { browser } = await walk({ acr_values: 'urn:vneid:loa:3' });
    const number = '038048000026';
    const phone = vneid.control.phone(number);
    await phone.scan(codeOn(browser.page().html));
    await phone.face('differs');
    await expect(phone.approve({ factors: ['face'] })).rejects.toMatchObject({ code: 'face.differs' });
    await phone.face('no-camera');
    await expect(phone.approve({ factors: ['face'] })).rejects.toMatchObject({ code: 'face.noCamera' });
    await phone.decline();
    const page = await reload(browser);
    expect([stateOn(page.html), page.text.includes('bị từ chối trên điện thoại')]).toEqual(['declined', true]);
  });
});

describe('push: it is known who signs in, and their phone is asked', () => {
  test('asks no more once the sign-in went on another way', async () => {
    const { browser } = await walk({ acr_values: 'urn:vneid:loa:3 urn:vneid:loa:1' });
    const one = '037079000028';
    await browser.open(`${browser.page().url.pathname}?by=password`);
    await browser.submit({ login: one, password: an.password });
    await browser.open(`${browser.page().url.pathname}?by=push`);
    const phone = vneid.control.phone(one);
    const [asked] = await phone.approvals();
    expect(asked).toMatchObject({ kind: 'push', state: 'waiting' });
    await browser.submit({}, { form: (action) => action.endsWith('/enough'), until: atCallback });
    expect([await phone.approvals(), (await vneid.approvals.get(asked?.id ?? ''))?.state]).toEqual([[], 'replaced']);
  });

  test('after the password, instead of a code', async () => {
    const { browser, configuration, request } = await walk({ acr_values: 'urn:vneid:loa:2' });
    await browser.submit({ login: an.number, password: an.password });
    expect(browser.page().html).toContain('by=push');
    const page = await browser.open(`${browser.page().url.pathname}?by=push`);
    const phone = vneid.control.phone(an.number);
    const [asked] = await phone.approvals();
    expect([asked?.kind, asked?.number]).toEqual(['push', numberOn(page.html)]);
    await phone.approve();
    const tokens = await redeem(configuration, { ...request, url: (await goOn(browser)).url });
    expect(tokens.claims()).toMatchObject({ acr: 'urn:vneid:loa:2', amr: ['pwd', 'hwk', 'mca', 'pin', 'mfa'] });
  });

  test('a session of level 1 is raised to 4 by the phone alone; a session of 4 is not asked for 3', async () => {
    const configuration = await relyingParty(vneid);
    const browser = new Browser();
    const number = '001082000022';
    await signIn(vneid, browser, (await authorizationRequest(configuration)).url, { ...an, number });
    const high = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:4' });
    await browser.open(high.url, { until: atCallback });
    expect(numberOn(browser.page().html)).not.toBe('');
    await vneid.control.phone(number).approve({ factors: ['passcode', 'face'] });
    const raised = await redeem(configuration, { ...high, url: (await goOn(browser)).url });
    expect(raised.claims()?.acr).toBe('urn:vneid:loa:4');
    const lower = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:3' });
    const at = await browser.open(lower.url, { until: atCallback });
    expect((await redeem(configuration, { ...lower, url: at.url })).claims()?.acr).toBe('urn:vneid:loa:4');
  });

  test('an essential acr is heard as acr_values are', async () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:vneid:loa:3'] } } });
    const { browser, configuration, request } = await walk({ claims });
    const phone = vneid.control.phone(binh);
    await phone.scan(codeOn(browser.page().html));
    await phone.approve({ factors: ['face'] });
    const tokens = await redeem(configuration, { ...request, url: (await goOn(browser)).url });
    expect(tokens.claims()?.acr).toBe('urn:vneid:loa:3');
  });

  test.each([{ value: 'urn:other:gold' }, { values: ['urn:other:gold', 'urn:other:silver'] }])(
    'an essential acr of %j is nothing that anybody here can reach, and no less will do (OIDC Core §5.5.1.1)',
    async (acr) => {
      const configuration = await relyingParty(vneid);
      const claims = JSON.stringify({ id_token: { acr: { essential: true, ...acr } } });
      const { url } = await authorizationRequest(configuration, { claims });
      const back = await new Browser().open(url, { until: atCallback });
      expect(back.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
    },
  );

  test('an app that would take less gets less from whoever has no phone at hand', async () => {
    const { browser, configuration } = await walk({ acr_values: 'urn:vneid:loa:3 urn:vneid:loa:2' });
    const number = '030186000023';
    // the password alone is less than the least: neither offered nor taken
    const page = await browser.submit({ login: number, password: an.password });
    expect(page.html).not.toContain('/enough');
    const csrf = new URLSearchParams({ csrf: /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '' });
    const refused = await browser.post(`${page.url.pathname}/enough`, csrf, atCallback);
    expect([atCallback(refused.url), refused.url.pathname]).toEqual([false, page.url.pathname]);
    const session = new Browser();
    await signIn(vneid, session, (await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:2' })).url, {
      ...an,
      number,
    });
    const again = await authorizationRequest(configuration, { acr_values: 'urn:vneid:loa:3 urn:vneid:loa:2' });
    const asked = await session.open(again.url, { until: atCallback });
    expect(asked.text).toContain('Tiếp tục ở mức xác thực 2');
    const back = await session.submit({}, { form: (action) => action.endsWith('/enough'), until: atCallback });
    expect((await redeem(configuration, { ...again, url: back.url })).claims()?.acr).toBe('urn:vneid:loa:2');
  });

  test('who has no phone learns what is missing, and the app gets unmet_authentication_requirements', async () => {
    const { browser } = await walk({ acr_values: 'urn:vneid:loa:3' });
    await browser.open(`${browser.page().url.pathname}?by=password`);
    const page = await browser.submit({ login: '036155000005', password: an.password });
    expect(page.text).toContain('điện thoại');
    const back = await browser.submit({}, { form: (action) => action.endsWith('/unmet'), until: atCallback });
    expect(back.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test('nobody is bombed with requests: after five in ten minutes the page says when to ask again', async () => {
    const number = '046199000018';
    for (let time = 0; time < 6; time += 1) {
      const { browser } = await walk({ acr_values: 'urn:vneid:loa:4' });
      await browser.open(`${browser.page().url.pathname}?by=password`);
      const page = await browser.submit({ login: number, password: an.password });
      expect(page.status).toBe(time < 5 ? 200 : 429);
      if (time === 5) expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await vneid.control.phone(number).approvals()).toHaveLength(5);
  });
});
