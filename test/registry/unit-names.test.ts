import { describe, expect, it } from 'vitest';
import type { VneidError } from '../../src/errors.ts';
import { communeCalled } from '../../src/registry/unit-names.ts';

const [today, before] = ['2026-11-26', '2025-06-30'];

describe('a commune', () => {
  it.each([
    ['00004', today, '00004'],
    ['Phường Ba Đình', today, '00004'],
    ['phường ba đình'.normalize('NFD'), today, '00004'],
    ['ba dinh, ha noi', today, '00004'],
    ['Ba Đình, Thành phố Hà Nội', today, '00004'],
    ['Xã Ba Dinh', today, '21499'],
    ['Phường Hòa Bình, Phú Thọ', today, '04795'],
    ['00004', before, '00004'],
    ['Trúc Bạch, Ba Đình, Hà Nội', before, '00004'],
    ['Phường Trúc Bạch, Quận Ba Đình', before, '00004'],
  ])('is known as %s on %s', (text, day, code) => {
    expect(communeCalled(text, day, 'unit').code).toBe(code);
  });

  it('had another name before 1/7/2025', () => {
    expect([communeCalled('00004', before, 'unit').name, communeCalled('00004', today, 'unit').name]).toEqual([
      'Phường Trúc Bạch',
      'Phường Ba Đình',
    ]);
  });

  it.each([
    ['of which there are several', 'Hòa Bình', today, 'several communes', '04795 Phường Hoà Bình, Tỉnh Phú Thọ'],
    ['whose marks would tell', 'Ba Dinh', today, 'several communes', '21499 Xã Ba Dinh, Tỉnh Quảng Ngãi'],
    ['a letter away', 'Ba Đing', today, 'no commune', '00004 Phường Ba Đình'],
    ['in another province', 'Phường Ba Đình, Cà Mau', today, 'no commune', '00004 Phường Ba Đình, Thành phố Hà Nội'],
    ['that was there until 30/6/2025', 'Phường Phúc Xá', today, 'no commune', '00097 Phường Hồng Hà'],
    ['that came later', 'Phường Hồng Hà', before, 'on 30/6/2025', '09796 Xã Hồng Hà, Huyện Đan Phượng'],
    ['that nobody has', '99999', today, 'no commune', 'five digits of a commune'],
    ['of no letters', '', today, 'no commune', 'five digits of a commune'],
    ['of very many', 'x'.repeat(5000), today, 'no commune', 'five digits of a commune'],
  ])('%s is refused, with what may have been meant', (_what, text, day, found, right) => {
    let thrown: VneidError | undefined;
    try {
      communeCalled(text, day, 'unit');
    } catch (cause) {
      thrown = cause as VneidError;
    }
    expect(thrown?.code).toBe('registry.unfit');
    expect(thrown?.explain('en').text).toContain(found);
    expect(thrown?.explain('en').next).toContain(right);
    expect(thrown?.explain('vi').text).not.toBe(thrown?.explain('en').text);
  });
});
