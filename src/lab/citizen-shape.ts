import { z } from 'zod';
import type { Citizen } from '../registry/citizen.ts';
import {
  bloodGroups,
  cancellationReasons,
  cardKinds,
  ethnicGroups,
  maritalStatuses,
  relationsToHead,
  religions,
  sexes,
} from '../registry/codes.ts';
import type { Around } from '../registry/family.ts';
import { number } from './shapes.ts';

/** The codes of a table, which its Vietnamese labels explain. */
function codes<K extends string>(table: Record<K, unknown>, label: (code: K) => string, more = '') {
  const keys = (Object.keys(table) as K[]).sort();
  return z.enum(keys).meta({ description: more + keys.map((code) => `${code} ${label(code)}`).join(', ') });
}
function labelled<K extends string>(table: Record<K, { vi: string }>, more?: string) {
  return codes<K>(table, (code) => table[code].vi, more);
}

const sex = labelled(sexes);
const ethnicity = codes(ethnicGroups, (code) => ethnicGroups[code] ?? '', 'Decision 421-TCTK: ');
const religion = labelled(religions);
const marital = labelled(maritalStatuses);
const blood = z.enum(bloodGroups);
const relation = labelled(relationsToHead);
const cardKind = labelled(cardKinds);
const cardState = z
  .enum(['valid', 'revoked', 'held'])
  .meta({ description: 'As the authority recorded it; whether it has run out is told by expiresOn' });
export const reason = labelled(cancellationReasons, 'Decree 70/2024/NĐ-CP Art 11: ');

const date = z.string().max(10);
const aDay = date.meta({ description: 'YYYY-MM-DD', example: '2024-12-01' });
const born = date.meta({ description: 'YYYY-MM-DD, or YYYY where only the year is known', example: '1985-03-12' });
const line = z.string().max(300);
const prefix = z
  .string()
  .max(3)
  .meta({ description: 'Three digits of a province, or from 100 on of a country', example: '001' });
const nationality = z.string().max(3).meta({ description: 'ISO 3166-1 alpha-3', example: 'VNM' });
const phone = z
  .string()
  .max(20)
  .meta({ description: 'Ten digits beginning 000, which no network can route', example: '0001234567' });
const email = z
  .string()
  .max(254)
  .meta({ description: 'Under a name that is nobody’s (RFC 2606)', example: 'an@thu.example' });
const parts = z.strictObject({ family: line, middle: line, given: line });

const person = z.object({
  name: z.string(),
  number: z.string().nullable().meta({ description: 'Null for someone who is not in this registry' }),
});
const address = z.object({
  street: z.string().nullable(),
  unit: z.string().nullable().meta({ description: 'Commune since 1/7/2025, five digits' }),
  oldUnit: z.string().nullable().meta({ description: 'Commune until 30/6/2025, five digits; known for Hà Nội only' }),
});

/** A citizen as answers tell one: Law 26/2023/QH15 Art 9. Null means that the registry has nothing there. */
export const citizenShape = z
  .object({
    number: z.string(),
    name: z.string(),
    nameParts: z.object({ family: z.string(), middle: z.string(), given: z.string() }),
    otherName: z.string().nullable(),
    birthDate: born,
    sex,
    birthPlace: z.string().nullable(),
    birthRegistration: prefix,
    hometown: z.string().nullable(),
    ethnicity: z.string().meta({ description: 'Two digits of Decision 421-TCTK' }),
    religion: z.string().nullable(),
    nationality,
    bloodGroup: blood.nullable(),
    oldNumber: z.string().nullable().meta({ description: 'Nine digits (CMND), of before 2016' }),
    card: z
      .object({
        kind: cardKind,
        issuedOn: aDay,
        expiresOn: aDay.nullable().meta({ description: 'Null: no expiry' }),
        state: cardState,
      })
      .nullable(),
    maritalStatus: marital,
    father: person.nullable(),
    mother: person.nullable(),
    spouse: person.nullable(),
    guardian: person.nullable(),
    household: z
      .object({
        head: z.string().nullable().meta({ description: 'Number of the head' }),
        relation: z.string().nullable(),
        fileNumber: z.string(),
      })
      .nullable(),
    permanent: address.nullable(),
    temporary: address.nullable(),
    current: address.nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    diedOn: z.string().nullable(),
  })
  .meta({ id: 'Citizen' });

/** A citizen as answers tell one. */
export function shownCitizen(citizen: Citizen, around: Around): z.input<typeof citizenShape> {
  const {
    id: _id,
    number: of,
    name,
    guardianId: _guardian,
    householdId: _household,
    relationToHead,
    ...told
  } = citizen;
  const { full, ...nameParts } = name;
  const { household, ...people } = around;
  return {
    number: of,
    name: full,
    nameParts,
    ...told,
    ...people,
    household: household && { ...household, relation: relationToHead },
  };
}

const toldPerson = z
  .strictObject({ number: number.nullable().optional(), name: line.optional() })
  .meta({ description: 'By number; by name who is not in this registry' });
const toldAddress = z.strictObject({
  street: line.nullable().optional(),
  unit: line.nullable().optional().meta({
    description: 'Commune since 1/7/2025: code, or name with its province',
    example: 'Phường Ba Đình, Hà Nội',
  }),
  oldUnit: line
    .nullable()
    .optional()
    .meta({ description: 'Commune until 30/6/2025, of Hà Nội: code, or name with its district' }),
});

/** What can be told of a citizen; see `registry/told.ts`. */
export const toldMembers = {
  name: line.optional().meta({ description: 'As it is said: family name first', example: 'Nguyễn Văn An' }),
  nameParts: parts.optional().meta({ description: 'Where the name does not tell its parts by itself' }),
  otherName: line.nullable().optional(),
  birthDate: born.optional(),
  sex: sex.optional(),
  birthPlace: line.nullable().optional(),
  birthRegistration: prefix.optional(),
  hometown: line.nullable().optional(),
  ethnicity: ethnicity.optional(),
  religion: religion.nullable().optional(),
  nationality: nationality.optional(),
  bloodGroup: blood.nullable().optional(),
  oldNumber: z.string().max(9).nullable().optional(),
  card: z
    .strictObject({
      kind: cardKind.optional(),
      issuedOn: aDay.optional(),
      expiresOn: aDay.nullable().optional(),
      state: cardState.optional(),
    })
    .nullable()
    .optional()
    .meta({ description: 'What is not told is as the law has it; {} is a card issued today' }),
  maritalStatus: marital.optional(),
  father: toldPerson.nullable().optional(),
  mother: toldPerson.nullable().optional(),
  spouse: toldPerson.nullable().optional().meta({ description: 'Changes both; null is divorce' }),
  guardian: toldPerson.nullable().optional(),
  household: z
    .strictObject({ head: number.optional(), relation: relation.optional() })
    .nullable()
    .optional()
    .meta({ description: 'That of the head with this number; {} is one of their own, null none' }),
  permanent: toldAddress.nullable().optional(),
  temporary: toldAddress.nullable().optional(),
  current: toldAddress.nullable().optional(),
  phone: phone.nullable().optional(),
  email: email.nullable().optional(),
  diedOn: aDay.nullable().optional(),
};
