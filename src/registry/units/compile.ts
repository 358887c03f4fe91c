import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldName } from '../names.ts';

/**
 * Compiles the JSON beside this file from tables of public facts: `node src/registry/units/compile.ts <folder>`, where the
 * folder has `provinces_63.csv`, `provinces_34.csv`, `wards_3321.csv`, `hanoi_wards_pre2025.csv` and
 * `hanoi_wards_126.csv`. A commune is one text, code and name, so that a change of one unit is a change of one line.
 */
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node src/registry/units/compile.ts <folder of the CSV files>');

const before = table('provinces_63.csv').map((row) => ({
  prefix: field(row, 'id_prefix'),
  code: field(row, 'gso_code'),
  name: field(row, 'name'),
  districts: Number(field(row, 'districts')),
  communes: Number(field(row, 'communes')),
  now: field(row, 'new_province_code'),
}));
const since = table('provinces_34.csv').map((row) => ({
  code: field(row, 'gso_code'),
  name: field(row, 'name'),
  // Resolution 30/2026/QH16: Đồng Nai is a centrally run city from 30/4/2026
  ...(field(row, 'gso_code') === '75' ? { nameBefore: 'Tỉnh Đồng Nai', renamedOn: '2026-04-30' } : {}),
  communes: Number(field(row, 'communes')),
  from: field(row, 'made_from_old_codes').split(' '),
}));
write('provinces.json', { before, since });

const communes: Record<string, string[]> = {};
for (const row of table('wards_3321.csv')) {
  const province = field(row, 'province_code');
  communes[province] ??= [];
  communes[province].push(`${field(row, 'code')} ${field(row, 'name')}`);
}
write('communes.json', communes);

const districts: Record<string, { name: string; communes: string[] }> = {};
const byName = new Map<string, string[]>();
for (const row of table('hanoi_wards_pre2025.csv')) {
  const district = field(row, 'district');
  const code = field(row, 'district_code');
  // the facts write "Đại áng" with a small letter
  const name = field(row, 'ward').replace(/ á/, ' Á');
  districts[code] ??= { name: district, communes: [] };
  districts[code].communes.push(`${field(row, 'ward_code')} ${name}`);
  const key = nameKey(withoutKind(name), withoutKind(district));
  byName.set(key, [...(byName.get(key) ?? []), field(row, 'ward_code')]);
}

const madeFrom: Record<string, string[]> = {};
for (const row of table('hanoi_wards_126.csv')) {
  const old = new Set<string>();
  for (const group of field(row, 'old_units').split('; ')) {
    const [, names, district] = /^(.*) \((.*)\)$/.exec(group) ?? [];
    if (names === undefined || district === undefined) throw new Error(`cannot read "${group}"`);
    for (const name of names.split(', ')) {
      const found = byName.get(nameKey(name, district));
      if (!found) throw new Error(`${field(row, 'name')}: no old unit "${name}" in ${district}`);
      for (const code of found) old.add(code);
    }
  }
  madeFrom[field(row, 'code')] = [...old].sort();
}
write('hanoi.json', { districts, madeFrom });

/** "Đức Hòa" and "Đức Hoà", "Văn Miếu-Quốc Tử Giám" and "Văn Miếu - Quốc Tử Giám" are one. */
function nameKey(name: string, district: string): string {
  return `${foldName(name)}/${foldName(district)}`;
}

function withoutKind(name: string): string {
  return name.replace(/^(Phường|Xã|Thị trấn|Quận|Huyện|Thị xã) /, '');
}

function table(file: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(join(folder ?? '', file), 'utf8')
    .normalize('NFC')
    .trim()
    .split(/\r?\n/);
  const names = cells(head ?? '');
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? '', cell])));
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function field(row: Record<string, string>, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`no column ${name}`);
  return value;
}

function write(file: string, value: unknown): void {
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(value, null, 1)}\n`);
}
