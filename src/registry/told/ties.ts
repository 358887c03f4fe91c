import type { Citizen, NamedPerson } from '../citizen.ts';
import { ageOn } from '../dates.ts';
import type { Told, ToldPerson } from './members.ts';
import { unfit } from '../unfit.ts';
import { soundName } from './person.ts';

/** Those whom somebody names by number, as the registry has them. */
export interface Named {
  father?: Citizen;
  mother?: Citizen;
  spouse?: Citizen;
  guardian?: Citizen;
  /** Of the household. */
  head?: Citizen;
}

type Child = Pick<Citizen, 'birthDate'>;

/** @throws VneidError `registry.unfit` */
export function parentTold(
  member: 'father' | 'mother',
  told: ToldPerson,
  found: Citizen | undefined,
  child: Child,
): NamedPerson {
  const parent = personTold(member, told, found);
  if (!found) return parent;
  const sex = member === 'father' ? 'male' : 'female';
  if (found.sex !== sex)
    throw unfit(
      member,
      { vi: `${found.number} là ${found.sex === 'male' ? 'nam' : 'nữ'}`, en: `${found.number} is ${found.sex}` },
      { vi: sex === 'male' ? 'Cha là nam' : 'Mẹ là nữ', en: `A ${member} is ${sex}` },
    );
  if (found.birthDate >= child.birthDate)
    throw unfit(
      member,
      {
        vi: `${found.number} sinh ${found.birthDate}, không trước con`,
        en: `${found.number} was born on ${found.birthDate}, not before the child`,
      },
      { vi: `Sinh trước ${child.birthDate}`, en: `Born before ${child.birthDate}` },
    );
  return parent;
}

/** @throws VneidError `registry.unfit` */
export function guardianTold(told: ToldPerson, found: Citizen | undefined, today: string): string {
  if (!found)
    throw unfit(
      'guardian',
      { vi: 'thiếu số định danh', en: 'the number is missing' },
      {
        vi: 'Người giám hộ phải có trong cơ sở dữ liệu: {"number": …}',
        en: 'A guardian has to be in the registry: {"number": …}',
      },
    );
  personTold('guardian', told, found);
  const age = ageOn(found.birthDate, today);
  if (age >= 18 && found.diedOn === null) return found.id;
  throw unfit(
    'guardian',
    found.diedOn === null
      ? { vi: `${found.number} mới ${age} tuổi`, en: `${found.number} is ${age} years old` }
      : { vi: `${found.number} đã mất`, en: `${found.number} has died` },
    {
      vi: 'Người từ đủ 18 tuổi, còn sống (Bộ luật Dân sự 2015, Điều 49)',
      en: 'Someone alive, of 18 years or more (Civil Code 2015 Art 49)',
    },
  );
}

/**
 * Whom somebody is married to. Who has a spouse is married; who is no longer married has none.
 * @throws VneidError `registry.unfit`
 */
export function marriageTold(
  told: Pick<Told, 'spouse' | 'maritalStatus'>,
  before: Pick<Citizen, 'birthDate' | 'spouse' | 'maritalStatus'>,
  found: Citizen | undefined,
  self: Pick<Citizen, 'sex' | 'birthDate'>,
  today: string,
): Pick<Citizen, 'spouse' | 'maritalStatus'> {
  const { spouse, maritalStatus: status } = told;
  const corrected = self.birthDate !== before.birthDate ? before.maritalStatus : 'single';
  if (spouse || (status ?? corrected) !== 'single') refuseTooYoung(self, today);
  if (spouse && found) refuseTooYoung(found, today);
  if (spouse && found?.sex === self.sex)
    throw unfit(
      'spouse',
      { vi: `${found.number} cùng giới tính`, en: `${found.number} is of the same sex` },
      {
        vi: 'Hôn nhân là của một nam và một nữ (Luật Hôn nhân và gia đình 2014, Điều 8)',
        en: 'A marriage is of a man and a woman (Law on Marriage and Family 2014 Art 8)',
      },
    );
  if (!spouse) {
    const parted = spouse === null && before.spouse !== null && before.maritalStatus === 'married';
    const maritalStatus = status ?? (parted ? 'divorced' : before.maritalStatus);
    const kept = spouse === undefined && (status === undefined || status === 'married');
    return { maritalStatus, spouse: kept ? before.spouse : null };
  }
  if (status !== undefined && status !== 'married')
    throw unfit(
      'maritalStatus',
      { vi: `"${status}" mà có vợ hoặc chồng`, en: `"${status}" with a spouse` },
      { vi: '"married", hoặc "spouse": null', en: '"married", or "spouse": null' },
    );
  return { maritalStatus: 'married', spouse: personTold('spouse', spouse, found) };
}

/** Law on Marriage and Family 52/2014/QH13 Art 8. */
function refuseTooYoung({ sex, birthDate }: Pick<Citizen, 'sex' | 'birthDate'>, today: string): void {
  const least = sex === 'male' ? 20 : 18;
  const age = ageOn(birthDate, today);
  if (age >= least) return;
  throw unfit(
    'spouse',
    { vi: `có người mới ${age} tuổi`, en: `one of the two is ${age} years old` },
    {
      vi: 'Nam từ đủ 20 tuổi, nữ từ đủ 18 tuổi (Luật Hôn nhân và gia đình 2014, Điều 8)',
      en: 'A man of 20 years or more, a woman of 18 (Law on Marriage and Family 2014 Art 8)',
    },
  );
}

/** @throws VneidError `registry.unfit` */
function personTold(member: string, { number, name }: ToldPerson, found: Citizen | undefined): NamedPerson {
  if (!found) {
    if (name !== undefined) return { id: null, name: soundName(`${member}.name`, name) };
    throw unfit(
      member,
      { vi: 'không có số, không có tên', en: 'it has neither number nor name' },
      {
        vi: '{"number": …} của người trong cơ sở dữ liệu, hoặc {"name": …}',
        en: '{"number": …} of someone in the registry, or {"name": …}',
      },
    );
  }
  if (name !== undefined && soundName(`${member}.name`, name) !== found.name.full)
    throw unfit(
      `${member}.name`,
      { vi: `${number} là ${found.name.full}`, en: `${number} is ${found.name.full}` },
      { vi: 'Chỉ cần nêu số', en: 'The number alone will do' },
    );
  return { id: found.id, name: found.name.full };
}
