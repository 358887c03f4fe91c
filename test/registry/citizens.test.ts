import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { cast } from '../../src/registry/cast.ts';
import { type Citizen, citizenOf, rowOf } from '../../src/registry/citizen.ts';
import { createRegistry, type Registry } from '../../src/registry/citizens.ts';
import { seed } from '../../src/registry/seed.ts';
import type { Database } from '../../src/store/database.ts';
import { newDatabase, planOf } from '../support/database.ts';

let database: Database;
let registry: Registry;
const clock = createClock();

beforeEach(async () => {
  database = await newDatabase();
  registry = createRegistry({ db: database.db, clock, events: createEvents() });
  await seed({ database, citizens: 0, seed: 1, passwordHash: async () => 'hash', clock });
});
afterEach(() => database.close());

/** Another of the name of one of the cast. */
const dung = { name: 'Phạm Văn Dũng', sex: 'male', birthDate: '1990-01-25', number: '031090000007' } as const;

async function known(key: string): Promise<Citizen> {
  const citizen = await registry.find(cast.find((member) => member.key === key)?.number ?? '');
  if (!citizen) throw new Error(`${key} is not there`);
  return citizen;
}

describe('the registry', () => {
  it('finds everybody of the cast by number and by id', async () => {
    for (const member of cast) {
      const citizen = await registry.find(member.number);
      expect(citizen).toMatchObject({ id: member.id, name: { full: member.fullName } });
      expect(await registry.byId(member.id)).toEqual(citizen);
    }
    expect(await registry.find('001085999999')).toBeUndefined();
    expect(await registry.byId('nobody')).toBeUndefined();
  });

  it('keeps a citizen as it was given', async () => {
    const rows = await database.db.selectFrom('citizens').selectAll().execute();
    for (const row of rows) expect(rowOf(citizenOf(row))).toEqual(row);
  });

  it('says what became of a cancelled number', async () => {
    expect(await registry.find('001188000021')).toBeUndefined();
    expect(await registry.cancelled('001188000021')).toEqual({
      number: '001188000021',
      citizenId: (await known('thao')).id,
      cancelledOn: '2025-04-15',
      reason: 'birth-year',
      replacedBy: '001189000021',
    });
    expect(await registry.cancelled('001085000001')).toBeUndefined();
  });

  it('searches by name however it was typed, and tells namesakes apart by birth date', async () => {
    const numbers = async (q: string, birthDate?: string, limit = 20) =>
      (await registry.search({ q, birthDate, limit })).citizens.map(({ number }) => number);
    expect(await numbers('LÊ  thị hoà')).toEqual(['001191000025']);
    expect(await numbers('le thi hoa')).toEqual(['001191000025']);
    expect(await numbers("h'mai nie")).toEqual(['066197000019']);
    expect(await numbers('Nguyễn Thị Hoa', '1990-05-20')).toEqual(['001190000015', '036190000016']);
    expect(await numbers('Nguyễn Thị Hoa', '1990-05-21')).toEqual([]);
    expect(await numbers('Nguyễn Thị Hoa', undefined, 1)).toEqual(['001190000015']);
  });

  it('knows the family of An', async () => {
    const family = await registry.family(await known('an'));
    expect(family.map(({ relation, name, number }) => [relation, name, number])).toEqual([
      ['father', 'Nguyễn Văn Bách', null],
      ['mother', 'Phạm Thị Lan', '036155000005'],
      ['spouse', 'Trần Thị Bình', '001187000002'],
      ['child', 'Nguyễn Minh Châu', '001314000003'],
      ['child', 'Nguyễn Gia Bảo', '001218000004'],
    ]);
  });

  it('knows guardian and ward from both sides', async () => {
    const relations = async (key: string) =>
      (await registry.family(await known(key))).map(({ relation, name }) => `${relation} ${name}`);
    expect(await relations('long')).toEqual(['father Đỗ Văn Lâm', 'mother Ngô Thị Tuyết', 'guardian Đỗ Văn Mạnh']);
    expect(await relations('manh')).toEqual(['ward Đỗ Minh Long']);
    expect(await relations('son')).toEqual([]);
  });

  it('lists a household, the head first', async () => {
    const household = await registry.household((await known('bao')).householdId ?? '');
    expect(household?.members.map(({ name, relationToHead }) => [name.given, relationToHead])).toEqual([
      ['An', 'head'],
      ['Lan', 'mother'],
      ['Bình', 'wife'],
      ['Châu', 'child'],
      ['Bảo', 'child'],
    ]);
    expect(await registry.household('none')).toBeUndefined();
  });
});

