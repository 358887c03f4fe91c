import type { Client, ClientMetadata, Provider as ProviderType } from 'oidc-provider';
import type { KeptClients } from './clients.ts';

/**
 * The library writes out and hashes a registration whenever it looks for a client, which it does several times in a sign-in,
 * to see whether it has changed. Ours is another object then, so it is enough to look at that.
 */
export function findAsRegistered(provider: ProviderType, kept: KeptClients): void {
  const clients = provider.Client as unknown as { find(id: string): Promise<Client | undefined> };
  const find = clients.find.bind(clients);
  const made = new WeakMap<ClientMetadata, Client>();
  clients.find = async (id) => {
    const metadata = typeof id === 'string' ? kept.find(id) : undefined;
    const known = metadata && made.get(metadata);
    if (known) return known;
    const client = await find(id);
    if (metadata && client) made.set(metadata, client);
    return client;
  };
}
