import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkNumber } from '../../src/registry/number.ts';
import { Browser } from '../support/browser.ts';
import { everyFaultOf } from '../support/fault-stories.ts';
import {
  apps,
  careful,
  clearFaults,
  createFaultWorld,
  type FaultWorld,
  faultsOf,
  hoa,
  lab,
  logIn,
  setFault,
  thuy,
} from '../support/fault-world.ts';
import { atCallback, authorizationRequest, newestCode, redeem, signIn } from '../support/relying-party.ts';

/** What can go wrong with people: their codes, their names and numbers, the end of their sessions. */
everyFaultOf(['logout-token', 'otp', 'citizen']);

let world: FaultWorld;
let issuer: string;
beforeAll(async () => {
  world = await createFaultWorld();
  ({ issuer } = world.vneid);
});
afterEach(() => clearFaults(issuer));
afterAll(() => world[Symbol.asyncDispose]());

const [app] = apps;
const here = () => ({ issuer, client: app, person: hoa });

describe('a one-time code', () => {
  /** A sign-in that has come to the page for the code. */
  async function atCode(): Promise<Browser> {
    const browser = new Browser();
    const request = await authorizationRequest(await careful(here()), { acr_values: 'urn:vneid:loa:2' });
    await browser.open(request.url);
    await browser.submit({ login: hoa.number, password: hoa.password });
    expect(browser.page().html).toContain('name="otp"');
    return browser;
  }
  const codes = async () =>
    (
      await lab<{ messages: { kind: string; code?: string; recipient: string; sentAt: string }[] }>(
        issuer,
        'GET',
        `/inbox/${hoa.number}`,
      )
    ).messages.filter(({ kind }) => kind === 'otp');

  test('that is late comes when it is time by the clock of the instance, and is good until five minutes after it was made', async () => {
    const before = (await codes()).length;
    await setFault(issuer, { fault: 'otp.late', seconds: 240 });
    const browser = await atCode();
    const sent = world.vneid.clock.now();
    await lab(issuer, 'POST', '/clock/advance', { seconds: 239 });
    expect(await codes()).toHaveLength(before);
    await lab(issuer, 'POST', '/clock/advance', { seconds: 2 });
    const [newest, ...rest] = await codes();
    expect(rest).toHaveLength(before);
    expect(Math.abs(Date.parse(newest?.sentAt ?? '') - sent - 240_000)).toBeLessThan(5_000);
    const page = await browser.submit({ otp: newest?.code ?? '' }, { until: atCallback });
    expect(page.html).not.toContain('name="otp"');
  });

  test('that is late comes at once when the clock is set back, and not when it is again where it had been', async () => {
    const before = (await codes()).length;
    await lab(issuer, 'POST', '/clock/advance', { seconds: 30 * 86_400 });
    await setFault(issuer, { fault: 'otp.late', seconds: 60 });
    await atCode();
    await lab(issuer, 'POST', '/clock/reset');
    const [newest, ...rest] = await codes();
    expect(rest).toHaveLength(before);
    expect(Math.abs(Date.parse(newest?.sentAt ?? '') - world.vneid.clock.now())).toBeLessThan(60_000);
  });

  test('that is late is lost when every fault is cleared', async () => {
    const before = (await codes()).length;
    await setFault(issuer, { fault: 'otp.late', seconds: 10 });
    await atCode();
    await clearFaults(issuer);
    await lab(issuer, 'POST', '/clock/advance', { seconds: 11 });
    expect(await codes()).toHaveLength(before);
  });

  test('that is later than it is good for is refused when it comes', async () => {
    await setFault(issuer, { fault: 'otp.late', seconds: 301 });
    const browser = await atCode();
    await lab(issuer, 'POST', '/clock/advance', { seconds: 302 });
    const page = await browser.submit({ otp: await newestCode(world.vneid, hoa.number) });
    expect([page.status, page.html.includes('name="otp"')]).toEqual([401, true]);
    expect(page.text).toContain('Mã xác nhận đã hết hạn');
  });

  test('that was lost is sent again when the person asks for another', async () => {
    await setFault(issuer, { fault: 'otp.lost', times: 1 });
    const before = (await codes()).length;
    const browser = await atCode();
    expect(await codes()).toHaveLength(before);
    await browser.submit({ resend: 'yes' }, { form: (action) => action.endsWith('/otp') });
    expect(await codes()).toHaveLength(before + 1);
    const page = await browser.submit({ otp: await newestCode(world.vneid, hoa.number) }, { until: atCallback });
    expect(page.html).not.toContain('name="otp"');
  });

  test('to the old number is in the lab’s inbox, marked so, and not on the phone of the person', async () => {
    const citizen = await world.vneid.registry.find(hoa.number);
    await setFault(issuer, { fault: 'otp.old-phone' });
    await atCode();
    const [newest] = await codes();
    expect(newest?.recipient).toMatch(/^000\d{7}$/);
    expect(newest?.recipient).not.toBe(citizen?.phone);
    const phone = new Browser();
    await phone.open(`${issuer}/phone`);
    await phone.submit({ citizen: hoa.number });
    const notices = await phone.open('/phone/notices');
    expect(notices.status).toBe(200);
    expect(notices.text).not.toContain(newest?.code);
    await clearFaults(issuer);
    await atCode();
    expect((await phone.open('/phone/notices')).text).toContain(await newestCode(world.vneid, hoa.number));
  });
});

