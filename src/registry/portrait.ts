import { mix, type Random, random } from './generator/random.ts';
import { parseNumber } from './number.ts';

/** Whom to draw: sex and age are read from the number when they are not given. */
export interface Sitter {
  number: string;
  sex?: 'male' | 'female';
  /** `YYYY-MM-DD` or `YYYY`. */
  birthDate?: string;
}

interface Look {
  sex: 'male' | 'female';
  band: 'child' | 'adult' | 'elderly';
  skin: string;
  hair: string;
  cloth: string;
  ground: string;
  style: number;
  glasses: boolean;
}

const skins = ['#f2cfae', '#eac19c', '#e0b08a', '#d69f78'];
const darkHair = ['#211c1a', '#2b2321', '#362a25'];
const greyHair = ['#b9b4ae', '#cfcac4', '#8f8983'];
const cloths = ['#7a2e2e', '#2f5d62', '#3f5a7d', '#6b5b3e', '#4d6b45', '#6a4a6b', '#a05a2c'];
const grounds = ['#f3e7d3', '#e6ecdf', '#e3e9ef', '#f1e1dc', '#ece6f0'];

/**
 * A drawn portrait as inline SVG: the same person always looks the same, and nobody looks like anybody real. Presentation
 * attributes only, so a strict Content-Security-Policy lets it through; it is decoration, hidden from screen readers.
 * @param year the year in which to look the age; the default is that of the generated census
 */
export function portraitOf(sitter: Sitter, year = 2026): string {
  const look = lookOf(sitter, year);
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96" aria-hidden="true" focusable="false">',
    `<rect width="96" height="96" rx="12" fill="${look.ground}"/>`,
    look.sex === 'female' ? longHair(look) : '',
    shoulders(look),
    head(look),
    hair(look),
    face(look),
    look.glasses ? glasses : '',
    '</svg>',
  ].join('');
}

function lookOf({ number, sex, birthDate }: Sitter, year: number): Look {
  const parsed = sex === undefined || birthDate === undefined ? parseNumber(number) : undefined;
  const age = year - Number(birthDate?.slice(0, 4) ?? parsed?.birthYear ?? year);
  const band = age < 15 ? 'child' : age < 62 ? 'adult' : 'elderly';
  const draw: Random = random(mix([Number(number)], 17));
  return {
    sex: sex ?? parsed?.sex ?? 'male',
    band,
    skin: draw.pick(skins),
    hair: draw.pick(band === 'elderly' ? greyHair : darkHair),
    cloth: draw.pick(cloths),
    ground: draw.pick(grounds),
    style: draw.between(0, 2),
    glasses: draw.chance(band === 'elderly' ? 0.5 : band === 'adult' ? 0.22 : 0.08),
  };
}

function shoulders({ band, cloth, skin, style }: Look): string {
  const top = band === 'child' ? 68 : 70;
  const collar =
    style === 0
      ? `<path d="M40 ${top} L48 ${top + 9} L56 ${top}" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/>`
      : style === 1
        ? `<path d="M39 ${top + 1} Q48 ${top + 8} 57 ${top + 1}" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="2.5"/>`
        : '';
  const wide = band === 'child' ? 24 : 32;
  return (
    `<path d="M${48 - wide} 96 C${48 - wide} ${top + 8} ${48 - wide / 2} ${top} 48 ${top} ` +
    `C${48 + wide / 2} ${top} ${48 + wide} ${top + 8} ${48 + wide} 96 Z" fill="${cloth}"/>` +
    `<path d="M41 58 h14 v${top - 56} q-7 7 -14 0 Z" fill="${skin}"/>${collar}`
  );
}

function head({ band, skin }: Look): string {
  const [wide, tall] = band === 'child' ? [19, 20] : [18, 22];
  return (
    `<circle cx="${48 - wide}" cy="46" r="4" fill="${skin}"/><circle cx="${48 + wide}" cy="46" r="4" fill="${skin}"/>` +
    `<ellipse cx="48" cy="44" rx="${wide}" ry="${tall}" fill="${skin}"/>`
  );
}

