import type { Address } from '../address.ts';
import { issueCard } from '../card.ts';
import type { Card, Citizen } from '../citizen.ts';
import { fullName, splitName } from '../names.ts';
import { parseNumber } from '../number.ts';
import { placeOfPrefix } from '../units.ts';

/** What is particular to one of the cast; the rest follows from the number, the date of the card and the address. */
export interface Sketch extends Partial<Omit<Citizen, 'id' | 'number' | 'name' | 'card'>> {
  /** A full name, or its parts where `splitName` cannot know them. */
  name: string | { family: string; middle: string; given: string };
  birthDate: string;
  /** Day of issue; the kind and the last day follow by law. */
  card?: string | Card;
}

/** An address by street, commune since 1/7/2025 and commune before. */
export function home(street: string, unit: string, oldUnit: string | null): Address {
  return { street, unit, oldUnit };
}

/** The fixed id of the nth of the cast, counting from 1: shaped like a UUIDv7, older than any generated one. */
export function castId(nth: number): string {
  return `01930000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
}

/** The whole citizen of a sketch. */
export function citizenFrom(sketch: Sketch, number: string, nth: number, key: string): Citizen {
  const { name: said, card, ...rest } = sketch;
  const { sex, prefix } = parseNumber(number);
  const parts = typeof said === 'string' ? splitName(said) : said;
  const birthPlace = placeOfPrefix(prefix, '2025-06-30')?.then.name ?? null;
  return {
    id: castId(nth),
    number,
    name: { ...parts, full: fullName(parts) },
    otherName: null,
    sex,
    birthPlace,
    birthRegistration: prefix,
    hometown: birthPlace,
    ethnicity: '01',
    religion: null,
    nationality: 'VNM',
    bloodGroup: null,
    oldNumber: null,
    card:
      typeof card === 'string' ? issueCard({ birthDate: sketch.birthDate, nationality: 'VNM' }, card) : (card ?? null),
    maritalStatus: 'single',
    father: null,
    mother: null,
    spouse: null,
    guardianId: null,
    householdId: castId(nth),
    relationToHead: 'head',
    permanent: null,
    temporary: null,
    current: rest.temporary ?? rest.permanent ?? null,
    phone: `000100${String(nth).padStart(4, '0')}`,
    email: `${key}@nguoi-mau.example`,
    diedOn: null,
    ...rest,
  };
}
