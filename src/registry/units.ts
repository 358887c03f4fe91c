import communeTable from './units/communes.json' with { type: 'json' };
import hanoi from './units/hanoi.json' with { type: 'json' };
import provinceTable from './units/provinces.json' with { type: 'json' };

/**
 * Administrative units by date. Until 30/6/2025: 63 provinces, districts, communes (the registry knows the 30 districts
 * and 526 communes that Hà Nội had in the first half of 2025, and uses them for earlier days too). Since 1/7/2025: 34
 * provinces in two tiers with 3,321 communes (Resolution 202/2025/QH15; Hà Nội: Resolution 1656/NQ-UBTVQH15). Codes are
 * those of the statistics office and were used again in 2025 for other units, so a code means nothing without a date.
 */
export interface Unit {
  /** Two digits for a province, three for a district, five for a commune. */
  code: string;
  /** With its kind: "Phường Ba Đình". */
  name: string;
  /** Code of the province of a district, of the district of an old commune, of the province of a new one. */
  parent: string | null;
}

/** The units in force on one day. */
export interface UnitMap {
  provinces(): Unit[];
  province(code: string): Unit | undefined;
  /** Those of Hà Nội until 30/6/2025, none since. */
  districts(): Unit[];
  district(code: string): Unit | undefined;
  /** All known communes of a province (two digits), or of an old district (three). */
  communes(parent: string): Unit[];
  commune(code: string): Unit | undefined;
}

/** The day on which districts ended and 34 provinces began. */
export const twoTiersSince = '2025-07-01';

const hanoiCode = '01';
const maps = new Map<string, UnitMap>();

/** The units in force on a day (`YYYY-MM-DD`). Tables are built when first asked for, once for each period. */
export function unitsOn(day: string): UnitMap {
  const period = day < twoTiersSince ? 'before' : renamings().reduce((last, at) => (at <= day ? at : last), 'since');
  let map = maps.get(period);
  if (!map) {
    map = period === 'before' ? threeTiers() : twoTiers(day);
    maps.set(period, map);
  }
  return map;
}

/** Names of a commune, its district and its province on a day; undefined when that commune did not exist then. */
export function communeThat(
  code: string,
  day: string,
): { commune: string; district: string | null; province: string } | undefined {
  const units = unitsOn(day);
  const commune = units.commune(code);
  if (!commune) return undefined;
  const district = units.district(commune.parent ?? '');
  const province = units.province(district?.parent ?? commune.parent ?? '');
  return { commune: commune.name, district: district?.name ?? null, province: province?.name ?? '' };
}

/** The old communes of Hà Nội from which a new one took land. */
export function madeFrom(newCommune: string): Unit[] {
  const units = unitsOn('2025-06-30');
  return oldCodes(newCommune).flatMap((code) => units.commune(code) ?? []);
}

/** The new communes among which an old one of Hà Nội was divided. */
export function dividedInto(oldCommune: string): Unit[] {
  return unitsOn(twoTiersSince)
    .communes(hanoiCode)
    .filter(({ code }) => oldCodes(code).includes(oldCommune));
}

/** The province of since 1/7/2025 into which an old one (two digits) went. */
export function provinceSince(oldCode: string, day = twoTiersSince): Unit | undefined {
  const row = provinceTable.before.find(({ code }) => code === oldCode);
  return row && unitsOn(day < twoTiersSince ? twoTiersSince : day).province(row.now);
}

/** The old provinces of which a new one (two digits) was made. */
export function provincesBefore(newCode: string): Unit[] {
  const row = provinceTable.since.find(({ code }) => code === newCode);
  const units = unitsOn('2025-06-30');
  return (row?.from ?? []).flatMap((prefix) => units.province(prefix.slice(1)) ?? []);
}

/**
 * The province that a personal number's prefix stands for: as it was when numbers were first given out, and what it is
 * part of on `day`. Undefined for a country and for a prefix nobody has.
 */
export function placeOfPrefix(prefix: string, day: string): { then: Unit; now: Unit } | undefined {
  const row = provinceTable.before.find((province) => province.prefix === prefix);
  const then = row && unitsOn('2025-06-30').province(row.code);
  const now = row && provinceSince(row.code, day);
  return then && now && { then, now };
}

function oldCodes(newCommune: string): string[] {
  return (hanoi.madeFrom as Record<string, string[]>)[newCommune] ?? [];
}

/** Days since 1/7/2025 on which a province got another name or rank, in order. */
function renamings(): string[] {
  return provinceTable.since.flatMap(({ renamedOn }) => renamedOn ?? []).sort();
}

function threeTiers(): UnitMap {
  const districts = Object.entries(hanoi.districts).map(([code, { name }]) => ({ code, name, parent: hanoiCode }));
  const communes = Object.entries(hanoi.districts).flatMap(([code, district]) => read(district.communes, code));
  return mapOf(
    provinceTable.before.map(({ code, name }) => ({ code, name, parent: null })),
    districts,
    communes,
  );
}

function twoTiers(day: string): UnitMap {
  return mapOf(
    provinceTable.since.map(({ code, name, nameBefore, renamedOn }) => ({
      code,
      name: nameBefore !== undefined && renamedOn !== undefined && day < renamedOn ? nameBefore : name,
      parent: null,
    })),
    [],
    Object.entries(communeTable).flatMap(([province, communes]) => read(communes, province)),
  );
}

/** "00004 Phường Ba Đình" as a unit. */
function read(lines: string[], parent: string): Unit[] {
  return lines.map((line) => ({ code: line.slice(0, 5), name: line.slice(6), parent }));
}

function mapOf(provinces: Unit[], districts: Unit[], communes: Unit[]): UnitMap {
  const byCode = (units: Unit[]) => new Map(units.map((unit) => [unit.code, unit]));
  const [provinceOf, districtOf, communeOf] = [byCode(provinces), byCode(districts), byCode(communes)];
  const below = Map.groupBy(communes, ({ parent }) => parent ?? '');
  return {
    provinces: () => provinces,
    province: (code) => provinceOf.get(code),
    districts: () => districts,
    district: (code) => districtOf.get(code),
    communes: (parent) => (parent === hanoiCode && districts.length > 0 ? communes : (below.get(parent) ?? [])),
    commune: (code) => communeOf.get(code),
  };
}
