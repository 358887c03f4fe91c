import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { checkNumber } from '../../src/registry/number.ts';
import { databaseOptions } from '../support/database.ts';
import { Browser } from '../support/browser.ts';
import { lab } from '../support/lab.ts';
import {
  an,
  authorizationRequest,
  basic,
  post,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** One's own people: taken in, found, changed and taken out while it runs, and what apps are told of them. */
let vneid: Instance;
let configuration: oidc.Configuration;
beforeAll(async () => {
  vneid = await startVneid({ ...(await databaseOptions()), clients: [testClient] });
  configuration = await relyingParty(vneid);
});
afterAll(() => vneid.stop());

const citizens = (method: string, path: string, body?: unknown) => lab(vneid, method, `/citizens${path}`, body);
const control = () => vneid.control.citizens;
const someone = { name: 'Đặng Thị Thử', sex: 'female', birthDate: '1991-07-08' } as const;
const numberOf = ({ citizen }: { citizen: { number: string } }) => citizen.number;

async function tokensOf(number: string, browser = new Browser()) {
  const request = await authorizationRequest(configuration, {
    scope: 'openid profile identity residence family background',
    acr_values: 'urn:vneid:loa:2',
    prompt: 'consent',
  });
  const { url } = await signIn(vneid, browser, request.url, { number, password: an.password });
  const tokens = await redeem(configuration, { ...request, url });
  return { tokens, sub: tokens.claims()?.sub ?? '', acr: tokens.claims()?.acr };
}
const isActive = async (token: string) => (await post(vneid, '/introspect', { token }, basic())).body.active;

test('a person made by one call signs in in a browser, and apps see them as they are from one moment to the next', async () => {
  const created = await citizens('POST', '', {
    ...someone,
    account: { level: 2 },
    permanent: { street: 'Số 9 phố Thử Nghiệm', unit: 'Phường Ba Đình, Hà Nội' },
    ethnicity: '02',
    email: 'thu@dang.example',
  });
  expect(created).toMatchObject({
    status: 201,
    body: {
      citizen: {
        name: 'Đặng Thị Thử',
        nameParts: { family: 'Đặng', middle: 'Thị', given: 'Thử' },
        birthRegistration: '001',
        card: { kind: 'can-cuoc', state: 'valid' },
        permanent: { street: 'Số 9 phố Thử Nghiệm', unit: '00004' },
        current: { unit: '00004' },
        phone: expect.stringMatching(/^000\d{7}$/),
        diedOn: null,
      },
      account: { level: 2, kind: 'citizen', state: 'active', barred: null },
    },
  });
  const { number } = created.body.citizen as { number: string };
  expect(checkNumber(number, someone)).toMatchObject({ ok: true, parsed: { prefix: '001' } });

  const browser = new Browser();
  const { tokens, sub, acr } = await tokensOf(number, browser);
  expect(acr).toBe('urn:vneid:loa:2');
  const claims = () => oidc.fetchUserInfo(configuration, tokens.access_token, sub);
  expect(await claims()).toMatchObject({ name: 'Đặng Thị Thử', personal_number: number, ethnicity: '02' });

  expect((await citizens('PATCH', `/${number}`, { name: 'Đặng Ngọc Thử', ethnicity: '01' })).status).toBe(200);
  expect(await claims()).toMatchObject({ name: 'Đặng Ngọc Thử', ethnicity: '01' });
  const next = await tokensOf(number);
  expect(next.sub).toBe(sub);
  expect(await oidc.fetchUserInfo(configuration, next.tokens.access_token, sub)).toMatchObject({
    name: 'Đặng Ngọc Thử',
  });

  expect(await isActive(tokens.access_token)).toBe(true);
  const dead = await citizens('PATCH', `/${number}`, { diedOn: '2026-01-02' });
  expect(dead.body.account).toMatchObject({ state: 'active', barred: 'deceased' });
  expect(await isActive(tokens.access_token)).toBe(false);
  await expect(tokensOf(number)).rejects.toThrow('401');
  await citizens('PATCH', `/${number}`, { diedOn: null });
  expect(await isActive(tokens.access_token)).toBe(true);

  expect(await citizens('DELETE', `/${number}`)).toEqual({ status: 200, body: {} });
  expect(await citizens('GET', `/${number}`)).toMatchObject({ status: 404, body: { code: 'citizen.unknown' } });
  expect(await isActive(tokens.access_token)).toBe(false);
  const { sessions } = await vneid.control.sessions.list({});
  expect(sessions.filter((session) => session.number === undefined && session.clients.length > 0)).toEqual([]);
  await expect(tokensOf(number, browser)).rejects.toThrow('401');
  // and the next test can begin with the very same person
  expect((await citizens('POST', '', { ...someone, number })).status).toBe(201);
});

test('of many who take somebody out at once one does, and the others hear that nobody is there', async () => {
  const { citizens } = vneid.control;
  const told = { name: 'Trần Văn Đi', sex: 'male', birthDate: '1980-01-01', account: {} } as const;
  // who comes in between is there at any of the steps
  for (let person = 0; person < 10; person += 1) {
    const { number } = (await citizens.create(told)).citizen;
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => citizens.remove({ number })));
    const codes = answers.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code));
    expect(codes.toSorted()).toEqual(['citizen.unknown', 'citizen.unknown', 'citizen.unknown', 'done']);
  }
});

