import type { Card, Citizen } from '../citizen.ts';
import type { RelationToHead } from '../codes.ts';
import type { NameParts } from '../names.ts';

/**
 * What somebody says about a person: others by number or name, communes by code or name. Whoever is taken in is told by
 * name, sex and date of birth, and the rest follows; of whoever is known already only what is told changes. Null takes
 * away.
 */
export interface Told {
  /** As it is said: "Nguyễn Văn An". */
  name?: string | undefined;
  /** Where the name does not tell its parts by itself. */
  nameParts?: NameParts | undefined;
  otherName?: string | null | undefined;
  /** `YYYY-MM-DD`, or `YYYY` where only the year is known. */
  birthDate?: string | undefined;
  sex?: Citizen['sex'] | undefined;
  birthPlace?: string | null | undefined;
  /** Three digits of a province or a country. */
  birthRegistration?: string | undefined;
  hometown?: string | null | undefined;
  ethnicity?: string | undefined;
  religion?: string | null | undefined;
  nationality?: string | undefined;
  bloodGroup?: Citizen['bloodGroup'] | undefined;
  oldNumber?: string | null | undefined;
  card?: ToldCard | null | undefined;
  maritalStatus?: Citizen['maritalStatus'] | undefined;
  father?: ToldPerson | null | undefined;
  mother?: ToldPerson | null | undefined;
  spouse?: ToldPerson | null | undefined;
  guardian?: ToldPerson | null | undefined;
  household?: ToldHousehold | null | undefined;
  permanent?: ToldAddress | null | undefined;
  temporary?: ToldAddress | null | undefined;
  current?: ToldAddress | null | undefined;
  phone?: string | null | undefined;
  email?: string | null | undefined;
  diedOn?: string | null | undefined;
}

/** Enough of a person to be taken in. Without a number they get one that fits. */
export interface NewPerson extends Told {
  name: string;
  sex: Citizen['sex'];
  birthDate: string;
  number?: string | undefined;
}

/** Somebody else, by personal number, or by name when they are in no registry. */
export interface ToldPerson {
  number?: string | null | undefined;
  name?: string | undefined;
}

/** A card; what is not told is what the law would have: kind and last day by the day of issue, which is today. */
export type ToldCard = { [K in keyof Card]?: Card[K] | undefined };

/** `unit` and `oldUnit` by code or by name; one of them tells the other where only one is possible. */
export interface ToldAddress {
  street?: string | null | undefined;
  unit?: string | null | undefined;
  oldUnit?: string | null | undefined;
}

/** The household of this head, or one of their own. */
export interface ToldHousehold {
  head?: string | undefined;
  /** Found from what the registry knows of the two, unless told. */
  relation?: RelationToHead | undefined;
}
