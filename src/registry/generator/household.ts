import type { Address } from '../address.ts';
import { placeOfPrefix } from '../units.ts';
import type { AccountRow, CitizenRow, HouseholdRow } from '../../store/schema.ts';
import { accountsSince, emailAddress, openedAt, phoneNumber } from './contact.ts';
import { type NamedMember, nameHousehold } from './kin.ts';
import { searchName } from './name.ts';
import { numberedPlan } from './numbers.ts';
import { makeAccountLevel, makeBloodGroup, makeCard, makeDay, makeOldNumber } from './person.ts';
import { addressElsewhere, hanoiAddress, type Places, readPlaces } from './place.ts';
import { censusYear } from './plan.ts';
import { type Random, weighted } from './random.ts';

/** A household, its people and their accounts, as rows; accounts still lack the password hash. */
export interface MadeHousehold {
  household: HouseholdRow;
  citizens: CitizenRow[];
  accounts: Omit<AccountRow, 'password_hash'>[];
}

/** Hà Nội's shares (census 2019, estimates beside Kinh and Mường). */
const ethnicities = weighted([
  ['01', 9870],
  ['06', 80],
  ['02', 20],
  ['09', 12],
  ['07', 10],
  ['03', 8],
] as const);
/** Hà Nội is less religious than the country; no table for the city was found, so this is an estimate. */
const faiths = weighted([
  [null, 945],
  ['catholicism', 26],
  ['buddhism', 26],
  ['protestantism', 3],
] as const);

/**
 * Makes a generator of one seed: a pure function from index to household, so that work can stop and go on anywhere.
 * @param seed whole number from 0 to 2^32-1
 */
export function createGenerator(seed: number): (index: number) => MadeHousehold {
  const places = readPlaces();
  const provinces = new Map<string, string>();
  const provinceName = (prefix: string) => {
    let name = provinces.get(prefix);
    if (name === undefined) {
      name = placeOfPrefix(prefix, '2025-07-01')?.then.name ?? '';
      provinces.set(prefix, name);
    }
    return name;
  };
  return (index) => makeHousehold(seed, index, places, provinceName);
}

