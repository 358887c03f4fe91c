import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Schema } from '../store/schema.ts';
import { type Citizen, citizenOf, type NamedPerson } from './citizen.ts';
import type { RelationToHead } from './codes.ts';
import { householdOf } from './family.ts';
import { refuseDead, refuseKin } from './kinship.ts';
import type { Told } from './told.ts';
import type { Named } from './told/ties.ts';
import { unfit } from './unfit.ts';

/**
 * What a change of one person changes in the records of others: who is married has a spouse who is; who leaves a household
 * leaves it with a head; who is gone is remembered by name. All of it inside the transaction of the change.
 */
type Work = Kysely<Schema>;

/**
 * Those whom somebody names by number.
 * @throws VneidError `registry.unfit` when nobody has the number, or has it still
 */
export async function findNamed(work: Work, told: Told, self: string | undefined): Promise<Named> {
  const asked = {
    father: told.father?.number,
    mother: told.mother?.number,
    spouse: told.spouse?.number,
    guardian: told.guardian?.number,
    head: told.household?.head,
  };
  const named: Named = {};
  for (const [member, number] of Object.entries(asked) as [keyof Named, string | null | undefined][]) {
    if (typeof number !== 'string') continue;
    const row = await work.selectFrom('citizens').selectAll().where('number', '=', number).executeTakeFirst();
    if (!row) throw await nobody(work, member === 'head' ? 'household.head' : `${member}.number`, number);
    if (row.id === self && member !== 'head')
      throw unfit(
        member,
        { vi: 'là chính người này', en: 'it is the same person' },
        { vi: 'Nêu một người khác', en: 'Name somebody else' },
      );
    named[member] = citizenOf(row);
  }
  return named;
}

async function nobody(work: Work, member: string, number: string) {
  const cancelled = await work
    .selectFrom('cancelled_numbers as old')
    .innerJoin('citizens', 'citizens.id', 'old.citizen_id')
    .select('citizens.number')
    .where('old.number', '=', number)
    .executeTakeFirst();
  return unfit(
    member,
    { vi: `không ai mang số ${number}`, en: `nobody has the number ${number}` },
    cancelled
      ? {
          vi: `Số ấy đã hủy; số mới là ${cancelled.number}`,
          en: `It was cancelled; the new one is ${cancelled.number}`,
        }
      : {
          vi: 'Nêu số của người đã có, hoặc chỉ nêu tên',
          en: 'Give the number of someone who is there, or the name alone',
        },
  );
}

/**
 * Has the spouse of before and that of now agree with a person's own record.
 * @throws VneidError `registry.unfit` when there is no such marriage by law, or the other has died
 */
export async function marry(
  work: Work,
  person: Citizen,
  before: Citizen | undefined,
  found: Citizen | undefined,
): Promise<void> {
  await refuseKin(work, person, before);
  const former = before?.spouse?.id ?? null;
  const now = person.spouse?.id ?? null;
  if (before?.spouse && person.spouse && !isSame(before.spouse, person.spouse))
    await refuseBigamy(work, before, person);
  if (former !== null && former !== now && person.maritalStatus !== 'widowed')
    await work
      .updateTable('citizens')
      .set({
        spouse_id: null,
        spouse_name: null,
        marital_status: person.maritalStatus === 'single' ? 'single' : 'divorced',
      })
      .where('id', '=', former)
      .where('spouse_id', '=', person.id)
      // who has died was married to the last
      .where('died_on', 'is', null)
      .execute();
  if (!found || now === former) return;
  if (person.diedOn === null) refuseDead('spouse', found);
  await refuseBigamy(work, found, person);
  await work
    .updateTable('citizens')
    .set({ spouse_id: person.id, spouse_name: person.name.full, marital_status: 'married' })
    .where('id', '=', found.id)
    .execute();
}

