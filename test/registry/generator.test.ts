import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardExpiry } from '../../src/registry/card.ts';
import { castNumbers } from '../../src/registry/cast.ts';
import { ethnicGroups, relationsToHead } from '../../src/registry/codes.ts';
import { ageOn, dateIn } from '../../src/registry/dates.ts';
import { createGenerator, type MadeHousehold } from '../../src/registry/generator/household.ts';
import { numberedPlan } from '../../src/registry/generator/numbers.ts';
import { censusDay } from '../../src/registry/generator/plan.ts';
import { random, weighted } from '../../src/registry/generator/random.ts';
import { foldName, fullName } from '../../src/registry/names.ts';
import { buildNumber, checkNumber, parseNumber } from '../../src/registry/number.ts';
import { communeThat, dividedInto } from '../../src/registry/units.ts';
import type { CitizenRow } from '../../src/store/schema.ts';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const indices = fc.integer({ min: 0, max: 5_000_000 });
const generators = new Map<number, (index: number) => MadeHousehold>();

function made(seed: number, index: number): MadeHousehold {
  let generator = generators.get(seed);
  if (!generator) {
    generator = createGenerator(seed);
    generators.set(seed, generator);
  }
  return generator(index);
}

/** Runs a check over many households of many seeds. */
function forHouseholds(check: (household: MadeHousehold) => void, runs = 300): void {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 77), indices, (seed, index) => check(made(seed, index))),
    { numRuns: runs },
  );
}

type Four<T> = [T, T, T, T];

const yearOf = (row: CitizenRow) => Number(row.birth_date.slice(0, 4));

