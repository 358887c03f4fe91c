import type { Citizen } from './citizen.ts';
import type { Registry } from './citizens.ts';
import { ageOn } from './dates.ts';
import type { Documents } from './documents.ts';
import { type dependantRelations, dependantsItem, residenceItem } from './wallet/household.ts';
import { cardItem, type ElectronicIdentity, electronicItem } from './wallet/identity.ts';
import type { Item } from './wallet/item.ts';
import { paperItem } from './wallet/papers.ts';

export type { ElectronicIdentity } from './wallet/identity.ts';
export { type Item, itemKinds, type ItemKind, itemStates, type ItemState, type Row } from './wallet/item.ts';
export { dependantRelations } from './wallet/household.ts';

/** Everything that somebody can show, and the wallets of those for whom they answer. */
export interface Wallet {
  citizen: Citizen;
  /** In the order of `itemKinds`; there may be several licences and vehicles. */
  items: Item[];
  /** Children under 14 and wards, each with a wallet of their own; a dependant's wallet has none. */
  dependants: Dependant[];
}

export interface Dependant {
  relation: keyof typeof dependantRelations;
  wallet: Wallet;
}

export interface Wallets {
  /**
   * The wallet of a citizen as of a day, `YYYY-MM-DD` in Viet Nam: what is expired then says so. What a person's death or
   * a locked account makes of it is for whoever shows it to say.
   */
  walletOf(citizen: Citizen, on: { today: string }): Promise<Wallet>;
}

export interface WalletsParts {
  registry: Registry;
  documents: Documents;
  /** What the accounts know of somebody; undefined for those without one. */
  electronicIdentity: (citizen: Citizen) => Promise<ElectronicIdentity | undefined>;
}

/** From this age on somebody uses their own account and no parent uses it for them (Decree 69/2024/NĐ-CP Art 14). */
const ownFrom = 14;

/** Makes the wallets of one instance. */
export function createWallets({ registry, documents, electronicIdentity }: WalletsParts): Wallets {
  async function itemsOf(citizen: Citizen, answersFor: Answered[], today: string): Promise<Item[]> {
    const [cancelled, identity, papers, household] = [
      (await registry.formerNumbers(citizen.id))[0]?.number ?? null,
      await electronicIdentity(citizen),
      await documents.documentsOf(citizen),
      citizen.householdId === null ? undefined : await registry.household(citizen.householdId),
    ];
    return [
      ...cardItem(citizen, cancelled, today),
      ...electronicItem(citizen, identity, today),
      ...papers.map((paper) => paperItem(paper, today)),
      ...residenceItem(citizen, household, today),
      ...dependantsItem(answersFor),
    ];
  }

  /** Living children under 14 and wards, each once: a ward may be one's own child. */
  async function answersFor(citizen: Citizen, today: string): Promise<Answered[]> {
    const found = new Map<string, Answered>();
    for (const { relation, id } of await registry.family(citizen)) {
      if (id === null || found.has(id) || (relation !== 'child' && relation !== 'ward')) continue;
      const person = await registry.byId(id);
      if (!person || person.diedOn !== null) continue;
      if (relation === 'ward' || ageOn(person.birthDate, today) < ownFrom) found.set(id, { relation, citizen: person });
    }
    return [...found.values()];
  }

  return {
    async walletOf(citizen, { today }) {
      const answered = await answersFor(citizen, today);
      const dependants: Dependant[] = [];
      for (const { relation, citizen: person } of answered) {
        const items = await itemsOf(person, [], today);
        dependants.push({ relation, wallet: { citizen: person, items, dependants: [] } });
      }
      return { citizen, items: await itemsOf(citizen, answered, today), dependants };
    },
  };
}

interface Answered {
  relation: Dependant['relation'];
  citizen: Citizen;
}
