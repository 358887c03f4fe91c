import type { CitizenRow } from '../store/schema.ts';
import type { Address } from './address.ts';
import type { RelationToHead } from './codes.ts';
import { foldName, type NameParts } from './names.ts';

/**
 * A citizen as pages and claims read one: the fields of Law 26/2023/QH15 Art 9. Dates are `YYYY-MM-DD`; null means that
 * the registry has nothing there. Labels of the codes are in `codes.ts`.
 */
export interface Citizen {
  /** Never changes, even when the number does. */
  id: string;
  /** The personal number in force, 12 digits. */
  number: string;
  name: FullName;
  otherName: string | null;
  /** `YYYY-MM-DD`, or `YYYY` when only the year is known. */
  birthDate: string;
  sex: 'male' | 'female';
  birthPlace: string | null;
  /** Prefix of the place of birth registration, three digits; `placeOfPrefix` in `units.ts` names it. */
  birthRegistration: string;
  hometown: string | null;
  /** "01" to "56", Decision 421-TCTK. */
  ethnicity: string;
  /** A key of `religions`; null for none. */
  religion: string | null;
  /** ISO 3166-1 alpha-3. */
  nationality: string;
  bloodGroup: 'A' | 'B' | 'AB' | 'O' | null;
  /** The nine-digit number (CMND) of before 2016. */
  oldNumber: string | null;
  card: Card | null;
  maritalStatus: 'single' | 'married' | 'divorced' | 'widowed';
  father: NamedPerson | null;
  mother: NamedPerson | null;
  spouse: NamedPerson | null;
  /** Citizen id of the guardian (người giám hộ) of a child or ward. */
  guardianId: string | null;
  householdId: string | null;
  relationToHead: RelationToHead | null;
  /** Nơi thường trú. */
  permanent: Address | null;
  /** Nơi tạm trú. */
  temporary: Address | null;
  /** Nơi ở hiện tại. */
  current: Address | null;
  /** Ten digits beginning 000: nobody can be called on it. */
  phone: string | null;
  email: string | null;
  diedOn: string | null;
}

export interface FullName extends NameParts {
  /** "Nguyễn Văn An", in the order in which it is said. */
  full: string;
}

export interface Card {
  kind: 'can-cuoc' | 'cccd' | 'residence-card';
  issuedOn: string;
  /** Null means "Không thời hạn". */
  expiresOn: string | null;
  /** What the authority recorded; expiry is judged by `cardStateOn` in `card.ts`. */
  state: 'valid' | 'revoked' | 'held';
}

/** Someone by name, with an id when they are in this registry. */
export interface NamedPerson {
  id: string | null;
  name: string;
}

/** The domain's view of a row. */
export function citizenOf(row: CitizenRow): Citizen {
  return {
    id: row.id,
    number: row.number,
    name: { family: row.family_name, middle: row.middle_name, given: row.given_name, full: row.full_name },
    otherName: row.other_name,
    birthDate: row.birth_date,
    sex: row.sex,
    birthPlace: row.birth_place,
    birthRegistration: row.birth_registration,
    hometown: row.hometown,
    ethnicity: row.ethnicity,
    religion: row.religion,
    nationality: row.nationality,
    bloodGroup: row.blood_group,
    oldNumber: row.old_number,
    card:
      row.card_kind === null || row.card_issued_on === null
        ? null
        : {
            kind: row.card_kind,
            issuedOn: row.card_issued_on,
            expiresOn: row.card_expires_on,
            state: row.card_state ?? 'valid',
          },
    maritalStatus: row.marital_status,
    father: named(row.father_id, row.father_name),
    mother: named(row.mother_id, row.mother_name),
    spouse: named(row.spouse_id, row.spouse_name),
    guardianId: row.guardian_id,
    householdId: row.household_id,
    relationToHead: row.relation_to_head as RelationToHead | null,
    permanent: address(row.permanent_street, row.permanent_unit, row.permanent_old_unit),
    temporary: address(row.temporary_street, row.temporary_unit, row.temporary_old_unit),
    current: address(row.current_street, row.current_unit, row.current_old_unit),
    phone: row.phone,
    email: row.email,
    diedOn: row.died_on,
  };
}

/** The row of a citizen; the only place where the search name is made. */
export function rowOf(citizen: Citizen): CitizenRow {
  return {
    id: citizen.id,
    number: citizen.number,
    family_name: citizen.name.family,
    middle_name: citizen.name.middle,
    given_name: citizen.name.given,
    full_name: citizen.name.full,
    search_name: foldName(citizen.name.full),
    other_name: citizen.otherName,
    birth_date: citizen.birthDate,
    sex: citizen.sex,
    birth_place: citizen.birthPlace,
    birth_registration: citizen.birthRegistration,
    hometown: citizen.hometown,
    ethnicity: citizen.ethnicity,
    religion: citizen.religion,
    nationality: citizen.nationality,
    blood_group: citizen.bloodGroup,
    old_number: citizen.oldNumber,
    card_kind: citizen.card?.kind ?? null,
    card_issued_on: citizen.card?.issuedOn ?? null,
    card_expires_on: citizen.card?.expiresOn ?? null,
    card_state: citizen.card?.state ?? null,
    marital_status: citizen.maritalStatus,
    father_id: citizen.father?.id ?? null,
    father_name: citizen.father?.name ?? null,
    mother_id: citizen.mother?.id ?? null,
    mother_name: citizen.mother?.name ?? null,
    spouse_id: citizen.spouse?.id ?? null,
    spouse_name: citizen.spouse?.name ?? null,
    guardian_id: citizen.guardianId,
    household_id: citizen.householdId,
    relation_to_head: citizen.relationToHead,
    permanent_street: citizen.permanent?.street ?? null,
    permanent_unit: citizen.permanent?.unit ?? null,
    permanent_old_unit: citizen.permanent?.oldUnit ?? null,
    temporary_street: citizen.temporary?.street ?? null,
    temporary_unit: citizen.temporary?.unit ?? null,
    temporary_old_unit: citizen.temporary?.oldUnit ?? null,
    current_street: citizen.current?.street ?? null,
    current_unit: citizen.current?.unit ?? null,
    current_old_unit: citizen.current?.oldUnit ?? null,
    phone: citizen.phone,
    email: citizen.email,
    died_on: citizen.diedOn,
  };
}

function named(id: string | null, name: string | null): NamedPerson | null {
  return name === null ? null : { id, name };
}

function address(street: string | null, unit: string | null, oldUnit: string | null): Address | null {
  return street === null && unit === null && oldUnit === null ? null : { street, unit, oldUnit };
}