/** Death leaves a spouse widowed; where it was not so after all they are married again, unless to somebody else. */
export async function part(work: Work, person: Citizen): Promise<void> {
  if (!person.spouse?.id) return;
  const other = work.updateTable('citizens').where('id', '=', person.spouse.id).where('died_on', 'is', null);
  if (person.diedOn !== null)
    await other
      .set({ spouse_id: null, spouse_name: null, marital_status: 'widowed' })
      .where('spouse_id', '=', person.id)
      .execute();
  else
    await other
      .set({ spouse_id: person.id, spouse_name: person.name.full, marital_status: 'married' })
      .where('marital_status', '=', 'widowed')
      .where('spouse_name', 'is', null)
      .execute();
}

/**
 * A corrected birth comes after that of the parents and before that of the children.
 * @throws VneidError `registry.unfit`
 */
export async function refuseBirthAmong(work: Work, person: Citizen, before: Citizen): Promise<void> {
  const { id, birthDate, father, mother } = person;
  if (birthDate === before.birthDate) return;
  const parents = [father?.id, mother?.id].filter((parent) => typeof parent === 'string');
  const known = await work
    .selectFrom('citizens')
    .select(['id', 'number', 'birth_date'])
    .where((is) =>
      is.or([
        is('father_id', '=', id),
        is('mother_id', '=', id),
        ...(parents.length > 0 ? [is('id', 'in', parents)] : []),
      ]),
    )
    .execute();
  for (const other of known) {
    const isParent = parents.includes(other.id);
    if (isParent ? other.birth_date < birthDate : birthDate < other.birth_date) continue;
    const [vi, en] = isParent ? ['cha hoặc mẹ', 'a parent'] : ['con', 'a child'];
    throw unfit(
      'birthDate',
      {
        vi: `${vi} ${other.number} sinh ${other.birth_date}`,
        en: `${en}, ${other.number}, was born on ${other.birth_date}`,
      },
      isParent
        ? { vi: 'Sinh sau cha mẹ', en: 'Born after the parents' }
        : { vi: 'Sinh trước con', en: 'Born before the children' },
    );
  }
}

/** Who was known by name alone may be in the registry by now. */
function isSame(one: NamedPerson, other: NamedPerson): boolean {
  return one.id === null || other.id === null ? one.name === other.name : one.id === other.id;
}

/** Law on Marriage and Family 52/2014/QH13 Art 5. */
async function refuseBigamy(work: Work, one: Citizen | undefined, other: Citizen): Promise<void> {
  if (!one?.spouse || one.maritalStatus !== 'married' || one.spouse.id === other.id) return;
  const { id, name } = one.spouse;
  const row =
    id === null
      ? undefined
      : await work.selectFrom('citizens').select('died_on').where('id', '=', id).executeTakeFirst();
  if (row && row.died_on !== null) return;
  throw unfit(
    'spouse',
    { vi: `${one.name.full} đang có vợ hoặc chồng là ${name}`, en: `${one.name.full} is married to ${name}` },
    { vi: 'Trước hết đặt "spouse": null cho người ấy', en: 'First set "spouse": null there' },
  );
}

/**
 * Has a person join a household, begin one, or leave theirs, as it is told.
 * @param head of the household that is named
 * @throws VneidError `registry.unfit`
 */
export async function move(
  work: Work,
  person: Citizen,
  told: Told['household'],
  head: Citizen | undefined,
): Promise<Citizen> {
  if (told === undefined) return person;
  if (told === null) return settle(work, person, null, null);
  refuseDead('household', person);
  if (head) refuseDead('household.head', head);
  if (head && head.id !== person.id) {
    const home = head.householdId ?? (await begin(work, head)).id;
    const household = await householdOf(work, home);
    if (household && household.headId !== head.id) {
      const actual = household.members.find(({ id }) => id === household.headId);
      throw unfit(
        'household.head',
        { vi: `${head.number} không phải chủ hộ`, en: `${head.number} is not the head` },
        { vi: `Chủ hộ là ${actual?.number}`, en: `The head is ${actual?.number}` },
      );
    }
    const relation = told.relation ?? relationTo(head, person);
    if (relation === 'head')
      throw unfit(
        'household.relation',
        { vi: 'đã có chủ hộ', en: 'there is a head' },
        { vi: 'Bỏ "head" để lập hộ riêng', en: 'Leave "head" out for a household of their own' },
      );
    return settle(work, person, home, relation);
  }
  if (told.relation !== undefined && told.relation !== 'head')
    throw unfit(
      'household.head',
      { vi: 'thiếu chủ hộ', en: 'the head is missing' },
      { vi: 'Số định danh của chủ hộ', en: 'The number of the head' },
    );
  if (person.relationToHead === 'head') return person;
  const { id } = await begin(work, { ...person, householdId: null });
  return settle(work, person, id, 'head');
}

