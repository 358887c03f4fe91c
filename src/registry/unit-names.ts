import { foldName } from './names.ts';
import { unfit } from './unfit.ts';
import { dividedInto, type Unit, type UnitMap, unitsOn } from './units.ts';

/**
 * The commune that somebody means: by its code of five digits, or by name, with or without its kind, its marks, and after a
 * comma its district or province: "00004", "Phường Ba Đình", "ba dinh, ha noi".
 * @param member what an error calls it
 * @throws VneidError `registry.unfit`, which names those that are near
 */
export function communeCalled(text: string, day: string, member: string): Unit {
  const units = unitsOn(day);
  const asked = text.trim();
  if (/^\d{5}$/.test(asked)) {
    const unit = units.commune(asked);
    if (unit) return unit;
    throw unknown(
      member,
      asked,
      units,
      successors(units, ({ code }) => code === asked),
    );
  }
  const [name = '', ...within] = asked.split(',').map((part) => part.trim());
  const called = namesOf(units);
  const found = (called.get(foldName(name)) ?? []).filter((unit) => lies(units, unit, within));
  // who leaves out the marks may mean either: Ba Đình and Ba Dinh
  const marked = /[^ -~]/.test(name);
  const exact = found.filter(
    (unit) => marked && (spelled(unit.name) === spelled(name) || bare(unit.name) === spelled(name)),
  );
  const [unit, ...others] = exact.length > 0 ? exact : found;
  if (unit === undefined) throw unknown(member, asked, units, near(units, name));
  if (others.length === 0) return unit;
  throw unfit(
    member,
    { vi: `có nhiều đơn vị tên là "${asked}"`, en: `several communes are called "${asked}"` },
    oneOf(units, [unit, ...others]),
  );
}

const kinds = /^(?:phuong|xa|thi tran|dac khu) /;

/** Communes by folded name, with and without their kind; made once for each period. */
function namesOf(units: UnitMap): Map<string, Unit[]> {
  let called = known.get(units);
  if (!called) {
    called = new Map();
    for (const unit of everyCommune(units)) {
      const folded = foldName(unit.name);
      for (const name of new Set([folded, folded.replace(kinds, '')]))
        called.set(name, [...(called.get(name) ?? []), unit]);
    }
    known.set(units, called);
  }
  return called;
}

const known = new WeakMap<UnitMap, Map<string, Unit[]>>();

function everyCommune(units: UnitMap): Unit[] {
  return units.provinces().flatMap(({ code }) => units.communes(code));
}

function spelled(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function bare(name: string): string {
  return spelled(name).replace(/^(?:phường|xã|thị trấn|đặc khu) /, '');
}

/** Whether a commune lies in all that was said after its name: a district, a province, or both. */
function lies(units: UnitMap, unit: Unit, within: string[]): boolean {
  const above = aboveOf(units, unit).map((name) => foldName(name));
  return within.every((part) => {
    const folded = foldName(part);
    return folded === '' || above.some((name) => name === folded || name.endsWith(` ${folded}`));
  });
}

/** Names of the district and the province of a commune. */
function aboveOf(units: UnitMap, unit: Unit): string[] {
  const district = units.district(unit.parent ?? '');
  const province = units.province(district?.parent ?? unit.parent ?? '');
  return [district?.name, province?.name].filter((name) => name !== undefined);
}

/** Units that were meant, perhaps: those whose names are a letter or two away, and what an old one has become. */
function near(units: UnitMap, name: string): Unit[] {
  const folded = foldName(name).replace(kinds, '');
  const become = successors(units, (old) => foldName(old.name).replace(kinds, '') === folded);
  const alike = everyCommune(units)
    .map((unit) => ({ unit, away: distance(folded, foldName(unit.name).replace(kinds, '')) }))
    .filter(({ away }) => away <= 2)
    .sort((one, other) => one.away - other.away)
    .map(({ unit }) => unit);
  return [...become, ...alike];
}

/** Into which communes of today those of before 1/7/2025 went. */
function successors(units: UnitMap, which: (old: Unit) => boolean): Unit[] {
  const before = unitsOn('2025-06-30');
  if (units === before) return [];
  return everyCommune(before)
    .filter(which)
    .flatMap(({ code }) => dividedInto(code));
}

function unknown(member: string, asked: string, units: UnitMap, suggested: Unit[]) {
  const since = units.districts().length === 0;
  return unfit(
    member,
    {
      vi: `không có xã, phường nào là "${asked}"${since ? '' : ' vào ngày 30/6/2025'}`,
      en: `no commune is called "${asked}"${since ? '' : ' on 30/6/2025'}`,
    },
    oneOf(units, suggested),
  );
}

/** At most five, each with its code and what it lies in. */
function oneOf(units: UnitMap, suggested: Unit[]): { vi: string; en: string } {
  const some = [...new Set(suggested)].slice(0, 5);
  const written = some.map((unit) => `${unit.code} ${[unit.name, ...aboveOf(units, unit)].join(', ')}`).join('; ');
  return some.length === 0
    ? {
        vi: 'Viết mã năm chữ số của xã, phường, hoặc tên cùng tỉnh, như "Phường Ba Đình, Hà Nội"',
        en: 'Write the five digits of a commune, or its name and province, such as "Phường Ba Đình, Hà Nội"',
      }
    : { vi: `Có thể là: ${written}`, en: `Perhaps: ${written}` };
}

/** Letters to change, add or leave out to come from one word to another (Levenshtein). */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const same = one[at - 1] === other[to - 1] ? 0 : 1;
      next.push(Math.min((next[to - 1] ?? 0) + 1, (row[to] ?? 0) + 1, (row[to - 1] ?? 0) + same));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