describe('a person', () => {
  const proven = { verification: { trust_framework: null }, claims: { name: null, personal_number: null } };
  const claims = { userinfo: { verified_claims: proven } };
  interface Told {
    sub: string;
    name: string;
    personal_number: string;
    verified_claims: { verification: object; claims: object };
  }
  async function told(): Promise<Told> {
    const { configuration, tokens } = await logIn(here(), {
      parameters: { claims: JSON.stringify(claims), scope: 'openid profile identity' },
    });
    const sub = tokens.claims()?.sub ?? '';
    return (await oidc.fetchUserInfo(configuration, tokens.access_token, sub)) as unknown as Told;
  }

  test('whose name is written otherwise is so in every place, and has the same sub', async () => {
    const before = await told();
    expect(before).toMatchObject({ given_name: 'Hòa', verified_claims: { claims: { name: 'Lê Thị Hòa' } } });
    await setFault(issuer, { fault: 'citizen.other-tone-mark' });
    expect(await told()).toEqual({
      ...before,
      name: 'Lê Thị Hoà',
      given_name: 'Hoà',
      verified_claims: {
        ...before.verified_claims,
        claims: { ...before.verified_claims.claims, name: 'Lê Thị Hoà' },
      },
    });
  });

  test('with a new number keeps sub, and the number is valid, the same each time, and nobody’s', async () => {
    const before = await told();
    await setFault(issuer, { fault: 'citizen.renumbered' });
    const after = await told();
    const number = after.personal_number;
    expect(after.sub).toBe(before.sub);
    expect(number).not.toBe(hoa.number);
    expect(checkNumber(number, { sex: 'female', birthDate: '1991-10-10' })).toMatchObject({ ok: true });
    expect(await world.vneid.registry.find(number)).toBeUndefined();
    expect(JSON.stringify(after)).not.toContain(hoa.number);
    expect(await told()).toEqual(after);
    // in the registry nothing has changed: signing in is as before
    expect((await world.vneid.registry.find(hoa.number))?.number).toBe(hoa.number);
  });

  test('is shown on the consent page as the app will be told, and that is no strike', async () => {
    const { id } = await setFault(issuer, { fault: 'citizen.renumbered', client: app });
    const request = await authorizationRequest(await careful(here()), { scope: 'openid identity', prompt: 'consent' });
    const browser = new Browser();
    await browser.open(request.url);
    const page = await browser.submit({ login: hoa.number, password: hoa.password });
    expect(page.html).toContain('value="allow"');
    expect(page.text).not.toContain(hoa.number);
    expect((await faultsOf(issuer)).find((one) => one.id === id)).toMatchObject({ met: 0 });
  });

  test('keeps the names of the family as they are', async () => {
    await setFault(issuer, { fault: 'citizen.other-tone-mark' });
    const parameters = { scope: 'openid profile family' };
    const { configuration, tokens } = await logIn({ ...here(), person: thuy }, { parameters });
    const said = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(said).toMatchObject({ name: 'Trần Thị Thuý', family: [{ relation: 'mother', name: 'Phạm Thị Hòa' }] });
  });

  test('of another name is left as they are', async () => {
    await setFault(issuer, { fault: 'citizen.other-tone-mark' });
    const an = { number: '001085000001', password: hoa.password, name: 'Nguyễn Văn An' };
    const { configuration, tokens } = await logIn({ ...here(), person: an });
    const said = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(said.name).toBe(an.name);
    expect(await faultsOf(issuer)).toMatchObject([{ met: 0 }]);
  });
});

describe('a logout token', () => {
  async function signOut(person = hoa) {
    const configuration = await careful(here());
    const browser = new Browser();
    const request = await authorizationRequest(configuration);
    const { url } = await signIn({ issuer }, browser, request.url, person);
    await redeem(configuration, { ...request, url });
    const before = world.heard[app]?.length ?? 0;
    const settled = new Promise<void>((resolve) => {
      for (const name of ['logout.told', 'logout.unheard'] as const)
        world.vneid.events.on(name, ({ attempt }) => attempt === 1 && resolve());
    });
    await browser.open(`${issuer}/logout`);
    await browser.submit({ logout: 'yes' });
    await settled;
    return (world.heard[app] ?? []).slice(before);
  }

  test('that is replayed: the first goes out twice, and at later sign-outs it comes again, for each person their own', async () => {
    const { id } = await setFault(issuer, { fault: 'logout-token.replayed' });
    const first = await signOut();
    expect([first.length, new Set(first).size]).toEqual([2, 1]);
    expect(await signOut()).toEqual([first[0]]);
    const other = await signOut(thuy);
    expect([other.length, new Set(other).size]).toEqual([2, 1]);
    expect(decodeJwt(other[0] ?? '').sub).not.toBe(decodeJwt(first[0] ?? '').sub);
    expect((await faultsOf(issuer)).find((one) => one.id === id)).toMatchObject({ met: 3 });
    await clearFaults(issuer);
    const [honest, ...none] = await signOut();
    expect(none).toEqual([]);
    expect(honest).not.toBe(first[0]);
  });

  test('what the app says to the second is told as well', async () => {
    await setFault(issuer, { fault: 'logout-token.replayed' });
    await signOut();
    const { deliveries } = await lab<{ deliveries: { client: string; attempt: number; outcome: string }[] }>(
      issuer,
      'GET',
      '/logouts',
    );
    expect(deliveries.slice(0, 2)).toMatchObject([
      { client: app, attempt: 1, outcome: 'heard' },
      { client: app, attempt: 2, outcome: 'heard' },
    ]);
  });
});
