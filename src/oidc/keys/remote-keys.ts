import type { Client, Provider as ProviderType } from 'oidc-provider';
import type { Clock } from '../../clock.ts';

/** Milliseconds that a relying party's jwks_uri is left alone after it was asked, whatever it said. */
const pause = 5_000;
/** Milliseconds after which keys are asked for again before anything is believed that they sign. */
const lifetime = 600_000;

/**
 * When a relying party's jwks_uri is asked. Left alone, the library asks again when nothing it has fits, but not within a
 * minute, or as long as the answer said (a new key does not work yet), and never while a known key fits (a withdrawn key
 * works for ever).
 *
 * Here keys that are ten minutes old are nothing, and a signature that does not fit has them fetched at once, but at most
 * every five seconds, so that nobody can have the provider knock at another's door without end.
 */
export function watchRemoteKeys(provider: ProviderType, clock: Clock): void {
  const Clients = provider.Client as unknown as { find(id: string): Promise<RemoteClient | undefined> };
  const { find } = Clients;
  const watched = new WeakSet<RemoteKeys>();
  Clients.find = async (id) => {
    const client = await find.call(Clients, id);
    const keys = client?.jwksUri === undefined ? undefined : client.asymmetricKeyStore;
    if (keys && !watched.has(keys)) {
      watched.add(keys);
      watch(keys, clock);
    }
    return client;
  };
}

/** How the library keeps the keys of a client. */
interface RemoteKeys {
  /** False when it is worth asking again because nothing fitted. */
  fresh(): boolean;
  refresh(): Promise<void>;
  selectForVerify(which: object): unknown[];
}

type RemoteClient = Client & { asymmetricKeyStore: RemoteKeys };

function watch(keys: RemoteKeys, clock: Clock): void {
  const { refresh, selectForVerify } = keys;
  let [asked, fetched] = [-Infinity, -Infinity];
  let failure: unknown;
  // a tester's clock may go back as well
  const since = (time: number) => Math.abs(clock.now() - time);

  keys.fresh = () => failure === undefined && since(asked) < pause;
  keys.refresh = async () => {
    if (since(asked) < pause) {
      if (failure !== undefined) throw failure;
      return;
    }
    try {
      failure = undefined;
      await refresh.call(keys);
      fetched = clock.now();
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      asked = clock.now();
    }
  };
  keys.selectForVerify = (which) => (since(fetched) > lifetime ? [] : selectForVerify.call(keys, which));
}