test('apps are told when somebody dies or their card is revoked, as when an account is locked', async () => {
  const number = numberOf(await control().create({ ...someone, account: {} }));
  const locked: string[] = [];
  vneid.events.on('account.locked', ({ account, reason }) => locked.push(`${account} ${reason}`));
  const { account } = await control().change({ number, card: { state: 'revoked' } });
  await control().change({ number, card: { state: 'revoked' }, diedOn: '2026-02-03' });
  expect(locked).toEqual([`${account?.id} card-revoked`]);
});

describe('who is looked for', () => {
  const found = async (asked: Record<string, string>) => {
    const answer = await citizens('GET', `?${new URLSearchParams(asked)}`);
    return (answer.body.citizens as { number: string }[]).map(({ number }) => number);
  };

  test('is found by the beginning of a name, with marks or without, and of a number', async () => {
    for (const q of ['Lê Thị Hòa', 'lê thị hoà', 'le  thi ho', 'LE THI HOA'])
      expect(await found({ q }), q).toEqual(['001191000025']);
    expect(await found({ q: 'nguyen thi hoa' })).toEqual(['001190000015', '036190000016']);
    expect(await found({ q: '0011900000' })).toEqual(['001190000015']);
    expect(await found({ q: '001085000001' })).toEqual(['001085000001']);
    expect(await found({ q: 'nguyen', birthDate: '1985-03-12' })).toEqual(['001085000001']);
    expect(await found({ birthDate: '1990-05-20' })).toEqual(['001190000015', '036190000016']);
    for (const q of ['hoa nguyen', '1', '0010850000011', '%', '_', "' or 1=1", '\u{10ffff}', '😀'])
      expect(await found({ q }), q).toEqual([]);
  });

  test.each([{}, { q: 'n' }, { q: '0' }])('is told page by page, each once, in order: %j', async (asked) => {
    const all = (await control().list({ ...asked, limit: 200 })).citizens.map(({ number }) => number);
    expect(all.length).toBeGreaterThan(6);
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const page = await control().list({ ...asked, limit: 4, after });
      // who is taken out meanwhile is missed by nobody
      paged.push(...page.citizens.map(({ number }) => number));
      after = page.next;
    } while (after !== undefined);
    expect(paged).toEqual(all);
  });

  test('and where a page cannot have ended nothing goes on', async () => {
    for (const asked of ['?after=x', '?q=n&after=001085000001', '?limit=0', '?limit=201', '?limit=x', '?who=x'])
      expect(await citizens('GET', asked), asked).toMatchObject({ status: 422, body: { code: 'request.badField' } });
  });

  test('by a cancelled number is found as well, and it is said that it was cancelled', async () => {
    const answer = await citizens('GET', '/001188000021');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        citizen: { number: '001189000021' },
        cancelled: { number: '001188000021', cancelledOn: '2025-04-15', reason: 'birth-year' },
      },
    });
    expect((await citizens('GET', '/001189000021')).body).toMatchObject({
      formerNumbers: [{ number: '001188000021' }],
    });
    expect((await citizens('GET', '/001189000021')).body.cancelled).toBeUndefined();
    // what is to be done to them asks for the number in force
    expect(await citizens('PATCH', '/001188000021', { phone: null })).toMatchObject({
      status: 410,
      body: { code: 'citizen.renumbered', next: { vi: 'Hãy dùng số 001189000021.', en: 'Use 001189000021.' } },
    });
  });
});

