import { type CompiledQuery, type Kysely, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { CancelledNumberRow, CitizenRow, HouseholdRow, OrganisationRow, Schema } from '../store/schema.ts';
import { type Citizen, citizenOf, rowOf } from './citizen.ts';
import { dateIn } from './dates.ts';
import { foldName } from './names.ts';
import { checkNumber, parseNumber } from './number.ts';

/** Every question that is asked of the registry, and the few changes that are made to it. */
export interface Registry {
  /** The living or dead holder of a number in force. One prepared query: the login waits for it. */
  find(number: string): Promise<Citizen | undefined>;
  /** The citizen with this id. One prepared query. */
  byId(id: string): Promise<Citizen | undefined>;
  /** What became of a number that was cancelled, and the number its holder has now. */
  cancelled(number: string): Promise<CancelledNumber | undefined>;
  /** People of one name, however its marks, case and spaces were written; at most `limit` (20), by number. */
  search(name: string, birthDate?: string, limit?: number): Promise<Citizen[]>;
  /** Parents, spouse, children, guardian and wards, in that order. */
  family(citizen: Citizen): Promise<Relative[]>;
  /** The household and its members, the head first, then by age; undefined when the household does not exist. */
  household(id: string): Promise<Household | undefined>;
  /** For whom this citizen acts on the given day (today), newest mandate last. */
  mandates(citizenId: string, day?: string): Promise<Mandate[]>;
  organisation(id: string): Promise<Organisation | undefined>;
  /**
   * Takes a person in, under a new id.
   * @throws VneidError `registry.numberInvalid` when number, sex and birth date disagree; `registry.numberTaken` when the
   *   number is, or ever was, somebody's
   */
  add(person: Omit<Citizen, 'id'>): Promise<Citizen>;
  /**
   * Cancels a citizen's number and sets a new one (Decree 70/2024/NĐ-CP Art 11); the old one stays on record and is never
   * given to anyone again (Law 26/2023 Art 12).
   * @throws VneidError `registry.unknown`, `registry.numberInvalid`, `registry.numberTaken`
   */
  renumber(id: string, number: string, reason: CancelledNumber['reason']): Promise<Citizen>;
  /** How many citizens there are. */
  count(): Promise<number>;
}

export interface CancelledNumber {
  number: string;
  citizenId: string;
  /** `YYYY-MM-DD`. */
  cancelledOn: string;
  reason: CancelledNumberRow['reason'];
  /** The number in force now. */
  replacedBy: string;
}

/** Someone near, as Law 26/2023 Art 9 records them: by name, and by number when they are in this registry. */
export interface Relative {
  relation: 'father' | 'mother' | 'spouse' | 'child' | 'guardian' | 'ward';
  name: string;
  id: string | null;
  number: string | null;
  oldNumber: string | null;
  birthDate: string | null;
  nationality: string | null;
}

export interface Household {
  id: string;
  /** Số hồ sơ cư trú. */
  fileNumber: string;
  headId: string;
  members: Citizen[];
}

export interface Organisation {
  id: string;
  kind: OrganisationRow['kind'];
  name: string;
  taxCode: string;
  foundedOn: string;
  address: string;
}

export interface Mandate {
  role: 'representative' | 'officer' | 'health-worker';
  title: string;
  since: string;
  until: string | null;
  organisation: Organisation;
}

/** Makes the registry of one instance over its database. */
export function createRegistry({ db, clock }: { db: Kysely<Schema>; clock: Clock }): Registry {
  const byNumber = db.selectFrom('citizens').selectAll().where('number', '=', '').compile();
  const byId = db.selectFrom('citizens').selectAll().where('id', '=', '').compile();

  async function one(query: CompiledQuery<CitizenRow>, key: string): Promise<Citizen | undefined> {
    const { rows } = await db.executeQuery<CitizenRow>({ ...query, parameters: [key] });
    return rows[0] && citizenOf(rows[0]);
  }

  return {
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
    async search(name, birthDate, limit = 20) {
      let query = db.selectFrom('citizens').selectAll().where('search_name', '=', foldName(name));
      if (birthDate !== undefined) query = query.where('birth_date', '=', birthDate);
      return (await query.orderBy('number').limit(limit).execute()).map(citizenOf);
    },
    family: (citizen) => familyOf(db, citizen),
    async household(id) {
      const row = await db.selectFrom('households').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      const members = await db
        .selectFrom('citizens')
        .selectAll()
        .where('household_id', '=', id)
        .orderBy(sql`case when id = ${row.head_id} then 0 else 1 end`)
        .orderBy('birth_date')
        .orderBy('id')
        .execute();
      return householdOf(row, members);
    },
    async mandates(citizenId, day = dateIn(clock.now())) {
      const rows = await db
        .selectFrom('mandates')
        .innerJoin('organisations', 'organisations.id', 'mandates.organisation_id')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .where('since', '<=', day)
        .where((is) => is.or([is('until', 'is', null), is('until', '>=', day)]))
        .orderBy('since')
        .execute();
      return rows.map((row) => ({
        role: row.role,
        title: row.title,
        since: row.since,
        until: row.until,
        organisation: organisationOf(row),
      }));
    },
    async organisation(id) {
      const row = await db.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst();
      return row && organisationOf(row);
    },
    async add(person) {
      refuseMisfit(person.number, person);
      const citizen: Citizen = { ...person, id: uuid({ msecs: clock.now() }) };
      await db.transaction().execute(async (work) => {
        await refuseTaken(work, citizen.number);
        await work.insertInto('citizens').values(rowOf(citizen)).execute();
      });
      return citizen;
    },
    async renumber(id, number, reason) {
      parseNumber(number);
      return db.transaction().execute(async (work) => {
        const row = await work.selectFrom('citizens').selectAll().where('id', '=', id).executeTakeFirst();
        if (!row) throw problem('registry.unknown', { id });
        await refuseTaken(work, number);
        await work
          .insertInto('cancelled_numbers')
          .values({ number: row.number, citizen_id: id, cancelled_on: dateIn(clock.now()), reason })
          .execute();
        await work.updateTable('citizens').set({ number }).where('id', '=', id).execute();
        return citizenOf({ ...row, number });
      });
    },
    async count() {
      const { total } = await db
        .selectFrom('citizens')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return total;
    },
  };
}

/** Two queries: those whom the citizen's row names, and those whose rows name the citizen. */
async function familyOf(db: Kysely<Schema>, citizen: Citizen): Promise<Relative[]> {
  const up = [
    { relation: 'father', person: citizen.father },
    { relation: 'mother', person: citizen.mother },
    { relation: 'spouse', person: citizen.spouse },
    { relation: 'guardian', person: citizen.guardianId === null ? null : { id: citizen.guardianId, name: '' } },
  ] as const;
  const ids = up.flatMap(({ person }) => person?.id ?? []);
  const known = ids.length === 0 ? [] : await db.selectFrom('citizens').selectAll().where('id', 'in', ids).execute();
  const down = await db
    .selectFrom('citizens')
    .selectAll()
    .where((is) =>
      is.or([is('father_id', '=', citizen.id), is('mother_id', '=', citizen.id), is('guardian_id', '=', citizen.id)]),
    )
    .orderBy('birth_date')
    .orderBy('id')
    .execute();
  const isChild = (row: CitizenRow) => row.father_id === citizen.id || row.mother_id === citizen.id;
  const above = up.flatMap(({ relation, person }) => {
    const row = person?.id && known.find(({ id }) => id === person.id);
    return row ? [relative(relation, row)] : person?.name ? [stranger(relation, person.name)] : [];
  });
  return [
    ...above.filter(({ relation }) => relation !== 'guardian'),
    ...down.filter(isChild).map((row) => relative('child', row)),
    ...above.filter(({ relation }) => relation === 'guardian'),
    ...down.filter((row) => row.guardian_id === citizen.id).map((row) => relative('ward', row)),
  ];
}

function relative(relation: Relative['relation'], row: CitizenRow): Relative {
  return {
    relation,
    name: row.full_name,
    id: row.id,
    number: row.number,
    oldNumber: row.old_number,
    birthDate: row.birth_date,
    nationality: row.nationality,
  };
}

function stranger(relation: Relative['relation'], name: string): Relative {
  return { relation, name, id: null, number: null, oldNumber: null, birthDate: null, nationality: null };
}

function householdOf(row: HouseholdRow, members: CitizenRow[]): Household {
  return { id: row.id, fileNumber: row.file_number, headId: row.head_id, members: members.map(citizenOf) };
}

function organisationOf(row: OrganisationRow): Organisation {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    taxCode: row.tax_code,
    foundedOn: row.founded_on,
    address: row.address,
  };
}

function refuseMisfit(number: string, person: { sex: 'male' | 'female'; birthDate: string }): void {
  const verdict = checkNumber(number, person);
  if (!verdict.ok) {
    throw problem('registry.numberInvalid', { number, foundVi: verdict.foundVi, foundEn: verdict.foundEn });
  }
}

/** Law 26/2023 Art 12: a number is never used twice, not even after it was cancelled. */
async function refuseTaken(db: Kysely<Schema>, number: string): Promise<void> {
  const held = await db.selectFrom('citizens').select('id').where('number', '=', number).executeTakeFirst();
  const cancelled =
    held ?? (await db.selectFrom('cancelled_numbers').select('number').where('number', '=', number).executeTakeFirst());
  if (cancelled) throw problem('registry.numberTaken', { number });
}
