import type { Card, Citizen } from './citizen.ts';
import { ageOn, birthdayAt, dayBefore } from './dates.ts';

/** What a card is worth on a day. */
export type CardState = 'valid' | 'expired' | 'revoked' | 'held';

/** Ages at which a card must be changed: Law 26/2023/QH15 Art 21. */
export const cardMilestones = [14, 25, 40, 60] as const;

/**
 * The last day of a card: the birthday of the next milestone, or of the one after it when the card was issued within two
 * years before a milestone (Art 21). Null, "Không thời hạn", from 58 on.
 * @param birthDate `YYYY-MM-DD` or `YYYY`
 */
export function cardExpiry(birthDate: string, issuedOn: string): string | null {
  const age = ageOn(birthDate, issuedOn);
  const milestone = cardMilestones.find((years) => age < years - 2);
  return milestone === undefined ? null : birthdayAt(birthDate, milestone);
}

/**
 * The card that somebody would be given on a day: since 1/7/2024 the identity card of the law of 2023, before that the chip
 * card of 2021; a foreigner's is that of a residence of two years (Law 47/2014/QH13 Art 38 has up to five).
 */
export function issueCard(
  { birthDate, nationality }: Pick<Citizen, 'birthDate' | 'nationality'>,
  issuedOn: string,
  kind: Card['kind'] = nationality === 'VNM' ? (issuedOn < '2024-07-01' ? 'cccd' : 'can-cuoc') : 'residence-card',
): Card {
  const expiresOn = kind === 'residence-card' ? dayBefore(birthdayAt(issuedOn, 2)) : cardExpiry(birthDate, issuedOn);
  return { kind, issuedOn, expiresOn, state: 'valid' };
}

/** The state of a card on a day. Revoked and held come before expired; a card is good on its last day. */
export function cardStateOn(card: Card, day: string): CardState {
  if (card.state !== 'valid') return card.state;
  return card.expiresOn !== null && card.expiresOn < day ? 'expired' : 'valid';
}

/** True when the citizen can show a card on a day: one that is valid, its holder living. */
export function hasValidCard(citizen: Citizen, day: string): boolean {
  return citizen.card !== null && citizen.diedOn === null && cardStateOn(citizen.card, day) === 'valid';
}