describe('a number', () => {
  test('is made anew when the sex or the year of birth is corrected, and the account goes by the new one', async () => {
    const created = await control().create({ ...someone, account: {} });
    const old = numberOf(created);
    expect(await citizens('PATCH', `/${old}`, { sex: 'male' })).toMatchObject({
      status: 422,
      body: {
        code: 'registry.numberInvalid',
        message: { en: expect.stringContaining('the fourth digit 1 means female, not male') },
      },
    });
    const changed = await citizens('POST', `/${old}/renumber`, { reason: 'sex' });
    expect(changed).toMatchObject({
      status: 200,
      body: { citizen: { sex: 'male' }, account: { id: created.account?.id } },
    });
    const { number } = changed.body.citizen as { number: string };
    expect(checkNumber(number, { ...someone, sex: 'male' }).ok).toBe(true);
    await expect(tokensOf(old)).rejects.toThrow('401');
    expect((await tokensOf(number)).sub).toMatch(/^[\w-]{43}$/);
    expect(await citizens('POST', `/${number}/renumber`, { reason: 'birth-year' })).toMatchObject({
      status: 422,
      body: { code: 'registry.unfit', message: { vi: 'Trường "birthDate" không đúng: vẫn là năm 1991.' } },
    });
    const again = await control().renumber({ number, reason: 'birth-year', birthDate: '1992-07-08' });
    expect([again.citizen.birthDate, again.citizen.number.slice(3, 6)]).toEqual(['1992-07-08', '092']);
    // one that is given says what its holder is
    const given = await control().renumber({
      number: numberOf(again),
      reason: 'wrong-registration',
      newNumber: '079193777001',
    });
    expect(given.citizen).toMatchObject({ sex: 'female', birthDate: '1993-07-08', birthRegistration: '079' });
    expect((await control().get({ number: '079193777001' })).formerNumbers).toHaveLength(3);
    for (const used of [old, number])
      expect(
        await citizens('POST', '', { ...someone, number: used, sex: used === old ? 'female' : 'male' }),
      ).toMatchObject({
        status: 409,
        body: { code: 'registry.numberTaken' },
      });
  });

  test('is not made anew for a sex or a birth with which a marriage or a child could not be', async () => {
    const made = async (name: string, sex: 'male' | 'female', year: number, told: object = {}) =>
      numberOf(await control().create({ name, sex, birthDate: `${year}-01-02`, ...told }));
    const wife = await made('Khúc Thị Vợ', 'female', 1990);
    const husband = await made('Khúc Văn Chồng', 'male', 1990, { spouse: { number: wife } });
    const father = await made('Khúc Văn Bố', 'male', 1985);
    await made('Khúc Thị Bé', 'female', 2016, { father: { number: father } });
    for (const [number, corrected, member, right] of [
      [husband, { reason: 'sex' }, 'sex', 'First set "spouse": null'],
      [father, { reason: 'sex' }, 'sex', 'First set "father": null'],
      [wife, { reason: 'birth-year', birthDate: '2010-01-02' }, 'spouse', 'Art 8'],
    ] as const) {
      const { status, body } = await citizens('POST', `/${number}/renumber`, corrected);
      expect([corrected, status, body.code]).toEqual([corrected, 422, 'registry.unfit']);
      expect([body.message?.en, body.next?.en]).toEqual([
        expect.stringContaining(`The member "${member}"`),
        expect.stringContaining(right),
      ]);
    }
    await control().change({ number: wife, spouse: null });
    expect((await control().renumber({ number: husband, reason: 'sex' })).citizen.sex).toBe('female');
  });

  test('that many ask for at once is given to one', async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => citizens('POST', '', { ...someone, number: '001191424242', account: {} })),
    );
    expect(asked.map(({ status }) => status).sort((one, other) => one - other)).toEqual([
      201, 409, 409, 409, 409, 409, 409, 409,
    ]);
    expect(asked.find(({ status }) => status === 409)?.body.code).toBe('registry.numberTaken');
  });

  test('that is made is another for everyone, however many come at once', async () => {
    const made = await Promise.all(Array.from({ length: 30 }, () => control().create(someone)));
    expect(new Set(made.map(numberOf)).size).toBe(30);
    for (const { citizen } of made) expect(checkNumber(citizen.number, someone).ok).toBe(true);
  });
});

