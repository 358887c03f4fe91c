import type { CompiledQuery } from 'kysely';
import type { CancelledNumberRow, CitizenRow } from '../store/schema.ts';
import { type ChangesParts, createChanges, type RegistryChanges } from './changes.ts';
import { type Citizen, citizenOf } from './citizen.ts';
import { type Around, aroundThem, familyOf, type Household, householdOf, type Relative } from './family.ts';
import { type Found, type Search, search } from './search.ts';

export type { Household, Relative } from './family.ts';

/** Every question that is asked of the registry, and every change that is made to it. */
export interface Registry extends RegistryChanges {
  /** The living or dead holder of a number in force. One prepared query: the login waits for it. */
  find(number: string): Promise<Citizen | undefined>;
  /** The citizen with this id. One prepared query. */
  byId(id: string): Promise<Citizen | undefined>;
  /** What became of a number that was cancelled, and the number its holder has now. */
  cancelled(number: string): Promise<CancelledNumber | undefined>;
  /** The numbers that a citizen had, the last first. */
  formerNumbers(id: string): Promise<FormerNumber[]>;
  /** A page of those who answer to a search. */
  search(asked: Search): Promise<Found>;
  /** Parents, spouse, children, guardian and wards, in that order. */
  family(citizen: Citizen): Promise<Relative[]>;
  /** The household and its members, the head first, then by age; undefined when the household does not exist. */
  household(id: string): Promise<Household | undefined>;
  /** Tells of each of these who is around them. */
  around(citizens: readonly Citizen[]): Promise<(citizen: Citizen) => Around>;
  /** How many citizens there are. */
  count(): Promise<number>;
}

export interface FormerNumber {
  number: string;
  /** `YYYY-MM-DD`. */
  cancelledOn: string;
  reason: CancelledNumberRow['reason'];
}

export interface CancelledNumber extends FormerNumber {
  citizenId: string;
  /** The number in force now. */
  replacedBy: string;
}

/** Makes the registry of one instance over its database. */
export function createRegistry(parts: ChangesParts): Registry {
  const { db } = parts;
  const byNumber = db.selectFrom('citizens').selectAll().where('number', '=', '').compile();
  const byId = db.selectFrom('citizens').selectAll().where('id', '=', '').compile();

  async function one(query: CompiledQuery<CitizenRow>, key: string): Promise<Citizen | undefined> {
    const { rows } = await db.executeQuery<CitizenRow>({ ...query, parameters: [key] });
    return rows[0] && citizenOf(rows[0]);
  }

  return {
    ...createChanges(parts),
    find: (number) => one(byNumber, number),
    byId: (id) => one(byId, id),
    async cancelled(number) {
      const row = await db
        .selectFrom('cancelled_numbers as old')
        .innerJoin('citizens', 'citizens.id', 'old.citizen_id')
        .select(['old.number', 'old.citizen_id', 'old.cancelled_on', 'old.reason', 'citizens.number as now'])
        .where('old.number', '=', number)
        .executeTakeFirst();
      return (
        row && {
          number: row.number,
          citizenId: row.citizen_id,
          cancelledOn: row.cancelled_on,
          reason: row.reason,
          replacedBy: row.now,
        }
      );
    },
    async formerNumbers(id) {
      const rows = await db
        .selectFrom('cancelled_numbers')
        .select(['number', 'cancelled_on as cancelledOn', 'reason'])
        .where('citizen_id', '=', id)
        .orderBy('nth', 'desc')
        .orderBy('cancelled_on', 'desc')
        .execute();
      return rows;
    },
    search: (asked) => search(db, asked),
    family: (citizen) => familyOf(db, citizen),
    household: (id) => householdOf(db, id),
    around: (citizens) => aroundThem(db, citizens),
    async count() {
      const { total } = await db
        .selectFrom('citizens')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return total;
    },
  };
}