describe('the generator', () => {
  it('makes the same household for the same seed and index, whatever was made before', () => {
    fc.assert(
      fc.property(seeds, indices, (seed, index) => {
        const first = createGenerator(seed);
        const second = createGenerator(seed);
        second(index + 1);
        expect(second(index)).toEqual(first(index));
      }),
      { numRuns: 30 },
    );
    expect(made(1, 0)).not.toEqual(made(2, 0));
  });

  it('gives valid numbers that fit sex, birth and place', () => {
    forHouseholds(({ citizens }) => {
      for (const row of citizens) {
        expect(checkNumber(row.number, { sex: row.sex, birthDate: row.birth_date })).toMatchObject({ ok: true });
        const { prefix, sex, birthYear, serial } = parseNumber(row.number);
        expect(prefix).toBe(row.birth_registration);
        expect(buildNumber(prefix, sex, birthYear, Number(serial))).toBe(row.number);
      }
    });
  });

  it('never gives a number, an id, a phone or an address twice', () => {
    const [numbers, ids, phones, emails] = Array.from({ length: 4 }, () => new Set<string>()) as Four<Set<string>>;
    let [citizens, calls, letters] = [0, 0, 0];
    for (let index = 0; index < 20_000; index++) {
      for (const row of made(1, index).citizens) {
        citizens += 1;
        numbers.add(row.number);
        ids.add(row.id);
        if (row.phone !== null) {
          calls += 1;
          phones.add(row.phone);
        }
        if (row.email !== null) {
          letters += 1;
          emails.add(row.email);
        }
      }
    }
    expect(numbers.size).toBe(citizens);
    expect(ids.size).toBe(citizens);
    expect(phones.size).toBe(calls);
    // apps know people by these
    expect(emails.size).toBe(letters);
    for (const number of castNumbers) expect(numbers).not.toContain(number);
  });

  it('never repeats a number between households whose serials come round again', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 999_999 }), (seed, turn) => {
        const numbers = [0, 1, 2, 3].flatMap((round) => numberedPlan(seed, turn + round * 1_000_000).numbers);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [2, 174_681, '001189000021'],
    [4, 471_831, '001215000012'],
    [8, 674_294, '001195000006'],
    [16, 101_877, '001165000029'],
  ])('draws again where seed %i would give household %i a number of the cast', (seed, index, number) => {
    expect(castNumbers).toContain(number);
    expect(numberedPlan(seed, index).numbers).not.toContain(number);
  });

  it('makes ids that grow, so that rows are added at the end', () => {
    const ids = [0, 1, 2, 65_535, 65_536, 1_000_000].map((index) => made(3, index).citizens[0]?.id ?? '');
    expect([...ids].sort()).toEqual(ids);
    forHouseholds(({ citizens, accounts }) => {
      for (const own of [citizens, accounts].map((rows) => rows.map(({ id }) => id)))
        expect([...own].sort()).toEqual(own);
      // the subjects that apps know accounts by are made of sixteen bytes
      for (const { id } of accounts)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    });
  });

  it('puts people together who can be a family', () => {
    forHouseholds(({ household, citizens }) => {
      const byId = new Map(citizens.map((row) => [row.id, row]));
      expect(citizens[0]).toMatchObject({ id: household.head_id, relation_to_head: 'head', died_on: null });
      expect(citizens.filter((row) => row.relation_to_head === 'head')).toHaveLength(1);
      for (const row of citizens) {
        const father = byId.get(row.father_id ?? '');
        const mother = byId.get(row.mother_id ?? '');
        const spouse = byId.get(row.spouse_id ?? '');
        if (father) {
          expect(father.sex).toBe('male');
          expect(yearOf(row) - yearOf(father)).toBeGreaterThanOrEqual(20);
          expect(row.family_name).toBe(father.family_name);
          expect(row.father_name).toBe(father.full_name);
        }
        if (mother) {
          expect(mother.sex).toBe('female');
          expect(yearOf(row) - yearOf(mother)).toBeGreaterThanOrEqual(19);
          expect(yearOf(row) - yearOf(mother)).toBeLessThanOrEqual(42);
          expect(row.mother_name).toBe(mother.full_name);
        }
        if (row.father_name !== null) expect(row.father_name.split(' ')[0]).toBe(row.family_name);
        if (spouse) {
          expect(spouse.sex).not.toBe(row.sex);
          // the dead were married to the end; those they left are widowed
          const left = row.died_on !== null;
          expect(spouse.spouse_id).toBe(left ? null : row.id);
          expect([row.marital_status, spouse.marital_status]).toEqual(['married', left ? 'widowed' : 'married']);
          expect(ageOn(row.birth_date, censusDay)).toBeGreaterThanOrEqual(18);
        }
      }
      const births = citizens.filter((row) => row.relation_to_head === 'child').map(yearOf);
      for (const [at, year] of births.entries())
        if (at > 0) expect(year - (births[at - 1] ?? 0)).toBeGreaterThanOrEqual(2);
    });
  });

  it('lets nobody be born, carded or dead after the census, nor out of order', () => {
    forHouseholds(({ citizens, accounts }) => {
      for (const row of citizens) {
        expect(row.birth_date <= censusDay).toBe(true);
        if (row.card_issued_on !== null) {
          expect(row.card_issued_on >= row.birth_date && row.card_issued_on <= censusDay).toBe(true);
          expect(row.card_expires_on).toBe(cardExpiry(row.birth_date, row.card_issued_on));
          expect(row.card_kind).toBe(row.card_issued_on < '2024-07-01' ? 'cccd' : 'can-cuoc');
        }
        if (row.died_on !== null) {
          expect(row.died_on > row.birth_date && row.died_on <= censusDay).toBe(true);
          expect(row.household_id).toBeNull();
          if (row.card_issued_on !== null) expect(row.card_issued_on <= row.died_on).toBe(true);
        }
        const account = accounts.find(({ citizen_id }) => citizen_id === row.id);
        if (account) expect(row.card_issued_on).not.toBeNull();
        if (account && row.died_on !== null) expect(account.state).toBe('locked');
      }
    });
  });

  it('keeps to the law in what few are: the first cards and accounts, the youngest who married', () => {
    const wrong: string[] = [];
    for (let index = 0; index < 20_000; index++) {
      const { citizens, accounts } = made(42, index);
      for (const row of citizens) {
        // until 30/6/2024 nobody under 14 had a card (Law 59/2014/QH13 Art 19)
        if (row.card_kind === 'cccd' && ageOn(row.birth_date, row.card_issued_on ?? '') < 14) wrong.push(row.number);
        // Law 52/2014/QH13 Art 8
        const marriageable = row.sex === 'male' ? 20 : 18;
        if (row.marital_status !== 'single' && ageOn(row.birth_date, censusDay) < marriageable) wrong.push(row.number);
      }
      for (const { citizen_id, created_at } of accounts) {
        const { card_issued_on, died_on } = citizens.find(({ id }) => id === citizen_id) ?? {};
        const opened = dateIn(created_at);
        if (opened < '2022-07-18' || opened < (card_issued_on ?? '') || opened > (died_on ?? censusDay))
          wrong.push(`${citizen_id} ${opened}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('calls no two of a household the same, nor anybody as their father or mother', () => {
    const alike: string[][] = [];
    for (let index = 0; index < 5_000; index++) {
      const { citizens } = made(1, index);
      const names = citizens.map((row) => row.full_name);
      if (new Set(names).size !== names.length) alike.push(names);
      for (const { full_name, father_name, mother_name } of citizens)
        if ([father_name, mother_name].includes(full_name) || (father_name !== null && father_name === mother_name))
          alike.push([full_name]);
    }
    expect(alike).toEqual([]);
  });

  it('writes names, codes and addresses as the rest of the registry does', () => {
    forHouseholds(({ citizens }) => {
      for (const row of citizens) {
        const parts = { family: row.family_name, middle: row.middle_name, given: row.given_name };
        expect(row.full_name).toBe(fullName(parts));
        expect(row.search_name).toBe(foldName(row.full_name));
        expect(ethnicGroups).toHaveProperty(row.ethnicity);
        if (row.relation_to_head !== null) expect(relationsToHead).toHaveProperty(row.relation_to_head);
        expect(communeThat(row.current_unit ?? '', censusDay)?.province).toBe('Thành phố Hà Nội');
        expect(dividedInto(row.current_old_unit ?? '').map(({ code }) => code)).toContain(row.current_unit);
        expect(communeThat(row.permanent_unit ?? '', censusDay)).toBeDefined();
        if (row.phone !== null) expect(row.phone).toMatch(/^000\d{7}$/);
        if (row.email !== null) expect(row.email).toMatch(/^[a-z.]+\d+@thu-mau\.example$/);
      }
    });
  });

  it('makes a people of plausible shape', () => {
    const citizens = Array.from({ length: 3000 }, (_, index) => made(9, index)).flatMap((one) => one.citizens);
    const accounts = Array.from({ length: 3000 }, (_, index) => made(9, index)).flatMap((one) => one.accounts);
    const share = (test: (row: CitizenRow) => boolean) => citizens.filter(test).length / citizens.length;
    const within = (value: number, least: number, most: number) => {
      expect(value).toBeGreaterThan(least);
      expect(value).toBeLessThan(most);
    };
    within(citizens.length / 3000, 3, 3.8);
    within(
      share((row) => row.family_name === 'Nguyễn'),
      0.33,
      0.43,
    );
    within(
      share((row) => row.sex === 'female'),
      0.46,
      0.54,
    );
    within(
      share((row) => yearOf(row) > 2011),
      0.16,
      0.3,
    );
    within(
      share((row) => yearOf(row) < 1967),
      0.08,
      0.22,
    );
    within(
      share((row) => row.ethnicity === '01'),
      0.97,
      0.998,
    );
    within(
      share((row) => row.died_on !== null),
      0.005,
      0.04,
    );
    within(accounts.filter(({ level }) => level === 2).length / citizens.length, 0.5, 0.75);
    const thi = citizens.filter((row) => row.sex === 'female' && row.middle_name.startsWith('Thị'));
    const older = (rows: CitizenRow[]) => rows.filter((row) => yearOf(row) < 1970).length;
    expect(older(thi) / older(citizens.filter((row) => row.sex === 'female'))).toBeGreaterThan(0.7);
  });
});

describe('the random stream', () => {
  it('depends on every key, the large ones too', () => {
    const first = (...keys: number[]) => random(...keys).next();
    expect(first(1, 2, 3)).toBe(first(1, 2, 3));
    const streams = [first(1, 2, 3), first(1, 2, 4), first(2, 2, 3), first(1, 3, 3), first(1, 2 + 2 ** 32, 3)];
    expect(new Set(streams).size).toBe(streams.length);
  });

  it('draws by weight and stays within bounds', () => {
    const stream = random(5);
    const table = weighted([
      ['never', 0],
      ['often', 3],
      ['seldom', 1],
    ] as const);
    const drawn = Array.from({ length: 4000 }, () => stream.draw(table));
    expect(drawn).not.toContain('never');
    const often = drawn.filter((value) => value === 'often').length / drawn.length;
    expect(often).toBeGreaterThan(0.7);
    expect(often).toBeLessThan(0.8);
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (least, more) => {
        const value = stream.between(least, least + more);
        expect(value).toBeGreaterThanOrEqual(least);
        expect(value).toBeLessThanOrEqual(least + more);
      }),
    );
  });
});