/** A household of one. */
async function begin(work: Work, head: Citizen): Promise<{ id: string }> {
  const household = { id: uuid(), file_number: `01${String(randomInt(10 ** 9)).padStart(9, '0')}`, head_id: head.id };
  await work.insertInto('households').values(household).execute();
  await work
    .updateTable('citizens')
    .set({ household_id: household.id, relation_to_head: 'head' })
    .where('id', '=', head.id)
    .execute();
  return household;
}

async function settle(
  work: Work,
  person: Citizen,
  householdId: string | null,
  relationToHead: RelationToHead | null,
): Promise<Citizen> {
  await work
    .updateTable('citizens')
    .set({ household_id: householdId, relation_to_head: relationToHead })
    .where('id', '=', person.id)
    .execute();
  if (person.householdId !== householdId) await afterLeaving(work, person);
  return { ...person, householdId, relationToHead };
}

/** A household without its head gets another: the spouse, or else the eldest who is alive; one without anybody ends. */
async function afterLeaving(work: Work, { id, householdId, spouse }: Citizen): Promise<void> {
  const household = householdId === null ? undefined : await householdOf(work, householdId);
  if (!household || household.headId !== id) return;
  const left = household.members.filter((member) => member.id !== id);
  const head = left.find((member) => member.id === spouse?.id) ?? left.find(({ diedOn }) => diedOn === null) ?? left[0];
  if (!head) {
    await work.deleteFrom('households').where('id', '=', household.id).execute();
    return;
  }
  await work.updateTable('households').set({ head_id: head.id }).where('id', '=', household.id).execute();
  for (const member of left)
    await work
      .updateTable('citizens')
      .set({ relation_to_head: relationTo(head, member) })
      .where('id', '=', member.id)
      .execute();
}

/** What the registry knows a person to be to the head of a household. */
function relationTo(head: Citizen, person: Citizen): RelationToHead {
  const is = (one: { id: string | null } | null, other: Citizen) => one?.id === other.id;
  if (person.id === head.id) return 'head';
  if (is(person.spouse, head) || is(head.spouse, person)) return person.sex === 'male' ? 'husband' : 'wife';
  if (is(person.father, head) || is(person.mother, head)) return 'child';
  if (is(head.father, person)) return 'father';
  if (is(head.mother, person)) return 'mother';
  const siblings = (['father', 'mother'] as const).some(
    (parent) => typeof head[parent]?.id === 'string' && head[parent]?.id === person[parent]?.id,
  );
  if (!siblings) return 'other';
  if (person.birthDate > head.birthDate) return 'younger-sibling';
  return person.sex === 'male' ? 'elder-brother' : 'elder-sister';
}

/** Those who refer to somebody who is no longer there keep the name; a guardian is known by number alone. */
export async function forget(work: Work, person: Citizen): Promise<void> {
  const { id, name, spouse } = person;
  await settle(work, person, null, null);
  await work
    .updateTable('citizens')
    .set({ father_id: null, father_name: name.full })
    .where('father_id', '=', id)
    .execute();
  await work
    .updateTable('citizens')
    .set({ mother_id: null, mother_name: name.full })
    .where('mother_id', '=', id)
    .execute();
  await work.updateTable('citizens').set({ guardian_id: null }).where('guardian_id', '=', id).execute();
  if (spouse?.id)
    await work
      .updateTable('citizens')
      .set({ spouse_id: null, spouse_name: name.full })
      .where('id', '=', spouse.id)
      .where('spouse_id', '=', id)
      .execute();
}
