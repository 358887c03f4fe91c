/**
 * Dates as the registry keeps them: `YYYY-MM-DD`, or `YYYY` alone for a birth of which only the year is known (old papers
 * carry no more). Viet Nam is UTC+7 all year. Dates in this shape compare as text.
 */

/** Today in Viet Nam, of a time in milliseconds since 1970. */
export function dateIn(milliseconds: number): string {
  return new Date(milliseconds + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** The day before another. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

/** Whole years lived on a day; someone known by year alone is taken for born on its first day. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day < birthdayAt(birthDate, years) ? years - 1 : years;
}

/**
 * The day on which a number of years is reached. Someone born on 29 February reaches it on 28 February of a common year:
 * a term of years ends on the last day of a month that lacks the day (Civil Code 2015 Art 148).
 */
export function birthdayAt(birthDate: string, age: number): string {
  const year = Number(birthDate.slice(0, 4)) + age;
  const day = birthDate.length === 4 ? '-01-01' : birthDate.slice(4);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return `${year}${day === '-02-29' && !leap ? '-02-28' : day}`;
}

/** "12/03/1985", or "1948" when only the year is known: the order in which Vietnamese papers write dates. */
export function writtenDate(date: string): string {
  return date.length === 4 ? date : `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`;
}