describe('a family', () => {
  const family = async (number: string) =>
    (await control().family({ number })).relatives.map(({ relation, name, number: of }) => [relation, name, of]);

  test('is told by numbers and by names; a marriage is of two, and so is a divorce', async () => {
    const [father, mother] = [
      await control().create({ name: 'Lý Văn Cha', sex: 'male', birthDate: '1970-01-02' }),
      await control().create({ name: 'Vũ Thị Mẹ', sex: 'female', birthDate: '1972-03-04' }),
    ].map(numberOf) as [string, string];
    await control().change({ number: father, spouse: { number: mother } });
    const child = await control().create({
      name: 'Lý Thị Con',
      sex: 'female',
      birthDate: '2016-05-06',
      father: { number: father },
      mother: { number: mother, name: 'Vũ Thị Mẹ' },
      guardian: { number: mother },
      household: { head: father },
    });
    expect(child.citizen).toMatchObject({
      card: null,
      phone: null,
      household: { head: father, relation: 'child' },
      guardian: { name: 'Vũ Thị Mẹ', number: mother },
    });
    await control().change({ number: mother, household: { head: father } });
    expect(await family(mother)).toEqual([
      ['spouse', 'Lý Văn Cha', father],
      ['child', 'Lý Thị Con', numberOf(child)],
      ['ward', 'Lý Thị Con', numberOf(child)],
    ]);
    const home = async (number: string) =>
      (await control().family({ number })).household?.members.map(({ name, relation }) => [name, relation]);
    expect(await home(mother)).toEqual([
      ['Lý Văn Cha', 'head'],
      ['Vũ Thị Mẹ', 'wife'],
      ['Lý Thị Con', 'child'],
    ]);
    // a household is never without a head, and its members are to the new one what the registry knows
    await control().change({ number: father, household: null });
    expect(await home(mother)).toEqual([
      ['Vũ Thị Mẹ', 'head'],
      ['Lý Thị Con', 'child'],
    ]);
    expect((await control().change({ number: father, household: {} })).citizen.household).toMatchObject({
      head: father,
      relation: 'head',
    });

    const married = async (number: string) => {
      const { citizen } = await control().get({ number });
      return [citizen.maritalStatus, citizen.spouse?.name ?? null];
    };
    expect([await married(father), await married(mother)]).toEqual([
      ['married', 'Vũ Thị Mẹ'],
      ['married', 'Lý Văn Cha'],
    ]);
    await control().change({ number: mother, maritalStatus: 'divorced' });
    expect([await married(father), await married(mother)]).toEqual([
      ['divorced', null],
      ['divorced', null],
    ]);
    await control().change({ number: father, spouse: { name: 'Hồ Thị Xa' } });
    expect(await married(father)).toEqual(['married', 'Hồ Thị Xa']);

    // who is taken out is remembered by name
    await control().remove({ number: father });
    await control().remove({ number: mother });
    expect(await family(numberOf(child))).toEqual([
      ['father', 'Lý Văn Cha', null],
      ['mother', 'Vũ Thị Mẹ', null],
    ]);
    expect((await control().get({ number: numberOf(child) })).citizen).toMatchObject({
      guardian: null,
      household: { head: numberOf(child), relation: 'head' },
    });
  });

  test('is bereaved by a death, which takes nobody along: neither spouse nor household', async () => {
    const made = async (name: string, sex: 'male' | 'female', told: object = {}) =>
      numberOf(await control().create({ name, sex, birthDate: '1980-01-02', ...told }));
    const one = await made('Mạc Văn Đi', 'male', { household: {} });
    const two = await made('Mạc Thị Ở', 'female', { spouse: { number: one }, household: { head: one } });
    const now = async (number: string) => {
      const { maritalStatus, spouse, household } = (await control().get({ number })).citizen;
      return [maritalStatus, spouse?.number ?? null, household?.head ?? null];
    };
    await control().change({ number: one, diedOn: '2026-03-04' });
    expect([await now(one), await now(two)]).toEqual([
      ['married', two, null],
      ['widowed', null, two],
    ]);
    await control().change({ number: one, diedOn: null });
    expect([await now(one), await now(two)]).toEqual([
      ['married', two, null],
      ['married', one, two],
    ]);
    // who is entered as dead is so too
    const three = await made('Mạc Thị Ba', 'female');
    await made('Mạc Văn Bốn', 'male', { spouse: { number: three }, diedOn: '2026-03-04' });
    expect(await now(three)).toEqual(['widowed', null, null]);
  });

  test('takes in none of the dead: nobody living marries them, and they live with nobody', async () => {
    const made = async (name: string, sex: 'male' | 'female', told: object = {}) =>
      numberOf(await control().create({ name, sex, birthDate: '1980-01-02', ...told }));
    const [dead, living] = [
      await made('Ma Văn Mất', 'male', { diedOn: '2026-03-04' }),
      await made('Ma Thị Còn', 'female'),
    ];
    const before = (await control().get({ number: dead })).citizen;
    for (const [number, told, member] of [
      [living, { spouse: { number: dead } }, 'spouse'],
      [living, { household: { head: dead } }, 'household.head'],
      [dead, { household: { head: living } }, 'household'],
      [dead, { household: {} }, 'household'],
    ] as const) {
      const { status, body } = await citizens('PATCH', `/${number}`, told);
      expect([told, status, body.code]).toEqual([told, 422, 'registry.unfit']);
      expect(body.message?.en).toContain(`The member "${member}"`);
    }
    expect((await control().get({ number: dead })).citizen).toEqual(before);
  });

  test('is born after their parents and before their children, their card and their death, whatever is corrected', async () => {
    const mother = numberOf(await control().create({ ...someone, birthDate: '1980-05-05' }));
    const child = { ...someone, birthDate: '2005-02-03', mother: { number: mother } };
    const number = numberOf(await control().create(child));
    const told = (body: object) => ({
      status: 422,
      body: { code: 'registry.unfit', message: { en: expect.stringContaining('"birthDate"') }, ...body },
    });
    const renumber = (one: string, birthDate: string) =>
      citizens('POST', `/${one}/renumber`, { reason: 'birth-year', birthDate });
    expect(await renumber(mother, '2006-05-05')).toMatchObject(told({}));
    expect(await renumber(number, '1979-02-03')).toMatchObject(told({}));
    expect(
      await citizens('POST', `/${mother}/renumber`, { reason: 'birth-year', newNumber: '001306000077' }),
    ).toMatchObject(told({}));
    expect((await renumber(number, '2004-02-03')).status).toBe(200);
    const carded = await control().create({ ...someone, birthDate: '2024-07-01', card: { issuedOn: '2024-08-01' } });
    expect(await citizens('PATCH', `/${numberOf(carded)}`, { birthDate: '2024-09-01' })).toMatchObject(told({}));
    const dead = await control().create({ ...someone, birthDate: '1991-07-08', diedOn: '1991-08-01' });
    expect(await citizens('PATCH', `/${numberOf(dead)}`, { birthDate: '1991-09-01' })).toMatchObject(told({}));
  });

  test('is of one marriage at a time, unless the other has died', async () => {
    const made = async (name: string, sex: 'male' | 'female') =>
      numberOf(await control().create({ name, sex, birthDate: '1980-01-02' }));
    const [one, two, three] = [
      await made('Cao Văn Một', 'male'),
      await made('Cao Thị Hai', 'female'),
      await made('Cao Thị Ba', 'female'),
    ];
    await control().change({ number: one, spouse: { number: two } });
    expect(await citizens('PATCH', `/${one}`, { spouse: { number: three } })).toMatchObject({
      status: 422,
      body: { code: 'registry.unfit' },
    });
    // who was known by name, and is in the registry by now, is the same person
    const four = await made('Cao Văn Bốn', 'male');
    await control().change({ number: four, spouse: { name: 'Cao Thị Ba' } });
    expect((await citizens('PATCH', `/${four}`, { spouse: { name: 'Cao Thị Năm' } })).body.code).toBe('registry.unfit');
    await control().change({ number: four, spouse: { number: three } });
    await control().change({ number: four, spouse: null });
    await control().change({ number: two, diedOn: '2026-03-04' });
    expect((await control().change({ number: one, spouse: { number: three } })).citizen.spouse?.number).toBe(three);
    expect((await control().get({ number: two })).citizen).toMatchObject({
      maritalStatus: 'married',
      spouse: { number: one },
    });
  });

  test('marries nobody of its own: neither parents nor brothers and sisters, uncles and cousins', async () => {
    const made = async (name: string, sex: 'male' | 'female', year: number, told: object = {}) =>
      numberOf(await control().create({ name, sex, birthDate: `${year}-01-02`, ...told }));
    const old = await made('Tạ Văn Ông', 'male', 1940);
    const father = await made('Tạ Văn Cha', 'male', 1962, { father: { number: old } });
    const aunt = await made('Tạ Thị Cô', 'female', 1964, { father: { number: old } });
    const daughter = await made('Tạ Thị Gái', 'female', 1986, { father: { number: father } });
    const son = await made('Tạ Văn Trai', 'male', 1988, { father: { number: father } });
    const cousin = await made('Lã Thị Em', 'female', 1990, { mother: { number: aunt } });
    for (const [one, two] of [
      [father, daughter],
      [old, daughter],
      [son, daughter],
      [aunt, son],
      [son, cousin],
    ]) {
      const refused = await citizens('PATCH', `/${one}`, { spouse: { number: two } });
      expect([one, two, refused.status, refused.body.code]).toEqual([one, two, 422, 'registry.unfit']);
      expect(refused.body.next?.en).toContain('Art 5');
    }
    // their children are of the fourth generation
    const [grandson, granddaughter] = [
      await made('Tạ Văn Chắt', 'male', 2004, { father: { number: son } }),
      await made('Lã Thị Chắt', 'female', 2005, { mother: { number: cousin } }),
    ];
    await control().change({ number: grandson, spouse: { number: granddaughter } });
    // nor does somebody become the child of whom they are married to, or of their parents
    const wife = await made('Bạch Thị Vợ', 'female', 1990, { spouse: { number: son } });
    expect((await citizens('PATCH', `/${wife}`, { father: { number: father } })).body.code).toBe('registry.unfit');
  });

  test.each([
    ['a father who is a woman', { father: { number: '001187000002' } }, 'father', 'A father is male'],
    ['a mother who is younger', { mother: { number: '001314000003' } }, 'mother', 'Born before'],
    ['a guardian of twelve', { guardian: { number: '001314000003' } }, 'guardian', '18 years'],
    ['a guardian who has died', { guardian: { number: '033049000009' } }, 'guardian', 'alive'],
    ['a guardian by name', { guardian: { name: 'Ai Đó' } }, 'guardian', '"number"'],
    ['a second husband', { spouse: { number: an.number } }, 'spouse', 'First set "spouse": null'],
    ['themselves', { mother: { number: '001195000006' } }, 'mother', 'somebody else'],
    ['nobody', { father: {} }, 'father', '{"number": …}'],
    ['a number that is nobody’s', { father: { number: '001080999999' } }, 'father.number', 'the name alone'],
    [
      'a number that was cancelled',
      { father: { number: '001188000021' } },
      'father.number',
      'the new one is 001189000021',
    ],
    ['another’s name', { father: { number: an.number, name: 'Ai Đó' } }, 'father.name', 'The number alone'],
    ['a spouse, and single', { spouse: { name: 'Ai Đó' }, maritalStatus: 'single' }, 'maritalStatus', '"married"'],
    [
      'a household of one who is not the head',
      { household: { head: '001187000002' } },
      'household.head',
      'The head is 001085000001',
    ],
    ['a second head', { household: { head: an.number, relation: 'head' } }, 'household.relation', 'of their own'],
    ['a child of no head', { household: { relation: 'child' } }, 'household.head', 'The number of the head'],
  ])('cannot be with %s, and it is said why', async (_what, told, member, right) => {
    const before = await citizens('GET', '/001195000006');
    const answer = await citizens('PATCH', '/001195000006', { ...told, otherName: 'Tên Khác' });
    expect([answer.status, answer.body.code]).toEqual([422, 'registry.unfit']);
    expect(answer.body.message?.en).toContain(`The member "${member}"`);
    expect(answer.body.next?.en).toContain(right);
    // whole or not at all
    expect(await citizens('GET', '/001195000006')).toEqual(before);
  });
});

