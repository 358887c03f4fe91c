import type { Kysely } from 'kysely';
import { problem } from '../errors.ts';
import type { Schema } from '../store/schema.ts';
import { type Citizen, citizenOf } from './citizen.ts';
import { foldName } from './names.ts';

/** Whom to look for; everybody unless told. */
export interface Search {
  /** The beginning of a name, however its marks, case and spaces are written, or of a personal number. */
  q?: string | undefined;
  /** As the registry has it: a day, or the year alone of whom no more is known. */
  birthDate?: string | undefined;
  /** Where the page before ended. */
  after?: string | undefined;
  limit: number;
}

export interface Found {
  citizens: Citizen[];
  /** Where the next page begins, when there is one. */
  next: string | undefined;
}

/**
 * People by name and then by number, or by number alone where that is asked for; each page is one range of an index.
 * @throws VneidError `request.badField` when `after` is not where a page of this search ended
 */
export async function search(db: Kysely<Schema>, { q = '', birthDate, after, limit }: Search): Promise<Found> {
  const asked = q.trim();
  const byName = asked === '' ? birthDate !== undefined : !/^\d+$/.test(asked);
  let query = db.selectFrom('citizens').selectAll();
  if (birthDate !== undefined) query = query.where('birth_date', '=', birthDate);
  if (byName) {
    const begins = foldName(asked);
    if (begins !== '')
      query = query.where('search_name', '>=', begins).where('search_name', '<', `${begins}\u{10ffff}`);
    if (after !== undefined) {
      const [number = '', name] = after.split(/ (.*)/);
      if (name === undefined) throw strange(after);
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('search_name', 'number'), '>', tuple(name, number)));
    }
    query = query.orderBy('search_name').orderBy('number');
  } else {
    if (asked !== '')
      query = query.where('number', '>=', asked.padEnd(12, '0')).where('number', '<=', asked.padEnd(12, '9'));
    if (after !== undefined) {
      if (!/^\d{12}$/.test(after)) throw strange(after);
      query = query.where('number', '>', after);
    }
    query = query.orderBy('number');
  }
  const rows = await query.limit(limit + 1).execute();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    citizens: rows.slice(0, limit).map(citizenOf),
    next: last && (byName ? `${last.number} ${last.search_name}` : last.number),
  };
}

function strange(after: string) {
  return problem('request.badField', {
    field: 'after',
    expected: {
      vi: `\`next\` của một trang của lần tìm này, không phải "${after}"`,
      en: `the next of a page of this search, not "${after}"`,
    },
  });
}
