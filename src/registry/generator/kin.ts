import { type MadeName, makeName, makeSurname } from './name.ts';
import type { Member } from './plan.ts';
import type { Random } from './random.ts';

/** Someone's name and the names of their parents, which the registry keeps even of parents who are not in it. */
export interface NamedMember {
  name: MadeName;
  father: string | null;
  mother: string | null;
}

/**
 * Names a household. Children carry their father's surname, also when he lives elsewhere; the child of a mother who never
 * married carries hers, and has no father on record.
 */
export function nameHousehold(random: Random, members: Member[], ethnicity: string): NamedMember[] {
  const unlike = unlikeEachOther(random);
  const absentSurname = makeSurname(random, ethnicity);
  const surnames = new Map<number, string>();
  const surnameOf = (at: number): string => {
    let surname = surnames.get(at);
    if (surname === undefined) {
      const from = members[at]?.father ?? (marriedBefore(members, at) ? null : (members[at]?.mother ?? null));
      const fatherless = members[at]?.father === null && members[at]?.mother !== null && from === null;
      surname = fatherless ? absentSurname : from === null ? makeSurname(random, ethnicity) : surnameOf(from);
      surnames.set(at, surname);
    }
    return surname;
  };
  const names = members.map(({ sex, birthYear }, at) => unlike(surnameOf(at), sex, birthYear));
  const absent = absentParent(unlike, members, absentSurname);
  return members.map((one, at) => {
    const name = names[at] as MadeName;
    const known = (parent: number | null) => (parent === null ? undefined : names[parent]?.full);
    if (one.father === null && one.mother === null)
      return { name, ...strangers(unlike, name, one.birthYear, makeSurname(random, ethnicity)) };
    const father = known(one.father) ?? (marriedBefore(members, at) ? absent : null);
    return { name, father, mother: known(one.mother) ?? absent };
  });
}

type NameMaker = (surname: string, sex: 'male' | 'female', birthYear: number) => MadeName;

/** Nobody is called as somebody else at home, least of all a child as a parent. */
function unlikeEachOther(random: Random): NameMaker {
  const given = new Set<string>();
  return (...who) => {
    for (;;) {
      const name = makeName(random, ...who);
      if (given.has(name.full)) continue;
      given.add(name.full);
      return name;
    }
  };
}

/** False for the child of a mother who never married. */
function marriedBefore(members: Member[], at: number): boolean {
  const mother = members[at]?.mother ?? null;
  return mother === null || members[mother]?.marital !== 'single';
}

/** The other parent of the children of a household with one parent, who lives elsewhere or is dead. */
function absentParent(unlike: NameMaker, members: Member[], surname: string): string | null {
  const child = members.find((one) => (one.father === null) !== (one.mother === null));
  if (!child) return null;
  const sex = child.father === null ? 'male' : 'female';
  return unlike(surname, sex, child.birthYear - 28).full;
}

/** Parents who are in no household of ours. */
function strangers(
  unlike: NameMaker,
  { family }: MadeName,
  birthYear: number,
  ofMother: string,
): { father: string; mother: string } {
  return {
    father: unlike(family, 'male', birthYear - 29).full,
    mother: unlike(ofMother, 'female', birthYear - 26).full,
  };
}
