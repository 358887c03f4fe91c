import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { dateIn } from '../../src/registry/dates.ts';
import { databaseOptions } from '../support/database.ts';
import { lab } from '../support/lab.ts';
import { an } from '../support/relying-party.ts';

/** Organisations with who acts for them, and the papers of people. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid(await databaseOptions());
});
afterAll(() => vneid.stop());

const binh = '001187000002';
const organisations = (method: string, path: string, body?: unknown) =>
  lab(vneid, method, `/organisations${path}`, body);

describe('an organisation', () => {
  test('is taken in with a name alone, changed, and taken out with all its mandates', async () => {
    const made = await organisations('POST', '', { name: 'Công ty Thử Nghiệm' });
    expect(made).toMatchObject({
      status: 201,
      body: { organisation: { kind: 'enterprise', taxCode: expect.stringMatching(/^01\d{8}$/) } },
    });
    const { taxCode } = made.body.organisation as { taxCode: string };
    // a tax code that no company has: its check digit is wrong
    const digits = [...taxCode].map(Number);
    const sum = [31, 29, 23, 19, 17, 13, 7, 5, 3].reduce((all, weight, at) => all + weight * (digits[at] ?? 0), 0);
    expect(digits[9]).not.toBe(10 - (sum % 11));
    const changed = await organisations('PATCH', `/${taxCode}`, {
      name: 'Bệnh viện  Thử',
      kind: 'hospital',
      foundedOn: '2020-02-03',
    });
    expect(changed.body.organisation).toMatchObject({
      taxCode,
      name: 'Bệnh viện Thử',
      kind: 'hospital',
      foundedOn: '2020-02-03',
    });

    const mandate = await organisations('POST', `/${taxCode}/mandates`, {
      number: an.number,
      role: 'health-worker',
      since: '2025-01-01',
    });
    expect(mandate).toMatchObject({
      status: 201,
      body: {
        mandate: { number: an.number, name: an.name, role: 'health-worker', title: 'Nhân viên y tế', until: null },
      },
    });
    const acts = async () =>
      (await vneid.control.citizens.get({ number: an.number })).mandates.map(({ taxCode: of, role }) => [of, role]);
    expect(await acts()).toEqual([[taxCode, 'health-worker']]);
    expect(await organisations('DELETE', `/${taxCode}`)).toEqual({ status: 200, body: {} });
    expect(await acts()).toEqual([]);
    expect(await organisations('GET', `/${taxCode}`)).toMatchObject({
      status: 404,
      body: { code: 'organisation.unknown' },
    });
  });

  test('has a mandate that ends now, or on a day, or had never been', async () => {
    const path = '/0100000001/mandates';
    await organisations('POST', path, { number: binh, role: 'representative', title: 'Giám đốc', since: '2024-01-01' });
    const acts = async () => (await vneid.control.citizens.get({ number: binh })).mandates.length;
    expect(await acts()).toBe(1);
    expect(await organisations('POST', path, { number: binh, role: 'representative' })).toMatchObject({
      status: 409,
      body: { code: 'mandate.exists' },
    });
    const ended = await organisations('PATCH', `${path}/${binh}/representative`, {});
    expect((ended.body.mandate as { until: string }).until < new Date(vneid.clock.now()).toISOString()).toBe(true);
    expect(await acts()).toBe(0);
    await organisations('PATCH', `${path}/${binh}/representative`, { until: '2099-12-31' });
    expect(await acts()).toBe(1);
    const { mandates } = await vneid.control.organisations.get({ taxCode: '0100000001' });
    expect(mandates.map(({ number, until }) => [number, until])).toContainEqual([binh, '2099-12-31']);
    expect(await organisations('DELETE', `${path}/${binh}/representative`)).toEqual({ status: 200, body: {} });
    expect(await organisations('DELETE', `${path}/${binh}/representative`)).toMatchObject({
      status: 404,
      body: { code: 'mandate.unknown' },
    });
    expect(await acts()).toBe(0);
  });

  test('is acted for by nobody who has died: a mandate ends with its holder', async () => {
    const { citizen } = await vneid.control.citizens.create({
      name: 'Ông Văn Đại',
      sex: 'male',
      birthDate: '1970-01-02',
    });
    const { number } = citizen;
    const path = '/0100000001/mandates';
    await organisations('POST', path, { number, role: 'representative', since: '2024-01-01' });
    await vneid.control.citizens.change({ number, diedOn: '2026-03-04' });
    expect((await vneid.control.citizens.get({ number })).mandates).toEqual([]);
    const { mandates } = await vneid.control.organisations.get({ taxCode: '0100000001' });
    expect(mandates.find((one) => one.number === number)?.until).toBe('2026-03-04');
    expect(await organisations('POST', path, { number, role: 'officer' })).toMatchObject({
      status: 422,
      body: { code: 'registry.unfit', message: { en: expect.stringContaining('has died') } },
    });
    // and goes on where it was not so after all
    await vneid.control.citizens.change({ number, diedOn: null });
    expect((await vneid.control.citizens.get({ number })).mandates).toMatchObject([{ until: null }]);
  });

  test('of one tax code is taken in once, however many ask', async () => {
    const asked = await Promise.all(
      Array.from({ length: 6 }, () => organisations('POST', '', { name: 'Một', taxCode: '0109999999' })),
    );
    expect(asked.map(({ status }) => status).sort((one, other) => one - other)).toEqual([201, 409, 409, 409, 409, 409]);
    expect(asked.find(({ status }) => status === 409)?.body.code).toBe('organisation.exists');
  });

  test('is listed by tax code, page by page', async () => {
    await vneid.control.organisations.create({ name: 'Chi nhánh', taxCode: '0100000001-001' });
    const first = await vneid.control.organisations.list({ limit: 2 });
    expect(first.organisations.map(({ taxCode }) => taxCode)).toEqual(['0100000001', '0100000001-001']);
    const second = await vneid.control.organisations.list({ limit: 2, after: first.next });
    expect(second.organisations.map(({ taxCode }) => taxCode)).toEqual(['0100000002', '0100000003']);
  });

  test.each([
    ['no name', { name: ' ' }, 'registry.unfit'],
    ['a name that hides something', { name: 'Công ty \u202e' }, 'registry.unfit'],
    ['a tax code of letters', { name: 'A', taxCode: '01000000ab' }, 'registry.unfit'],
    ['a founding in the future', { name: 'A', foundedOn: '2099-01-01' }, 'registry.unfit'],
    ['a kind that there is not', { name: 'A', kind: 'club' }, 'request.badField'],
    ['a member that there is not', { name: 'A', owner: 'B' }, 'request.badField'],
  ])('cannot have %s', async (_what, told, code) => {
    const answer = await organisations('POST', '', told);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
  });

  test.each([
    [
      'an organisation that is not',
      '/0109999998/mandates',
      { number: an.number, role: 'officer' },
      404,
      'organisation.unknown',
    ],
    ['nobody', '/0100000001/mandates', { number: '001085999999', role: 'officer' }, 404, 'citizen.unknown'],
    [
      'a cancelled number',
      '/0100000001/mandates',
      { number: '001188000021', role: 'officer' },
      410,
      'citizen.renumbered',
    ],
    [
      'an end before the beginning',
      '/0100000001/mandates',
      { number: an.number, role: 'officer', until: '2001-01-01' },
      422,
      'registry.unfit',
    ],
    ['a role that there is not', '/0100000001/mandates', { number: an.number, role: 'king' }, 422, 'request.badField'],
  ])('gives no mandate for %s', async (_what, path, body, status, code) => {
    const answer = await organisations('POST', path, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('a document', () => {
  const documents = (number: string) =>
    vneid.control.documents.list({ number }).then(({ documents: papers }) => papers);
  const add = (number: string, body: unknown) => lab(vneid, 'POST', `/citizens/${number}/documents`, body);
  const patch = (document: string, body: unknown) => lab(vneid, 'PATCH', `/documents/${document}`, body);
  const someone = async () =>
    (await vneid.control.citizens.create({ name: 'Phan Văn Giấy', sex: 'male', birthDate: '1980-04-05', account: {} }))
      .citizen.number;
  /** What the holder's wallet has, and its state, as their phone shows it. */
  const wallet = async (number: string) => {
    const citizen = await vneid.registry.find(number);
    if (!citizen) throw new Error('nobody');
    const { items } = await vneid.wallets.walletOf(citizen, {
      today: dateIn(vneid.clock.now()),
    });
    return items
      .filter(({ kind }) => !['card', 'electronic-identity', 'residence'].includes(kind))
      .map(({ kind, state }) => `${kind} ${state}`);
  };

  test('of somebody new there is none but what is added; each kind needs no more than its name', async () => {
    const number = await someone();
    expect(await documents(number)).toEqual([]);
    for (const kind of ['driving-licence', 'vehicle', 'health-insurance'])
      expect((await add(number, { kind })).status).toBe(201);
    expect(await documents(number)).toMatchObject([
      {
        kind: 'driving-licence',
        documentNumber: expect.stringMatching(/^\d{12}$/),
        expiresOn: null,
        state: 'valid',
        facts: { class: 'A1', points: 12 },
      },
      { kind: 'vehicle', documentNumber: expect.stringMatching(/^(29|3\d|40)/), facts: { type: 'motorbike' } },
      { kind: 'health-insurance', documentNumber: number, facts: { group: 'GD', benefit: 4 } },
    ]);
    const car = await add(number, {
      kind: 'driving-licence',
      documentNumber: '010251234567',
      issuedOn: '2024-05-06',
      facts: { class: 'B2', points: 3 },
    });
    expect(car.body.document).toMatchObject({
      documentNumber: '010251234567',
      expiresOn: '2034-05-06',
      facts: { class: 'B2', points: 3 },
    });
    expect(await add(binh, { kind: 'driving-licence', documentNumber: '010251234567' })).toMatchObject({
      status: 409,
      body: { code: 'document.exists' },
    });
    expect((await documents(an.number)).length).toBe(3);
  });

  test('is suspended, revoked, ended and renewed, and whoever looks sees it at once', async () => {
    const number = await someone();
    const { id } = (await add(number, { kind: 'driving-licence', facts: { class: 'B' } })).body.document as {
      id: string;
    };
    expect(await wallet(number)).toEqual(['driving-licence valid']);
    for (const state of ['suspended', 'revoked', 'expired', 'suspended']) {
      expect((await patch(id, { state })).body.document).toMatchObject({ state });
      expect(await wallet(number)).toEqual([`driving-licence ${state}`]);
    }
    expect(await patch(id, { state: 'valid' })).toMatchObject({
      status: 422,
      body: { code: 'registry.unfit', next: { en: expect.stringContaining('"expiresOn"') } },
    });
    expect((await patch(id, { state: 'valid', expiresOn: '2040-01-02' })).body.document).toMatchObject({
      state: 'valid',
      expiresOn: '2040-01-02',
    });
    expect((await patch(id, { facts: { points: 0 } })).body.document).toMatchObject({
      facts: { class: 'B', points: 0 },
    });
    expect(await lab(vneid, 'DELETE', `/documents/${id}`)).toEqual({ status: 200, body: {} });
    expect(await wallet(number)).toEqual([]);
    expect(await patch(id, {})).toMatchObject({ status: 404, body: { code: 'document.unknown' } });
    expect(await lab(vneid, 'DELETE', `/documents/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'document.unknown' },
    });
  });

  test('that is suspended is no good at a checkpoint, and the page says so', async () => {
    const number = await someone();
    const { id } = (await add(number, { kind: 'vehicle' })).body.document as { id: string };
    const [account, citizen] = [await vneid.accounts.byNumber(number), await vneid.registry.find(number)];
    if (!account || !citizen) throw new Error('nobody');
    const { url } = await vneid.presentations.present({ citizen, item: id, by: account });
    await patch(id, { state: 'suspended' });
    const page = await fetch(url, { headers: { accept: 'text/html', 'accept-language': 'vi' } });
    expect(await page.text()).toContain('Đang bị tạm đình chỉ');
  });

  test.each([
    ['a kind that there is not', { kind: 'passport' }, 'request.badField', 'kind'],
    ['facts of another kind', { kind: 'vehicle', facts: { class: 'B' } }, 'request.badField', 'facts'],
    [
      'a class that there is not',
      { kind: 'driving-licence', facts: { class: 'Z' } },
      'request.badField',
      'facts.class',
    ],
    ['thirteen points', { kind: 'driving-licence', facts: { points: 13 } }, 'request.badField', 'facts.points'],
    ['a licence at seven', { kind: 'driving-licence', issuedOn: '1987-04-05' }, 'registry.unfit', 'issuedOn'],
    [
      'a bus at twenty',
      { kind: 'driving-licence', issuedOn: '2000-04-05', facts: { class: 'D' } },
      'registry.unfit',
      'issuedOn',
    ],
    ['an issue in the future', { kind: 'vehicle', issuedOn: '2099-01-01' }, 'registry.unfit', 'issuedOn'],
    ['an end before the issue', { kind: 'vehicle', expiresOn: '2001-01-01' }, 'registry.unfit', 'expiresOn'],
    [
      'a plate that hides something',
      { kind: 'vehicle', documentNumber: '29\u202e1' },
      'registry.unfit',
      'documentNumber',
    ],
    ['a make that hides something', { kind: 'vehicle', facts: { make: 'A\u0000' } }, 'registry.unfit', 'facts.make'],
    ['a member that there is not', { kind: 'vehicle', colour: 'red' }, 'request.badField', 'colour'],
  ])('cannot have %s', async (_what, told, code, member) => {
    const number = await someone();
    const answer = await add(number, told);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(answer.body.message?.en).toContain(`"${member}"`);
    expect(await documents(number)).toEqual([]);
  });
});
