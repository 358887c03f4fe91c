import type { Clients } from './clients.ts';
import { asHttps } from './registration.ts';

/**
 * How the provider reaches relying parties on the machine of a developer: by http where they were registered so, and at
 * private addresses, both of which the library rightly refuses elsewhere (CIBA Core §4 wants https). Lab only.
 */
export function createLocalFetch(clients: Clients) {
  const plain = new Map(
    clients
      .list()
      .flatMap(({ notifiedAt }) => (notifiedAt?.startsWith('http:') ? [[asHttps(notifiedAt), notifiedAt]] : [])),
  );
  return (
    url: string | URL | Request,
    { dispatcher: _dispatcher, ...options }: RequestInit & { dispatcher?: unknown } = {},
  ) => globalThis.fetch(plain.get(String(url)) ?? url, options);
}
