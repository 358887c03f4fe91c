import { cast, castPassword } from '../../registry/cast.ts';
import type { Lab } from './lab.ts';
import type { Person } from './sign-in.ts';
import type { Cookies } from './visitor.ts';

/** Who signs in: one after the other, as far as codes are sent to them; and the session of the one whose turn it is. */
export interface People {
  now: Person;
  /** True when nobody else may come. */
  only: boolean;
  session: Cookies;
  /** On to the next, who has no session yet; false when there is nobody left. */
  next(): boolean;
  /** Of everybody who may come. */
  names(lab: Lab): Promise<string[]>;
}

/** @param citizen the only one, when given; otherwise those of the cast who have all that a login may ask for */
export function peopleFrom(citizen: string | undefined): People {
  const able = cast.filter(
    ({ account }) => account?.kind === 'citizen' && account.level === 2 && account.state === 'active' && account.phone,
  );
  const numbers = citizen === undefined ? able.map(({ number }) => number) : [citizen];
  const personAt = (at: number): Person => ({ number: numbers[at] ?? '', password: castPassword });
  let at = 0;
  const people: People = {
    now: personAt(at),
    only: citizen !== undefined,
    session: [],
    next() {
      if (at + 1 >= numbers.length) return false;
      at += 1;
      people.now = personAt(at);
      people.session = [];
      return true;
    },
    async names(lab) {
      const names = await Promise.all(numbers.map((number) => lab.fullName(number)));
      // a name of one word may be a word of the page
      return names.filter((name) => name.includes(' '));
    },
  };
  return people;
}
