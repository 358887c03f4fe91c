import type { ClientShown } from '../../views/shown.ts';
import type { Login } from './step.ts';

/** Who asks, as every page of a login shows it. */
export function shownClient(login: Pick<Login, 'client' | 'page' | 'params' | 'elsewhere'>): ClientShown {
  const { client, params, elsewhere } = login;
  const { language } = login.page();
  return {
    name: client.name,
    owner: client.owner[language],
    purpose: client.purposes.find(({ required }) => required)?.[language] ?? '',
    origin: originOf({ client, params }),
    policyUri: client.policyUri,
    termsUri: client.tosUri,
    ...(elsewhere && { elsewhere }),
  };
}

/** Where the person will be sent back to: `https://app.example`, or `com.app:` of a scheme of its own. */
export function originOf({ client, params }: Pick<Login, 'client' | 'params'>): string {
  const address = URL.parse(String(params.redirect_uri ?? client.uri ?? ''));
  return address ? (address.origin === 'null' ? address.protocol : address.origin) : '';
}
