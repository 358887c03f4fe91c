import { type Kysely, sql } from 'kysely';
import type { CitizenRow, Schema } from '../store/schema.ts';
import { type Citizen, citizenOf } from './citizen.ts';

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

/** Two queries: those whom the citizen's row names, and those whose rows name the citizen. */
export async function familyOf(db: Kysely<Schema>, citizen: Citizen): Promise<Relative[]> {
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

/** The household and its members, the head first, then by age. */
export async function householdOf(db: Kysely<Schema>, id: string): Promise<Household | undefined> {
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
  return { id: row.id, fileNumber: row.file_number, headId: row.head_id, members: members.map(citizenOf) };
}

/** Those around a citizen, as an answer names them: by number where they are in this registry. */
export interface Around {
  father: NumberedPerson | null;
  mother: NumberedPerson | null;
  spouse: NumberedPerson | null;
  guardian: NumberedPerson | null;
  household: { head: string | null; fileNumber: string } | null;
}

export interface NumberedPerson {
  name: string;
  number: string | null;
}

/** Tells of each of some citizens who is around them: two queries for all. */
export async function aroundThem(
  db: Kysely<Schema>,
  citizens: readonly Citizen[],
): Promise<(citizen: Citizen) => Around> {
  const homeIds = present(citizens.map(({ householdId }) => householdId));
  const homes =
    homeIds.length === 0 ? [] : await db.selectFrom('households').selectAll().where('id', 'in', homeIds).execute();
  const ids = present([
    ...citizens.flatMap(({ father, mother, spouse, guardianId }) => [father?.id, mother?.id, spouse?.id, guardianId]),
    ...homes.map(({ head_id }) => head_id),
  ]);
  const rows =
    ids.length === 0
      ? []
      : await db.selectFrom('citizens').select(['id', 'number', 'full_name']).where('id', 'in', ids).execute();
  const [homeOf, rowOf] = [byId(homes), byId(rows)];
  const named = (id: string | null | undefined, name: string | undefined) => {
    const row = rowOf.get(id ?? '');
    return row ? { name: row.full_name, number: row.number } : name === undefined ? null : { name, number: null };
  };
  return ({ father, mother, spouse, guardianId, householdId }) => {
    const home = homeOf.get(householdId ?? '');
    return {
      father: named(father?.id, father?.name),
      mother: named(mother?.id, mother?.name),
      spouse: named(spouse?.id, spouse?.name),
      guardian: named(guardianId, undefined),
      household: home ? { head: rowOf.get(home.head_id)?.number ?? null, fileNumber: home.file_number } : null,
    };
  };
}

/** Each id once. */
function present(ids: (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

function byId<Row extends { id: string }>(rows: Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