describe('names', () => {
  const named = async (told: { name: string; nameParts?: { family: string; middle: string; given: string } }) => {
    const { citizen } = await control().create({ ...someone, ...told });
    const { family, middle, given } = citizen.nameParts;
    return [citizen.name, family, middle, given];
  };
  test.each([
    ['in NFD', 'Nguyễn Thị Hoà'.normalize('NFD'), ['Nguyễn Thị Hoà', 'Nguyễn', 'Thị', 'Hoà']],
    ['of one word', 'Thành', ['Thành', '', '', 'Thành']],
    ['with another apostrophe', 'H’Mai Niê', ["H'Mai Niê", 'Niê', '', "H'Mai"]],
    ['with spaces', '  Lê   Văn\tB ', ['Lê Văn B', 'Lê', 'Văn', 'B']],
    ['of five words', 'Tôn Nữ Hoàng Bảo Anh', ['Tôn Nữ Hoàng Bảo Anh', 'Tôn', 'Nữ Hoàng Bảo', 'Anh']],
    ['with a hyphen', 'Y-Sơn Êban', ['Y-Sơn Êban', 'Êban', '', 'Y-Sơn']],
  ])('%s', async (_what, name, expected) => {
    expect(await named({ name })).toEqual(expected);
  });

  test('whose parts cannot be told from it are told', async () => {
    expect(await named({ name: 'Kim Min Jun', nameParts: { family: 'Kim', middle: '', given: 'Min Jun' } })).toEqual([
      'Kim Min Jun',
      'Kim',
      '',
      'Min Jun',
    ]);
  });
});

