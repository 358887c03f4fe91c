import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';
import type { Citizen } from './citizen.ts';
import { unfit } from './unfit.ts';

/**
 * Nobody is married to who is of their own blood: a direct line, or of one pair of grandparents (Law on Marriage and Family
 * 52/2014/QH13 Art 5.2 d: "trong phạm vi ba đời", of which Art 3.18 counts the parents the first).
 * @param before as they were, when what was so already is not looked at again
 * @throws VneidError `registry.unfit`
 */
export async function refuseKin(work: Kysely<Schema>, person: Citizen, before: Citizen | undefined): Promise<void> {
  const { id, spouse } = person;
  const ties = (one: Citizen | undefined) => [one?.spouse?.id, one?.father?.id, one?.mother?.id].join();
  if (!spouse?.id || ties(person) === ties(before)) return;
  const [own, theirs] = [await lineOf(work, id), await lineOf(work, spouse.id)];
  if (!own.some((one) => theirs.includes(one))) return;
  throw unfit(
    'spouse',
    { vi: `${spouse.name} là người cùng dòng máu`, en: `${spouse.name} is of the same blood` },
    {
      vi: 'Không kết hôn trong trực hệ hoặc trong phạm vi ba đời (Luật Hôn nhân và gia đình 2014, Điều 5)',
      en: 'No marriage in a direct line or within three generations (Law on Marriage and Family 2014 Art 5)',
    },
  );
}

/**
 * Whose sex is corrected stays nobody's father who was not a man, and nobody's husband of a man (Art 8.2).
 * @throws VneidError `registry.unfit`
 */
export async function refuseSexAmong(
  work: Kysely<Schema>,
  { id, sex, spouse }: Citizen,
  before: Citizen,
): Promise<void> {
  if (sex === before.sex) return;
  const parent = before.sex === 'male' ? 'father' : 'mother';
  const tied = await work
    .selectFrom('citizens')
    .select(['id', 'number'])
    .where((is) => is.or([is('id', '=', spouse?.id ?? ''), is(`${parent}_id`, '=', id)]))
    .executeTakeFirst();
  if (!tied) return;
  const [vi, en, member] =
    tied.id === spouse?.id ? ['vợ chồng', 'the spouse', 'spouse'] : ['cha mẹ', `the ${parent}`, parent];
  throw unfit(
    'sex',
    { vi: `đang là ${vi} của ${tied.number}`, en: `this is ${en} of ${tied.number}` },
    { vi: `Trước hết đặt "${member}": null cho người ấy`, en: `First set "${member}": null there` },
  );
}

/** @throws VneidError `registry.unfit` */
export function refuseDead(member: string, { number, diedOn }: Citizen): void {
  if (diedOn === null) return;
  throw unfit(
    member,
    { vi: `${number} đã mất`, en: `${number} has died` },
    { vi: 'Nêu người còn sống', en: 'Name somebody who is alive' },
  );
}

/** Somebody, their parents and their grandparents, as far as the registry has them. */
async function lineOf(work: Kysely<Schema>, id: string): Promise<string[]> {
  const line = [id];
  let youngest = [id];
  for (let generation = 2; generation <= 3 && youngest.length > 0; generation += 1) {
    const rows = await work
      .selectFrom('citizens')
      .select(['father_id', 'mother_id'])
      .where('id', 'in', youngest)
      .execute();
    youngest = rows.flatMap((row) => [row.father_id, row.mother_id]).filter((parent) => parent !== null);
    line.push(...youngest);
  }
  return line;
}
