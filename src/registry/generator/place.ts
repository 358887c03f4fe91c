import type { Address } from '../address.ts';
import { madeFrom, provinceSince, twoTiersSince, unitsOn } from '../units.ts';
import { mix, type Random } from './random.ts';
import { streets } from './words.ts';

/** A commune of Hà Nội and the old ones it took land from. */
interface Commune {
  code: string;
  ward: boolean;
  old: string[];
}

/** Communes of Hà Nội and of elsewhere, ready to be drawn from. */
export interface Places {
  /** Communes in the hills, where Hà Nội's Mường and Dao live. */
  hills: Commune[];
  /** Wards weigh three times a rural commune. */
  draw: Commune[];
  /** Codes of communes in other provinces, by old prefix. */
  elsewhere(prefix: string): string[];
}

/** Ba Vì, Yên Bài, Yên Xuân, Phú Cát. */
const hillCodes = ['09700', '09706', '04930', '09952'];

/** Reads the units once for a run of the generator. */
export function readPlaces(): Places {
  const units = unitsOn(twoTiersSince);
  const hanoi = units.communes('01').map(({ code, name }) => ({
    code,
    ward: name.startsWith('Phường'),
    old: madeFrom(code).map((unit) => unit.code),
  }));
  const byPrefix = new Map<string, string[]>();
  return {
    hills: hanoi.filter(({ code }) => hillCodes.includes(code)),
    draw: hanoi.flatMap((commune) => (commune.ward ? [commune, commune, commune] : [commune])),
    elsewhere(prefix) {
      let codes = byPrefix.get(prefix);
      if (!codes) {
        codes = units.communes(provinceSince(prefix.slice(1))?.code ?? '').map(({ code }) => code);
        byPrefix.set(prefix, codes);
      }
      return codes;
    },
  };
}

/** An address in Hà Nội, in a ward, a rural commune, or in the hills for those whose villages are there. */
export function hanoiAddress(random: Random, places: Places, ethnicity: string): Address {
  const { code, ward, old } = random.pick(ethnicity === '06' || ethnicity === '09' ? places.hills : places.draw);
  const oldUnit = random.pick(old);
  return { street: ward ? street(random, oldUnit) : village(random, oldUnit), unit: code, oldUnit };
}

/** An address in the province of a prefix, whose communes of before 1/7/2025 the registry does not know. */
export function addressElsewhere(random: Random, places: Places, prefix: string): Address {
  const unit = random.pick(places.elsewhere(prefix));
  return { street: village(random, unit), unit, oldUnit: null };
}

/** One of the dozen streets that this ward has. */
function street(random: Random, ward: string): string {
  const name = streets[((mix([Number(ward)], 3) >>> 0) + random.between(0, 11)) % streets.length] ?? '';
  const number = random.between(1, 180);
  return random.chance(0.4) ? `Số ${number} ngõ ${random.between(2, 260)} phố ${name}` : `Số ${number} phố ${name}`;
}

/** A numbered hamlet, as rural addresses have. */
function village(random: Random, commune: string): string {
  return `Thôn ${random.between(1, 9)}, xóm ${streets[(Number(commune) + random.between(0, 3)) % streets.length] ?? ''}`;
}
