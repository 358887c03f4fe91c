import { describe, expect, it } from 'vitest';
import { addressParts, bothAddresses, formatAddress } from '../../src/registry/address.ts';
import {
  communeThat,
  dividedInto,
  madeFrom,
  placeOfPrefix,
  provinceSince,
  provincesBefore,
  unitsOn,
} from '../../src/registry/units.ts';

const before = unitsOn('2025-06-30');
const since = unitsOn('2025-07-01');

describe('administrative units', () => {
  it('are 63 provinces until 30/6/2025 and 34 since', () => {
    expect(before.provinces()).toHaveLength(63);
    expect(before.districts()).toHaveLength(30);
    expect(before.communes('01')).toHaveLength(526);
    expect(since.provinces()).toHaveLength(34);
    expect(since.districts()).toEqual([]);
    expect(since.communes('01')).toHaveLength(126);
    expect(since.provinces().flatMap(({ code }) => since.communes(code))).toHaveLength(3321);
  });

  it('used codes again: one code, two communes', () => {
    expect(communeThat('00004', '2025-06-30')).toEqual({
      commune: 'Phường Trúc Bạch',
      district: 'Quận Ba Đình',
      province: 'Thành phố Hà Nội',
    });
    expect(communeThat('00004', '2025-07-01')).toEqual({
      commune: 'Phường Ba Đình',
      district: null,
      province: 'Thành phố Hà Nội',
    });
    expect(communeThat('99999', '2025-07-01')).toBeUndefined();
  });

  it('list the communes of an old district', () => {
    expect(before.communes('001')).toHaveLength(13);
    expect(before.communes('001').every(({ parent }) => parent === '001')).toBe(true);
  });

  it('divide every old commune of Hà Nội among new ones, and say so from both sides', () => {
    for (const old of before.communes('01')) {
      const parts = dividedInto(old.code);
      expect(parts.length, old.name).toBeGreaterThan(0);
      for (const part of parts) expect(madeFrom(part.code).map(({ code }) => code)).toContain(old.code);
    }
    expect(dividedInto('00028').map(({ name }) => name)).toEqual([
      'Phường Ba Đình',
      'Phường Ngọc Hà',
      'Phường Giảng Võ',
    ]);
    for (const { code, name } of since.communes('01')) expect(madeFrom(code).length, name).toBeGreaterThan(0);
  });

  it('map provinces both ways', () => {
    for (const { code } of before.provinces()) {
      const now = provinceSince(code);
      expect(provincesBefore(now?.code ?? '').map((province) => province.code)).toContain(code);
    }
    expect(provincesBefore('25').map(({ name }) => name)).toEqual(['Tỉnh Hoà Bình', 'Tỉnh Phú Thọ', 'Tỉnh Vĩnh Phúc']);
  });

  it('say what a prefix of a number meant, and where that is now', () => {
    expect(placeOfPrefix('036', '2025-08-01')).toMatchObject({
      then: { name: 'Tỉnh Nam Định' },
      now: { code: '37', name: 'Tỉnh Ninh Bình' },
    });
    expect(placeOfPrefix('999', '2025-08-01')).toBeUndefined();
  });

  it('make Đồng Nai a city on 30/4/2026', () => {
    expect(unitsOn('2026-04-29').province('75')?.name).toBe('Tỉnh Đồng Nai');
    expect(unitsOn('2026-04-30').province('75')?.name).toBe('Thành phố Đồng Nai');
  });
});

describe('an address', () => {
  const address = { street: 'Số 12 phố Hoa Sữa', unit: '00004', oldUnit: '00028' };

  it('is written as of a day, and says both when asked', () => {
    expect(formatAddress(address, '2026-01-01')).toBe('Số 12 phố Hoa Sữa, Phường Ba Đình, Thành phố Hà Nội');
    expect(bothAddresses(address, '2026-01-01')).toEqual({
      before: 'Số 12 phố Hoa Sữa, Phường Kim Mã, Quận Ba Đình, Thành phố Hà Nội',
      since: 'Số 12 phố Hoa Sữa, Phường Ba Đình, Thành phố Hà Nội',
    });
    expect(addressParts(address, '2025-01-01')?.district).toBe('Quận Ba Đình');
  });

  it('does not make up an old commune that is not known', () => {
    const elsewhere = { street: null, unit: '16681', oldUnit: null };
    expect(bothAddresses(elsewhere, '2026-01-01')).toEqual({ before: null, since: 'Phường Thành Vinh, Tỉnh Nghệ An' });
  });
});
