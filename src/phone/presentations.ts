import { createHash, randomBytes } from 'node:crypto';
import { type Account, type Accounts, barOf } from '../accounts/accounts.ts';
import type { Phones } from '../accounts/phones.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { Citizen } from '../registry/citizen.ts';
import type { Registry } from '../registry/citizens.ts';
import type { Label } from '../registry/codes.ts';
import { dateIn } from '../registry/dates.ts';
import { portraitOf } from '../registry/portrait.ts';
import type { Dependant, Item, ItemKind, ItemState, Row, Wallet, Wallets } from '../registry/wallet.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/**
 * A holder shows a code, whoever checks the document opens it. The code carries nothing: what is checked is the document
 * as it is at that moment, so a card that was revoked in between shows revoked. Using an electronic identity is history
 * that is kept (Decree 69/2024/NĐ-CP Art 28), so both ends are events.
 */
export interface Presentations {
  /**
   * Makes a code for one document, good for a minute and for several verifiers.
   * @param order `item` is the id of an item in the wallet of `citizen`, who is the holder of the account or one of those
   *   for whom the holder answers
   * @throws VneidError `presentation.notYours`, `presentation.noDocument`, `presentation.level`
   */
  present(order: { citizen: Citizen; item: string; by: Account }): Promise<Presentation>;
  /**
   * What a code shows now.
   * @param code 22 characters; anything else is unknown too
   * @throws VneidError `presentation.unknown`: never made; `presentation.expired`: too old; `presentation.withdrawn`: the
   *   document, the right to show it, or the phone that showed it has gone since
   */
  check(code: string): Promise<Verdict>;
}

