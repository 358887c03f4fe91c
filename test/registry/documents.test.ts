import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { cast } from '../../src/registry/cast.ts';
import { type Citizen, citizenOf } from '../../src/registry/citizen.ts';
import { createRegistry, type Registry } from '../../src/registry/citizens.ts';
import { ageOn, birthdayAt } from '../../src/registry/dates.ts';
import { licenceClasses } from '../../src/registry/documents/licence.ts';
import { paperStateOn } from '../../src/registry/documents/paper.ts';
import { createDocuments, type Document, type Documents } from '../../src/registry/documents.ts';
import { censusDay } from '../../src/registry/generator/plan.ts';
import { seed } from '../../src/registry/seed.ts';
import type { Database } from '../../src/store/database.ts';
import { newDatabase } from '../support/database.ts';

const clock = createClock();
const opened: Database[] = [];
let database: Database;
let registry: Registry;
let documents: Documents;

async function open(citizens = 0) {
  const one = await newDatabase();
  opened.push(one);
  await seed({ database: one, citizens, seed: 1, passwordHash: async () => 'hash', clock });
  const parts = { db: one.db, clock, events: createEvents() };
  return { database: one, registry: createRegistry(parts), documents: createDocuments(parts) };
}

beforeEach(async () => {
  ({ database, registry, documents } = await open());
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function known(key: string, from = registry): Promise<Citizen> {
  const citizen = await from.find(cast.find((member) => member.key === key)?.number ?? '');
  if (!citizen) throw new Error(`${key} is not there`);
  return citizen;
}
const today = '2026-11-25';
const told = (papers: Document[]) => papers.map(({ kind, number }) => [kind, number]);
const withoutIds = (papers: Document[]) => papers.map((paper) => ({ ...paper, id: undefined }));

describe('the papers of the cast', () => {
  it('An has one of each kind', async () => {
    const papers = await documents.documentsOf(await known('an'));
    expect(told(papers)).toEqual([
      ['driving-licence', '010251000001'],
      ['vehicle', '30K-850.01'],
      ['health-insurance', 'DN4010100000001'],
    ]);
    expect(papers.map((paper) => paperStateOn(paper, today))).toEqual(['valid', 'valid', 'valid']);
  });

  it('Bình rides a motorbike and is insured under her personal number', async () => {
    const [licence, insurance, ...more] = await documents.documentsOf(await known('binh'));
    expect(licence).toMatchObject({ kind: 'driving-licence', expiresOn: null, facts: { class: 'A1' } });
    expect(insurance).toMatchObject({ kind: 'health-insurance', number: '001187000002' });
    expect(more).toEqual([]);
  });

  it('a licence of Khoa ran out, one of Sơn was revoked', async () => {
    const [ofKhoa] = await documents.documentsOf(await known('khoa'));
    const [ofSon] = await documents.documentsOf(await known('son'));
    expect([ofKhoa?.kind, ofKhoa && paperStateOn(ofKhoa, today)]).toEqual(['driving-licence', 'expired']);
    expect([ofSon?.kind, ofSon && paperStateOn(ofSon, today)]).toEqual(['driving-licence', 'revoked']);
  });

  it.each(['chau', 'bao', 'long'])('the child %s is insured and drives nothing', async (key) => {
    const child = await known(key);
    expect(told(await documents.documentsOf(child))).toEqual([['health-insurance', child.number]]);
  });
});

describe('they are made once', () => {
  it('is one set, however many ask at once', async () => {
    const an = await known('an');
    const answers = await Promise.all(Array.from({ length: 8 }, () => documents.documentsOf(an)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await database.db.selectFrom('documents').selectAll().execute()).toHaveLength(3);
  });

  it('is the same set on another machine, whoever was asked for before', async () => {
    const other = await open();
    await other.documents.documentsOf(await known('mai', other.registry));
    for (const { key } of cast) {
      const there = await other.documents.documentsOf(await known(key, other.registry));
      expect(withoutIds(await documents.documentsOf(await known(key))), key).toEqual(withoutIds(there));
    }
  });

  it('leaves the last word to the table: what was changed, taken away or added stays so', async () => {
    const an = await known('an');
    const [licence, vehicle] = await documents.documentsOf(an);
    await database.db
      .updateTable('documents')
      .set({ state: 'revoked' })
      .where('id', '=', licence?.id ?? '')
      .execute();
    await database.db
      .deleteFrom('documents')
      .where('id', '=', vehicle?.id ?? '')
      .execute();
    const again = createDocuments({ db: database.db, clock, events: createEvents() });
    expect((await again.documentsOf(an)).map(({ kind, state }) => [kind, state])).toEqual([
      ['driving-licence', 'revoked'],
      ['health-insurance', 'valid'],
    ]);
    await database.db.deleteFrom('documents').execute();
    expect(await again.documentsOf(an)).toEqual([]);
  });

  it('remembers someone who has none', async () => {
    const nobody = { ...(await known('an')), id: 'newborn', number: '001326999999', birthDate: '2026-10-31' };
    const papers = await documents.documentsOf(nobody);
    await database.db.deleteFrom('documents').execute();
    expect(await documents.documentsOf(nobody)).toEqual([]);
    expect(papers.every(({ kind }) => kind === 'health-insurance')).toBe(true);
  });

  it('takes another number where somebody has this one', async () => {
    const plate = { id: 'x', citizen_id: 'other', kind: 'vehicle', number: '30K-850.01' } as const;
    await database.db
      .insertInto('documents')
      .values({ ...plate, issued_on: '2020-01-01', expires_on: null, state: 'valid', facts: '{}' })
      .execute();
    const vehicle = (await documents.documentsOf(await known('an'))).find(({ kind }) => kind === 'vehicle');
    expect(vehicle?.number).toMatch(/^\d\d[A-Z]-\d{3}\.\d\d$/);
    expect(vehicle?.number).not.toBe('30K-850.01');
  });
});

describe('the papers of generated people', () => {
  let all: { citizen: Citizen; asOf: string; papers: Document[] }[] = [];
  beforeEach(async () => {
    if (all.length > 0) return;
    const many = await open(3000);
    const rows = await many.database.db.selectFrom('citizens').selectAll().orderBy('id').execute();
    for (const citizen of rows.map(citizenOf)) {
      all.push({ citizen, asOf: citizen.diedOn ?? censusDay, papers: await many.documents.documentsOf(citizen) });
    }
  });
  const of = <K extends Document['kind']>(kind: K) =>
    all.flatMap(({ citizen, asOf, papers }) =>
      papers
        .filter((paper): paper is Extract<Document, { kind: K }> => paper.kind === kind)
        .map((paper) => ({ citizen, asOf, paper })),
    );

  it('nobody under 18 drives or owns a vehicle, and a class has its own age', () => {
    for (const { citizen, paper } of of('driving-licence')) {
      const { least } = licenceClasses[paper.facts.class];
      expect(ageOn(citizen.birthDate, paper.issuedOn), citizen.number).toBeGreaterThanOrEqual(least);
    }
    for (const { citizen, paper } of of('vehicle')) {
      expect(ageOn(citizen.birthDate, paper.issuedOn), citizen.number).toBeGreaterThanOrEqual(18);
    }
    const children = all.filter(({ citizen, asOf }) => ageOn(citizen.birthDate, asOf) < 18);
    expect(children.length).toBeGreaterThan(300);
    expect(children.flatMap(({ papers }) => papers).filter(({ kind }) => kind !== 'health-insurance')).toEqual([]);
  });

  it('licences have twelve digits and points, the classes of their time, and the term of their class', () => {
    for (const { citizen, asOf, paper } of of('driving-licence')) {
      expect(paper.number).toMatch(/^01[01]\d{9}$/);
      expect(paper.issuedOn <= asOf, citizen.number).toBe(true);
      const allowed = paper.issuedOn < '2025-01-01' ? ['A1', 'A2', 'B2', 'C', 'D'] : ['A1', 'A', 'B', 'C1', 'C', 'D2'];
      expect(allowed, citizen.number).toContain(paper.facts.class);
      const { term } = licenceClasses[paper.facts.class];
      expect(paper.expiresOn).toBe(term === null ? null : birthdayAt(paper.issuedOn, term));
      expect(paper.facts.points).toBeLessThanOrEqual(12);
    }
  });

  it('plates are those of Hà Nội, of cars and of motorbikes', () => {
    const shapes = {
      car: /^(29|30|31|32|33|40)[A-Z]-\d{3}\.\d{2}$/,
      motorbike: /^(29|30|31|32|33|40)-[A-Z][1-9] \d{3}\.\d{2}$/,
    };
    for (const { asOf, paper } of of('vehicle')) {
      expect(paper.number).toMatch(shapes[paper.facts.type]);
      expect(paper.facts.chassis).toMatch(/^XMAU\d{13}$/);
      expect(paper.issuedOn <= asOf).toBe(true);
    }
  });

  it('insurance has the number of its time, and children under 6 their own', () => {
    for (const { citizen, asOf, paper } of of('health-insurance')) {
      const { group, benefit, placeCode } = paper.facts;
      if (paper.issuedOn >= '2025-08-01') expect(paper.number).toBe(citizen.number);
      else expect(paper.number).toMatch(new RegExp(`^${group}${benefit}01\\d{10}$`));
      expect(placeCode).toHaveLength(5);
      expect(group === 'TE', citizen.number).toBe(ageOn(citizen.birthDate, asOf) < 6);
      if (group === 'TE') {
        expect(benefit).toBe(1);
        expect(paper.expiresOn && paper.expiresOn >= birthdayAt(citizen.birthDate, 6)).toBe(citizen.diedOn === null);
      }
      expect(paper.issuedOn >= citizen.birthDate).toBe(true);
      if (citizen.diedOn !== null) expect(paper.expiresOn).toBe(citizen.diedOn);
    }
  });

  it('no two of a kind have one number', () => {
    for (const kind of ['driving-licence', 'vehicle', 'health-insurance'] as const) {
      const numbers = of(kind).map(({ paper }) => paper.number);
      expect(new Set(numbers).size).toBe(numbers.length);
    }
  });

  it('shares are those of a city on motorbikes', () => {
    const grown = all.filter(({ citizen, asOf }) => ageOn(citizen.birthDate, asOf) >= 18);
    const share = (whether: (papers: Document[]) => boolean) =>
      grown.filter(({ papers }) => whether(papers)).length / grown.length;
    const rides = share((papers) =>
      papers.some((paper) => paper.kind === 'driving-licence' && paper.facts.class.startsWith('A')),
    );
    const drives = share((papers) =>
      papers.some((paper) => paper.kind === 'driving-licence' && !paper.facts.class.startsWith('A')),
    );
    expect(rides).toBeGreaterThan(0.7);
    expect(drives).toBeGreaterThan(0.15);
    expect(drives).toBeLessThan(0.4);
    expect(share((papers) => papers.some(({ kind }) => kind === 'health-insurance'))).toBeGreaterThan(0.9);
    expect(share((papers) => papers.some((paper) => paperStateOn(paper, today) === 'revoked'))).toBeLessThan(0.03);
    expect(all.some(({ papers }) => papers.length === 0)).toBe(true);
  });
});
