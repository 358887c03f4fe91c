import { expect, test } from 'vitest';
import { maskNumber, maskPhone } from '../../src/accounts/masking.ts';
import { networkOf } from '../../src/accounts/network.ts';

test('a phone is recognised by its owner and by nobody else', () => {
  expect(maskPhone('0001234567')).toBe('000 *** 4567');
  expect(maskPhone('113')).toBe('***');
});

test('a number loses the person; anything else loses everything', () => {
  expect(maskNumber('001085000001')).toBe('001085******');
  expect(maskNumber('mật khẩu')).toBe('************');
  expect(maskNumber('')).toBe('************');
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['không phải', 'không phải'],
  ['', ''],
])('failures from %s are counted for %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
