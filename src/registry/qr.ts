import { formatAddress } from './address.ts';
import type { Card, Citizen } from './citizen.ts';
import { sexes } from './codes.ts';
import { ageOn } from './dates.ts';

/**
 * The text of the QR code on a card, UTF-8, fields divided by `|`, addresses as they were called on the day of issue.
 *
 * - `cccd` (2021 to 6/2024), seven fields: number, CMND or nothing, name, birth date, sex, permanent address, issue date.
 * - `can-cuoc` (from 1/7/2024, Circular 16/2024/TT-BCA): the same seven, then the cancelled number (Decree 70/2024
 *   Art 12), and for holders under 14 the names of father and mother, with a `|` at the end. The order of the added fields
 *   was seen in programs that read the code, not in a text of the law.
 * @param cancelledNumber the holder's last cancelled number, if any
 */
export function qrPayload(citizen: Citizen, card: Card, cancelledNumber: string | null = null): string {
  const fields = [
    citizen.number,
    citizen.oldNumber ?? '',
    citizen.name.full,
    compactDate(citizen.birthDate),
    sexes[citizen.sex].vi,
    (citizen.permanent && formatAddress(citizen.permanent, card.issuedOn)) ?? '',
    compactDate(card.issuedOn),
  ];
  if (card.kind === 'cccd') return joined(fields);
  const child = ageOn(citizen.birthDate, card.issuedOn) < 14;
  const parents = child ? [citizen.father?.name ?? '', citizen.mother?.name ?? ''] : ['', ''];
  return joined([...fields, cancelledNumber ?? '', ...parents, '']);
}

/** A street may have the sign that divides fields, and those behind it would be others. */
function joined(fields: string[]): string {
  return fields.map((field) => field.replaceAll('|', '/')).join('|');
}

/** `ddmmyyyy`; the year alone when no more is known. */
function compactDate(date: string): string {
  return date.length === 4 ? date : date.slice(8) + date.slice(5, 7) + date.slice(0, 4);
}
