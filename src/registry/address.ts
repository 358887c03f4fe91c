import { communeThat, twoTiersSince } from './units.ts';

/**
 * A place to live. Two tiers since 1/7/2025 (street, commune, province), three before (with a district), so the
 * registry keeps the commune of each time where it is known.
 */
export interface Address {
  /** "Số 12 phố Hoa Sữa". */
  street: string | null;
  /** Commune since 1/7/2025, five digits. */
  unit: string | null;
  /** Commune until 30/6/2025, five digits; known for Hà Nội only. */
  oldUnit: string | null;
}

/** The parts of an address on a day; `district` is null since 1/7/2025. */
export interface AddressParts {
  street: string | null;
  commune: string;
  district: string | null;
  province: string;
}

/** The parts of an address as they were called on a day; undefined when the registry does not know its unit of then. */
export function addressParts(address: Address, day: string): AddressParts | undefined {
  const code = day < twoTiersSince ? address.oldUnit : address.unit;
  const found = code === null ? undefined : communeThat(code, day);
  return found && { street: address.street, ...found };
}

/** "Số 12 phố Hoa Sữa, Phường Ba Đình, Thành phố Hà Nội": one line, as of a day; undefined when not known for then. */
export function formatAddress(address: Address, day: string): string | undefined {
  const parts = addressParts(address, day);
  return parts && [parts.street, parts.commune, parts.district, parts.province].filter(Boolean).join(', ');
}

/** Both texts of an address: as it was written until 30/6/2025, and since (as of `day`, which names the provinces). */
export function bothAddresses(address: Address, day: string): { before: string | null; since: string | null } {
  return {
    before: formatAddress(address, '2025-06-30') ?? null,
    since: formatAddress(address, day < twoTiersSince ? twoTiersSince : day) ?? null,
  };
}
