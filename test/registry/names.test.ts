import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cast } from '../../src/registry/cast.ts';
import {
  foldName,
  fullName,
  machineName,
  otherTones,
  splitName,
  tidyName,
  withTones,
} from '../../src/registry/names.ts';

const syllable = fc.constantFrom(
  ...'Nguyễn Hòa Hoà Thúy Thuý Quý Huỳnh khỏe khoẻ Đặng Hoàn Thùy Uyên loé đ Ý Ngoáy Oanh xòe Tuấn Thuỷ QUÝ HOÀ'.split(
    ' ',
  ),
);
const text = fc.array(syllable, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));

describe('names', () => {
  it.each([
    ['Nguyễn Văn An', { family: 'Nguyễn', middle: 'Văn', given: 'An' }],
    ['Lê An', { family: 'Lê', middle: '', given: 'An' }],
    ['Thạnh', { family: '', middle: '', given: 'Thạnh' }],
    ['Nguyễn Phúc Bảo Minh Khuê', { family: 'Nguyễn', middle: 'Phúc Bảo Minh', given: 'Khuê' }],
    ["H'Hen Niê", { family: 'Niê', middle: '', given: "H'Hen" }],
    ['H’Hen Niê', { family: 'Niê', middle: '', given: "H'Hen" }],
    ['Y-Ble Mlô', { family: 'Mlô', middle: '', given: 'Y-Ble' }],
    ['Y Moan Êñuôl', { family: 'Êñuôl', middle: '', given: 'Y Moan' }],
    ['Giàng A Páo', { family: 'Giàng', middle: 'A', given: 'Páo' }],
  ])('%s is taken apart and put together', (said, parts) => {
    expect(splitName(said)).toEqual(parts);
    expect(fullName(parts)).toBe(tidyName(said));
  });

  it('is put together as it was taken apart, for everybody of the cast', () => {
    for (const { fullName: said } of cast.filter(({ key }) => key !== 'minjun')) {
      expect(fullName(splitName(said))).toBe(said);
    }
  });

  it.each([
    ['Lê Thị Hòa', 'LÊ THỊ HOÀ'],
    ['Thúy', 'thuý'],
    ['Đặng  Đình   Đức', 'dang dinh duc'],
    ['Nguyễn Văn An'.normalize('NFD'), ' nguyễn văn an '],
    ["H'Mai Niê", 'hmai nie'],
    ["H'Mai Niê", 'H’Mai Niê'],
    ['Y-Sơn Mlô', 'Y Sơn Mlô'],
  ])('search takes "%s" and "%s" for one', (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });

  it('folds to plain letters, and folding again changes nothing', () => {
    fc.assert(
      fc.property(text, (name) => {
        const folded = foldName(name);
        expect(folded).toMatch(/^[a-z]+( [a-z]+)*$/);
        expect(foldName(folded)).toBe(folded);
        expect(foldName(name.toUpperCase())).toBe(folded);
        expect(foldName(otherTones(name))).toBe(folded);
      }),
    );
  });

  it.each([
    ['Hòa', 'Hoà'],
    ['THÚY', 'THUÝ'],
    ['khỏe', 'khoẻ'],
    ['Lê Thị Hòa và Thủy', 'Lê Thị Hoà và Thuỷ'],
    ['họa', 'hoạ'],
  ])('the two styles of tone marks: %s and %s', (old, renewed) => {
    expect(withTones(old, 'new')).toBe(renewed);
    expect(withTones(renewed, 'old')).toBe(old);
    expect(otherTones(old)).toBe(renewed);
    expect(otherTones(renewed)).toBe(old);
  });

  it.each(['Hoàn', 'Quý', 'Huỳnh', 'Múa', 'Thuận', 'Ngoáy', 'Nguyễn Văn An', 'Quỳ'])(
    '%s is written one way only',
    (name) => {
      expect(otherTones(name)).toBe(name);
    },
  );

  it('goes to one style and back without loss', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(withTones(withTones(name, 'new'), 'old')).toBe(withTones(name, 'old'));
        expect(withTones(withTones(name, 'old'), 'new')).toBe(withTones(name, 'new'));
      }),
    );
  });

  it('is unaccented in the machine-readable zone', () => {
    expect(machineName('Đặng Thị Hương')).toBe('DANG<THI<HUONG');
    expect(machineName("H'Mai Niê")).toBe('HMAI<NIE');
    expect(machineName('Y-Sơn Mlô')).toBe('Y<SON<MLO');
  });

  it('loses no letter that is no other letter with a mark', () => {
    expect(machineName('Søren Ødegård')).toBe('SOEREN<OEDEGARD');
    expect(machineName('Łukasz Æðelþryð Weiß')).toBe('LUKASZ<AEDELTHRYD<WEISS');
    expect([foldName('SØREN'), foldName('Łukasz'), foldName('Þór')]).toEqual(['soren', 'lukasz', 'thor']);
  });
});
