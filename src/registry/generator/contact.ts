import { mix, type Random } from './random.ts';

/** Numbers of the cast begin 0001 0000; see `../cast/sketch.ts`. */
const ofCast = /^000100\d{4}$/;

/**
 * Ten digits beginning 000, which no network can route. Unlike for the first million households, ten people each; null
 * where the number would fall among those of the cast.
 */
export function phoneNumber(seed: number, index: number, at: number): string | null {
  const order = (((index * 10 + at) % 10_000_000) * 7_654_321 + (mix([seed], 13) >>> 0)) % 10_000_000;
  const number = `000${String(order).padStart(7, '0')}`;
  return ofCast.test(number) ? null : number;
}

/** An address under `.example`, which never resolves (RFC 2606); one of a household's ten people has it, and nobody else. */
export function emailAddress(search: string, index: number, at: number): string {
  return `${search.replaceAll(' ', '.')}${index * 10 + at}@thu-mau.example`;
}

/** Level 2 began on this day. */
export const accountsSince = '2022-07-18';

/** When an account was opened: nobody opens one without a card or after death. */
export function openedAt(random: Random, cardIssuedOn: string, diedOn: string | null): number {
  const from = Math.max(Date.parse(accountsSince), Date.parse(cardIssuedOn));
  const until = Math.max(from, diedOn === null ? Date.UTC(2026, 9, 31) : Date.parse(diedOn));
  return random.between(from, until);
}
