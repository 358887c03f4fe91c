import type { Address } from '../address.ts';
import { isAbroad, isProvince } from '../number.ts';
import type { ToldAddress } from './members.ts';
import { unfit } from '../unfit.ts';
import { communeCalled } from '../unit-names.ts';
import { communeThat, dividedInto, madeFrom, twoTiersSince } from '../units.ts';
import { textTold } from './person.ts';

/** @throws VneidError `registry.unfit` */
export function prefixTold(prefix: string): string {
  if (isProvince(prefix) || isAbroad(prefix)) return prefix;
  throw unfit(
    'birthRegistration',
    { vi: `không nơi nào có mã "${prefix}"`, en: `no place has the code "${prefix}"` },
    {
      vi: 'Ba chữ số: 001 là Hà Nội, 079 là Thành phố Hồ Chí Minh; từ 100 là nước ngoài',
      en: 'Three digits: 001 is Hà Nội, 079 Hồ Chí Minh City; from 100 on another country',
    },
  );
}

/**
 * An address as it is kept: the communes of today and of before 1/7/2025 by code.
 * @throws VneidError `registry.unfit`
 */
export function addressTold(member: string, told: ToldAddress, today: string): Address {
  const now = today < twoTiersSince ? twoTiersSince : today;
  const street = typeof told.street === 'string' ? textTold(`${member}.street`, told.street) : null;
  const [said, saidOld] = [told.unit ?? undefined, told.oldUnit ?? undefined];
  const oldUnit = saidOld && communeCalled(saidOld, '2025-06-30', `${member}.oldUnit`).code;
  const unit = said === undefined ? undefined : communeCalled(said, now, `${member}.unit`).code;
  if (unit === undefined && oldUnit === undefined)
    throw unfit(
      `${member}.unit`,
      { vi: 'thiếu xã, phường', en: 'the commune is missing' },
      { vi: 'Mã hoặc tên, như "Phường Ba Đình, Hà Nội"', en: 'Its code or name, such as "Phường Ba Đình, Hà Nội"' },
    );
  const into = unit ?? soleOne(dividedInto(oldUnit ?? ''));
  if (into === undefined) {
    const parts = dividedInto(oldUnit ?? '').map(({ code }) => `${code} ${communeThat(code, now)?.commune}`);
    throw unfit(
      `${member}.unit`,
      { vi: 'đơn vị cũ đã chia cho nhiều đơn vị mới', en: 'the commune of before was divided among several' },
      { vi: `Một trong: ${parts.join('; ')}`, en: `One of ${parts.join('; ')}` },
    );
  }
  return { street, unit: into, oldUnit: oldUnit ?? (told.oldUnit === null ? null : (soleOne(madeFrom(into)) ?? null)) };
}

function soleOne(units: { code: string }[]): string | undefined {
  return units.length === 1 ? units[0]?.code : undefined;
}
