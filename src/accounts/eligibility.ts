import { problem } from '../errors.ts';
import type { AccountLevel } from '../levels.ts';
import { hasValidCard } from '../registry/card.ts';
import type { Citizen } from '../registry/citizen.ts';
import { ageOn } from '../registry/dates.ts';
import type { AccountRow } from '../store/schema.ts';

type Kind = AccountRow['kind'];

/** Below this age an account is of level 1 (Decree 69/2024/NĐ-CP Art 7). */
const levelTwoFrom = 6;

/** The kind of account that somebody of this nationality has (Decree 69/2024/NĐ-CP Art 7). */
export function kindFor({ nationality }: Pick<Citizen, 'nationality'>): Kind {
  return nationality === 'VNM' ? 'citizen' : 'foreigner';
}

/** @throws VneidError `account.kind` */
export function refuseKind(citizen: Pick<Citizen, 'nationality'>, kind: Kind): void {
  if (kind !== kindFor(citizen)) throw problem('account.kind', { nationality: citizen.nationality, kind });
}

/** @throws VneidError `account.tooYoung` */
export function refuseLevel({ birthDate }: Pick<Citizen, 'birthDate'>, level: AccountLevel, today: string): void {
  const age = ageOn(birthDate, today);
  if (level === 2 && age < levelTwoFrom) throw problem('account.tooYoung', { age });
}

/** An account is opened on a card: of a citizen, or of a foreigner's residence. @throws VneidError `account.noCard` */
export function refuseCardless(citizen: Citizen, today: string): void {
  if (!hasValidCard(citizen, today)) throw problem('account.noCard');
}