/** What is refused, whose fault it is said to be, and a word of what would be right. */
const refused: [what: string, told: Record<string, unknown>, member: string, right: string][] = [
  ['an emoji in the name', { name: 'Lê 😀' }, 'name', 'Latin letters'],
  ['another script', { name: '김민준' }, 'name', 'Latin letters'],
  ['digits in the name', { name: 'Lê Văn 3' }, 'name', 'Latin letters'],
  ['no name', { name: '   ' }, 'name', '1 to 100'],
  ['a name that is too long', { name: 'Á'.repeat(101) }, 'name', '1 to 100'],
  ['a zero byte', { name: 'Lê\u0000Văn' }, 'name', 'Latin letters'],
  ['a bidirectional control', { name: 'Lê\u202eVăn' }, 'name', 'Latin letters'],
  ['heaps of marks', { name: `Le\u0315\u0316\u0317\u0318` }, 'name', 'Latin letters'],
  ['half a character', { name: 'Lê \ud800' }, 'name', 'Latin letters'],
  [
    'parts that make another name',
    { nameParts: { family: 'A', middle: '', given: 'B' } },
    'nameParts',
    'have to be the name',
  ],
  ['a birth in the future', { birthDate: '2099-01-01' }, 'birthDate', 'at the latest'],
  ['a birth before numbers', { birthDate: '1899-12-31' }, 'birthDate', '1900'],
  ['a day that is not', { birthDate: '1991-02-30' }, 'birthDate', 'year-month-day'],
  ['a day written the other way', { birthDate: '08/07/1991' }, 'birthDate', 'year-month-day'],
  ['a death in the future', { diedOn: '2099-01-01' }, 'diedOn', 'at the latest'],
  ['a death before the birth', { diedOn: '1990-01-01' }, 'diedOn', 'or later'],
  ['a card before the birth', { card: { issuedOn: '1990-01-01' } }, 'card.issuedOn', 'or later'],
  ['a card of tomorrow', { card: { issuedOn: '2099-01-01' } }, 'card.issuedOn', 'at the latest'],
  [
    'a card that ends first',
    { card: { issuedOn: '2025-01-01', expiresOn: '2024-01-01' } },
    'card.expiresOn',
    'or later',
  ],
  ['a marriage of a child', { birthDate: '2015-01-01', spouse: { name: 'Lê Văn Bé' } }, 'spouse', 'of 20 years'],
  ['a divorce of a child', { birthDate: '2015-01-01', maritalStatus: 'divorced' }, 'spouse', 'of 20 years'],
  ['a marriage to a child', { spouse: { number: '001218000004' } }, 'spouse', 'of 20 years'],
  ['a marriage of two women', { spouse: { number: '001195000006' } }, 'spouse', 'a man and a woman'],
  ['a phone that rings', { phone: '0912345678' }, 'phone', 'beginning 000'],
  ['an address that is somebody’s', { email: 'an@gmail.com' }, 'email', 'RFC 2606'],
  ['a look-alike of one', { email: 'an@example.com.vn' }, 'email', 'RFC 2606'],
  ['a commune that is near another', { permanent: { unit: 'Ba Đing' } }, 'permanent.unit', '00004 Phường Ba Đình'],
  [
    'a commune of many provinces',
    { permanent: { unit: 'Hòa Bình' } },
    'permanent.unit',
    'Phường Hoà Bình, Tỉnh Phú Thọ',
  ],
  ['a commune that became others', { permanent: { unit: 'Phường Phúc Xá' } }, 'permanent.unit', '00097 Phường Hồng Hà'],
  ['a code that no commune has', { temporary: { unit: '99999' } }, 'temporary.unit', 'five digits'],
  ['an old commune that is divided', { current: { oldUnit: 'Phường Kim Mã' } }, 'current.unit', 'One of'],
  ['a street without a commune', { current: { street: 'Số 1' } }, 'current.unit', 'code or name'],
  [
    'a street that hides something',
    { current: { street: 'Số \u202e1', unit: '00004' } },
    'current.street',
    'A line of',
  ],
  ['a country in words', { nationality: 'Vie' }, 'nationality', 'ISO 3166-1'],
  ['a place that is none', { birthRegistration: '003' }, 'birthRegistration', '001 is Hà Nội'],
  ['an old number of letters', { oldNumber: '12345678x' }, 'oldNumber', 'Nine digits'],
];

