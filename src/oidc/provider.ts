import { createHash } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Provider as ProviderType } from 'oidc-provider';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { Addresses } from './addresses.ts';
import { finishAnswer, knowOneSpelling, turnPostsIntoGets } from './answers.ts';
import type { BackchannelLogout } from './backchannel-logout.ts';
import type { Clients } from './clients/clients.ts';
import { answerAsRegistered } from './clients/dynamic-registration.ts';
import { findAsRegistered } from './clients/found.ts';
import { onlyIdTokensAreHints } from './id-token-hint.ts';
import { Provider } from './library.ts';
import type { MutualTls } from './mutual-tls.ts';
import { watchRemoteKeys } from './keys/remote-keys.ts';
import { findEnded } from './resumption.ts';
import { forgiveRetries } from './rotation.ts';
import { settingsOf, type SettingsParts } from './settings.ts';
import { retell } from './telling.ts';

export interface ProviderDependencies extends SettingsParts {
  addresses: Addresses;
  events: EventHub;
  backchannelLogout: BackchannelLogout;
  /** True behind a proxy whose X-Forwarded-* headers can be believed. */
  trustProxy: boolean;
  /** What runs before the provider's own routes. */
  before: Middleware[];
}

/**
 * Makes an OpenID provider. It holds no state of its own, so a new one can take over from an old one at any time:
 * that is how keys rotate without a restart.
 */
export function createProvider(parts: ProviderDependencies): ProviderType {
  const { issuer, artifacts, events } = parts;
  const provider = new Provider(issuer, settingsOf(parts));
  provider.proxy = parts.trustProxy;
  // the peer that the proxy itself saw is the last one; what stands before it anybody may have written
  provider.maxIpsCount = 1;
  // the library sends cookies by what the request and its headers say
  const { protocol, host } = new URL(issuer);
  Object.defineProperties(provider.request, { protocol: { value: protocol.slice(0, -1) }, host: { value: host } });
  for (const middleware of parts.before) provider.use(middleware);
  provider.use(knowOneSpelling);
  parts.addresses.attach(provider);
  provider.use(turnPostsIntoGets);
  provider.use(finishAnswer);
  provider.use(answerAsRegistered);

  // the library reads before it writes; the store decides in one step (Hydra CVE-2020-5300 was that race)
  const replays = provider.ReplayDetection as unknown as {
    unique: (iss: string, jti: string, exp: number) => Promise<boolean>;
  };
  replays.unique = (iss, jti, exp) =>
    artifacts.add('ReplayDetection', createHash('sha256').update(`${iss} ${jti}`).digest('base64url'), { iss }, exp);

  forgiveRetries(provider, { ...parts, secret: parts.keys.secret('rotation') });
  watchRemoteKeys(provider, parts.clock);
  findAsRegistered(provider, parts.clients.kept);
  onlyIdTokensAreHints(provider);
  findEnded(provider);
  // first, so that what the others hold on to is what it made of it
  parts.tamper.attach(provider);
  parts.ciba.attach(provider);
  parts.device.attach(provider);
  parts.backchannelLogout.attach(provider);
  retell(provider, events);
  return provider;
}

/**
 * Has the library look at every registration, so that one it would refuse stops the start and not the first citizen.
 * @throws VneidError clients.invalid
 */
export async function checkRegistrations(
  provider: ProviderType,
  clients: Clients,
  mutualTls: MutualTls,
): Promise<void> {
  // not those that registered themselves: an app that is down must not keep others from signing in
  for (const client of clients.metadata()) {
    const { client_id: id } = client;
    const place = { vi: `Ứng dụng ${id}`, en: `The client ${id}` };
    const refused = mutualTls.refusalOf(client);
    if (refused) {
      throw problem('clients.invalid', { place, ...refused });
    }
    await provider.Client.find(id).catch((cause: { error_description?: string; message: string }) => {
      const expected = cause.error_description ?? cause.message;
      throw problem('clients.invalid', { place, found: cause.message, expected });
    });
  }
}