describe('a number', () => {
  it('of numbers that were cancelled on one day the last is the one that was cancelled last', async () => {
    const one = await registry.add({ name: 'Phạm Thị Đổi', sex: 'female', birthDate: '1990-04-05' });
    const numbers = [one.number];
    for (let time = 0; time < 4; time += 1)
      numbers.push((await registry.renumber(one.id, undefined, 'wrong-registration')).number);
    const former = await registry.formerNumbers(one.id);
    expect(former.map(({ number }) => number)).toEqual(numbers.slice(0, -1).toReversed());
  });

  it('is changed, and the old one is kept', async () => {
    const { id } = await known('an');
    const changed = await registry.renumber(id, '001086000001', 'birth-year');
    expect(changed).toMatchObject({ id, number: '001086000001' });
    expect(await registry.find('001086000001')).toEqual(changed);
    expect(await registry.find('001085000001')).toBeUndefined();
    expect(await registry.cancelled('001085000001')).toMatchObject({ citizenId: id, replacedBy: '001086000001' });
  });

  it('is never used twice, in force or cancelled', async () => {
    const an = await known('an');
    for (const number of ['001085000001', '001188000021']) {
      await expect(registry.renumber(an.id, number, 'sex')).rejects.toMatchObject({
        code: 'registry.numberTaken',
      });
    }
    await expect(registry.add(dung)).rejects.toMatchObject({ code: 'registry.numberTaken' });
    await expect(
      registry.add({ ...dung, number: '001188000021', sex: 'female', birthDate: '1988-01-01' }),
    ).rejects.toMatchObject({ code: 'registry.numberTaken' });
    expect(await registry.count()).toBe(cast.length);
    expect((await registry.find('001085000001'))?.id).toBe(an.id);
  });

  it('must fit its holder', async () => {
    await expect(registry.add({ ...dung, number: '031190000777' })).rejects.toMatchObject({
      code: 'registry.numberInvalid',
      facts: { found: { en: 'the fourth digit 1 means female, not male' } },
    });
    await expect(registry.renumber('nobody', '031090000777', 'sex')).rejects.toMatchObject({
      code: 'registry.unknown',
    });
    await expect(registry.renumber(cast[0]?.id ?? '', '12', 'sex')).rejects.toMatchObject({
      code: 'registry.numberInvalid',
    });
  });

  it('lets a new person in', async () => {
    const added = await registry.add({ ...dung, number: '031090000777' });
    expect(await registry.byId(added.id)).toEqual(added);
    expect((await registry.search({ q: 'pham van dung', limit: 20 })).citizens).toHaveLength(2);
  });

  it('is looked up by an index, and so is family', async () => {
    const plan = (query: string) => planOf(database, query);
    expect(await plan("select * from citizens where number = ''")).toContain('citizens_number');
    const page = 'order by search_name, number limit 51';
    expect(await plan(`select * from citizens where search_name >= 'a' and search_name < 'b' ${page}`)).toContain(
      'citizens_name',
    );
    expect(
      await plan(`select * from citizens where birth_date = '2000-01-01' and search_name >= 'a' ${page}`),
    ).toContain('citizens_born');
    const family = await plan("select * from citizens where father_id = 'a' or mother_id = 'a' or guardian_id = 'a'");
    for (const index of ['father_id', 'mother_id', 'guardian_id']) expect(family).toContain(`citizens_${index}`);
  });
});
