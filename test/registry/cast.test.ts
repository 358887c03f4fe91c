import { describe, expect, it } from 'vitest';
import { cast, castNumbers, castRows } from '../../src/registry/cast.ts';
import { cardExpiry } from '../../src/registry/card.ts';
import { ethnicGroups, relationsToHead, religions } from '../../src/registry/codes.ts';
import { foldName, otherTones } from '../../src/registry/names.ts';
import { checkNumber } from '../../src/registry/number.ts';
import { communeThat, dividedInto } from '../../src/registry/units.ts';

const rows = castRows('hash');

describe('the cast', () => {
  it('begins with Nguyễn Văn An', () => {
    expect(cast[0]).toMatchObject({
      number: '001085000001',
      fullName: 'Nguyễn Văn An',
      account: { level: 2, state: 'active' },
    });
  });

  it('has one key, one id and one number each, and a case in both languages', () => {
    for (const field of ['key', 'id', 'number'] as const) {
      expect(new Set(cast.map((member) => member[field])).size, field).toBe(cast.length);
    }
    for (const { caseVi, caseEn } of cast) {
      expect(caseVi).toMatch(/\.$/);
      expect(caseEn).toMatch(/\.$/);
    }
    for (const { number } of [...rows.citizens, ...rows.cancelledNumbers]) expect(castNumbers).toContain(number);
  });

  it('has numbers that fit their holders', () => {
    for (const row of rows.citizens) {
      expect(checkNumber(row.number, { sex: row.sex, birthDate: row.birth_date }), row.full_name).toMatchObject({
        ok: true,
      });
    }
  });

  it('has people nobody can reach', () => {
    for (const { phone, email } of rows.citizens) {
      if (phone !== null) expect(phone).toMatch(/^000\d{7}$/);
      if (email !== null) expect(email).toMatch(/@[a-z-]+\.example$/);
    }
  });

  it('lives where there are such communes, the new one made of the old one', () => {
    for (const row of rows.citizens) {
      for (const [unit, old] of [
        [row.permanent_unit, row.permanent_old_unit],
        [row.temporary_unit, row.temporary_old_unit],
        [row.current_unit, row.current_old_unit],
      ]) {
        if (unit) expect(communeThat(unit, '2026-01-01'), row.full_name).toBeDefined();
        if (unit && old)
          expect(
            dividedInto(old).map(({ code }) => code),
            row.full_name,
          ).toContain(unit);
      }
    }
  });

  it('carries cards that end when the law says', () => {
    for (const row of rows.citizens) {
      if (row.card_issued_on === null || row.card_kind === 'residence-card') continue;
      expect(row.card_expires_on, row.full_name).toBe(cardExpiry(row.birth_date, row.card_issued_on));
    }
  });

  it('has the dead in no household, and a living head in each', () => {
    for (const row of rows.citizens)
      if (row.died_on !== null) expect([row.household_id, row.relation_to_head], row.full_name).toEqual([null, null]);
    for (const { id, head_id } of rows.households)
      expect(rows.citizens.find((row) => row.id === head_id)).toMatchObject({ household_id: id, died_on: null });
  });

  it('uses codes that have a label', () => {
    for (const row of rows.citizens) {
      expect(ethnicGroups).toHaveProperty(row.ethnicity);
      if (row.religion !== null) expect(religions).toHaveProperty(row.religion);
      if (row.relation_to_head !== null) expect(relationsToHead).toHaveProperty(row.relation_to_head);
    }
    expect(Object.keys(ethnicGroups)).toHaveLength(56);
    expect([ethnicGroups['01'], ethnicGroups['12'], ethnicGroups['54']]).toEqual(['Kinh', 'Ê-đê', 'Rơ-măm']);
  });

  it('gives an account to those who have one, and locks those of the dead and of a revoked card', () => {
    expect(rows.accounts).toHaveLength(cast.filter(({ account }) => account !== null).length);
    for (const row of rows.citizens) {
      const account = rows.accounts.find(({ citizen_id }) => citizen_id === row.id);
      if (row.died_on !== null || row.card_state === 'revoked') expect(account?.state, row.full_name).toBe('locked');
    }
    expect(rows.accounts.every(({ password_hash }) => password_hash === 'hash')).toBe(true);
  });

  it('has a case for each trouble with names', () => {
    const words = cast.map(({ fullName }) => fullName.split(' ').length);
    expect(words).toContain(1);
    expect(words).toContain(5);
    const names = cast.map(({ fullName }) => fullName);
    expect(names.some((name) => name.includes("'"))).toBe(true);
    expect(names.some((name) => name.includes('-'))).toBe(true);
    expect(names.some((name) => otherTones(name) !== name)).toBe(true);
    const namesakes = rows.citizens.filter(
      (row) => row.full_name === 'Nguyễn Thị Hoa' && row.birth_date === '1990-05-20',
    );
    expect(namesakes).toHaveLength(2);
    for (const row of rows.citizens) expect(row.search_name).toBe(foldName(row.full_name));
  });
});
