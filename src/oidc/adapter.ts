import type { Adapter, ClientMetadata } from 'oidc-provider';
import type { VneidError } from '../errors.ts';
import type { ArtifactStore, Payload } from '../store/artifacts.ts';
import type { Marks } from '../store/marks.ts';
import type { Clients, KeptClients } from './clients/clients.ts';
import type { Consents } from './consents.ts';
import { isHigh } from './clients/profile-rules.ts';
import { errors, Provider } from './library.ts';
import { signsOut } from './sessions.ts';

/**
 * What is taken away with its grant; an interaction only mentions one, and has to survive a change of person. A code needs
 * none of that: it lives for a minute and is good for nothing where its grant is gone, which the library looks for.
 */
const endsWithGrant = new Set([
  'AccessToken',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PreAuthorizedCode',
]);

/**
 * What the library reads, changes and writes whole, a session with every request: one that had read it before its end would
 * bring it back by writing it afterwards.
 */
const ends: ReadonlySet<string> = new Set(['Session', 'Grant']);
/** Seconds in which a request may still write what it has read; none takes as long. */
const late = 60;

/** What a device or a counter polls for. */
const polledFor = new Set(['DeviceCode', 'BackchannelAuthenticationRequest']);

/** What the library keeps as one kind and what a replay of it is called. */
const singleUse: Record<string, () => Error> = {
  AuthorizationCode: () => new errors.InvalidGrant('authorization code was already used'),
  RefreshToken: () => new errors.InvalidGrant('refresh token was already used'),
  DeviceCode: () => new errors.InvalidGrant('device code was already used'),
  BackchannelAuthenticationRequest: () => new errors.InvalidGrant('authentication request was already used'),
  PushedAuthorizationRequest: () => new errors.InvalidRequest('request_uri was already used'),
};

/**
 * oidc-provider's storage, over the artifact store.
 *
 * The library reads, checks and then writes, so what may be used once is only as exact as its store. Here the store
 * decides in one step, the loser of a race is refused, and a code or refresh token that comes back takes the whole
 * grant with it (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
 * @param marks where the store may forget what it has decided: the database has the last word about what a client of the
 *   high class uses
 */
export function createAdapterFactory({
  artifacts,
  clients,
  consents,
  marks,
}: {
  artifacts: ArtifactStore;
  clients: Clients;
  consents: Pick<Consents, 'forget'>;
  marks?: Marks | undefined;
}): (kind: string) => Adapter {
  const first: First = async (kind, id) =>
    !marks || !isHigh(clients, Provider.ctx?.oidc.client) || marks.first(kind, id);
  return (kind) =>
    kind === 'Client' ? clientAdapter(clients.kept, consents) : artifactAdapter(artifacts, kind, first);
}

/** Whether nobody is known to have used something before. */
type First = (kind: string, id: string) => Promise<boolean>;

/** Relying parties are no artifacts: they have a table of their own, and do not expire. */
function clientAdapter(clients: KeptClients, consents: Pick<Consents, 'forget'>): Adapter {
  const never = () => Promise.resolve(undefined);
  return {
    async upsert(id, metadata) {
      if (await clients.put(id, metadata as ClientMetadata, Provider.ctx?.oidc.route === 'registration')) return;
      // RFC 7592 §2: the token of a registration that is gone is worth nothing
      throw new errors.InvalidToken('registration access token of a client that is gone');
    },
    find: async (id) => clients.find(id),
    async destroy(id) {
      await clients.remove(id);
      // RFC 7592 §2.3: with it ends what people agreed to
      if (Provider.ctx) await consents.forget(Provider.ctx.oidc.provider, id);
    },
    findByUid: never,
    findByUserCode: never,
    consume: never,
    revokeByGrantId: never,
  };
}

function artifactAdapter(artifacts: ArtifactStore, kind: string, first: First = async () => true): Adapter {
  return {
    async upsert(id, payload, expiresIn) {
      const expiresAt = payload.exp ?? (expiresIn ? Math.floor(Date.now() / 1000) + expiresIn : undefined);
      if (kind === 'ReplayDetection') {
        if (!(await artifacts.add(kind, id, payload, expiresAt ?? 0)))
          throw new errors.InvalidRequest('jti was already used');
        return;
      }
      const { uid, userCode } = payload;
      // who still polls for it is told that it has expired, not that it never was (CIBA Core §11, RFC 8628 §3.5)
      const kept = polledFor.has(kind) && expiresAt ? expiresAt + 600 : expiresAt;
      const grantId = endsWithGrant.has(kind) ? payload.grantId : undefined;
      await artifacts.put(kind, id, payload, kept, {
        grantId,
        uid: kind === 'Session' ? uid : undefined,
        userCode,
      });
    },
    find: async (id) => living(kind, await artifacts.get(kind, id)),
    findByUid: async (uid) => living(kind, await artifacts.findBy(kind, 'uid', uid)),
    findByUserCode: async (code) => await artifacts.findBy(kind, 'userCode', code),
    async consume(id) {
      if ((await artifacts.consume(kind, id)) && (await first(kind, id))) return;
      const grantId = (await artifacts.get(kind, id))?.grantId;
      if (typeof grantId === 'string') await revoke(artifacts, grantId);
      throw singleUse[kind]?.() ?? new errors.InvalidGrant('already used');
    },
    destroy: (id) => (ends.has(kind) ? end(artifacts, kind, id) : artifacts.remove(kind, id)),
    async revokeByGrantId(grantId) {
      // the library takes tokens away whatever `endsGrant` says of the grant
      if (!signsOut(Provider.ctx?.oidc ?? {})) await artifacts.removeByGrant(grantId);
    },
  };
}

/** Ends a grant and everything issued under it. */
export async function revoke(artifacts: ArtifactStore, grantId: string): Promise<void> {
  await artifacts.removeByGrant(grantId);
  await end(artifacts, 'Grant', grantId);
}

/**
 * Ends a session or a grant for good: what is left in its place for a while is consumed, and what was consumed stays so
 * whoever overwrites it.
 */
export async function end(artifacts: ArtifactStore, kind: string, id: string): Promise<void> {
  const at = Math.floor(Date.now() / 1000);
  try {
    await artifacts.put(kind, id, { consumed: at }, at + late);
  } catch (thrown) {
    // no room to remember an end must not stand in its way
    if ((thrown as VneidError).code !== 'store.full') throw thrown;
    await artifacts.remove(kind, id);
  }
}

/** What is kept of a session or a grant, unless it has ended. */
export function living(kind: string, payload: Payload | undefined): Payload | undefined {
  return ends.has(kind) && payload?.consumed !== undefined ? undefined : payload;
}

/** The time of something is over now, and nothing else about it changes. @param at now, in seconds since 1970 */
export async function expire(artifacts: ArtifactStore, kind: string, id: string, at: number): Promise<void> {
  const payload = await artifacts.get(kind, id);
  if (payload) await artifactAdapter(artifacts, kind).upsert(id, { ...payload, exp: at }, 0);
}

/** What an app itself began or holds; what people agreed with it ends with their consents. */
const itsOwn = ['DeviceCode', 'BackchannelAuthenticationRequest', 'ClientCredentials'];

/** Ends what a client that is no more has begun, so that it is not that of whoever has its name later. */
export async function endBegun(artifacts: ArtifactStore, clientId: string): Promise<void> {
  for (const kind of itsOwn) {
    let some = await artifacts.list(kind, { limit: 500, where: { clientId } });
    while (some.length > 0) {
      await artifacts.remove(kind, ...some.map(({ id }) => id));
      some = await artifacts.list(kind, { limit: 500, where: { clientId } });
    }
  }
}