export interface Presentation {
  /** 128 random bits, base64url. */
  code: string;
  /** What the QR code says: `<issuer>/verify/<code>`. */
  url: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/**
 * What a checkpoint learns: enough to compare the person with the portrait and the paper with its state, and no more
 * (Law 91/2025/QH15: data are processed for a purpose only). Name in full and portrait, because that is what is compared;
 * of numbers the last four, for a number says when and where somebody was born, and those four tell two cards apart; a
 * plate in full, for everybody can read it on the vehicle; no address, unless residence is what is shown. Of what may not
 * be shown at all, because its holder has died or locked it (a phone may be stolen), neither number nor line is said.
 */
export interface Verdict {
  state: VerdictState;
  kind: ItemKind;
  title: Label;
  /** "•••• 0001", a plate, or null for what is shown without a number. */
  number: string | null;
  holder: {
    name: string;
    /** SVG drawn by this program. */
    portrait: string;
  };
  rows: Row[];
  /** Who shows it for the holder: a parent or a guardian. */
  shownBy: { name: string; relation: Dependant['relation'] } | null;
  /** Milliseconds since 1970: when this was looked up, and when the code ends. */
  checkedAt: number;
  expiresAt: number;
}

/** That of the document, unless its holder has died. */
export type VerdictState = ItemState | 'deceased';

export interface PresentationsParts {
  accounts: Pick<Accounts, 'byId'>;
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  issuer: string;
  phones: Pick<Phones, 'active'>;
  registry: Registry;
  wallets: Wallets;
}

const kind = 'Presentation';
/** Seconds a code is good for: those of the real app's verification QR (official letter 1101/BCA-QLHC). */
export const lifetime = 60;
/** Seconds more for which a code is known to have been one, so that an honest holder who was slow is not taken for a forger. */
const remembered = 900;
const codeBytes = 16;

/** A code as it looks; what does not look so was never made. */
export const codePattern = /^[A-Za-z0-9_-]{22}$/;

interface Shown {
  citizenId: string;
  item: string;
  accountId: string;
  /** The one it was shown on: lost since, or another's turn, it shows nothing any more. */
  phoneId: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A wallet that an account may show; with the relation when it is another's. */
interface Held {
  wallet: Wallet;
  relation?: Dependant['relation'];
}

/** Makes the presentations of one instance. */
export function createPresentations(parts: PresentationsParts): Presentations {
  const { accounts, artifacts, clock, events, issuer, phones, registry, wallets } = parts;

  /** The wallet of the holder of an account, or of one of those for whom they answer; nobody else's. */
  async function walletFor(citizenId: string, holder: Citizen): Promise<Held | undefined> {
    const wallet = await wallets.walletOf(holder, { today: dateIn(clock.now()) });
    if (citizenId === holder.id) return { wallet };
    return wallet.dependants.find((dependant) => dependant.wallet.citizen.id === citizenId);
  }

  async function phoneIdOf(accountId: string): Promise<string | null> {
    return (await phones.active(accountId))?.id ?? null;
  }

  async function holderOf(account: Pick<Account, 'citizenId'>): Promise<Citizen> {
    const holder = await registry.byId(account.citizenId);
    if (!holder) throw problem('registry.unknown', { id: account.citizenId });
    return holder;
  }

  return {
    async present({ citizen, item: id, by }) {
      const found = await walletFor(citizen.id, await holderOf(by));
      if (!found) throw problem('presentation.notYours');
      const item = found.wallet.items.find((one) => one.id === id);
      if (!item) throw problem('presentation.noDocument');
      if (!standsForPaper(by)) throw problem('presentation.level');
      const code = randomBytes(codeBytes).toString('base64url');
      const expiresAt = clock.now() + lifetime * 1000;
      const phoneId = await phoneIdOf(by.id);
      const shown: Shown = { citizenId: citizen.id, item: id, accountId: by.id, phoneId, expiresAt };
      await artifacts.put(kind, keyOf(code), { ...shown }, Math.ceil(expiresAt / 1000) + remembered);
      events.emit('document.shown', { account: by.id, citizen: citizen.id, kind: item.kind });
      return { code, url: `${issuer}/verify/${code}`, expiresAt };
    },

    async check(code) {
      const shown = codePattern.test(code)
        ? ((await artifacts.get(kind, keyOf(code))) as Shown | undefined)
        : undefined;
      const account = shown && (await accounts.byId(shown.accountId));
      if (!shown || !account) throw problem('presentation.unknown');
      const now = clock.now();
      if (now >= shown.expiresAt) throw problem('presentation.expired', { seconds: lifetime });
      if ((await phoneIdOf(account.id)) !== shown.phoneId) throw problem('presentation.withdrawn');
      const presenter = await holderOf(account);
      const found = await walletFor(shown.citizenId, presenter);
      const item = found?.wallet.items.find(({ id }) => id === shown.item);
      if (!found || !item || !standsForPaper(account)) throw problem('presentation.withdrawn');
      const { wallet, relation } = found;
      const state = stateOf(item, wallet.citizen, account);
      const silent = state === 'locked' || state === 'deceased';
      events.emit('document.checked', { account: account.id, citizen: shown.citizenId, kind: item.kind, state });
      return {
        state,
        kind: item.kind,
        title: item.title,
        number: silent ? null : shownNumber(item, wallet.citizen),
        holder: {
          name: wallet.citizen.name.full,
          portrait: portraitOf(wallet.citizen, Number(dateIn(now).slice(0, 4))),
        },
        rows: silent ? [] : item.rows.filter(({ checked }) => checked),
        shownBy: relation ? { name: presenter.name.full, relation } : null,
        checkedAt: now,
        expiresAt: shown.expiresAt,
      };
    },
  };
}

/** Whether what an account shows is worth the paper itself: on level 2 alone it is (Decree 69/2024/NĐ-CP Art 9.6). */
export function standsForPaper({ level }: Pick<Account, 'level'>): boolean {
  return level === 2;
}

/** Codes are kept as hashes: who can read the store can show nothing. */
function keyOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}

/**
 * The gravest first. What was withdrawn itself comes before an account that may not be used now, for then a paper one may
 * still be good; and that before a date that has passed.
 */
function stateOf(item: Item, citizen: Citizen, account: Account): VerdictState {
  if (citizen.diedOn !== null) return 'deceased';
  if (item.state === 'revoked' || item.state === 'held' || item.state === 'suspended') return item.state;
  return barOf(account) ? 'locked' : item.state;
}

function shownNumber({ kind: of, number }: Item, citizen: Citizen): string | null {
  if (of === 'vehicle') return number;
  if (of === 'residence' || of === 'dependants') return lastFour(citizen.number);
  return number && lastFour(number);
}

function lastFour(number: string): string {
  return `•••• ${number.slice(-4)}`;
}
