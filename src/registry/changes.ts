import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { CancelledNumberRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import { findNamed, forget, marry, move, part, refuseBirthAmong } from './bonds.ts';
import { type Citizen, citizenOf, rowOf } from './citizen.ts';
import { ageOn, birthdayAt, dateIn } from './dates.ts';
import { refuseSexAmong } from './kinship.ts';
import { buildNumber, checkNumber, parseNumber } from './number.ts';
import { beginning, type Described, described, type NewPerson, type Told } from './told.ts';
import { anyPhone } from './told/person.ts';
import { unfit } from './unfit.ts';

/** What is changed in the registry, each change whole or not at all. */
export interface RegistryChanges {
  /**
   * Takes a person in. From 14 on they have a card (Law 26/2023/QH15 Art 19) and a phone, unless told otherwise.
   * @throws VneidError `registry.unfit`, `registry.numberInvalid` when number and person disagree, `registry.numberTaken`
   *   when the number is, or ever was, somebody's
   */
  add(person: NewPerson): Promise<Citizen>;
  /**
   * Changes what is told of a citizen; the same again changes nothing.
   * @throws VneidError `registry.unknown`, `registry.unfit`, `registry.numberInvalid` when the number would no longer fit:
   *   whose sex or year of birth is corrected gets another (`renumber`)
   */
  change(id: string, told: Told): Promise<Citizen>;
  /**
   * Cancels a citizen's number and sets a new one (Decree 70/2024/NĐ-CP Art 11); the old one stays on record and is never
   * given to anyone again (Law 26/2023 Art 12). Sex, year and place of birth registration follow a number that is given;
   * one that is not is made of them.
   * @throws VneidError `registry.unknown`, `registry.numberInvalid`, `registry.numberTaken`, `registry.unfit`
   */
  renumber(
    id: string,
    number: string | undefined,
    reason: CancelledNumberRow['reason'],
    corrected?: Corrected,
  ): Promise<Citizen>;
  /**
   * Takes a citizen out as if they had never been there; who refers to them keeps the name. This is not death: that is
   * `diedOn`. Their numbers can be given again.
   * @throws VneidError `registry.unknown`
   */
  remove(id: string): Promise<Citizen>;
}

/** What a new number was made necessary by. */
export type Corrected = Pick<Told, 'sex' | 'birthDate' | 'birthRegistration'>;

type Work = Kysely<Schema>;

export interface ChangesParts {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
}

/** Makes the changes to the registry of one instance. */
export function createChanges({ db, clock, events }: ChangesParts): RegistryChanges {
  const today = () => dateIn(clock.now());
  const inOne = <T>(work: (on: Work) => Promise<T>) => inTransaction(db, work);

  async function known(work: Work, id: string): Promise<Citizen> {
    const row = await work.selectFrom('citizens').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw problem('registry.unknown', { id });
    return citizenOf(row);
  }

  return {
    async add(person) {
      const added = await inOne(async (work) => {
        const named = await findNamed(work, person, undefined);
        const told = { ...person, ...usual(person, today()) };
        const whole = described(told, beginning(person), named, today());
        const number = person.number ?? (await freeNumber(work, whole));
        refuseMisfit(number, whole);
        await refuseTaken(work, number);
        const id = uuid({ msecs: clock.now() });
        const citizen: Citizen = { ...whole, id, number, householdId: null, relationToHead: null };
        await work.insertInto('citizens').values(rowOf(citizen)).execute();
        await marry(work, citizen, undefined, named.spouse);
        if (citizen.diedOn !== null) await part(work, citizen);
        return move(work, citizen, person.household, named.head);
      });
      events.emit('citizen.added', { citizen: added.id });
      return added;
    },

    async change(id, told) {
      const [before, after] = await inOne(async (work) => {
        const before = await known(work, id);
        const named = await findNamed(work, told, id);
        const changed: Citizen = { ...before, ...described(told, before, named, today()) };
        refuseMisfit(before.number, changed);
        await refuseBirthAmong(work, changed, before);
        await work.updateTable('citizens').set(rowOf(changed)).where('id', '=', id).execute();
        await marry(work, changed, before, named.spouse);
        const [lived, lives] = [before, changed].map(({ diedOn }) => diedOn === null);
        if (lived !== lives) await part(work, changed);
        // the dead are registered nowhere (Law on Residence 68/2020/QH14 Art 24)
        const household = told.household === undefined && lived && !lives ? null : told.household;
        return [before, await move(work, changed, household, named.head)] as const;
      });
      const members = differing(before, after);
      if (members.length > 0) events.emit('citizen.changed', { citizen: id, members });
      return after;
    },

    async renumber(id, number, reason, corrected = {}) {
      const renumbered = await inOne(async (work) => {
        const before = await known(work, id);
        const told =
          number === undefined ? askedBy(reason, before, corrected) : { ...saidBy(number, before), ...corrected };
        const person = described(told, before, {}, today());
        const next = number ?? (await freeNumber(work, person));
        refuseMisfit(next, person);
        await refuseTaken(work, next);
        const former = await work
          .selectFrom('cancelled_numbers')
          .select('number')
          .where('citizen_id', '=', id)
          .execute();
        const cancelled = { number: before.number, citizen_id: id, cancelled_on: today(), nth: former.length, reason };
        await work.insertInto('cancelled_numbers').values(cancelled).execute();
        const after: Citizen = { ...before, ...person, number: next };
        await refuseBirthAmong(work, after, before);
        await refuseSexAmong(work, after, before);
        await work.updateTable('citizens').set(rowOf(after)).where('id', '=', id).execute();
        return after;
      });
      events.emit('citizen.renumbered', { citizen: id, reason });
      return renumbered;
    },

    async remove(id) {
      const removed = await inOne(async (work) => {
        const citizen = await known(work, id);
        await forget(work, citizen);
        for (const table of ['cancelled_numbers', 'documents', 'mandates'] as const)
          await work.deleteFrom(table).where('citizen_id', '=', id).execute();
        await work.deleteFrom('facts').where('name', '=', `documents:${id}`).execute();
        await work.deleteFrom('citizens').where('id', '=', id).execute();
        return citizen;
      });
      events.emit('citizen.removed', { citizen: id });
      return removed;
    },
  };
}

/** What everybody of 14 and more has who lives, where nothing was told of it. */
function usual({ birthDate, diedOn, card = {}, phone = anyPhone() }: NewPerson, today: string): Told {
  return diedOn || !(ageOn(birthDate, today) >= 14) ? {} : { card, phone };
}

/** What a number says of its holder, who is kept where it says nothing else. */
function saidBy(number: string, { birthDate }: Citizen): Corrected {
  const { sex, birthYear, prefix } = parseNumber(number);
  const year = Number(birthDate.slice(0, 4));
  return {
    sex,
    birthDate: birthDate.length === 4 ? String(birthYear) : birthdayAt(birthDate, birthYear - year),
    birthRegistration: prefix,
  };
}

/** What a reason for a new number says of its holder. @throws VneidError `registry.unfit` */
function askedBy(reason: CancelledNumberRow['reason'], { sex, birthDate }: Citizen, corrected: Corrected): Corrected {
  if (reason === 'sex') return { sex: sex === 'male' ? 'female' : 'male', ...corrected };
  if (reason !== 'birth-year' || (corrected.birthDate ?? birthDate).slice(0, 4) !== birthDate.slice(0, 4))
    return corrected;
  throw unfit(
    'birthDate',
    { vi: `vẫn là năm ${birthDate.slice(0, 4)}`, en: `the year is still ${birthDate.slice(0, 4)}` },
    { vi: 'Ngày sinh đã cải chính, với một năm khác', en: 'The corrected date of birth, of another year' },
  );
}

/** One of the million numbers of a place, sex and year that is, and was, nobody's. */
async function freeNumber(work: Work, { birthRegistration, sex, birthDate }: Described): Promise<string> {
  const year = Number(birthDate.slice(0, 4));
  for (;;) {
    const number = buildNumber(birthRegistration, sex, year, randomInt(1_000_000));
    if (!(await isTaken(work, number))) return number;
  }
}

function refuseMisfit(number: string, person: Pick<Citizen, 'sex' | 'birthDate' | 'birthRegistration'>): void {
  const verdict = checkNumber(number, person);
  if (!verdict.ok) {
    throw problem('registry.numberInvalid', { number, found: verdict.found });
  }
}

/** Law 26/2023 Art 12: a number is never used twice, not even after it was cancelled. */
async function refuseTaken(work: Work, number: string): Promise<void> {
  if (await isTaken(work, number)) throw problem('registry.numberTaken', { number });
}

async function isTaken(work: Work, number: string): Promise<boolean> {
  const held = await work.selectFrom('citizens').select('number').where('number', '=', number).executeTakeFirst();
  const cancelled =
    held ??
    (await work.selectFrom('cancelled_numbers').select('number').where('number', '=', number).executeTakeFirst());
  return cancelled !== undefined;
}

/** Names of the members that are not as they were. */
function differing(before: Citizen, after: Citizen): string[] {
  return Object.keys(after).filter(
    (name) => JSON.stringify(before[name as keyof Citizen]) !== JSON.stringify(after[name as keyof Citizen]),
  );
}
