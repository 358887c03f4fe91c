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

/** An address under `.example`, which never resolves (RFC 2606). */
export function emailAddress(random: Random, search: string): string {
  return `${search.replaceAll(' ', '.')}${random.between(1, 9999)}@thu-mau.example`;
}

/** When an account was opened: level 2 began on 18/7/2022, and nobody opens one without a card or after death. */
export function openedAt(random: Random, cardIssuedOn: string, diedOn: string | null): number {
  const from = Math.max(Date.UTC(2022, 6, 18), Date.parse(cardIssuedOn));
  const until = Math.max(from, diedOn === null ? Date.UTC(2026, 9, 31) : Date.parse(diedOn));
  return random.between(from, until);
}
