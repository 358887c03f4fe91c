import type { ClientShown } from '../../views/shown.ts';
import type { Login } from './step.ts';

/** Who asks, as every page of a login shows it. */
export function shownClient({ client, page, params }: Pick<Login, 'client' | 'page' | 'params'>): ClientShown {
  const address = URL.parse(String(params.redirect_uri ?? ''));
  return {
    name: client.name,
    owner: client.owner[page.language],
    purpose: client.purposes.find(({ required }) => required)?.[page.language] ?? '',
    origin: address ? (address.origin === 'null' ? address.protocol : address.origin) : '',
  };
}
