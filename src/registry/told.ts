import type { Citizen } from './citizen.ts';
import { abroadPrefix } from './number.ts';
import { birthDateTold, cardTold, deathTold, refuseBornAfter } from './told/dates.ts';
import type { NewPerson, Told } from './told/members.ts';
import * as person from './told/person.ts';
import { addressTold, prefixTold } from './told/place.ts';
import { guardianTold, marriageTold, type Named, parentTold } from './told/ties.ts';
import { placeOfPrefix } from './units.ts';

export type { NewPerson, Told } from './told/members.ts';

/** A citizen but for who they are: households are joined and left by themselves. */
export type Described = Omit<Citizen, 'id' | 'number' | 'householdId' | 'relationToHead'>;

/** What a person is of whom nobody said more than this. */
export function beginning({ name, sex, birthDate, number, ...told }: NewPerson): Described {
  const nationality = told.nationality ?? 'VNM';
  const foreign = nationality !== 'VNM';
  const birthRegistration = told.birthRegistration ?? number?.slice(0, 3) ?? (foreign ? abroadPrefix : '001');
  const province = placeOfPrefix(birthRegistration, '2025-06-30')?.then.name ?? null;
  return {
    name: { family: '', middle: '', given: name, full: name },
    otherName: null,
    birthDate,
    sex,
    birthPlace: province,
    birthRegistration,
    hometown: province,
    ethnicity: foreign ? '55' : '01',
    religion: null,
    nationality,
    bloodGroup: null,
    oldNumber: null,
    card: null,
    maritalStatus: 'single',
    father: null,
    mother: null,
    spouse: null,
    guardianId: null,
    permanent: null,
    temporary: null,
    current: null,
    phone: null,
    email: null,
    diedOn: null,
  };
}

/**
 * Somebody as they are when what was told is true.
 * @param before what holds where nothing was told
 * @param named those whom it names
 * @throws VneidError `registry.unfit` naming the first member that cannot be so
 */
export function described(told: Told, before: Described, named: Named, today: string): Described {
  const read = <V>(value: V | undefined, reader: (given: V) => V, otherwise: V): V =>
    value === undefined ? otherwise : reader(value);
  const birthDate = read(told.birthDate, (value) => birthDateTold(value, today), before.birthDate);
  const self = {
    ...before,
    name: person.nameTold(told, before.name),
    birthDate,
    sex: told.sex ?? before.sex,
    nationality: read(told.nationality, person.nationalityTold, before.nationality),
    birthRegistration: read(told.birthRegistration, prefixTold, before.birthRegistration),
    ethnicity: read(told.ethnicity, person.ethnicityTold, before.ethnicity),
  };
  const home = (member: 'permanent' | 'temporary' | 'current') =>
    orNone(told[member], before[member], (value) => addressTold(member, value, today));
  const [permanent, temporary, current] = [home('permanent'), home('temporary'), home('current')];
  const whole = {
    ...self,
    ...marriageTold(told, before, named.spouse, self, today),
    otherName: orNone(told.otherName, before.otherName, person.otherNameTold),
    birthPlace: orNone(told.birthPlace, before.birthPlace, (value) => person.textTold('birthPlace', value)),
    hometown: orNone(told.hometown, before.hometown, (value) => person.textTold('hometown', value)),
    religion: orNone(told.religion, before.religion, person.religionTold),
    bloodGroup: orNone(told.bloodGroup, before.bloodGroup, (value) => value),
    oldNumber: orNone(told.oldNumber, before.oldNumber, person.oldNumberTold),
    card: orNone(told.card, before.card, (value) => cardTold(value, before.card, self, today)),
    father: orNone(told.father, before.father, (value) => parentTold('father', value, named.father, self)),
    mother: orNone(told.mother, before.mother, (value) => parentTold('mother', value, named.mother, self)),
    guardianId: orNone(told.guardian, before.guardianId, (value) => guardianTold(value, named.guardian, today)),
    permanent,
    temporary,
    // people live where they are registered until it is told, or was known, to be elsewhere
    current: told.current === undefined && livesAtHome(before) ? (temporary ?? permanent) : current,
    phone: orNone(told.phone, before.phone, person.phoneTold),
    email: orNone(told.email, before.email, person.emailTold),
    diedOn: orNone(told.diedOn, before.diedOn, (value) => deathTold(value, birthDate, today)),
  };
  refuseBornAfter(whole);
  return whole;
}

/** What was told, read; null where it was taken away; what was before where nothing was told. */
function orNone<T, V>(told: T | null | undefined, before: V | null, read: (value: T) => V): V | null {
  return told === undefined ? before : told === null ? null : read(told);
}

function livesAtHome({ permanent, temporary, current }: Described): boolean {
  return JSON.stringify(current) === JSON.stringify(temporary ?? permanent);
}