/** What falls behind the shoulders. */
function longHair({ band, hair: colour, style }: Look): string {
  if (band === 'elderly') return `<circle cx="48" cy="17" r="9" fill="${colour}"/>`;
  if (band === 'child') {
    return style === 0
      ? `<circle cx="25" cy="50" r="8" fill="${colour}"/><circle cx="71" cy="50" r="8" fill="${colour}"/>`
      : `<path d="M26 42 C26 16 70 16 70 42 V60 H26 Z" fill="${colour}"/>`;
  }
  const end = style === 0 ? 82 : style === 1 ? 66 : 74;
  return `<path d="M26 44 C24 12 72 12 70 44 L72 ${end} Q48 ${end + 6} 24 ${end} Z" fill="${colour}"/>`;
}

/** What lies over the forehead. */
function hair({ band, hair: colour, sex, style }: Look): string {
  if (sex === 'male' && band === 'elderly' && style === 0) {
    return `<path d="M30 46 Q28 36 33 31 Q33 38 31 46 Z M66 46 Q68 36 63 31 Q63 38 65 46 Z" fill="${colour}"/>`;
  }
  if (sex === 'male') {
    const parting = style === 0 ? 'Q40 30 66 34' : style === 1 ? 'Q56 29 48 31' : 'Q60 30 52 31';
    return `<path d="M29 44 C26 14 70 14 67 44 L66 36 ${parting} Q44 38 30 36 Z" fill="${colour}"/>`;
  }
  const fringe = style === 0 ? 'Q48 30 31 40' : style === 1 ? 'Q56 36 48 25 Q42 36 31 42' : 'Q50 38 31 34';
  return `<path d="M29 46 C26 14 70 14 67 46 L65 40 ${fringe} Z" fill="${colour}"/>`;
}

function face({ band, sex }: Look): string {
  const eyes = band === 'child' ? 48 : 46;
  const ink = '#2a211d';
  const lips = sex === 'female' && band !== 'child' ? '#a8483f' : '#8a4a3c';
  const cheeks =
    band === 'child'
      ? '<circle cx="36" cy="53" r="3.5" fill="#e58f7b" fill-opacity=".45"/><circle cx="60" cy="53" r="3.5" fill="#e58f7b" fill-opacity=".45"/>'
      : '';
  const lines =
    band === 'elderly'
      ? `<path d="M37 51 q4 2 7 .5 M59 51 q-4 2 -7 .5" fill="none" stroke="${ink}" stroke-opacity=".18"/>`
      : '';
  return (
    `<circle cx="41" cy="${eyes}" r="${band === 'child' ? 2.6 : 2.1}" fill="${ink}"/>` +
    `<circle cx="55" cy="${eyes}" r="${band === 'child' ? 2.6 : 2.1}" fill="${ink}"/>` +
    `<path d="M37 ${eyes - 5} q4 -2.5 8 0 M51 ${eyes - 5} q4 -2.5 8 0" fill="none" stroke="${ink}" stroke-opacity=".7" ` +
    'stroke-width="1.6" stroke-linecap="round"/>' +
    `<path d="M48 ${eyes + 2} q2.5 4 -.5 5" fill="none" stroke="${ink}" stroke-opacity=".25" stroke-width="1.4"/>` +
    `<path d="M42.5 57 q5.5 4.5 11 0" fill="none" stroke="${lips}" stroke-width="2" stroke-linecap="round"/>` +
    `${cheeks}${lines}`
  );
}

const glasses =
  '<g fill="none" stroke="#4a423c" stroke-width="1.5"><circle cx="41" cy="46.5" r="5.5"/><circle cx="55" cy="46.5" r="5.5"/>' +
  '<path d="M46.5 46 h3 M35.5 45 L31 43 M60.5 45 L65 43"/></g>';