describe('what cannot be so is refused, and what would be right is said in both languages', () => {
  test.each(refused)('%s', async (_what, told, member, right) => {
    const before = await vneid.registry.count();
    const { status, body } = await citizens('POST', '', { ...someone, ...told });
    expect([status, body.code]).toEqual([422, 'registry.unfit']);
    expect(body.message).toEqual({
      vi: expect.stringContaining(`Trường "${member}" không đúng: `),
      en: expect.stringContaining(`The member "${member}" is not right: `),
    });
    expect(body.next?.en).toContain(right);
    expect(body.next?.vi).not.toBe(body.next?.en);
    expect(body.next?.vi.length).toBeGreaterThan(5);
    expect(await vneid.registry.count()).toBe(before);
  });

  test.each([
    ['letters in the number', '00119100000x', 'only digits are allowed'],
    ['a short number', '00119', '5 digits instead of 12'],
    ['a place that is none', '003191000001', '003'],
    ['another sex', '001091000001', 'the fourth digit 0 means male, not female'],
    ['another year', '001192000001', '(192) are of someone born in 1992, not 1991'],
    ['another century', '001391000001', '(391) are of someone born in 2091, not 1991'],
  ])('%s', async (_what, number, found) => {
    const { status, body } = await citizens('POST', '', { ...someone, number });
    expect([status, body.code]).toEqual([422, 'registry.numberInvalid']);
    expect(body.message?.en).toContain(found);
  });

  test('another place of registration than that of the number', async () => {
    const { body } = await citizens('POST', '', { ...someone, number: '001191555555', birthRegistration: '036' });
    expect(body.message).toEqual({
      vi: 'Số định danh 001191555555 không hợp lệ: ba chữ số đầu là 001, không phải nơi đăng ký khai sinh 036.',
      en: 'The personal number 001191555555 is not valid: the first three digits are 001, not the place of birth registration 036.',
    });
  });

  test.each([
    ['a member that there is not', { nickname: 'x' }, 'nickname'],
    ['a sex that there is not', { sex: 'other' }, 'sex'],
    ['an ethnic group that there is not', { ethnicity: '57' }, 'ethnicity'],
    ['a religion that there is not', { religion: 'jedi' }, 'religion'],
    ['a state of a card that there is not', { card: { state: 'lost' } }, 'card.state'],
    ['a level that there is not', { account: { level: 3 } }, 'account.level'],
    ['a member of a member', { permanent: { unit: '00004', city: 'Hà Nội' } }, 'permanent'],
    ['no sex', { sex: undefined }, 'sex'],
    ['an endless name', { name: 'a'.repeat(301) }, 'name'],
  ])('%s', async (_what, told, field) => {
    const { status, body } = await citizens('POST', '', { ...someone, ...told });
    expect([status, body.code, body.message?.en]).toEqual([
      422,
      'request.badField',
      expect.stringContaining(`"${field}"`),
    ]);
  });

  test.each([
    [
      'an account of level 2 for a child of 3',
      { birthDate: '2023-04-05', account: {} },
      'account.tooYoung',
      'Set "level": 1',
    ],
    ['an account without a card', { card: null, account: {} }, 'account.noCard', 'Issue a card first'],
    [
      'an account on a revoked card',
      { card: { state: 'revoked' }, account: {} },
      'account.noCard',
      'Issue a card first',
    ],
    ['a foreigner’s account of a citizen', { account: { kind: 'foreigner' } }, 'account.kind', 'VNM'],
    ['a password that is guessed first', { account: { password: 'DangThiThu1991' } }, 'password.common', 'Avoid'],
    ['a short password', { account: { password: 'ngắn' } }, 'password.short', 'You typed 4'],
    ['a passcode of one digit', { account: { passcode: '111111' } }, 'passcode.common', 'Avoid'],
  ])('%s, and nobody is taken in', async (_what, told, code, right) => {
    const before = await vneid.registry.count();
    const { status, body } = await citizens('POST', '', { ...someone, ...told });
    expect([status, body.code, body.next?.en]).toEqual([422, code, expect.stringContaining(right)]);
    expect(await vneid.registry.count()).toBe(before);
  });
});