function makeHousehold(
  seed: number,
  index: number,
  places: Places,
  provinceName: (prefix: string) => string,
): MadeHousehold {
  const { members, prefixes, numbers, random } = numberedPlan(seed, index);
  const ethnicity = random.draw(ethnicities);
  const religion = random.draw(faiths);
  const names = nameHousehold(random, members, ethnicity);
  const days = members.map(({ birthYear }) => makeDay(random, birthYear));
  const { permanent, temporary } = homes(random, places, prefixes[0] ?? '001', ethnicity);
  const current = temporary ?? permanent;
  const ids = members.map((_one, at) => citizenId(index, at));
  const idOf = (at: number | null) => (at === null ? null : (ids[at] ?? null));
  const household: HouseholdRow = {
    id: householdId(index),
    file_number: `01${String(index).padStart(9, '0')}`,
    head_id: citizenId(index, 0),
  };
  const accounts: MadeHousehold['accounts'] = [];
  const citizens = members.map((one, at): CitizenRow => {
    const { name, father, mother } = names[at] as NamedMember;
    const search = searchName(name);
    const prefix = prefixes[at] ?? '001';
    const birthDate = days[at] ?? '';
    const spouse = one.marital === 'married' && one.spouse !== null ? one.spouse : null;
    const card = makeCard(random, birthDate);
    const diedOn = one.diedIn === null ? null : makeDay(random, one.diedIn);
    const issuedAlive = card !== null && (diedOn === null || card.issuedOn <= diedOn) ? card : null;
    const level = makeAccountLevel(random, birthDate, issuedAlive);
    if (level !== null && issuedAlive !== null && (diedOn === null || diedOn >= accountsSince)) {
      const reason = diedOn ? 'death' : issuedAlive.state !== 'valid' ? `card-${issuedAlive.state}` : null;
      const locked = reason ?? (random.chance(0.003) ? 'requested' : null);
      accounts.push({
        id: accountId(seed, index, at),
        citizen_id: citizenId(index, at),
        kind: 'citizen',
        level,
        state: locked === null ? 'active' : 'locked',
        state_reason: locked,
        created_at: openedAt(random, issuedAlive.issuedOn, diedOn),
      });
    }
    const reachable = censusYear - one.birthYear >= 15 && diedOn === null;
    const [familyId, relation] = diedOn === null ? [household.id, one.relation] : [null, null];
    return {
      id: citizenId(index, at),
      number: numbers[at] ?? '',
      family_name: name.family,
      middle_name: name.middle,
      given_name: name.given,
      full_name: name.full,
      search_name: search,
      other_name: null,
      birth_date: birthDate,
      sex: one.sex,
      birth_place: provinceName(prefix),
      birth_registration: prefix,
      hometown: provinceName(one.father === null ? prefix : (prefixes[one.father] ?? prefix)),
      ethnicity,
      religion,
      nationality: 'VNM',
      blood_group: makeBloodGroup(random),
      old_number: makeOldNumber(random, prefix, one.birthYear),
      card_kind: issuedAlive?.kind ?? null,
      card_issued_on: issuedAlive?.issuedOn ?? null,
      card_expires_on: issuedAlive?.expiresOn ?? null,
      card_state: issuedAlive?.state ?? null,
      marital_status: one.marital,
      father_id: idOf(one.father),
      father_name: father,
      mother_id: idOf(one.mother),
      mother_name: mother,
      spouse_id: idOf(spouse),
      spouse_name: spouse === null ? null : (names[spouse]?.name.full ?? null),
      guardian_id: null,
      household_id: familyId,
      relation_to_head: relation,
      permanent_street: permanent.street,
      permanent_unit: permanent.unit,
      permanent_old_unit: permanent.oldUnit,
      temporary_street: temporary?.street ?? null,
      temporary_unit: temporary?.unit ?? null,
      temporary_old_unit: temporary?.oldUnit ?? null,
      current_street: current.street,
      current_unit: current.unit,
      current_old_unit: current.oldUnit,
      phone: reachable && random.chance(0.96) ? phoneNumber(seed, index, at) : null,
      email: reachable && random.chance(0.55) ? emailAddress(search, index, at) : null,
      died_on: diedOn,
    };
  });
  return { household, citizens, accounts };
}

/** Most people live where they are registered; one household in twelve came from another province and is not yet. */
function homes(
  random: Random,
  places: Places,
  prefix: string,
  ethnicity: string,
): { permanent: Address; temporary: Address | null } {
  const here = hanoiAddress(random, places, ethnicity);
  if (prefix === '001' || !random.chance(0.23)) return { permanent: here, temporary: null };
  return { permanent: addressElsewhere(random, places, prefix), temporary: here };
}

/**
 * An account's id: shaped like a UUIDv7, as the ids of all accounts are, whose time part is the household's index, so that
 * ids of later rows are greater and the B-tree grows at its end.
 */
function accountId(seed: number, index: number, at: number): string {
  const time = index.toString(16).padStart(8, '0');
  const last = seed.toString(16).padStart(12, '0');
  return `0194${time.slice(0, 4)}-${time.slice(4)}-7a${at.toString(16).padStart(2, '0')}-8000-${last}`;
}

/**
 * Ids of people and households are in five columns and their indices, and as UUIDs they were half of a registry's bytes:
 * these are as short as they can be and still grow. A registry has people of one seed, so they are its own.
 */
function householdId(index: number): string {
  return `f${index.toString(36).padStart(6, '0')}`;
}

function citizenId(index: number, at: number): string {
  return `c${index.toString(36).padStart(6, '0')}${at.toString(36)}`;
}
