import type { CardState } from '../card.ts';
import { cardStates, type Label } from '../codes.ts';
import { writtenDate } from '../dates.ts';

/** One document in a wallet. */
export interface Item {
  /** Names it within its wallet, for `present`: the kind, or the id of the paper where there may be several of a kind. */
  id: string;
  kind: ItemKind;
  state: ItemState;
  title: Label;
  /** What is printed on it as its number; of a residence the number of its file. */
  number: string | null;
  /** Everything it says, in its own order. */
  rows: Row[];
  /** What the QR code on the physical document says, where one is printed. */
  qr?: string;
  /** The machine-readable zone of the physical document, where one is printed: three lines of 30. */
  mrz?: readonly string[];
}

export type ItemKind = (typeof itemKinds)[number];

/** In the order of a wallet, which is that of the real app. */
export const itemKinds = [
  'card',
  'electronic-identity',
  'driving-licence',
  'vehicle',
  'health-insurance',
  'residence',
  'dependants',
] as const;

/**
 * That of a card; `locked`: an electronic identity that cannot be used (Law 26/2023/QH15 Art 34); `suspended`: a paper that
 * may not be used for a time.
 */
export type ItemState = CardState | 'locked' | 'suspended';

export const itemStates = {
  ...cardStates,
  locked: { vi: 'Đang bị khóa', en: 'Locked' },
  suspended: { vi: 'Đang bị tạm đình chỉ', en: 'Suspended' },
} as const satisfies Record<ItemState, Label>;

/** A line of a document, in both languages. */
export interface Row {
  label: Label;
  value: Label;
  /** True for what a checkpoint is shown; the rest only its holder sees. */
  checked: boolean;
}

/** A line that only the holder sees; left out where the registry has nothing to say. */
export function own(vi: string, en: string, value: Label | string | null | undefined): Row[] {
  if (value === null || value === undefined || value === '') return [];
  return [{ label: { vi, en }, value: typeof value === 'string' ? { vi: value, en: value } : value, checked: false }];
}

/** A line that whoever checks the document sees too. */
export function checked(vi: string, en: string, value: Label | string | null | undefined): Row[] {
  return own(vi, en, value).map((row) => ({ ...row, checked: true }));
}

/** A day as people write it: 31/12/2026, or 2026-12-31 in English, as in the claims. */
export function day(date: string): Label {
  return { vi: writtenDate(date), en: date };
}

/** A last day, which not everything has. */
export function lastDay(date: string | null): Label {
  return date === null ? { vi: 'Không thời hạn', en: 'No expiry' } : day(date);
}
