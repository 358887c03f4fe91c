import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VneidError } from '../../src/errors.ts';
import { buildNumber, checkNumber, isProvince, parseNumber } from '../../src/registry/number.ts';
import { unitsOn } from '../../src/registry/units.ts';

const prefix = fc
  .integer({ min: 0, max: 999 })
  .map((code) => String(code).padStart(3, '0'))
  .filter((code) => isProvince(code) || code >= '100');

describe('the personal number', () => {
  it('is built and taken apart without loss', () => {
    fc.assert(
      fc.property(
        prefix,
        fc.constantFrom('male' as const, 'female' as const),
        fc.integer({ min: 1900, max: 2399 }),
        fc.integer({ min: 0, max: 999_999 }),
        (place, sex, birthYear, serial) => {
          const number = buildNumber(place, sex, birthYear, serial);
          expect(number).toMatch(/^\d{12}$/);
          expect(parseNumber(number)).toEqual({
            prefix: place,
            sex,
            birthYear,
            serial: String(serial).padStart(6, '0'),
            abroad: !isProvince(place),
          });
        },
      ),
    );
  });

  it('is the example of the circular: Hà Nội, a man, 2004', () => {
    expect(buildNumber('001', 'male', 2004, 999_999)).toBe('001204999999');
  });

  it.each([
    ['00108500000a', {}, 'not-digits', '"a"'],
    ['00108500000', {}, 'length', '11 digits'],
    ['', {}, 'length', '0 digits'],
    ['003085000001', {}, 'prefix', '003'],
    ['000085000001', {}, 'prefix', '000'],
    ['001085000001', { sex: 'female' as const }, 'sex', 'means male'],
    ['001085000001', { birthDate: '1986-03-12' }, 'birth-year', '1985'],
    ['001085000001', { birthDate: '1986' }, 'birth-year', '1986'],
  ])('%s is refused and says why', (number, person, fault, words) => {
    const verdict = checkNumber(number, person);
    expect(verdict).toMatchObject({ ok: false, fault, found: { en: expect.stringContaining(words) } });
  });

  it('takes digits of other scripts for what they are: not digits', () => {
    expect(checkNumber('００１085000001')).toMatchObject({ ok: false, fault: 'not-digits' });
  });

  it('throws the catalogued error from parse and build', () => {
    const code = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        return (error as VneidError).code;
      }
      return undefined;
    };
    expect(code(() => parseNumber('12'))).toBe('registry.numberInvalid');
    expect(code(() => buildNumber('001', 'male', 1899, 1))).toBe('registry.numberInvalid');
    expect(code(() => buildNumber('001', 'male', 1999, 1_000_000))).toBe('registry.numberInvalid');
    expect(code(() => buildNumber('003', 'male', 1999, 1))).toBe('registry.numberInvalid');
  });

  it('knows the same 63 provinces as the units', () => {
    const codes = unitsOn('2025-01-01')
      .provinces()
      .map(({ code }) => `0${code}`);
    expect(codes).toHaveLength(63);
    expect(codes.every(isProvince)).toBe(true);
  });
});