test('a foreigner, a child and somebody of whom only the year is known are what the law has of them', async () => {
  const foreigner = await control().create({
    name: 'Kim Min Jun',
    sex: 'male',
    birthDate: '1988-04-02',
    nationality: 'KOR',
    account: {},
  });
  expect(foreigner).toMatchObject({
    citizen: {
      number: expect.stringMatching(/^999088/),
      ethnicity: '55',
      birthPlace: null,
      card: { kind: 'residence-card' },
    },
    account: { kind: 'foreigner' },
  });
  const child = await control().create({
    name: 'Bé Na',
    sex: 'female',
    birthDate: '2022-02-03',
    account: { level: 1 },
  });
  expect(child).toMatchObject({ citizen: { card: { kind: 'can-cuoc' }, phone: null }, account: { level: 1 } });
  expect((await control().create({ name: 'Bé Ti', sex: 'male', birthDate: '2022-02-03' })).citizen.card).toBeNull();
  const old = await control().create({ name: 'Cụ Tư', sex: 'male', birthDate: '1948' });
  expect(old.citizen).toMatchObject({ birthDate: '1948', card: { expiresOn: null } });
});

test('an address follows its old commune where only one can be meant, and home is where one is registered', async () => {
  const number = numberOf(await control().create({ ...someone, permanent: { unit: '00004' } }));
  const moved = await control().change({ number, permanent: { street: 'Thôn 1', oldUnit: 'Xã Ba Vì, Huyện Ba Vì' } });
  expect(moved.citizen.permanent).toMatchObject({
    street: 'Thôn 1',
    oldUnit: '09703',
    unit: '09700',
  });
  expect(moved.citizen.current).toEqual(moved.citizen.permanent);
  const away = await control().change({ number, temporary: { unit: 'Phường Ba Đình' } });
  expect(away.citizen.current).toEqual(away.citizen.temporary);
  const elsewhere = await control().change({ number, current: { unit: '00097' }, temporary: null });
  expect(elsewhere.citizen).toMatchObject({ temporary: null, current: { unit: '00097' } });
  expect((await control().change({ number, permanent: null })).citizen.current).toMatchObject({ unit: '00097' });
});

test('the same on the command line', async () => {
  const run = async (...args: string[]) =>
    JSON.parse(
      (await promisify(execFile)(process.execPath, ['src/main.js', 'citizens', ...args, '--url', vneid.issuer])).stdout,
    ) as Record<string, unknown>;
  const made = await run(
    'create',
    '--name',
    'Hà Văn Dòng',
    '--sex',
    'male',
    '--birth-date',
    '1980-01-02',
    '--account',
    '{"level":1}',
    '--phone',
    'null',
  );
  expect(made).toMatchObject({ citizen: { name: 'Hà Văn Dòng', phone: null }, account: { level: 1 } });
  const { number } = made.citizen as { number: string };
  expect(await run('change', number, '--card', '{"state":"held"}')).toMatchObject({
    citizen: { card: { state: 'held' } },
  });
  expect((await run('list', '--q', 'ha van dong')).citizens).toHaveLength(1);
  expect(await run('remove', number)).toEqual({});
});

test('the audit has who was taken in, changed and taken out, and what of them, but not what they are called', async () => {
  const number = numberOf(await control().create({ ...someone, account: {} }));
  await control().change({ number, name: 'Tên Bí Mật', phone: null });
  await control().change({ number, name: 'Tên Bí Mật' });
  await control().renumber({ number, reason: 'forged-papers' });
  const { entries } = await vneid.control.audit.list({ limit: 20 });
  const told = entries
    .filter(({ event }) => event.startsWith('citizen.'))
    .map(({ event, facts }) => [event, facts.members ?? facts.reason]);
  expect(told.slice(0, 3)).toEqual([
    ['citizen.renumbered', 'forged-papers'],
    ['citizen.changed', ['name', 'phone']],
    ['citizen.added', undefined],
  ]);
  expect(JSON.stringify(entries)).not.toContain('Bí Mật');
});
