import type { Provider } from 'oidc-provider';
import type { Account } from '../accounts/accounts.ts';
import type { Inbox } from '../accounts/inbox.ts';
import type { EventHub } from '../events.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import type { Consents } from '../oidc/consents.ts';
import { withdrawalReceipt } from './notices.ts';

export interface WithdrawalParts {
  clients: Clients;
  consents: Consents;
  events: EventHub;
  inbox: Inbox;
  /** The provider of the moment; it is replaced when keys rotate. */
  provider: () => Provider;
}

/**
 * Takes a consent back: what was granted by it ends, and the citizen gets a receipt. Once withdrawn it stays so.
 * @throws VneidError `consent.unknown`: also when it is another's
 */
export async function withdraw(
  { clients, consents, events, inbox, provider }: WithdrawalParts,
  account: Account,
  consent: string,
): Promise<void> {
  const ended = await consents.withdraw(provider(), { accountId: account.id, consent });
  if (!ended) return;
  const { clientId: client } = ended;
  events.emit('consent.withdrawn', { account: account.id, client, consent });
  // a client that is no longer registered is called by its id
  const { name, owner } = clients.get(client) ?? { name: client, owner: { vi: client, en: client } };
  await inbox.deliver(withdrawalReceipt(account, { client: name, owner, consent }));
}
