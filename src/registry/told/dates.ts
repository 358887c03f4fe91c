import { issueCard } from '../card.ts';
import type { Card, Citizen } from '../citizen.ts';
import type { Label } from '../codes.ts';
import type { ToldCard } from './members.ts';
import { unfit } from '../unfit.ts';

/** Centuries begin here that a personal number has a digit for. */
const earliest = '1900';

/** @throws VneidError `registry.unfit` */
export function birthDateTold(date: string, today: string): string {
  if (!/^\d{4}$/.test(date)) dayTold('birthDate', date, { today });
  if (date > today) throw unfit('birthDate', future, upTo(today));
  if (date < earliest)
    throw unfit(
      'birthDate',
      { vi: 'trước năm 1900', en: 'it is before 1900' },
      { vi: 'Sinh từ năm 1900 trở đi', en: 'Born in 1900 or later' },
    );
  return date;
}

/** @throws VneidError `registry.unfit` */
export function deathTold(date: string, birthDate: string, today: string): string {
  return dayTold('diedOn', date, { from: birthDate, today });
}

/**
 * A corrected birth comes before what is known of the life that it began.
 * @throws VneidError `registry.unfit`
 */
export function refuseBornAfter({ birthDate, card, diedOn }: Pick<Citizen, 'birthDate' | 'card' | 'diedOn'>): void {
  for (const [day, vi, en] of [
    [card?.issuedOn, 'thẻ cấp', 'a card was issued'],
    [diedOn, 'mất', 'the death was'],
  ] as const)
    if (day && day < birthDate)
      throw unfit(
        'birthDate',
        { vi: `${birthDate} là sau ngày ${vi} ${day}`, en: `${birthDate} is after ${en} on ${day}` },
        { vi: `Muộn nhất là ${day}`, en: `${day} at the latest` },
      );
}

/**
 * A card as it is told, over the one there was. A new day of issue is a new card, which is valid and of today's kind.
 * @throws VneidError `registry.unfit`
 */
export function cardTold(
  told: ToldCard,
  before: Card | null,
  holder: Pick<Citizen, 'birthDate' | 'nationality'>,
  today: string,
): Card {
  const isNew = before === null || told.issuedOn !== undefined || told.kind !== undefined;
  const issuedOn = told.issuedOn ?? before?.issuedOn ?? today;
  dayTold('card.issuedOn', issuedOn, { from: holder.birthDate, today });
  const card = isNew ? issueCard(holder, issuedOn, told.kind) : before;
  const expiresOn = told.expiresOn === undefined ? card.expiresOn : told.expiresOn;
  if (expiresOn !== null) dayTold('card.expiresOn', expiresOn, { from: issuedOn });
  return { ...card, expiresOn, state: told.state ?? card.state };
}

/**
 * A day that there is, within bounds.
 * @param bounds `from` may be a year alone
 * @throws VneidError `registry.unfit`
 */
export function dayTold(member: string, date: string, { from, today }: { from?: string; today?: string }): string {
  const at = Date.parse(date);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date)
    throw unfit(
      member,
      { vi: `không có ngày "${date}"`, en: `there is no day "${date}"` },
      { vi: 'Viết năm-tháng-ngày, như 1985-03-12', en: 'Write year-month-day, such as 1985-03-12' },
    );
  if (today !== undefined && date > today) throw unfit(member, future, upTo(today));
  if (from !== undefined && date < from)
    throw unfit(
      member,
      { vi: `${date} là trước ${from}`, en: `${date} is before ${from}` },
      { vi: `Từ ${from} trở đi`, en: `${from} or later` },
    );
  return date;
}

const future: Label = { vi: 'ở trong tương lai', en: 'it is in the future' };

function upTo(today: string): Label {
  return { vi: `Muộn nhất là hôm nay, ${today}`, en: `Today, ${today}, at the latest` };
}
